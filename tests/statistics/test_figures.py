"""信用统计: what is counted, what is withheld, which days stay, and what a reader sees of it.

青松岭 and other companies, 林有田 and other persons, and a market regulator whose reviewer decides repairs.
"""

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from ledger.models import Pending
from ledger.tables import TABLES
from portal.statistics.models import Figure, FigureRule, StatisticDay
from portal.statistics.services import digest_of, take, take_due
from portal.tasks import take_statistics
from repair.choices import Kind
from tests.factories import make_entry, make_licence, make_penalty, make_person, make_subject
from tests.repair import samples
from tests.statistics.conftest import NEXT

DAY = date(2026, 11, 22)
pytestmark = pytest.mark.django_db


def told(day: StatisticDay, series: str) -> dict[tuple[str, str], Decimal | None]:
    return {(one.key, one.period): one.value for one in day.figures.filter(series=series)}


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def received(*records: object) -> None:
    """As if they had come in before the day ended."""
    for record in records:
        type(record).objects.filter(pk=record.pk).update(received_at=NEXT - timedelta(days=2))  # type: ignore[attr-defined]


def test_units_are_counted_by_item_year_and_month_while_their_window_is_open() -> None:
    received(
        make_penalty(decision_date=date(2026, 5, 11)),
        make_penalty(decision_date=date(2026, 5, 30)),
        make_penalty(decision_date=date(2025, 3, 1), published_until=date(2028, 3, 1)),
        make_penalty(published_until=DAY),  # its last day: gone when the figures are read
        make_penalty(ended_on=DAY),
        make_licence(),
    )
    late = make_penalty()  # came in after the day had ended
    type(late).objects.filter(pk=late.pk).update(received_at=NEXT + timedelta(hours=1))
    day = take(day=DAY)
    assert told(day, "published") == {("xzcf", ""): 3, ("xzxk", ""): 1}
    assert told(day, "published-year") == {("xzcf", "2025"): 1, ("xzcf", "2026"): 2, ("xzxk", "2026"): 1}
    assert told(day, "published-month") == {("xzcf", "2026-05"): 2, ("xzxk", "2026-03"): 1}


def test_few_persons_are_withheld_and_stand_in_no_total() -> None:
    received(make_licence(), *(make_licence(make_person()) for _ in range(3)))
    few = take(day=DAY)
    assert told(few, "published") == {("xzxk", ""): 1}
    assert told(few, "published-persons") == {("xzxk", ""): None}
    assert told(few, "published-year") == {("xzxk", "2026"): 1}
    FigureRule.objects.filter(code="published-persons").update(minimum=3)
    assert told(take(day=DAY), "published-persons") == {("xzxk", ""): 3}


def test_the_database_keeps_no_small_count() -> None:
    day = take(day=DAY)
    with pytest.raises(IntegrityError, match="figure_small_is_withheld"), transaction.atomic():
        Figure.objects.create(
            day=day, series="listed-persons", key="x", label="x", base=4, value=4, minimum=10
        )


def test_entries_in_force_are_counted_by_list() -> None:
    make_entry(), make_entry(), make_entry(make_person())
    over = make_entry()
    type(over).objects.filter(pk=over.pk).update(ended_on=DAY, end_reason="fulfilled")
    day = take(day=DAY)
    assert told(day, "listed") == {("sxbzxr", ""): 2}
    assert told(day, "listed-persons") == {("sxbzxr", ""): None}


def test_repairs_and_objections_are_counted_by_year_and_outcome() -> None:
    repaired = [samples.decided(samples.accepted(samples.ripe_penalty())) for _ in range(3)]
    samples.file(make_licence(make_person()), Kind.OBJECTION)
    refused = samples.decided(samples.accepted(samples.ripe_penalty(), Kind.OBJECTION), grant=False)
    on = repaired[0].decided_on
    assert on is not None and refused.decided_on == on
    day = take(day=on)
    year = str(on.year)
    assert told(day, "repairs") == {("granted", year): 3}
    assert told(day, "repair-days") == {("median", year): 0}
    assert told(day, "objections") == {("refused", year): 1}
    assert told(day, "applications-persons") == {("objection", year): None}


