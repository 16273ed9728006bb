"""Overdue feedback and overdue lifting become clues, once, for the unit that owes them."""

from datetime import timedelta

import pytest

from blacklist.services import end_entry
from common.clock import today
from sanctions.models import Screening
from supervision.models import Clue
from supervision.services.detection import refresh
from tests.sanctions.samples import Window, make_entry

pytestmark = pytest.mark.django_db


def clues(kind: str) -> list[Clue]:
    return list(Clue.objects.filter(kind=kind))


def test_overdue_feedback_and_lifting_raise_one_clue_each() -> None:
    window, entry, other = Window(), make_entry(), make_entry()
    asked = window.ask({"a": {"uscc": entry.subject.uscc}, "b": {"uscc": other.subject.uscc}}).json()
    applied = {"measure": "nmg-48-cg", "applied": True, "document": "鹤采退〔2026〕3号"}
    assert window.report(asked["id"], {"a": [applied]}).status_code == 200
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
    due = Screening.objects.get().feedback_due
    refresh(on=due)
    assert clues("feedback_late") == []
    for _ in range(2):
        refresh(on=due + timedelta(days=7))
    (late,), (lift,) = clues("feedback_late"), clues("lift_late")
    assert "限制市场或行业准入" in late.label and "nmg-48-cg" not in late.label
    assert late.agency.code == lift.agency.code == "hg-zhengwu" and late.due == due and late.late_by > 0
    assert asked["id"] in late.label and "鹤采退〔2026〕3号" in lift.label
    lifted = {"measure": "nmg-48-cg", "lifted": True, "document": "鹤采解〔2026〕1号"}
    assert window.report(asked["id"], {"a": [lifted]}).status_code == 200
    refresh(on=due + timedelta(days=8))
    assert len(clues("lift_late")) == 1
