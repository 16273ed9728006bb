"""Every further code of G9 (and the list that ended, of G8), three ways: the form, the interface, SQL past every service.

The codes of the gates that the plan names one by one stand in test_gates; here is the rest of the procedure as a table. What
cannot be written by SQL, or has no form, is named at the end with its reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from agencies.choices import Scope
from blacklist import services
from blacklist.choices import Outcome
from blacklist.models import CaseStep, ListCase, ListDecision, ListEntry, ListScheme
from common.gates import CLAUSES
from tests import people
from tests.blacklist import samples
from tests.blacklist.test_gates import browser, by_api, decision_form, step_url

pytestmark = pytest.mark.django_db
LATER: Final = samples.DAY + timedelta(days=60)


def objected(*, verified: bool = True) -> ListCase:
    case = samples.served()
    services.speak(case_id=case.pk, text="不同意", objects=True, on=samples.DAY)
    if verified:
        services.verify(actor=samples.handler(), case_id=case.pk, findings="已核实", on=samples.DAY)
    return case


def upheld() -> ListCase:
    case = objected()
    services.answer_objection(
        actor=samples.handler(), case_id=case.pk, outcome=Outcome.UPHELD, reasons="属实", on=samples.DAY
    )
    return case


def hearing_wanted() -> ListCase:
    ListScheme.objects.filter(code=samples.SCHEME).update(hearing=True)
    case = samples.served()
    services.speak(case_id=case.pk, text="要求听证", objects=False, wants_hearing=True, on=samples.DAY)
    return case


def suspended() -> ListCase:
    case = samples.reviewed()
    services.suspend(
        actor=samples.chief(), case_id=case.pk, outcome=Outcome.COURT, reason="行政裁定书", on=LATER
    )
    return case


def closed() -> ListCase:
    case = samples.reviewed()
    services.close_case(actor=samples.chief(), case_id=case.pk, reasons="不再列入", on=LATER)
    return case


def list_ended() -> ListCase:
    case = samples.reviewed()
    ListScheme.objects.filter(code=samples.SCHEME).update(effective_until=LATER - timedelta(days=1))
    return case


@dataclass(frozen=True)
class Situation:
    """A case and a step that may not be taken in it. `decision`: the last day of the decision that SQL writes behind it."""

    code: str
    prepare: Callable[[], ListCase]
    kind: str = "decided"
    body: dict[str, Any] | None = None  # of the form and the interface; of the decision where none is named
    more: dict[str, Any] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)
    decision: date | None = None

    def said(self) -> dict[str, Any]:
        return {**(decision_form() if self.body is None else self.body), **self.more, "on": LATER.isoformat()}


WORDS: Final = {"text": "记录"}
SITUATIONS: Final = [
    Situation("objection_upheld", upheld),
    Situation("hearing_not_held", hearing_wanted),
    Situation("review_missing", samples.served),
    Situation("case_suspended", suspended),
    Situation("case_over", closed),
    Situation("step_not_possible", samples.served, "verified", WORDS),
    Situation(
        "objection_too_late",
        samples.served,
        "objection",
        {**WORDS, "kind": "objection", "channel": "window"},
        row={"secret": b"x"},
    ),
    Situation(
        "objection_not_verified",
        lambda: objected(verified=False),
        "answer",
        {**WORDS, "outcome": "rejected"},
        row={"outcome": "rejected"},
    ),
    Situation("scheme_not_in_force", list_ended, decision=LATER + timedelta(days=300)),
    Situation(
        "listing_too_long",
        samples.reviewed,
        more={"ends_on": "2040-01-01"},
        decision=date(2040, 1, 1),
    ),
]


def by_form(case: ListCase, one: Situation) -> str:
    who = samples.chief().officer
    assert who is not None
    body = one.said()
    if one.kind == "answer":
        body["objection"] = str(case.steps.get(kind="objection").pk)
    page = browser(who).post(step_url(case, one.kind), body)
    assert page.status_code == 200, "a refused form is shown again"
    return page.content.decode()


def by_sql(case: ListCase, one: Situation) -> str:
    with (
        pytest.raises(DatabaseError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("set local role credit_app")
        chief = samples.chief().officer
        row = dict(one.row)
        if one.kind == "answer":
            row["answers"] = case.steps.get(kind="objection")
        step = CaseStep.objects.create(
            case=case,
            round=1,
            kind=one.kind,
            on=LATER,
            channel="workbench",
            officer=chief,
            text="记录",
            **row,
        )
        ListDecision.objects.create(
            case=case, round=1, step=step, number="伪1号", decided_on=LATER, reason="事由", basis_text="依据",
            sanction_hints=["提示"], removal_text="移出", remedies="救济", effective_from=LATER,
            ends_on=one.decision, decided_by=chief,
        )  # fmt: skip
    return str(error.value)


@pytest.mark.parametrize("one", SITUATIONS, ids=lambda one: one.code)
def test_the_code_is_reached_three_ways(client: Client, one: Situation) -> None:
    case = one.prepare()
    page = by_form(case, one)
    assert CLAUSES[one.code].basis in page, "the clause stands beside the refusal"
    machine = people.bearer(people.client(Scope.LISTS_DECIDE))
    wire = {name: value for name, value in one.said().items() if name not in ("channel", "kind")}
    assert one.code in by_api(client, machine, case, {**wire, "kind": one.kind})
    assert by_sql(case, one).startswith(one.code)
    assert not ListDecision.objects.exists()


def test_a_service_without_proof_is_refused_in_form_and_interface(client: Client) -> None:
    case = samples.notified()
    who = samples.handler().officer
    assert who is not None
    page = browser(who).post(step_url(case, "served"), {"service_kind": "direct", "proof": " "})
    assert CLAUSES["service_proof_missing"].sentence in page.content.decode()
    machine = people.bearer(people.client(Scope.LISTS_DECIDE))
    assert by_api(client, machine, case, {"kind": "served", "service_kind": "direct"}) == [
        "service_proof_missing"
    ]


def test_an_entry_gets_no_longer_by_form_and_by_sql() -> None:
    entry = samples.listed()
    who = samples.chief().officer
    assert who is not None and entry.ends_on is not None
    body = {"on": LATER.isoformat(), "reason": "更正", "basis": "来文1号", "ends_on": "2040-01-01"}
    page = browser(who).post(f"/workbench/lists/entries/{entry.public_id}/modify/", body)
    assert CLAUSES["entry_not_longer"].sentence in page.content.decode()
    with pytest.raises(DatabaseError, match=r"^entry_not_longer"), transaction.atomic():
        ListEntry.objects.filter(pk=entry.pk).update(ends_on=date(2040, 1, 1))
    entry.refresh_from_db()
    assert entry.ends_on < date(2040, 1, 1)


# Where the codes of G8 and G9 that are not in the table above are shown.
ELSEWHERE: Final = {
    "scheme_field_not_allowed": "test_gates, three ways",
    "scheme_basis_too_low": "test_gates, three ways",
    "authority_not_competent": "test_gates, three ways",
    "notice_not_served": "test_gates, three ways",
    "objection_window_open": "test_gates, three ways",
    "objection_unanswered": "test_gates, three ways",
    "decision_incomplete": "test_gates, three ways",
    "case_already_open": "test_gates, three ways",
    "service_proof_missing": "above, form and interface; by SQL the proof is a file of another table, written after the step",
    "party_code_unknown": "test_pages; only the party has a code, by the public page",
    "listing_over": "imports; rows of a delivered list, by file and interface",
    "entry_not_longer": "above, form and SQL; systems do not change entries",
}


def test_no_code_of_the_two_gates_is_forgotten() -> None:
    codes = {code for code, clause in CLAUSES.items() if clause.gate in ("G8", "G9")}
    assert codes == {one.code for one in SITUATIONS} | set(ELSEWHERE)
