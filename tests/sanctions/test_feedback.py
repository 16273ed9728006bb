"""Feedback by API: applied or not, by which document, why not; and the way from a hit to its lifting."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.choices import Role, Scope
from blacklist.services import end_entry
from common.clock import today
from sanctions import desk, lifting
from sanctions.models import AppliedMeasure, MeasureFeedback, Screening
from tests import people
from tests.factories import make_penalty, make_subject
from tests.sanctions.samples import ADDRESS, Window, make_entry

pytestmark = pytest.mark.django_db
APPLIED = {"measure": "nmg-48-cg", "applied": True, "document": "鹤采退〔2026〕3号"}


def test_from_the_window_to_the_lifting_by_interface() -> None:
    window, entry = Window(), make_entry()
    asked = window.ask({"甲/1": {"uscc": entry.subject.uscc}, "乙": {"uscc": make_subject().uscc}}).json()
    answer = window.report(asked["id"], {"甲/1": [APPLIED]})
    assert answer.json() == {"id": asked["id"], "accepted": 1, "remaining": 0}, answer.content.decode()
    row = AppliedMeasure.objects.get()
    assert (row.agency.code, row.entry, row.matter.code, row.client) == (
        "hg-zhengwu",
        entry,
        "zfcg",
        window.client,
    )  # type: ignore[union-attr]
    assert row.ends_on == entry.ends_on
    tasks = window.browser.get(f"{ADDRESS}lift-tasks/", headers=window.headers).json()
    assert tasks == {"items": [], "next_cursor": None}
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
    assert window.one(entry.subject)["status"] == "clear"
    (task,) = window.browser.get(f"{ADDRESS}lift-tasks/", headers=window.headers).json()["items"]
    assert (task["screening"], task["measure"], task["ended_on"]) == (asked["id"], "nmg-48-cg", f"{today()}")
    lifted = {"measure": "nmg-48-cg", "lifted": True, "document": "鹤采解〔2026〕1号"}
    assert window.report(asked["id"], {"甲/1": [lifted]}).status_code == 200
    assert window.browser.get(f"{ADDRESS}lift-tasks/", headers=window.headers).json()["items"] == []
    row.refresh_from_db()
    assert (row.lifted_on, row.lift_document, row.lifted_client) == (
        today(),
        "鹤采解〔2026〕1号",
        window.client,
    )


def test_the_same_report_again_changes_nothing_and_another_is_refused() -> None:
    window, entry = Window(), make_entry()
    asked = window.ask({"a": {"uscc": entry.subject.uscc}}).json()
    for _ in range(2):
        assert window.report(asked["id"], {"a": [APPLIED]}).json()["accepted"] == 1
    assert MeasureFeedback.objects.count() == AppliedMeasure.objects.count() == 1
    other = window.report(
        asked["id"], {"a": [{"measure": "nmg-48-cg", "applied": False, "reason": "已撤回"}]}
    )
    assert other.status_code == 409
    again = window.ask({"b": {"uscc": entry.subject.uscc}}).json()
    assert window.report(again["id"], {"b": [APPLIED]}).json()["accepted"] == 1
    assert AppliedMeasure.objects.count() == 1 and MeasureFeedback.objects.count() == 2


def test_not_applied_says_why_and_leaves_nothing_to_lift() -> None:
    window, entry = Window(), make_entry()
    asked = window.ask({"a": {"uscc": entry.subject.uscc}}).json()
    assert [one.code for one in lifting.unreported(until=today() + timedelta(days=60))] == ["nmg-48-cg"]
    assert lifting.unreported(until=today()) == []
    said = {"measure": "nmg-48-cg", "applied": False, "reason": "申请人已撤回申请"}
    assert window.report(asked["id"], {"a": [said]}).json()["remaining"] == 0
    assert AppliedMeasure.objects.count() == 0
    assert lifting.unreported(until=today() + timedelta(days=60)) == []


@pytest.mark.parametrize(
    ("report", "code", "pointer"),
    [
        ({"measure": "nmg-48-cg", "applied": True}, "field_required", "/results/a/0/document"),
        ({"measure": "nmg-48-cg", "applied": False}, "field_required", "/results/a/0/reason"),
        ({"measure": "nmg-48-cg"}, "field_required", "/results/a/0/applied"),
        ({"measure": "c-sx", "applied": True, "document": "1号"}, "measure_not_listed", "/results/a/0"),
        ({"measure": "nmg-48-cg", "lifted": True, "document": "1号"}, "measure_not_listed", "/results/a/0/lifted"),
        ({"measure": "nmg-48-cg", "applied": True, "more": 1}, "code_unknown", "/results/a/0/more"),
        ("applied", "field_required", "/results/a/0"),
    ],
)  # fmt: skip
def test_reports_are_refused_whole_with_pointers(report: object, code: str, pointer: str) -> None:
    window, entry, second = Window(), make_entry(), make_entry()
    asked = window.ask({"a": {"uscc": entry.subject.uscc}, "b": {"uscc": second.subject.uscc}}).json()
    answer = window.report(asked["id"], {"b": [APPLIED], "a": [report]})
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["code"], answer.json()["errors"][0]["pointer"]) == (code, pointer)
    assert MeasureFeedback.objects.count() == AppliedMeasure.objects.count() == 0


def test_what_ended_between_answer_and_report_cannot_be_applied_any_more() -> None:
    window, entry = Window(), make_entry()
    asked = window.ask({"a": {"uscc": entry.subject.uscc}}).json()
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
    answer = window.report(asked["id"], {"a": [APPLIED]})
    assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "measure_not_for_conduct"


def test_a_record_as_ground_and_a_heavier_measure_with_its_reason() -> None:
    window, company = Window(), make_subject()
    make_penalty(company, data={"CF_WFXW": "以欺骗、贿赂等不正当手段取得许可"})
    asked = window.ask({"a": {"uscc": company.uscc}}, "xzxksc").json()
    report = {"measure": "xk-79", "applied": True, "document": "鹤市监不许〔2026〕7号"}
    refused = window.report(asked["id"], {"a": [report]})
    assert [one["code"] for one in refused.json()["errors"]] == ["measure_exceeds_limit"]
    answer = window.report(asked["id"], {"a": [{**report, "reason": "许可法第七十九条的当然后果"}]})
    assert answer.status_code == 200 and AppliedMeasure.objects.get().record is not None


def test_screenings_of_others_do_not_exist() -> None:
    window, entry = Window(), make_entry()
    asked = window.ask({"a": {"uscc": entry.subject.uscc}}).json()

    window.headers = people.bearer(people.client(Scope.SCREENING_QUERY, code="hg-caizheng"))
    assert window.report(asked["id"], {"a": [APPLIED]}).status_code == 404
    assert window.report("nothing", {"a": [APPLIED]}).status_code == 404
    assert window.report(asked["id"], []).status_code == 404


def test_what_was_written_stays() -> None:

    window, entry = Window(), make_entry()
    window.one(entry.subject)
    with pytest.raises(IntegrityError, match="kept as it was written"), transaction.atomic():
        Screening.objects.update(asked=5)
    with pytest.raises(IntegrityError, match="kept as it was written"), transaction.atomic():
        Screening.objects.get().hit_rows.all().delete()


def test_what_is_to_be_reported_waits_on_the_desk_of_the_body_before_it_is_a_clue() -> None:
    window, entry = Window(), make_entry()
    asked = window.ask({"a": {"uscc": entry.subject.uscc}}).json()
    due = date.fromisoformat(asked["feedback_due"])
    clerk = people.officer(Role.REVIEWER, code="hg-zhengwu", username="desk-clerk")
    stranger = people.officer(Role.REVIEWER, code="hg-caizheng", username="desk-stranger")
    assert desk.tasks(clerk, due - timedelta(days=8), limit=5) == desk.tasks(stranger, due, limit=5) == []
    (task,) = desk.tasks(clerk, due - timedelta(days=7), limit=5)
    assert (task.what, task.due) == ("反馈是否实施措施", due) and asked["id"] in task.url
    said = {"measure": "nmg-48-cg", "applied": False, "reason": "申请人已撤回申请"}
    assert window.report(asked["id"], {"a": [said]}).status_code == 200
    assert desk.tasks(clerk, due, limit=5) == []
