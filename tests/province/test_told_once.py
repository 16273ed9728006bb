"""One change of an object is one event for the province, whatever else is done on its occasion."""

from collections.abc import Callable, Collection
from datetime import timedelta

import pytest

from blacklist.models import ListEntry
from blacklist.services import end_entry, touch_ended
from common.clock import today
from ledger.selectors import Change, events_after, last_position
from ledger.services import seal_all
from ledger.tables import TABLES
from province.sources import TABLES as TOLD
from records import services as records
from records.identity import services as identity
from records.identity.services import Target
from records.models import CreditRecord
from repair.choices import Kind
from tests.blacklist.samples import listed
from tests.factories import invented_uscc, make_penalty
from tests.identity.samples import BASIS, by_code, chief, merged, new_row, old_row, reviewer
from tests.repair import samples as repairs

pytestmark = pytest.mark.django_db
RECORDS, ENTRIES, CASES = (
    TABLES[name] for name in ("records_creditrecord", "blacklist_listentry", "repair_case")
)


def told(work: Callable[[], object], tables: Collection[int] = TOLD) -> list[tuple[int, int]]:
    """Table and object of each event that `work` makes."""
    seal_all(using="default")
    start = last_position()
    work()
    seal_all(using="default")
    found: list[Change] = events_after(start, tables, 100)
    return sorted((change.tbl, change.object_id) for change in found)


def test_a_merge_and_its_undoing_are_one_event_for_each_record_and_no_version() -> None:
    kept, other = new_row(), old_row()
    rows = [make_penalty(other), make_penalty(other)]
    once = [(RECORDS, row.pk) for row in rows]
    assert told(lambda: merged(kept, other)) == once
    change = identity.IdentityChange.objects.get()
    assert (
        told(lambda: identity.undo_change(officer=chief(), change_id=change.pk, reason="有误", basis=BASIS))
        == once
    )
    assert set(CreditRecord.objects.values_list("version", flat=True)) == {1}


def test_a_split_is_one_event_for_each_record_that_moves() -> None:
    subject, code = old_row(), invented_uscc(77_001)
    moved = make_penalty(subject, data={"CF_XDR_SHXYM": code})
    make_penalty(subject)
    change = identity.propose_split(
        officer=reviewer(), subject_id=subject.pk, record_ids=[moved.pk], evidence=by_code("注册号重复使用"),
        target=Target("organisation", "uscc", code, "鹤岗市另一家商贸有限公司"),
    )  # fmt: skip
    work = lambda: identity.decide_change(officer=chief(), change_id=change.pk, grant=True)  # noqa: E731
    assert told(work) == [(RECORDS, moved.pk)]


def test_an_end_of_today_is_one_event_and_one_of_tomorrow_another_when_it_comes() -> None:
    entry, tomorrow = listed(), today() + timedelta(days=1)
    first, second = make_penalty(), make_penalty()

    def end(record: CreditRecord, days: int) -> None:
        on = today() + timedelta(days=days)
        records.end_record(officer=None, record_id=record.pk, on=on, reason="repaired", basis="第14条")

    def clock(days: int) -> None:
        records.touch_ended(on=today() + timedelta(days=days))
        touch_ended(on=today() + timedelta(days=days))

    clock(1)  # what other tests' data brought along
    assert told(lambda: (end(first, 0), clock(0))) == [(RECORDS, first.pk)]
    assert told(
        lambda: (
            end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repair", basis="第15条"),
            clock(0),
        )
    ) == [(ENTRIES, entry.pk)]
    assert ListEntry.objects.get().ended_noted
    assert told(lambda: (end(second, 1), clock(0))) == [(RECORDS, second.pk)]
    second.refresh_from_db()
    assert (second.ended_on, second.ended_noted) == (tomorrow, False)
    assert told(lambda: (clock(1), clock(1))) == [(RECORDS, second.pk)]


def test_a_record_that_lives_again_has_an_end_to_be_told() -> None:
    record = make_penalty()
    records.end_record(officer=None, record_id=record.pk, on=today(), reason="changed", basis="第14条")
    CreditRecord.objects.filter(pk=record.pk).update(ended_on=None, end_reason="")
    assert not CreditRecord.objects.get(pk=record.pk).ended_noted
    last = CreditRecord.objects.get(pk=record.pk).shared_until
    assert last is not None
    records.touch_ended(on=last)
    assert told(lambda: records.touch_ended(on=last + timedelta(days=1))) == [(RECORDS, record.pk)]


@pytest.mark.parametrize("grant", [True, False])
def test_a_decision_about_a_repair_is_one_event_of_its_case(grant: bool) -> None:
    case = repairs.accepted(repairs.listed(), Kind.REPAIR)
    version = case.version
    assert told(lambda: repairs.decided(case, grant), [CASES]) == [(CASES, case.pk)]
    case.refresh_from_db()
    assert case.version == version + 1
