"""The clock moved over the last day of records: every channel agrees, the day before, on the day, and the day after.

Records go through the real intake, so that the window is the regime's own: leap days, the change of regimes, the first day
of the Spring Festival (a period ends on its calendar day, holiday or not), and a consent that ends before the rule would.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from agencies.choices import Scope
from ledger.services import seal_all
from records import selectors
from records import services as records
from records.choices import Channel
from records.models import CreditRecord
from records.persons import services, window
from records.sharing.choices import PersonProof
from records.sharing.services import decide_export, look_up, request_export, take_export
from tests import people
from tests.factories import invented_uscc
from tests.persons.samples import ADULT, consent, honour, to_publication
from tests.sharing.samples import approved, chief, reviewer

pytestmark = pytest.mark.django_db
HEGANG = ZoneInfo("Asia/Shanghai")


def penalty(decided: date, types: str = "罚款") -> CreditRecord:
    """A penalty of the market regulator, judged by the regime of its day."""
    unit = people.agency()
    fields = {
        "CF_XDR_MC": "鹤岗市青松岭农机销售有限公司", "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": invented_uscc(77701),
        "CF_FRDB": "王守仁", "CF_WSH": f"鹤市监处罚〔{decided.year}〕{decided:%m%d}号", "CF_WFXW": "经营超过保质期的食品",
        "CF_SY": "经营超过保质期的食品", "CF_YJ": "食品安全法第一百二十四条", "CF_CFLB": types, "CF_NR": "罚款2000元",
        "CF_NR_FK": "0.2" if "罚款" in types else "", "CF_NR_ZKDX": "食品经营许可证JY12304020012345" if "许可证件" in types else "",
        "CF_JDRQ": f"{decided}", "CF_YXQ": "2099-12-31", "CF_CFJG": unit.name,
        "CF_CFJGDM": unit.uscc, "CF_SJLY": unit.name, "CF_SJLYDM": unit.uscc,
    }  # fmt: skip
    return records.accept_record(
        agency=unit, item_code="xzcf", fields=fields, procedure="普通程序", channel=Channel.FORM
    )


def public(record: CreditRecord) -> dict[str, bool]:
    """What the public sees now."""
    client, address = Client(), f"/records/{record.pk}/"
    rows = client.get("/api/v1/public/records/", {"item": record.item_code}).json()["items"]
    return {
        "page": client.get(address).status_code == 200,
        "subject": client.get(f"/subjects/{record.subject.public_id}/").status_code == 200,
        "api": record.pk in [row["id"] for row in rows],
    }


def official(record: CreditRecord) -> dict[str, bool]:
    """What other bodies and the province get now: look-up, export, feed; and what may have an effect."""
    officer, boss = reviewer(), chief()
    is_person = record.subject.kind == "person"
    kinds = ("person",) if is_person else ("organisation",)
    purpose = approved(
        items=(record.item_code,), kinds=kinds, proof=PersonProof.DOCUMENT if is_person else PersonProof.NONE
    )
    who = (
        {"name": ADULT.name, "id_number": ADULT.document, "document_number": "授权〔2026〕1号"}
        if is_person
        else {"uscc": record.subject.uscc}
    )
    found = look_up(agency=people.agency(), officer=officer, purpose_code=purpose.code, **who)
    export = request_export(officer=officer, purpose_id=purpose.pk, reason="核对")
    decide_export(officer=boss, export_id=export.pk, grant=True)
    taken = take_export(officer=officer, export_id=export.pk)
    seen = {
        "look-up": record.pk in [one.pk for one in found.records],
        "feed": _feed(record),
        "used": selectors.used(_today()).filter(pk=record.pk).exists(),
    }
    # Natural persons are in no export, ever.
    return seen if is_person and taken.count == 0 else seen | {"export": taken.count == 1}


def _today() -> date:
    return datetime.now(HEGANG).date()


def _feed(record: CreditRecord) -> bool:
    seal_all(using="default")
    headers = people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju"))
    items, cursor = [], "0"
    while True:
        body = (
            Client()
            .get("/api/v1/province/changes/", {"cursor": cursor, "limit": 5000}, headers=headers)
            .json()
        )
        if not body["items"] and body["next_cursor"] == cursor:
            break
        items += body["items"]
        cursor = body["next_cursor"]
    last = [
        item["action"]
        for item in items
        if item["object_id"] == record.pk and item["kind"] == record.item_code
    ]
    return bool(last) and last[-1] == "upsert"


def own_report(record: CreditRecord) -> tuple[bool, bool]:
    """What the report at the window says of the record."""
    found = window._findings(ADULT, record.subject)
    (state,) = [state for one, state in found.records if one.pk == record.pk]
    return state.published, state.shared


def agree(record: CreditRecord, day: date, *, shown: bool, shared: bool) -> None:
    for moment in (time(0, 0, 1), time(23, 59, 58)):
        with time_machine.travel(datetime.combine(day, moment, HEGANG), tick=False):
            assert public(record) == dict.fromkeys(("page", "subject", "api"), shown), (day, moment)
    with time_machine.travel(datetime.combine(day, time(12, 0), HEGANG), tick=False):
        seen = official(record)
        assert seen == dict.fromkeys(seen, shared), day
        if record.subject.kind == "person":
            assert own_report(record) == (shown, shared), "the person's own report says what holds"
        state = selectors.state(record, day)
        assert (state.published, state.shared) == (shown, shared)


@pytest.mark.parametrize(
    ("decided", "types", "minimum", "last_day"),
    [
        # 58号令: three years from the decision; no 29 February three years on
        (date(2024, 2, 29), "罚款", date(2024, 5, 29), date(2027, 2, 28)),
        # the last day before, and the first day of, the market regulators' own rule
        (date(2025, 12, 24), "罚款", date(2026, 3, 24), date(2028, 12, 24)),
        (date(2025, 12, 25), "罚款", date(2026, 3, 25), date(2026, 12, 25)),
        # ends on the first day of the Spring Festival of 2027
        (date(2026, 2, 6), "罚款", date(2026, 5, 6), date(2027, 2, 6)),
        # several types: the longest governs
        (date(2026, 3, 31), "警告;罚款;吊销许可证件", date(2027, 3, 31), date(2029, 3, 31)),
    ],
)
def test_all_channels_stop_after_the_last_day(
    decided: date, types: str, minimum: date, last_day: date
) -> None:
    record = penalty(decided, types)
    assert (record.minimum_until, record.published_until) == (minimum, last_day)
    agree(record, last_day - timedelta(days=1), shown=True, shared=True)
    agree(record, last_day, shown=True, shared=True)
    agree(record, last_day + timedelta(days=1), shown=False, shared=False)


def test_warnings_are_shared_and_never_shown() -> None:
    record = penalty(date(2026, 10, 8), "警告")
    assert record.published_until is None and record.shared_until == date(2027, 1, 8)
    agree(record, date(2027, 1, 8), shown=False, shared=True)
    agree(record, date(2027, 1, 9), shown=False, shared=False)


def test_a_consent_that_ends_ends_the_record_everywhere() -> None:
    last_day = _today() + timedelta(days=365)
    consent(), to_publication(valid_until=last_day - timedelta(days=30))
    record = honour()
    agree(record, last_day - timedelta(days=30), shown=True, shared=True)
    agree(record, last_day - timedelta(days=29), shown=False, shared=True)
    agree(record, last_day, shown=False, shared=True)
    agree(record, last_day + timedelta(days=1), shown=False, shared=False)


def test_a_withdrawal_empties_every_channel_at_once() -> None:
    given = consent()
    to_publication()
    record = honour()
    assert all(public(record).values()) and all(official(record).values())
    services.withdraw_consent(consent=given, means="paper")
    assert not any(public(record).values()) and not any(official(record).values())


def test_a_kept_copy_is_not_confirmed_after_the_end() -> None:
    record = penalty(date(2026, 2, 6))
    client, address = Client(), f"/records/{record.pk}/"
    seal_all(using="default")
    with time_machine.travel(datetime(2027, 2, 6, 23, 59, 50, tzinfo=HEGANG), tick=False):
        page = client.get(address)
        tag = page.headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        assert "max-age=10" in page.headers["Cache-Control"]
    with time_machine.travel(datetime(2027, 2, 7, 0, 0, 0, tzinfo=HEGANG), tick=False):
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 404
