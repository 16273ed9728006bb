"""Cases for tests: 宋春生 handles and 周立秋 decides for 鹤岗市市场监督管理局, about food that was not safe (list spaq).

Days lie in the past, counted back from DAY, so that the database, which knows only the real today, agrees with them.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.choices import Role
from agencies.models import Agency, Officer
from blacklist import services
from blacklist.choices import Outcome, ServiceKind
from blacklist.hints import hints_for
from blacklist.models import CaseStep, ListCase, ListEntry
from blacklist.services import Actor, DecisionText
from common.documents import OfficialDocument, Paragraph, as_pdf
from common.files import CheckedFile, check
from records.models import CreditRecord
from tests import people
from tests.factories import make_penalty

DAY = date(2026, 6, 1)  # Monday
WHERE = "https://credit.example/lists/statement/"
SCHEME = "spaq"


def agency(code: str = "hg-shijian") -> Agency:
    return people.agency(code)


def _person(role: Role, code: str) -> Officer:
    home = code or people.HOME[role]
    username = f"lists-{role.value}-{home}"
    found = Officer.objects.filter(username=username).first()
    return found or people.officer(role, code=code, username=username)


def handler(code: str = "") -> Actor:
    return services.by_officer(_person(Role.SUBMITTER, code))


def chief(code: str = "") -> Actor:
    return services.by_officer(_person(Role.REVIEWER, code))


def keeper() -> Actor:
    """贺明远 of the credit authority, who keeps the schemes."""
    return services.by_officer(_person(Role.AUTHORITY, ""))


def open_case(
    record: CreditRecord | None = None, *, scheme: str = SCHEME, on: date = DAY, actor: Actor | None = None
) -> ListCase:
    return services.open_case(
        actor=actor or handler(),
        agency=agency(),
        scheme_code=scheme,
        record=record or make_penalty(decision_date=date(2026, 5, 11)),
        facts="当事人多次销售超过保质期的食品，经处罚后仍不改正，社会危害较大。",
        basis_clause="总局令第44号第五条第（二）项",
        on=on,
    )


def notified(case: ListCase | None = None, *, on: date = DAY) -> ListCase:
    case = case or open_case(on=on)
    services.give_notice(actor=handler(), case_id=case.pk, where=WHERE, on=on)
    return case


def pdf_file(name: str = "送达回证.pdf") -> CheckedFile:
    """A small real PDF, as it comes out of the check."""
    text = Paragraph("送达回证：当事人签收。")
    body = as_pdf(OfficialDocument("送达回证", "1号", "当事人", [text], "本局", DAY))
    return check(SimpleUploadedFile(name, body))


def served(
    case: ListCase | None = None,
    *,
    on: date = DAY,
    kind: ServiceKind = ServiceKind.DIRECT,
    files: Sequence[tuple[CheckedFile, str]] = (),
) -> ListCase:
    case = notified(case, on=on)
    services.record_service(
        actor=handler(),
        case_id=case.pk,
        service_kind=kind,
        on=on,
        proof="送达回证，当事人签收",
        files=files,
    )
    return case


def window_of(case: ListCase) -> date:
    step = CaseStep.objects.filter(case=case, window_until__isnull=False).order_by("-id")[0]
    assert step.window_until is not None
    return step.window_until


def reviewed(case: ListCase | None = None, *, on: date | None = None) -> ListCase:
    case = case or served()
    on = on or window_of(case) + timedelta(days=1)
    services.review(
        actor=chief(),
        case_id=case.pk,
        outcome=Outcome.LIST,
        minutes="参加人：局长、分管副局长、法制科负责人。一致同意列入。",
        on=on,
    )
    return case


def decision(**changes: object) -> DecisionText:
    codes = [hint.code for hint in hints_for(SCHEME, "organisation", DAY)]
    values: dict[str, object] = {
        "reason": "当事人多次销售超过保质期的食品，经处罚后仍不改正，社会危害较大。",
        "basis_text": "《食品安全法实施条例》第六十六条；总局令第44号第五条第（二）项",
        "removal_text": "满一年并已履行处罚决定、消除不良影响的，可以向本局申请提前移出；期满自动移出。",
        "remedies": "六十日内可以向鹤岗市人民政府申请行政复议，六个月内可以向人民法院提起行政诉讼。",
        "measure_codes": codes,
    }
    return DecisionText(**{**values, **changes})  # type: ignore[arg-type]


def listed(case: ListCase | None = None, *, on: date | None = None) -> ListEntry:
    case = reviewed(case)
    on = on or window_of(case) + timedelta(days=1)
    return services.decide(actor=chief(), case_id=case.pk, text=decision(), on=on)
