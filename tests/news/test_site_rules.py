"""公开网站的规定: changed from a day on by the credit authority, never backwards, and left alone by the reference files."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from agencies.choices import Role
from common.clock import today
from common.gates import Refused
from portal.models import OpenTerm
from portal.news.models import NewsColumn
from portal.open_terms import terms
from portal.reference import load_site_rows
from portal.site_rules import KINDS, change_row, end_row
from portal.statistics.models import FigureRule
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
    load_site_rows()
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


TERM = {
    "name": "注明日期。", "text": "展示时请注明取数的日期。", "order": "70", "basis": "plan-2022-1", "basis_clause": "鹤信用发〔2022〕1号 第5条",
    "mark": "unverified", "acting_on": "鹤信用办〔2026〕11号",
}  # fmt: skip


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def test_a_term_of_use_is_added_changed_and_ended_on_its_days(client: Client) -> None:
    client.force_login(people.officer(Role.AUTHORITY))
    new = "/workbench/news/rules/terms/new/"
    assert new in client.get("/workbench/news/rules/").content.decode()
    assert "最早从今天起施行" in client.post(new, TERM | {"effective_from": day(-1)}).content.decode()
    client.post(new, TERM | {"effective_from": day(1)})
    row = OpenTerm.objects.latest("pk")
    assert row not in terms(today()) and terms(today() + timedelta(days=1)).last() == row
    page = f"/workbench/news/rules/terms/{row.code}/"
    assert "来源待核" in client.get(page).content.decode()
    later = client.post(page + "end/", {"last_day": day(0), "acting_on": "鹤信用办〔2026〕12号"})
    assert "不能早于今天和施行日期" in later.content.decode()
    done = client.post(page + "end/", {"last_day": day(3), "acting_on": "鹤信用办〔2026〕12号"}, follow=True)
    assert "为止" in done.content.decode()
    client.post(page, TERM | {"text": "请注明取数日期。", "effective_from": day(6)})
    said = [
        terms(today() + timedelta(days=days)).filter(code=row.code).values_list("text", flat=True).first()
        for days in (3, 5, 6)
    ]
    assert said == [TERM["text"], None, "请注明取数日期。"], "what had ended does not come back in between"


def test_a_term_that_ended_leaves_the_site_and_the_files_do_not_bring_it_back(client: Client) -> None:
    keeper = people.officer(Role.AUTHORITY)
    act = {"officer": keeper, "basis": "鹤信用办〔2026〕12号", "kind": KINDS["terms"], "code": "no-trade"}
    end_row(**act, last_day=today())  # type: ignore[arg-type]
    with pytest.raises(Refused, match="date_order"):
        end_row(**act, last_day=today() + timedelta(days=1))  # type: ignore[arg-type]
    OpenTerm.objects.filter(code="no-trade").update(effective_until=today() - timedelta(days=1))
    load_site_rows()
    assert "不得买卖" not in client.get("/open-data/").content.decode()
    client.force_login(keeper)
    assert "已失效" in client.get("/workbench/news/rules/").content.decode()


def test_figures_and_columns_are_neither_added_nor_ended(client: Client) -> None:
    keeper = people.officer(Role.AUTHORITY)
    client.force_login(keeper)
    for page in ("figures/new/", "columns/new/", "columns/anli/end/"):
        assert client.get(f"/workbench/news/rules/{page}").status_code == 403
    assert client.get("/workbench/news/rules/terms/no-such/end/").status_code == 404
    with pytest.raises(PermissionDenied):
        end_row(officer=keeper, basis="x", kind=KINDS["columns"], code="anli", last_day=today())


def test_a_malformed_value_comes_back_with_the_form(client: Client) -> None:
    client.force_login(people.officer(Role.AUTHORITY))
    form = TERM | {"effective_from": day(1), "text": "长" * 501}
    assert client.post("/workbench/news/rules/terms/new/", form).status_code == 200
    assert not OpenTerm.objects.filter(name=TERM["name"]).exists()
