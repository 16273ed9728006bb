"""Random sequences of every service call and of writes by SQL, all under the application's role: never an unlawful entry.

A run is one case, a row of moves, and after each move that went through the oracle. CREDIT_EXAMPLES=100 asks for more runs.
The cases a run may begin with are made once; a run is rolled back to them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from blacklist import services, standing
from blacklist.models import CaseStep, ListCase, ListEntry
from blacklist.selectors_cases import with_phase
from common.gates import Refused
from tests.blacklist import moves, samples
from tests.blacklist.oracle import faults
from tests.examples import examples
from tests.factories import make_penalty, make_subject

pytestmark = pytest.mark.django_db
LAST = date(2026, 11, 20)
# Days forward from the last move: mostly none or few, sometimes past the window, sometimes back.
DAYS = st.sampled_from([0, 0, 0, 1, 3, 8, 40, -2])
ROW = st.lists(
    st.tuples(st.one_of(st.just(moves.onward), st.sampled_from(moves.ALL)), DAYS),
    min_size=4,
    max_size=16,
)
# What reads, makes values, is part of another service, or keeps honours, to which no case leads.
NO_MOVE = {
    "by_client",
    "by_officer",
    "case_of_code",
    "words_of",
    "note_change",
    "end_honour",
    "modify_honour",
    "enter_honour_frame",
    "revise_honour_frame",
    "end_honour_frame",
}
Start = tuple[moves.Stage, date]


@pytest.fixture
def starts() -> Mapping[str, Start]:
    """A case just opened, one served, one reviewed and near a decision: each about a body of its own."""
    handler, chief, keeper = samples.handler(), samples.chief(), samples.keeper()
    cases = [samples.open_case(make_penalty(decision_date=date(2026, 5, 11))) for _ in range(3)]
    samples.served(cases[1])
    samples.served(cases[2])
    late = samples.window_of(cases[2]) + timedelta(days=1)
    samples.reviewed(cases[2], on=late)
    stage = moves.Stage(
        cases[0], handler, chief, keeper, samples.decision(), make_subject(), moves.scheme_text()
    )
    days = (samples.DAY, samples.DAY, late)
    names = ("opened", "served", "reviewed")
    return {
        name: (replace(stage, case=case), day) for name, case, day in zip(names, cases, days, strict=True)
    }


@pytest.mark.long
def test_no_sequence_of_calls_and_writes_lists_anybody_unlawfully(starts: Mapping[str, Start]) -> None:
    came: Counter[str] = Counter()

    @settings(max_examples=examples(50))
    @given(row=ROW, start=st.sampled_from(["opened", "served", "reviewed"]))
    def run(row: list[tuple[moves.Move, int]], start: str) -> None:
        outer = transaction.savepoint()
        try:
            came.update(_play(row, *starts[start]))
        finally:
            moves.sql("reset role")
            transaction.savepoint_rollback(outer)

    run()
    # a test that never comes to an entry would say nothing
    assert came["entries"], came
    print(dict(came))  # noqa: T201 - the figures of a long run


def _play(row: list[tuple[moves.Move, int]], stage: moves.Stage, day: date) -> Mapping[str, int]:
    """One case, move after move under the application's role; how many went through, were refused, ended in an entry."""
    moves.sql("set local role credit_app")
    came = Counter(runs=1)
    for move, days in row:
        day = max(samples.DAY, min(day + timedelta(days=days), LAST))
        stage.case.refresh_from_db(fields=["round"])
        try:
            with transaction.atomic():
                move(stage, day)
        except (Refused, PermissionDenied, DatabaseError, ObjectDoesNotExist):
            came["refused"] += 1
            continue
        came["done"] += 1
        assert not faults()
    _phases_agree(stage.case, day)
    came["entries"] += ListEntry.objects.filter(origin="decided").count()
    return came


def _phases_agree(case: ListCase, day: date) -> None:
    """The board and the rules say the same of where the case stands."""
    row = with_phase(ListCase.objects.select_related("scheme"), day).get(pk=case.pk)
    rows = list(case.steps.order_by("id"))
    assert getattr(row, "phase_now") == standing.phase(row, rows, day).value  # noqa: B009


def test_every_service_that_writes_is_among_the_moves() -> None:
    writing = {name for name in services.__all__ if name[0].islower()} - NO_MOVE
    assert writing | {"set_word"} == set(moves.BY_SERVICE)


def test_the_straight_way_is_among_what_is_possible() -> None:
    """So that the sequences above are known to be able to reach an entry, and the oracle to find a fault."""
    case = samples.open_case()
    moves.sql("set local role credit_app")
    entry = samples.listed(samples.served(case))
    assert not faults()
    moves.sql("reset role")
    moves.sql("set constraints all immediate")
    moves.sql("alter table blacklist_casestep disable trigger user")
    CaseStep.objects.filter(case=case, kind="served").update(on=date(2026, 11, 1))
    assert faults() == [
        f"{entry.decision_number}: notice not served",
        f"{entry.decision_number}: window open",
    ]
