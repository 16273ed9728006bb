"""Statutory clocks: dated rows decide how long, the calendar decides which day, and officers change them from a day on."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Officer
from catalog.choices import TimeUnit
from catalog.deadlines import DeadlineUnknown, code_for, due
from catalog.deadlines.models import DeadlineRule
from catalog.deadlines.services import DeadlineText, change_deadline
from catalog.models import LegalBasis
from catalog.rules.deadlines import last_day
from common.clock import today
from common.gates import Refused
from common.selectors import load_calendar
from common.workdays import Calendar
from tests import people

CODE = "penalty-withdraw"
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, st.integers(1, 400), st.sampled_from(TimeUnit.values))
def test_a_period_ends_on_a_working_day_after_its_start(start: date, amount: int, unit: str) -> None:
    calendar = Calendar(holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}))
    end = last_day(start, amount, unit, calendar)
    assert end > start
    assert calendar.is_workday(end)
    if unit == TimeUnit.WORKDAYS:
        assert calendar.workdays_between(start, end) == amount


@pytest.mark.parametrize(
    ("amount", "unit", "start", "end"),
    [
        (3, "workdays", date(2026, 9, 29), date(2026, 10, 9)),  # the National Day holiday lies in between
        (3, "workdays", date(2026, 2, 13), date(2026, 2, 25)),  # Spring Festival, with its working weekend
        (15, "days", date(2026, 9, 20), date(2026, 10, 8)),  # would end inside the holiday
        (1, "months", date(2026, 1, 31), date(2026, 2, 28)),  # a Saturday made a working day
        (6, "months", date(2027, 8, 31), date(2028, 2, 29)),  # leap day
    ],
)
@pytest.mark.django_db
def test_holidays_and_short_months(amount: int, unit: str, start: date, end: date) -> None:
    assert last_day(start, amount, unit, load_calendar()) == end


def longer(days: int = 5, first: date | None = None) -> DeadlineText:
    return DeadlineText(
        amount=days,
        unit="workdays",
        basis=LegalBasis.objects.get(code="xzcff"),
        basis_clause="第四十八条",
        effective_from=first or today() + timedelta(days=1),
        mark="verified",
    )


@pytest.mark.django_db
class TestChanging:
    def test_a_change_reaches_only_clocks_that_start_afterwards(self, keeper: Officer) -> None:
        before = due(CODE, today())
        tomorrow = today() + timedelta(days=1)
        change_deadline(officer=keeper, basis="修改决定", code=CODE, text=longer())
        assert due(CODE, today()) == before
        assert due(CODE, tomorrow).rule.amount == 5
        assert due(CODE, today(), on=tomorrow).rule.amount == 5

    def test_nothing_reaches_back(self, keeper: Officer) -> None:
        with pytest.raises(Refused) as refused:
            change_deadline(
                officer=keeper, basis="修改决定", code=CODE, text=longer(first=today() - timedelta(days=1))
            )
        assert [one.code for one in refused.value.refusals] == ["date_order"]

    def test_what_officers_changed_survives_the_next_load(self, keeper: Officer) -> None:
        change_deadline(officer=keeper, basis="修改决定", code=CODE, text=longer())
        call_command("load_reference", verbosity=0)
        assert due(CODE, today() + timedelta(days=1)).rule.amount == 5

    def test_a_sector_has_its_own_period_from_its_day_on_and_keeps_it(self, keeper: Officer) -> None:
        own, before = "market-penalty-withdraw", date(2021, 8, 1)
        assert code_for(CODE, ["消防", "市场监管"], today()) == own
        assert code_for(CODE, ["消防"], today()) == code_for(CODE, ["市场监管"], before) == CODE
        change_deadline(officer=keeper, basis="修改决定", code=own, text=longer())
        tomorrow = today() + timedelta(days=1)
        assert due(code_for(CODE, ["市场监管"], tomorrow), tomorrow).rule.amount == 5
        assert due(CODE, tomorrow).rule.amount == 3

    def test_two_rules_at_once_are_refused_by_the_database(self) -> None:
        row = DeadlineRule.objects.get(code=CODE)
        row.pk = None
        row.effective_from = today()
        with pytest.raises(IntegrityError, match="deadline_one_in_force"), transaction.atomic():
            row.save()

    def test_a_clock_nobody_knows_is_an_error_and_not_forever(self) -> None:
        with pytest.raises(DeadlineUnknown):
            due("no-such-clock", today())
        with pytest.raises(DeadlineRule.DoesNotExist):
            change_deadline(
                officer=people.officer(people.Role.AUTHORITY), basis="x", code="no-such-clock", text=longer()
            )

    def test_on_the_page(self, client: Client, keeper: Officer) -> None:
        client.force_login(keeper)
        assert "办理期限" in client.get("/workbench/catalog/deadlines/").content.decode()
        address = f"/workbench/catalog/deadlines/{CODE}/"
        posted = {
            "amount": "5",
            "unit": "workdays",
            "basis": "xzcff",
            "basis_clause": "第四十八条",
            "effective_from": (today() + timedelta(days=1)).isoformat(),
            "mark": "verified",
            "acting_on": "修改决定",
        }
        refused = client.post(address, posted | {"effective_from": "2020-01-01"}).content.decode()
        assert "已经起算的期限不受影响" in refused
        assert client.post(address, posted).status_code == 302
        page = client.get(address).content.decode()
        assert "5个工作日" in page
        assert "3个工作日" in page
        assert client.get("/workbench/catalog/deadlines/none/").status_code == 404
