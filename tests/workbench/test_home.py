"""The home page of the workbench: what waits for whom, the nearest deadline first, from every room."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.choices import Role, Scope
from agencies.models import Officer
from blacklist import services as lists
from blacklist.choices import DeliveryStatus, ServiceKind
from common.clock import today
from hegang_credit.home import tasks_of
from records.identity.services import propose_merge
from tests import people
from tests.blacklist import samples
from tests.factories import make_penalty
from tests.identity.samples import by_code, new_row, old_row
from tests.imports.samples import deliver, private_root, rows
from tests.repair.samples import file as filed
from tests.repair.samples import ripe_penalty
from tests.supervision.samples import make_clue

__all__ = ["private_root"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_root")]


def person(actor: lists.Actor) -> Officer:
    assert actor.officer is not None
    return actor.officer


def work(officer: Officer) -> list[tuple[str, str, str]]:
    return [(task.room, task.title, task.what) for task in tasks_of(officer, today())]


def test_a_case_waits_for_its_handler_then_for_whoever_decides_then_for_the_handler_again() -> None:
    case = samples.open_case()
    handler, chief = person(samples.handler()), person(samples.chief())
    assert work(handler) == [("名单认定", case.number, "制作事先告知书")]
    assert work(chief) == []
    samples.served(case)
    assert work(handler) == []
    samples.reviewed(case)
    assert work(chief) == [("名单认定", case.number, "作出列入决定")]
    assert work(handler) == []
    samples.listed(case)
    assert work(handler) == [("名单认定", case.number, "送达决定书")]
    lists.serve_decision(
        actor=samples.handler(), case_id=case.pk, service_kind=ServiceKind.DIRECT, proof="回证", on=today()
    )
    assert work(handler) == work(chief) == []


def test_an_objection_waits_for_the_handler_by_its_own_deadline_and_other_units_see_nothing() -> None:
    case = samples.served(samples.open_case(on=today()), on=today())
    lists.speak(case_id=case.pk, text="不同意", objects=True, on=today())
    task = next(task for task in tasks_of(person(samples.handler()), today()) if task.title == case.number)
    assert task.what == "核实并答复异议"
    assert task.due == case.steps.get(kind="objection").due
    assert work(people.officer(Role.SUBMITTER, code="hg-yingji", username="elsewhere")) == []


def test_a_case_a_system_opened_waits_for_whoever_works_cases_there() -> None:
    machine = lists.by_client(people.client(Scope.LISTS_DECIDE))
    case = samples.open_case(actor=machine)
    assert work(person(samples.handler())) == [("名单认定", case.number, "制作事先告知书")]


def test_repairs_identities_clues_and_deliveries_wait_for_those_who_decide_them() -> None:
    reviewer, chief = people.officer(Role.REVIEWER), people.officer(Role.AUTHORITY)
    record = ripe_penalty()
    asked = filed(record).case
    merge = propose_merge(officer=reviewer, kept_id=new_row().pk, other_id=old_row().pk, evidence=by_code())
    clue = make_clue(make_penalty())
    assert ("信用修复", asked.number, "审查材料，决定是否受理") in work(reviewer)
    assert ("责任线索", clue.label, "作出说明") in work(reviewer)
    assert ("主体合并和拆分", str(merge.kept), "审核并作出决定") in work(chief)
    assert not any(room in ("主体合并和拆分", "外部名单") for room, _, _ in work(reviewer))
    assert ("责任线索", clue.label, "作出说明") not in work(chief)
    for _ in range(5):
        make_clue(make_penalty())
    assert [title for room, title, _ in work(reviewer) if room == "责任线索"] == ["6条责任线索"]


def test_a_held_list_waits_for_the_credit_authority() -> None:
    held = deliver(rows(30))  # a first list is always looked at
    assert held.status == DeliveryStatus.HELD
    chief = people.officer(Role.AUTHORITY, username="another-chief")
    assert ("外部名单", held.filename, "核对后采用或者退回") in work(chief)


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/workbench/").status_code == 200
    return len(seen)


def test_the_page_shows_them_by_deadline_and_asks_the_database_as_often_for_many_as_for_few() -> None:
    chief = person(samples.chief())
    browser = Client()
    browser.force_login(chief)
    late = samples.reviewed(samples.served(samples.open_case(make_penalty())))
    asked = filed(ripe_penalty()).case
    browser.get("/workbench/")
    few = queries(browser)
    for _ in range(3):
        samples.reviewed(samples.served(samples.open_case(make_penalty())))
        filed(ripe_penalty())
    assert queries(browser) == few
    page = browser.get("/workbench/").content.decode()
    assert page.index(late.number) < page.index(asked.number), "the nearest deadline first"
    assert "已超" in page and date.today() > samples.DAY + timedelta(days=60)
