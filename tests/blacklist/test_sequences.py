"""Random sequences of every service call and of writes by SQL, all under the application's role: never an unlawful entry.

A run is one case, a row of moves, and after each move the oracle. LIST_SEQUENCES=5000 asks for more runs.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blacklist import services, standing
from blacklist.choices import Outcome, ServiceKind, StepKind
from blacklist.models import CaseStep, ListCase, ListDecision, ListEntry
from blacklist.selectors_cases import with_phase
from common.gates import Refused
from tests.blacklist import samples
from tests.blacklist.oracle import faults
from tests.factories import make_penalty

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("LIST_SEQUENCES", "200"))
OPENED = samples.DAY
Move = Callable[[ListCase, date], object]


def _who(deciding: bool) -> services.Actor:
    return samples.chief() if deciding else samples.handler()


def notice(case: ListCase, on: date) -> object:
    return services.give_notice(actor=_who(False), case_id=case.pk, where="http://x/", on=on)


def serve(kind: ServiceKind) -> Move:
    return lambda case, on: services.record_service(
        actor=_who(False), case_id=case.pk, service_kind=kind, proof="回证", on=on
    )


def speak(objects: bool, hearing: bool = False) -> Move:
    return lambda case, on: services.speak(
        case_id=case.pk, text="不同意", objects=objects, wants_hearing=hearing, on=on
    )


def answer(outcome: Outcome) -> Move:
    return lambda case, on: services.answer_objection(
        actor=_who(False), case_id=case.pk, outcome=outcome, reasons="理由", on=on
    )


def worded(service: Callable[..., object], argument: str, deciding: bool, **more: object) -> Move:
    return lambda case, on: service(
        actor=_who(deciding), case_id=case.pk, on=on, **{argument: "记录"}, **more
    )


def decide(**changes: object) -> Move:
    return lambda case, on: services.decide(
        actor=samples.chief(), case_id=case.pk, text=samples.decision(**changes), on=on
    )


# --- by SQL ------------------------------------------------------------------------------------------------------------


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def step_by_sql(kind: str, **more: object) -> Move:
    """A step nobody asked a service for, with a window that is said to be over long ago."""

    def move(case: ListCase, on: date) -> None:
        objection = CaseStep.objects.filter(case=case, kind="objection").order_by("-id").first()
        CaseStep.objects.create(
            case=case,
            round=case.round,
            kind=kind,
            on=on,
            officer=samples.handler().officer,
            channel="workbench",
            **{
                "text": "记录",
                "outcome": "list" if kind == "review" else "rejected" if kind == "answer" else "",
                "service_kind": "direct" if "served" in kind else "",
                "window_until": OPENED - timedelta(days=9) if kind == "served" else None,
                "answers": objection if kind == "answer" else None,
            }
            | more,
        )

    return move


def decision_by_sql(hints: list[str], reason: str = "事由") -> Move:
    def move(case: ListCase, on: date) -> None:
        step = CaseStep.objects.filter(case=case).order_by("-id").first()
        decision = ListDecision.objects.create(
            case=case, round=case.round, step=step, number=f"伪〔2026〕{on:%j}号", decided_on=on, reason=reason,
            basis_text="依据", sanction_hints=hints, removal_text="移出", remedies="救济", effective_from=on,
            ends_on=on + timedelta(days=300), decided_by=samples.chief().officer,
        )  # fmt: skip
        entry_of(case, decision)

    return move


def entry_of(case: ListCase, decision: ListDecision | None, **more: object) -> ListEntry:
    on = decision.effective_from if decision else OPENED
    values: dict[str, object] = {
        "scheme": case.scheme, "subject": case.subject, "authority": case.agency, "authority_name": case.agency.name,
        "origin": "decided", "decision": decision, "decision_number": decision.number if decision else "号",
        "decided_on": decision.decided_on if decision else on, "reason": "事由", "basis_text": "依据",
        "effective_from": on, "ends_on": decision.ends_on if decision else None,
    }  # fmt: skip
    return ListEntry.objects.create(**values | more)


def entry_by_sql(case: ListCase, on: date) -> None:
    entry_of(case, ListDecision.objects.filter(case=case).first())


def entry_for_another(case: ListCase, on: date) -> None:
    decision = ListDecision.objects.filter(case=case).first()
    entry_of(case, decision, subject=make_penalty().subject)


def imported_made_decided(case: ListCase, on: date) -> None:
    entry = entry_of(case, None, origin="imported", source=f"外部/{case.pk}/{on}")
    sql("update blacklist_listentry set origin = 'decided' where id = %s", entry.pk)


def longer(case: ListCase, on: date) -> None:
    sql("update blacklist_listentry set ends_on = date '2040-01-01' where subject_id = %s", case.subject_id)


TAMPERING = [
    "update blacklist_casestep set window_until = date '2020-01-01' where case_id = %s",
    "update blacklist_casestep set \"on\" = date '2020-01-01' where case_id = %s",
    "delete from blacklist_casestep where case_id = %s and kind = 'objection'",
    "update blacklist_listdecision set remedies = '' where case_id = %s",
    "update blacklist_listcase set round = round + 1 where id = %s",
    "update blacklist_listcase set opened_by_id = null where id = %s",
    "update blacklist_listcase set opened_on = date '2020-01-01' where id = %s",
    "update blacklist_listscheme set field = 'traffic' where id = (select scheme_id from blacklist_listcase where id = %s)",
    "update blacklist_listscheme set level = 'city' where id = (select scheme_id from blacklist_listcase where id = %s)",
]


def tamper(statement: str) -> Move:
    return lambda case, on: sql(statement, case.pk)


USUAL: list[Move] = [
    notice,
    serve(ServiceKind.DIRECT),
    worded(services.verify, "findings", False),
    answer(Outcome.REJECTED),
    worded(services.review, "minutes", True, outcome=Outcome.LIST),
    decide(),
]
OTHERS: list[Move] = [
    serve(ServiceKind.PUBLIC_NOTICE),
    speak(True),
    speak(False, hearing=True),
    answer(Outcome.UPHELD),
    worded(services.record_hearing, "minutes", False, outcome=Outcome.HELD),
    worded(services.review, "minutes", True, outcome=Outcome.NOT_LIST),
    decide(remedies=" "),
    decide(measure_codes=()),
    worded(services.suspend, "reason", True, outcome=Outcome.COURT),
    worded(services.resume, "reason", True),
    worded(services.close_case, "reasons", True),
    worded(services.reopen_case, "reason", True),
    *(step_by_sql(kind.value) for kind in StepKind),
    step_by_sql("served", window_until=date(2026, 11, 1)),
    step_by_sql("resumed", window_until=OPENED),
    decision_by_sql(["提示"]),
    decision_by_sql([]),
    decision_by_sql(["提示"], reason="\n "),
    entry_by_sql,
    entry_for_another,
    imported_made_decided,
    longer,
    *map(tamper, TAMPERING),
]
# Days forward from the last move: mostly none or few, sometimes past the window, sometimes back.
DAYS = st.sampled_from([0, 0, 0, 1, 3, 8, 40, -2])
MOVES = st.lists(
    st.tuples(st.one_of(st.sampled_from(USUAL), st.sampled_from(USUAL + OTHERS)), DAYS),
    min_size=4,
    max_size=16,
)


@pytest.fixture
def cast() -> None:
    """Officers exist before the first run, so that a run's rollback leaves them."""
    samples.handler(), samples.chief(), make_penalty()


