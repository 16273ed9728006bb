"""Clues on a real database: raised once, caught up when late, and agreed with the pure rules."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from agencies.choices import Role
from common.models import CalendarDay
from common.selectors import forget_calendar, read_calendar
from records.choices import Channel
from records.models import CreditRecord
from records.services import accept_record
from supervision import services
from supervision.choices import ClueKind, ClueState, GapReason, Timing
from supervision.models import Clue, NumberGap
from supervision.rules.timeliness import judge
from supervision.selectors import quality
from supervision.selectors.timeliness import timeliness
from supervision.tasks import refresh_clues
from tests import people
from tests.examples import examples
from tests.factories import make_penalty, make_subject
from tests.plan.rows import item_today, provider_of, valid_row

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
_numbers = itertools.count(1)


def received(record: CreditRecord, at: datetime) -> CreditRecord:
    CreditRecord.objects.filter(pk=record.pk).update(received_at=at)
    return record


def penalty(decided: date, arrived: date, number: str = "") -> CreditRecord:
    """A penalty received at noon; without a number, one that belongs to no series."""
    number = number or f"鹤市监罚决{next(_numbers)}"
    at = datetime(arrived.year, arrived.month, arrived.day, 4, tzinfo=UTC)
    return received(make_penalty(decision_date=decided, number=number), at)


def late_clues() -> list[Clue]:
    return list(Clue.objects.filter(kind=ClueKind.LATE_REPORT).order_by("id"))


def test_a_late_record_raises_one_clue_however_often_the_job_runs() -> None:
    penalty(date(2026, 2, 12), date(2026, 2, 28))
    late = penalty(date(2026, 2, 12), date(2026, 3, 2))
    assert services.refresh(on=TODAY)[:3] == (1, 0, 0)
    assert services.refresh(on=TODAY + timedelta(days=9))[:3] == (0, 0, 0)
    (clue,) = late_clues()
    assert (clue.record_id, clue.due, clue.late_by) == (late.pk, date(2026, 2, 28), 1)
    assert (clue.agency_id, clue.label) == (late.provider_id, late.document_number)
    assert clue.state == ClueState.OPEN
    assert clue.basis == (
        "鹤信用发〔2022〕1号 第5条、五（三）；发改办财金〔2018〕424号：自作出决定之日起7个工作日内（以目录事项的报送期限为准）"
    )


def test_a_late_record_of_another_item_cites_that_item_and_its_period() -> None:
    item, unit = item_today("djzc"), provider_of("djzc")
    row = valid_row(item, unit, 72_000) | {item.fields.get(role="decision_date").code: "2026-05-11"}
    record = accept_record(agency=unit, item_code="djzc", fields=row, channel=Channel.FORM)
    received(record, datetime(2026, 7, 1, 4, tzinfo=UTC))
    services.refresh(on=TODAY)
    (clue,) = late_clues()
    assert f"目录事项“{item.name}”：自作出决定之日起20个工作日内" in clue.basis and "424号" not in clue.basis


def test_midnight_is_midnight_in_hegang() -> None:
    make = [make_penalty(decision_date=date(2026, 5, 11)) for _ in range(2)]  # due on 20 May
    received(make[0], datetime(2026, 5, 20, 15, 59, 59, tzinfo=UTC))
    received(make[1], datetime(2026, 5, 20, 16, 0, 0, tzinfo=UTC))
    services.refresh(on=TODAY)
    assert [clue.record_id for clue in late_clues()] == [make[1].pk]


def test_nobody_is_late_in_a_year_without_calendar_and_all_is_caught_up_with_it() -> None:
    penalty(date(2026, 12, 28), date(2027, 3, 1))
    services.refresh(on=date(2027, 3, 2))
    assert late_clues() == []
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day, is_workday=False)
        for day in [date(2027, 1, 1), *(date(2027, 10, n) for n in (1, 4, 5, 6, 7))]
    )
    assert services.refresh(on=date(2027, 3, 2)).late == 1
    assert late_clues()[0].due == date(2027, 1, 7)


def test_a_corrected_calendar_takes_the_clue_back() -> None:
    penalty(date(2026, 5, 11), date(2026, 5, 21))
    services.refresh(on=TODAY)
    CalendarDay.objects.create(date=date(2026, 5, 19), is_workday=False, note="临时放假")
    assert services.refresh(on=TODAY)[:3] == (0, 0, 1)
    (clue,) = late_clues()
    assert clue.state == ClueState.CLOSED and "未超过期限" in clue.outcome and clue.closed_by is None


def test_gaps_are_asked_about_after_the_next_number_was_due() -> None:
    for number in (1, 2, 5, 9):
        penalty(date(2026, 5, 11), date(2026, 5, 12), f"鹤市监处罚〔2026〕{number}号")
    services.refresh(on=date(2026, 5, 20))
    assert [str(gap) for gap in NumberGap.objects.order_by("first")] == [
        "鹤市监处罚〔2026〕3至4号",
        "鹤市监处罚〔2026〕6至8号",
    ]
    assert not Clue.objects.exists()
    assert services.refresh(on=date(2026, 5, 21)).gaps == 2
    penalty(date(2026, 5, 11), date(2026, 5, 12), "鹤市监处罚(2026)第7号")
    assert services.refresh(on=date(2026, 5, 22))[:3] == (0, 2, 1)
    by_label = dict(Clue.objects.values_list("label", "state"))
    assert by_label == {
        "鹤市监处罚〔2026〕3至4号": "open",
        "鹤市监处罚〔2026〕6至8号": "closed",
        "鹤市监处罚〔2026〕6号": "open",
        "鹤市监处罚〔2026〕8号": "open",
    }


def test_a_gap_that_stays_keeps_its_row() -> None:
    for number in (1, 5):
        penalty(date(2026, 5, 11), date(2026, 5, 12), f"鹤市监处罚〔2026〕{number}号")
    services.refresh(on=TODAY)
    before = NumberGap.objects.get()
    penalty(date(2026, 5, 11), date(2026, 5, 12), "鹤市监处罚〔2026〕6号")
    services.refresh(on=TODAY)
    after = NumberGap.objects.get()
    assert (after.pk, after.received) == (before.pk, 3)


def test_the_task_says_how_many_it_raised() -> None:
    penalty(date(2026, 2, 12), date(2026, 3, 2), "鹤市监处罚〔2026〕1号")
    penalty(date(2026, 2, 12), date(2026, 2, 13), "鹤市监处罚〔2026〕3号")
    assert refresh_clues() == 2


def test_a_clue_of_explained_numbers_does_not_come_back() -> None:
    for number in (1, 9):
        penalty(date(2026, 5, 11), date(2026, 5, 12), f"鹤市监处罚〔2026〕{number}号")
    services.refresh(on=TODAY)
    gap = NumberGap.objects.get()
    services.explain_gap(
        gap_id=gap.pk, officer=people.officer(Role.REVIEWER), first=4, last=6, reason=GapReason.VOID
    )
    assert services.refresh(on=TODAY)[:3] == (0, 0, 0)
    states = dict(Clue.objects.values_list("label", "state"))
    assert states == {
        "鹤市监处罚〔2026〕2至8号": "explained",
        "鹤市监处罚〔2026〕2至3号": "open",
        "鹤市监处罚〔2026〕7至8号": "open",
    }


class TestSqlAgreesWithTheRule(TestCase):
    """The statement over millions and the pure rule are one rule."""

    days = st.dates(date(2025, 11, 1), date(2027, 2, 20))

    @settings(max_examples=examples(25))
    @given(st.lists(st.tuples(days, st.integers(-5, 120)), min_size=1, max_size=6))
    def test_agreement(self, cases: list[tuple[date, int]]) -> None:
        CreditRecord.objects.all().delete()
        subject = make_subject()
        calendar = read_calendar()
        wanted = {Timing.ON_TIME: 0, Timing.LATE: 0, Timing.UNCERTAIN: 0}
        late_days = 0
        for decided, after in cases:
            arrived = decided + timedelta(days=after)
            at = datetime(arrived.year, arrived.month, arrived.day, 1, tzinfo=UTC)
            received(make_penalty(subject, decision_date=decided), at)
            found = judge(decision_date=decided, received_on=arrived, calendar=calendar, days=7)
            wanted[found.timing] += 1
            late_days += found.late_by
        rows = timeliness(since=date(2025, 1, 1), until=date(2027, 12, 31), items=["xzcf"])
        assert sum(row.on_time for row in rows) == wanted[Timing.ON_TIME]
        assert sum(row.late for row in rows) == wanted[Timing.LATE]
        assert sum(row.uncertain for row in rows) == wanted[Timing.UNCERTAIN]
        assert sum(row.late_days for row in rows) == late_days
        assert sum(row.judged + row.uncertain for row in rows) == len(cases)


def test_found_later_moves_records_to_the_wrong_side() -> None:
    lines = [quality.Compliance(1, 10, 2, 3), quality.Compliance(2, 1, 0, 0)]
    assert quality.with_found_later(lines, {1: 4, 2: 5}) == [
        quality.Compliance(1, 6, 6, 3),
        quality.Compliance(2, 0, 1, 0),
    ]


def teardown_module() -> None:
    forget_calendar()
