"""A period that passes raises one clue, and the case stays what it is."""

from datetime import timedelta

import pytest

from common.clock import today
from repair import services
from repair.models import Case
from supervision.choices import ClueKind
from supervision.models import Clue
from supervision.services import refresh
from tests.repair import samples

pytestmark = pytest.mark.django_db


def test_each_period_that_passes_raises_one_clue() -> None:
    case = samples.file(samples.ripe_penalty()).case
    waiting = samples.file(samples.ripe_penalty()).case
    services.return_once(officer=samples.reviewer(), case_id=waiting.pk, missing=["看不清"])
    refresh(on=today())
    clues = Clue.objects.filter(kind=ClueKind.LATE_CASE)
    assert not clues.exists()
    late = today() + timedelta(days=20)
    refresh(on=late)
    refresh(on=late)
    clue = clues.get()
    assert clue.agency_id == case.agency_id and case.number in clue.label and clue.late_by > 0
    assert "3个工作日" in clue.basis.replace(" ", "")
    services.accept(officer=samples.reviewer(), case_id=case.pk)
    refresh(on=today() + timedelta(days=40))
    assert clues.count() == 2
    assert Case.objects.get(pk=case.pk).state == "accepted"
