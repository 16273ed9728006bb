"""What tests of the sanctions room stand on: list entries, a purpose of the service platform, questions by API."""

import itertools
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.test import Client

from agencies.choices import Role, Scope
from agencies.models import ApiClient, Officer
from blacklist.models import ListEntry, ListScheme
from catalog.publication import add_months
from records.models import CreditRecord, Subject
from records.sharing.models import DutyPurpose
from tests import factories, people
from tests.factories import make_subject
from tests.sharing.samples import approved

PLATFORM = "hg-zhengwu"
ADDRESS = "/api/v1/screenings/"
_numbers = itertools.count(1)


def make_entry(
    subject: Subject | None = None,
    *,
    scheme: str = "tqnmggz",
    effective_from: date = date(2026, 3, 2),
    ends_on: date | None = date(2029, 3, 1),
) -> ListEntry:
    """Imported, as a list of another place would be: no case has to be led for it."""
    return ListEntry.objects.create(
        scheme=ListScheme.objects.filter(code=scheme).latest("effective_from"),
        subject=subject or make_subject(),
        authority_name="鹤岗市人力资源和社会保障局",
        origin="imported",
        source=f"test:{next(_numbers)}",
        decision_number=f"鹤人社失信〔2026〕{next(_numbers)}号",
        decided_on=effective_from,
        reason="克扣、无故拖欠农民工工资",
        basis_text="《保障农民工工资支付条例》第四十八条",
        remedies="可以自收到决定书之日起六十日内申请行政复议",
        effective_from=effective_from,
        ends_on=ends_on,
    )


def make_defaulter(subject: Subject | None = None) -> CreditRecord:
    """A record of the court's item sxbzxr, in use for as long as it is published."""
    decided = date(2026, 5, 11)
    return _in_use(
        "sxbzxr", subject, decided, add_months(decided, 24), "生效司法裁判文书", "鹤岗市中级人民法院", {}
    )


def make_honour(subject: Subject | None = None, *, until: date = date(2031, 3, 1)) -> CreditRecord:
    """An honour for honesty (cxry), in use until it lapses."""
    return _in_use(
        "cxry", subject, date(2026, 3, 2), until, "表彰决定", "鹤岗市市场监督管理局", {"RY_YXQZ": f"{until}"}
    )


def make_person_record(secret: Mapping[str, str]) -> CreditRecord:
    """A penalty of a natural person: every text stands encrypted, nothing is published."""
    record = factories._record(
        "xzcf", factories.make_person(), number=f"样〔2026〕{next(_numbers)}号", decision_date=date(2026, 5, 11),
        kind="行政处罚决定书", authority="鹤岗市市场监督管理局", contents={}, secret=secret,
        published_until=None, minimum_until=None, ended_on=None,  # type: ignore[arg-type]
        tier=factories._tier(date(2026, 5, 11), "罚款"),
    )  # fmt: skip
    CreditRecord.objects.filter(pk=record.pk).update(
        used_until=date(2027, 5, 11), shared_until=date(2027, 5, 11)
    )
    record.refresh_from_db()
    return record


def _in_use(
    item: str,
    subject: Subject | None,
    decided: date,
    until: date,
    kind: str,
    authority: str,
    data: dict[str, str],
) -> CreditRecord:
    record = factories._record(
        item, subject or make_subject(), number=f"样〔2026〕{next(_numbers)}号", decision_date=decided, kind=kind,
        authority=authority, contents=data, secret={}, published_until=until, minimum_until=None, tier=None, ended_on=None,
    )  # fmt: skip
    CreditRecord.objects.filter(pk=record.pk).update(used_until=until)
    record.refresh_from_db()
    return record


def registrar() -> Officer:
    """Registers purposes for the service platform."""
    found = Officer.objects.filter(username="platform-registrar").first()
    return found or people.officer(Role.REVIEWER, code=PLATFORM, username="platform-registrar")


def platform() -> tuple[ApiClient, DutyPurpose]:
    """The government-service platform with a purpose in force."""
    client = ApiClient.objects.filter(agency__code=PLATFORM).first()
    purpose = DutyPurpose.objects.filter(agency__code=PLATFORM).first()
    return (
        client or people.client(Scope.SCREENING_QUERY, code=PLATFORM),
        purpose
        or approved(
            code=PLATFORM,
            by=registrar(),
            items=("xzcf", "sxbzxr", "cxry"),
            kinds=("organisation", "self_employed"),
        ),
    )


class Window:
    """Asks as the platform does, over HTTP."""

    def __init__(self) -> None:
        self.client, self.purpose = platform()
        self.headers = people.bearer(self.client)
        self.browser = Client()

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.browser.post(
            path, json.dumps(body), content_type="application/json", headers={**self.headers, **headers}
        )

    def ask(self, subjects: Mapping[str, object], matter: str = "zfcg", **more: object) -> Any:
        body = {"purpose": self.purpose.code, "matter": matter, "subjects": subjects, **more}
        return self.post(ADDRESS, body)

    def one(self, subject: Subject, matter: str = "zfcg", **more: object) -> dict[str, Any]:
        """The answer about one organisation."""
        answer = self.ask({"a": {"uscc": subject.uscc}}, matter, **more)
        assert answer.status_code == 200, answer.content.decode()
        found: dict[str, Any] = answer.json()["results"]["a"]
        return found

    def report(self, screening: str, results: object) -> Any:
        return self.post(f"{ADDRESS}{screening}/feedback/", {"results": results})


def codes(result: Mapping[str, Any], part: str = "measures") -> list[str]:
    return [one["measure"]["code"] for one in result[part]]