def test_no_sequence_of_calls_and_writes_lists_anybody_unlawfully(cast: None) -> None:
    reached: list[str] = []

    @settings(max_examples=RUNS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(moves=MOVES, start=st.sampled_from(["opened", "served", "reviewed"]))
    def run(moves: list[tuple[Move, int]], start: str) -> None:
        outer = transaction.savepoint()
        try:
            reached.extend(_play(moves, start))
        finally:
            sql("reset role")
            transaction.savepoint_rollback(outer)

    run()
    # a test that never comes to an entry would say nothing
    assert reached


def _play(moves: list[tuple[Move, int]], start: str) -> list[str]:
    """One case, move after move under the application's role; the numbers of the entries it came to."""
    case = samples.open_case(make_penalty(decision_date=date(2026, 5, 11)))
    sql("set local role credit_app")
    day = OPENED
    if start != "opened":  # most runs start where a decision is near
        notice(case, day), serve(ServiceKind.DIRECT)(case, day)
    if start == "reviewed":
        day = samples.window_of(case) + timedelta(days=1)
        samples.reviewed(case, on=day)
    for move, days in moves:
        day = max(OPENED, min(day + timedelta(days=days), date(2026, 11, 20)))
        case.refresh_from_db(fields=["round"])
        try:
            with transaction.atomic():
                move(case, day)
        except (Refused, PermissionDenied, DatabaseError):
            continue
        assert not faults()
    _phases_agree(case, day)
    return list(ListEntry.objects.filter(origin="decided").values_list("decision_number", flat=True))


def _phases_agree(case: ListCase, day: date) -> None:
    """The board and the rules say the same of where the case stands."""
    row = with_phase(ListCase.objects.select_related("scheme"), day).get(pk=case.pk)
    rows = list(case.steps.order_by("id"))
    assert getattr(row, "phase_now") == standing.phase(row, rows, day).value  # noqa: B009


def test_the_straight_way_is_among_what_is_possible() -> None:
    """So that the sequences above are known to be able to reach an entry, and the oracle to find a fault."""
    case = samples.open_case()
    sql("set local role credit_app")
    entry = samples.listed(samples.served(case))
    assert not faults()
    sql("reset role")
    sql("set constraints all immediate")
    sql("alter table blacklist_casestep disable trigger user")
    CaseStep.objects.filter(case=case, kind="served").update(on=date(2026, 11, 1))
    assert faults() == [
        f"{entry.decision_number}: notice not served",
        f"{entry.decision_number}: window open",
    ]