def test_hand_ins_are_counted_by_the_kind_of_their_units() -> None:
    records = [make_penalty() for _ in range(12)]
    received(*records)
    day = take(day=DAY)
    assert told(day, "handed-in") == {("administration", "2026"): 12}
    assert told(day, "providers") == {("administration", "2026"): 1}
    assert set(told(day, "timely")) == {("double-publicity", "2026-05")}


def test_a_day_counted_again_is_the_same_and_the_ledger_holds_its_digest() -> None:
    received(make_penalty(), make_licence(make_person()))
    first = take(day=DAY)
    written = Pending.objects.filter(tbl=TABLES["portal_statisticday"]).count()
    with at(NEXT + timedelta(days=3)):
        make_penalty()  # comes in later
        again = take(day=DAY)
    assert (again.pk, again.digest, again.rows) == (first.pk, first.digest, first.rows)
    assert digest_of(again.figures.all()) == first.digest
    assert written == 1


def test_yesterday_is_counted_once_and_a_provisional_count_is_replaced() -> None:
    noon = NEXT - timedelta(hours=12)
    with at(noon):
        provisional = take(day=DAY)
    assert take_statistics() == 1 and take_due() == 0
    provisional.refresh_from_db()
    assert provisional.counted_at == NEXT


def test_of_each_month_the_last_day_stays() -> None:
    for day in (date(2026, 9, 30), date(2026, 10, 5), date(2026, 10, 31), DAY - timedelta(days=1), DAY):
        take(day=day)
    kept = list(StatisticDay.objects.order_by("day").values_list("day", flat=True))
    assert kept == [date(2026, 9, 30), date(2026, 10, 31), DAY]
    assert not Figure.objects.exclude(day__day__in=kept).exists()
    with pytest.raises(ValueError, match="更晚的统计"):
        take(day=date(2026, 10, 5))
    with pytest.raises(ValueError, match="还没有到"):
        take(day=DAY + timedelta(days=2))


def test_the_page_says_what_as_of_when_and_how(client: Client) -> None:
    received(make_penalty(), *(make_licence(make_person()) for _ in range(2)))
    empty = client.get("/statistics/").content.decode()
    assert "还没有统计数字" in empty
    take(day=date(2026, 10, 31))
    take(day=DAY)
    page = client.get("/statistics/").content.decode()
    earlier = client.get("/statistics/?day=2026-10-31").content.decode()
    assert client.get("/statistics/?day=2026-10-30").status_code == 404
    assert (
        "2026年11月22日" in page
        and "每天统计一次" in page
        and "少于 10" in page
        and "怎样统计" in page
        and "来源待核" in page
    )
    assert "?day=2026-10-31" in page and "截至2026年10月31日" in earlier


def test_the_file_holds_what_the_page_shows_and_no_formula(client: Client) -> None:
    received(make_penalty(), make_licence(make_person()))
    assert client.get("/statistics/figures.csv").status_code == 404
    day = take(day=DAY)
    day.figures.filter(series="published", key="xzcf").update(label="=HYPERLINK(1)")
    digest = day.digest
    answer = client.get("/statistics/figures.csv")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    found = {(row["指标代号"], row["分类代号"], row["时间"]): row for row in rows}
    assert found["published", "xzcf", ""]["数值"] == "1"
    assert found["published", "xzcf", ""]["分类"] == "'=HYPERLINK(1)"
    withheld = found["published-persons", "xzxk", ""]
    assert (withheld["数值"], withheld["说明"]) == ("", "少于10，不显示")
    assert all(row["怎样统计"] and row["依据"] for row in rows)
    told = [
        Figure(
            series=row["指标代号"],
            key=row["分类代号"],
            period=row["时间"],
            value=Decimal(row["数值"]) if row["数值"] else None,
        )
        for row in rows
    ]
    assert digest_of(told) == digest


def test_a_figure_without_a_rule_is_not_published() -> None:
    FigureRule.objects.filter(code="published").delete()
    received(make_penalty(make_subject()))
    with pytest.raises(KeyError):
        take(day=DAY)
    assert not StatisticDay.objects.exists()
