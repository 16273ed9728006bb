"""The pure rules: every branch, and what holds for any steps and any dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklist.choices import Outcome, Phase, SchemeField, StepKind
from blacklist.rules import entries, procedure
from blacklist.rules.clocks import Pause, extended
from blacklist.rules.entries import Span
from blacklist.rules.procedure import Step
from blacklist.rules.schemes import (
    Body,
    Competence,
    Scheme,
    competence_refusal,
    competent,
    scheme_refusals,
)
from catalog.rules.bases import BasisFacts
from common.workdays import Calendar

DAY = date(2026, 6, 1)
LAW = BasisFacts("spaqf", "食品安全法", "law")
PLAIN = Calendar()
TEXTS = dict.fromkeys(
    ("name", "basis_clause", "authority", "grounds", "listing_text", "removal_text", "shown_fields"), "有"
)
SECTOR = Competence(sectors=["市场监管"])


def scheme(**changes: object) -> Scheme:
    values: dict[str, object] = {
        "field": "market_order",
        "level": "national",
        "basis": LAW,
        "effective_from": DAY,
        "competence": SECTOR,
        "texts": TEXTS,
    }
    return Scheme(**{**values, **changes})  # type: ignore[arg-type]


def codes(wanted: Scheme, *, by_authority: bool = True) -> list[str]:
    found = scheme_refusals(wanted, known_agencies={"hg-shijian"}, by_authority=by_authority)
    return [refusal.code for refusal in found]


def test_a_lawful_scheme_meets_no_refusal() -> None:
    assert codes(scheme()) == []
    provincial = BasisFacts("x", "某条例", "provincial_regulation")
    assert codes(scheme(level="provincial", basis=provincial)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"field": "traffic"}, "scheme_field_not_allowed"),
        ({"level": "city"}, "authority_not_competent"),
        ({"basis": None}, "scheme_basis_too_low"),
        ({"basis": BasisFacts("x", "某条例", "provincial_regulation")}, "scheme_basis_too_low"),
        (
            {"level": "provincial", "basis": BasisFacts("x", "某办法", "department_rule")},
            "scheme_basis_too_low",
        ),
        ({"basis": BasisFacts("x", "不明", "whatever")}, "scheme_basis_too_low"),
        ({"basis": BasisFacts("x", "旧法", "law", None, DAY - timedelta(days=1))}, "scheme_basis_too_low"),
        ({"competence": Competence("township", sectors=["市场监管"])}, "authority_not_competent"),
        ({"competence": Competence()}, "authority_not_competent"),
        ({"competence": Competence(agencies=["nobody"])}, "code_unknown"),
        ({"texts": {**TEXTS, "grounds": " "}}, "field_required"),
        ({"listing_months": 36, "longest_months": 12}, "date_order"),
    ],
)
def test_each_fault_of_a_scheme_has_its_code(change: dict[str, object], code: str) -> None:
    assert codes(scheme(**change)) == [code]


def test_only_the_credit_authority_sets_up_a_list() -> None:
    assert codes(scheme(), by_authority=False) == ["authority_not_competent"]


@given(st.text(max_size=20), st.sampled_from(["law", "central_policy", "department_rule", "other", "city"]))
def test_no_fifth_field_and_no_low_basis_ever_passes(field: str, level: str) -> None:
    found = codes(scheme(field=field, basis=BasisFacts("x", "某", level)))
    assert ("scheme_field_not_allowed" in found) == (field not in SchemeField.values)
    assert ("scheme_basis_too_low" in found) == (level not in ("law", "central_policy"))


@pytest.mark.parametrize(
    ("body", "wanted", "may"),
    [
        (Body("a", "county", "administration", ["市场监管"]), SECTOR, True),
        (Body("a", "township", "administration", ["市场监管"]), SECTOR, False),
        (Body("a", "city", "administration", ["市场监管"], active=False), SECTOR, False),
        (
            Body("a", "county", "administration", ["市场监管"]),
            Competence("city", sectors=["市场监管"]),
            False,
        ),
        (
            Body("a", "county", "administration", ["市场监管"]),
            Competence("nowhere", sectors=["市场监管"]),
            False,
        ),
        (Body("a", "nowhere", "administration", ["市场监管"]), SECTOR, False),
        (Body("a", "township", "administration"), Competence("township", agencies=["a"]), False),
        (Body("a", "county", "administration"), Competence(agencies=["a"]), True),
        (Body("b", "county", "administration"), Competence(agencies=["a"]), False),
        (Body("c", "city", "court"), Competence(kinds=["court"]), True),
        (Body("c", "city", "administration", ["财政"]), Competence(kinds=["court"], sectors=["财政"]), False),
    ],
)
def test_who_may_decide(body: Body, wanted: Competence, may: bool) -> None:
    assert competent(body, wanted) is may
    refusal = competence_refusal(body, wanted, body_name="某局", scheme="某名单")
    assert (refusal is None) is may


# --- the procedure -----------------------------------------------------------------------------------------------------


def steps(*wanted: Step | str) -> procedure.Standing:
    made = [
        one
        if isinstance(one, Step)
        else Step(number, one, DAY, window_until=DAY + timedelta(days=7) if one == "served" else None)
        for number, one in enumerate(wanted, start=1)
    ]
    return procedure.standing(made)


LATER = DAY + timedelta(days=8)
REVIEWED = Step(9, "review", LATER, outcome=Outcome.LIST)


def against(now: procedure.Standing, kind: str, on: date = LATER, hearing: bool = True) -> list[str]:
    return [refusal.code for refusal in procedure.refusals(now, kind, on, hearing_due=hearing)]


@pytest.mark.parametrize(
    ("now", "kind", "expected"),
    [
        (steps(), "reopened", ["step_not_possible"]),
        (steps("closed"), "reopened", []),
        (steps(), "decision_served", ["step_not_possible"]),
        (steps("decided"), "decision_served", []),
        (steps("decided", "decision_served"), "decision_served", ["step_not_possible"]),
        (steps("closed"), "notice", ["case_over"]),
        (steps("decided"), "closed", ["case_over"]),
        (steps(), "resumed", ["step_not_possible"]),
        (steps("suspended"), "resumed", []),
        (steps("suspended", "resumed"), "resumed", ["step_not_possible"]),
        (steps("suspended"), "notice", ["case_suspended"]),
        (steps(), "closed", []),
        (steps(), "statement", ["step_not_possible"]),
        (steps("notice"), "objection", []),
        (steps("notice", "served"), "objection", ["objection_too_late"]),
        (steps("notice", "served", "suspended"), "objection", []),
        (steps("notice", "served"), "statement", []),
        (steps(), "suspended", []),
        (steps(), "notice", []),
        (steps("notice"), "notice", ["step_not_possible"]),
        (steps(), "served", ["step_not_possible"]),
        (steps("notice"), "served", []),
        (steps("notice", "served"), "served", ["step_not_possible"]),
        (steps("notice"), "verified", ["step_not_possible"]),
        (steps("notice", "statement"), "verified", []),
        (steps("notice", "statement"), "answer", ["step_not_possible"]),
        (steps("notice", "objection"), "answer", ["objection_not_verified"]),
        (steps("notice", "objection", "verified"), "answer", []),
        (steps("notice"), "hearing", ["step_not_possible"]),
        (steps("notice", Step(2, "statement", DAY, wants_hearing=True)), "hearing", []),
        (steps(), "review", ["notice_not_served"]),
        (steps("notice", "served"), "review", []),
        (steps("notice", "served"), "decided", ["review_missing"]),
        (steps("notice", "served", REVIEWED), "decided", []),
        (
            steps("notice", "served", Step(9, "review", LATER, outcome="not_list")),
            "decided",
            ["review_missing"],
        ),
        (steps("notice", "served", REVIEWED, Step(10, "statement", LATER)), "decided", ["review_missing"]),
        (steps(), "unheard_of", ["step_not_possible"]),
    ],
)
def test_which_step_may_follow(now: procedure.Standing, kind: str, expected: list[str]) -> None:
    assert against(now, kind) == expected


def test_the_window_is_open_through_its_last_day() -> None:
    now, last = steps("notice", "served"), DAY + timedelta(days=7)
    assert against(now, "review", last) == ["objection_window_open"]
    assert against(now, "review", last + timedelta(days=1)) == []


def test_everything_that_is_missing_is_said_at_once() -> None:
    now = steps(
        "notice",
        "served",
        Step(3, "objection", DAY, wants_hearing=True),
        Step(4, "verified", DAY),
        Step(5, "answer", DAY, outcome="upheld", answers=3),
        Step(6, "objection", DAY),
    )
    assert against(now, "decided") == [
        "objection_unanswered",
        "objection_upheld",
        "hearing_not_held",
        "review_missing",
    ]
    assert against(now, "decided", hearing=False) == [
        "objection_unanswered",
        "objection_upheld",
        "review_missing",
    ]
    assert procedure.answer_refusals(now, 3)[0].code == "step_not_possible"
    assert procedure.answer_refusals(now, 6)[0].code == "objection_not_verified"


def test_what_can_be_done_is_offered_in_the_order_of_the_procedure() -> None:
    assert procedure.possible(steps(), DAY, hearing_due=False) == ["notice", "suspended", "closed"]
    assert procedure.possible(steps("closed"), DAY, hearing_due=False) == ["reopened"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (steps(), Phase.TO_NOTIFY),
        (steps("notice"), Phase.TO_SERVE),
        (steps("notice", "served"), Phase.WINDOW),
        (steps("notice", "objection"), Phase.TO_ANSWER),
        (steps("notice", "served", Step(3, "statement", DAY, wants_hearing=True)), Phase.TO_HEAR),
        (steps("notice", "served", "suspended"), Phase.SUSPENDED),
        (steps("closed"), Phase.CLOSED),
        (steps("decided"), Phase.LISTED),
    ],
)
def test_where_a_case_stands(now: procedure.Standing, expected: Phase) -> None:
    assert procedure.phase(now, DAY, hearing_due=True) == expected


def test_where_a_case_stands_once_the_window_is_over() -> None:
    assert procedure.phase(steps("notice", "served"), LATER, hearing_due=True) == Phase.TO_REVIEW
    assert procedure.phase(steps("notice", "served", REVIEWED), LATER, hearing_due=True) == Phase.TO_DECIDE


def test_the_one_page_view_says_what_is_missing_and_which_clause_asks_for_it() -> None:
    rows = procedure.checklist(steps(), DAY, hearing_due=True)
    assert [row.met for row in rows] == [False] * 5
    assert all("第8条" in row.clause for row in rows)
    now = steps("notice", "served", Step(3, "objection", DAY, wants_hearing=True))
    labels = [row.label for row in procedure.checklist(now, DAY, hearing_due=True)]
    assert "举行听证" in labels and "核实当事人的异议并答复，说明理由" in labels
    answered = steps("notice", "served", "objection", "verified", Step(5, "answer", DAY, answers=3), REVIEWED)
    assert [row.met for row in procedure.checklist(answered, DAY, hearing_due=False)] == [True] * 5 + [False]


def test_each_blank_content_is_named() -> None:
    assert procedure.content_refusals(dict.fromkeys(procedure.CONTENTS, "有")) == []
    assert len(procedure.content_refusals({})) == 5


KINDS = st.sampled_from([kind.value for kind in StepKind])


@given(st.lists(KINDS, max_size=12), st.integers(0, 30))
def test_no_history_lets_a_decision_pass_without_notice_hearing_of_the_party_and_review(
    kinds: list[str], later: int
) -> None:
    on = DAY + timedelta(days=later)
    made = [
        Step(
            number,
            kind,
            DAY,
            outcome=Outcome.LIST if kind == "review" else "",
            answers=next((i for i, k in enumerate(kinds[:number], 1) if k == "objection"), None)
            if kind == "answer"
            else None,
            window_until=DAY + timedelta(days=7) if kind == "served" else None,
        )
        for number, kind in enumerate(kinds, start=1)
    ]
    now = procedure.standing(made)
    if procedure.refusals(now, StepKind.DECIDED, on, hearing_due=True):
        return
    assert {"notice", "served", "review"} <= set(kinds) and not {"closed", "decided"} & set(kinds)
    assert on > DAY + timedelta(days=7) or "answer" in kinds
    assert StepKind.DECIDED in procedure.possible(now, on, hearing_due=True)


# --- clocks and entries ------------------------------------------------------------------------------------------------


@given(st.integers(0, 40), st.integers(0, 30), st.integers(0, 30), st.sampled_from(["workdays", "days"]))
def test_a_suspension_never_shortens_a_period_and_gives_back_what_was_left(
    length: int, begins: int, lasts: int, unit: str
) -> None:
    due = PLAIN.add_workdays(DAY, length)
    pause = Pause(DAY + timedelta(days=begins), DAY + timedelta(days=begins + lasts))
    after = extended(due, unit, [pause], PLAIN, start=DAY)
    assert after is not None and after >= due
    if pause.since > due or not lasts:
        assert after == due
    elif unit == "workdays" and pause.since > DAY:
        assert pause.until is not None
        left = PLAIN.workdays_between(pause.since - timedelta(days=1), due)
        assert PLAIN.workdays_between(pause.until - timedelta(days=1), after) == left


def test_a_period_stands_still_while_the_suspension_lasts() -> None:
    due = DAY + timedelta(days=7)
    assert extended(due, "workdays", [Pause(DAY, None)], PLAIN) is None
    assert extended(due, "workdays", [Pause(due + timedelta(days=1), None)], PLAIN) == due
    before = Pause(DAY - timedelta(days=9), DAY)
    assert extended(due, "workdays", [before], PLAIN, start=DAY) == due


DAYS = st.integers(-20, 20).map(lambda days: DAY + timedelta(days=days))
MAYBE = st.none() | DAYS


@given(DAYS, MAYBE, MAYBE, MAYBE, MAYBE, DAYS)
def test_in_force_is_between_its_days_and_never_while_suspended(
    begins: date, ends: date | None, ended: date | None, since: date | None, until: date | None, at: date
) -> None:
    span = Span(begins, ends, ended, since, until)
    if entries.in_force(span, at):
        assert begins <= at and (ends is None or at <= ends) and (ended is None or at < ended)
        assert since is None or at < since or (until is not None and at > until)
    else:
        assert not entries.listed(span, at) or entries.suspended(span, at)
