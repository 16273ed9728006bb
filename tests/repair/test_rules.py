"""Property tests of the repair rules over regimes, penalty types and dates: the answer equals the rule table."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.choices import Role
from catalog.publication import add_months, window
from common.clock import today
from common.gates import CLAUSES, Refused
from repair import services
from repair.choices import DECIDED, OPEN, Kind, MaterialKind, Source, Standing, State
from repair.models import RepairRule
from repair.rules.eligibility import RuleFacts, Thing, judge, minimum_of
from repair.rules.procedure import (
    Bench,
    CaseFacts,
    allowed,
    approval,
    competence,
    missing_materials,
    overdue,
    running_clock,
)
from repair.selectors.rules import facts_of
from repair.services import Verdict
from tests.examples import examples
from tests.factories import make_penalty
from tests.repair import samples

DAYS = st.dates(date(2019, 7, 1), date(2032, 12, 31))
TYPES = ("警告", "罚款", "没收违法所得", "暂扣许可证件", "吊销许可证件", "限制从业", "责令停产停业", "其他")
KINDS = st.frozensets(st.sampled_from(TYPES), min_size=1)
MONTHS = st.one_of(st.none(), st.integers(0, 40))
MAYBE = st.one_of(st.none(), DAYS)
ONE = timedelta(days=1)


@st.composite
def things(draw: st.DrawFn) -> Thing:
    decided = draw(DAYS)
    return Thing(
        dishonest=draw(st.booleans()),
        decided_on=decided,
        over=draw(st.booleans()),
        types=draw(KINDS),
        minimum_until=draw(st.one_of(st.none(), st.integers(0, 40).map(lambda n: add_months(decided, n)))),
        ends=draw(st.one_of(st.none(), st.integers(0, 60).map(lambda n: add_months(decided, n)))),
        restricted_until=draw(MAYBE),
        barred_until=draw(MAYBE),
    )


RULES = st.builds(
    RuleFacts,
    clause=st.just("信用修复管理办法"),
    min_months=MONTHS,
    irreparable=st.booleans(),
    irreparable_types=st.frozensets(st.sampled_from(TYPES), max_size=2),
    time_bound_types=st.frozensets(st.sampled_from(TYPES), max_size=3),
)


def by_the_table(thing: Thing, rule: RuleFacts, on: date) -> str:
    """The same answer, read off the table in plain words: which code, or none."""
    waits = [thing.minimum_until] if thing.minimum_until else []
    waits += [add_months(thing.decided_on, rule.min_months)] if rule.min_months is not None else []
    waits += (
        [thing.restricted_until] if thing.restricted_until and rule.time_bound_types & thing.types else []
    )
    never = not thing.dishonest or thing.over or rule.irreparable or rule.irreparable_types & thing.types
    never = never or (thing.ends and waits and max(waits) >= thing.ends)
    if never or (thing.barred_until and on <= thing.barred_until):
        return "not_repairable"
    return "minimum_period_not_reached" if any(on <= day for day in waits) else ""


@given(things(), RULES, DAYS)
def test_the_answer_is_the_rule_table(thing: Thing, rule: RuleFacts, on: date) -> None:
    answer = judge(thing, rule, on)
    code = by_the_table(thing, rule, on)
    assert answer.possible == (code == "")
    assert (answer.refusal.code if answer.refusal else "") == code
    assert answer.refusal is None or (answer.refusal.basis and CLAUSES[code].gate == "G12")


@given(things(), RULES, DAYS)
def test_the_day_the_answer_names_is_the_first_on_which_it_is_yes(
    thing: Thing, rule: RuleFacts, on: date
) -> None:
    since = judge(thing, rule, on).since
    if since is not None and since > max(on, thing.decided_on):
        assert judge(thing, rule, since).possible
        assert not judge(thing, rule, since - ONE).possible


@given(things(), RULES, DAYS)
def test_nothing_is_repaired_early_and_nothing_irreparable(thing: Thing, rule: RuleFacts, on: date) -> None:
    if judge(thing, rule, on).standing == Standing.NOW:
        minimum = minimum_of(thing, rule)
        assert minimum is None or on > minimum
        assert not rule.irreparable and not thing.types & rule.irreparable_types and not thing.over


@pytest.mark.django_db
@given(
    day=DAYS,
    types=KINDS,
    sector=st.sampled_from(["", "市场监管", "消防", "食品药品"]),
    later=st.integers(0, 1500),
    restricted=MAYBE,
)
def test_every_regime_of_the_reference_data(
    day: date, types: frozenset[str], sector: str, later: int, restricted: date | None
) -> None:
    """Regimes × penalty types × dates: what tiers and rule of the regime say is what is answered, on any later day."""
    from tests.reference.test_loading import regimes_as_rules

    found = window(day, types, frozenset({sector}) - {""}, regimes_as_rules())
    if found.tier_id is None or found.minimum_until is None:
        return
    rule = facts_of(RepairRule.objects.select_related("basis").get(regime_id=found.regime_id))
    on = day + timedelta(days=later)
    over = found.ends is None or found.ends < on
    thing = Thing(
        True, day, over=over, types=types, minimum_until=found.minimum_until, ends=found.ends,
        restricted_until=restricted,
    )  # fmt: skip
    answer, code = judge(thing, rule, on), by_the_table(thing, rule, on)
    assert (answer.refusal.code if answer.refusal else "") == code
    if answer.possible:
        assert on > found.minimum_until and not over and not types & rule.irreparable_types
        assert not types & rule.time_bound_types or restricted is None or on > restricted


WHO = {
    "unit": (Role.REVIEWER, ""),
    "clerk of the unit": (Role.SUBMITTER, ""),
    "another unit": (Role.REVIEWER, "hg-yingji"),
    "authority": (Role.AUTHORITY, ""),
    "auditor": (Role.AUDITOR, ""),
}


@pytest.mark.django_db
@settings(max_examples=examples(10))
@given(
    age=st.integers(1, 1300),
    types=st.sampled_from(["警告", "罚款", "没收违法所得", "吊销许可证件", "责令停产停业"]),
    forbidden=st.sampled_from(["", "", "罚款", "吊销许可证件"]),
    who=st.sampled_from(sorted(WHO)),
    data=st.data(),
)
def test_nothing_is_repaired_early_nor_by_others_through_the_services(
    age: int, types: str, forbidden: str, who: str, data: st.DataObject
) -> None:
    """The same over records in the database: taken in only when the table says so, granted only by the determining unit."""
    on = today()
    record = make_penalty(decision_date=on - timedelta(days=age), types=types)
    rows = RepairRule.objects.filter(regime=record.regime)
    rows.update(irreparable_types=[forbidden] if forbidden else [])
    facts = facts_of(rows.select_related("basis").get())
    over = record.published_until is None or record.published_until < on
    thing = Thing(
        True, record.decision_date, over=over, types=frozenset({types}), minimum_until=record.minimum_until,
        ends=record.published_until,
    )  # fmt: skip
    if code := by_the_table(thing, facts, on):
        with pytest.raises(Refused) as caught:
            samples.file(record)
        assert [one.code for one in caught.value.refusals] == [code]
        return
    case = samples.accepted(record)
    role, agency = WHO[who]
    officer = samples.officer(role, agency)
    if who == "unit":
        services.decide(officer=officer, case_id=case.pk, verdict=Verdict(True, "已经履行"))
    else:
        with pytest.raises(Refused) as caught:
            services.decide(
                officer=officer, case_id=case.pk, verdict=Verdict(data.draw(st.booleans()), "理由")
            )
        assert {one.code for one in caught.value.refusals} == {"not_determining_unit"}
    record.refresh_from_db()
    assert (record.ended_on == on) == (who == "unit")


# --- procedure ------------------------------------------------------------------------------------------

CASES = st.builds(
    CaseFacts,
    state=st.sampled_from(State),
    agency_id=st.integers(1, 3),
    materials=st.frozensets(st.sampled_from([kind.value for kind in MaterialKind])),
    extended=st.booleans(),
    returned=st.booleans(),
)
REQUIRED = st.lists(st.sampled_from(MaterialKind), unique=True)
BENCHES = st.builds(
    Bench,
    agency_id=st.one_of(st.none(), st.integers(1, 3)),
    officer_id=st.integers(1, 3),
    reviews=st.booleans(),
    earlier_officer_id=st.one_of(st.none(), st.integers(1, 3)),
)


@given(CASES, BENCHES, REQUIRED, things(), RULES, DAYS)
def test_an_approval_needs_the_determining_unit_the_time_and_the_materials(
    case: CaseFacts, bench: Bench, required: list[MaterialKind], thing: Thing, rule: RuleFacts, on: date
) -> None:
    refusals = approval(case, bench, judge(thing, rule, on), required)
    codes = {refusal.code for refusal in refusals}
    if not refusals:
        assert bench.agency_id == case.agency_id and bench.reviews
        assert set(required) <= case.materials
        assert judge(thing, rule, on).possible
    if bench.agency_id != case.agency_id:
        assert "not_determining_unit" in codes
    missing = [refusal.pointer for refusal in refusals if refusal.code == "materials_missing"]
    assert missing == [f"/{kind}" for kind in required if kind not in case.materials]


@given(CASES, BENCHES, REQUIRED)
def test_no_second_thing_to_judge_means_only_unit_and_materials(
    case: CaseFacts, bench: Bench, required: list[MaterialKind]
) -> None:
    found = approval(case, bench, None, required)
    assert found == competence(case, bench) + missing_materials(required, case.materials)


def test_a_review_is_not_decided_by_whoever_decided_before() -> None:
    case = CaseFacts(State.ACCEPTED, 1)
    assert [one.code for one in competence(case, Bench(1, 7, True, 7))] == ["second_person_required"]
    assert competence(case, Bench(1, 8, True, 7)) == []
    assert competence(case, Bench(1, 8, False, 7))[0].code == "not_determining_unit"


@given(CASES)
def test_what_is_closed_stays_closed_and_the_list_of_missing_things_is_given_once(case: CaseFacts) -> None:
    steps = allowed(case)
    assert bool(steps) == (case.state in OPEN)
    assert not ("return" in steps and (case.returned or case.state != State.FILED))
    assert ("grant" in steps) == (case.state == State.ACCEPTED)
    assert not ("extend" in steps and case.extended)
    assert all(not allowed(CaseFacts(state, 1)) for state in DECIDED)


def test_every_running_state_has_a_clock_and_waiting_for_the_applicant_has_none() -> None:
    for kind, state, source in product(Kind, State, Source):
        code = running_clock(kind, state, source)
        assert bool(code) == (state in (State.FILED, State.ACCEPTED))
    assert running_clock(Kind.OBJECTION, State.ACCEPTED, "provider") == "objection-decide-provider"
    assert running_clock(Kind.REPAIR, State.FILED, "") == "repair-accept"


def test_overdue_only_while_the_unit_is_to_act() -> None:
    day = date(2026, 11, 20)
    assert overdue(day, State.FILED, day + ONE)
    assert not overdue(day, State.FILED, day)
    assert not overdue(day, State.RETURNED, day + ONE)


@pytest.mark.django_db
def test_every_clock_of_a_case_is_a_dated_row() -> None:
    from catalog.deadlines import rule_on

    day = date(2026, 11, 23)
    for kind, state, source in product(Kind, (State.FILED, State.ACCEPTED), Source):
        assert rule_on(running_clock(kind, state, source), day).amount > 0
