"""统计口径和栏目: changed from a day on by the credit authority, never backwards, and left alone by the reference files."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from agencies.choices import Role
from common.clock import today
from common.gates import Refused
from portal.news.models import NewsColumn
from portal.site_rules import KINDS, change_row
from portal.statistics.models import FigureRule
from portal.statistics.reference import load_figure_rules
from portal.statistics.selectors import rules_on
from tests import people

pytestmark = pytest.mark.django_db


def values(**changed: object) -> dict[str, object]:
    row = FigureRule.objects.get(code="published-persons")
    kept = {name: getattr(row, name) for name in KINDS["figures"].columns}
    return {**kept, "effective_from": today() + timedelta(days=1), **changed}


def change(**changed: object) -> object:
    return change_row(
        officer=people.officer(Role.AUTHORITY, username=f"keeper-{len(changed)}"),
        basis="鹤信用办〔2026〕9号",
        kind=KINDS["figures"],
        code="published-persons",
        values=values(**changed),
    )


def test_a_change_begins_on_its_day_and_the_files_leave_it_alone() -> None:
    change(minimum=20)
    load_figure_rules()
    before, after = (
        next(rule for rule in rules_on(day) if rule.code == "published-persons")
        for day in (today(), today() + timedelta(days=1))
    )
    assert (before.minimum, after.minimum) == (10, 20)
    assert before.effective_until == today()


def test_nothing_reaches_back_and_nobody_else_may() -> None:
    with pytest.raises(Refused, match="date_order"):
        change(effective_from=today() - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        change_row(
            officer=people.officer(Role.REVIEWER),
            basis="x",
            kind=KINDS["figures"],
            code="published",
            values=values(),
        )
    with pytest.raises(LookupError):
        change_row(
            officer=people.officer(Role.AUTHORITY),
            basis="x",
            kind=KINDS["figures"],
            code="no-such",
            values=values(),
        )


def test_the_pages(client: Client) -> None:
    client.force_login(people.officer(Role.AUTHORITY))
    assert "在公示的信息：自然人" in client.get("/workbench/news/rules/").content.decode()
    form = {
        "name": "典型案例", "about": "守信和失信的事例", "order": "30", "basis": "plan-2022-1", "basis_clause": "五（四）",
        "mark": "unverified", "effective_from": today().isoformat(), "acting_on": "鹤信用办〔2026〕9号",
    }  # fmt: skip
    late = {**form, "effective_from": "2020-01-01"}
    assert "最早从今天起施行" in client.post("/workbench/news/rules/columns/anli/", late).content.decode()
    page = client.post("/workbench/news/rules/columns/anli/", form, follow=True).content.decode()
    assert "起按新的规定" in page and "守信和失信的事例" in page
    newest = NewsColumn.objects.filter(code="anli").latest("effective_from")
    assert newest.anonymous and newest.effective_from == today()
    assert client.get("/workbench/news/rules/columns/no-such/").status_code == 404
    assert client.get("/workbench/news/rules/others/anli/").status_code == 403
