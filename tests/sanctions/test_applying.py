"""Gate G10: by the rule for every shape of measure and conduct, by the service for officers, by the database for anybody."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from agencies.choices import Role
from agencies.models import Officer
from blacklist.services import end_entry
from catalog.choices import Severity
from catalog.publication import add_months
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from records.models import Subject
from records.services import end_record
from sanctions import lifting, selectors
from sanctions.models import AppliedMeasure, Measure
from sanctions.rules import application as rules
from sanctions.services import ApplicationText, apply_measure, lift_measure
from tests import people
from tests.factories import make_penalty, make_person, make_subject
from tests.sanctions.samples import Window, codes, make_defaulter, make_entry, make_person_record

DAY = date(2026, 11, 20)
MEASURE = rules.MeasureFacts(
    code="x", name="限制", measure_class="A", listed=True, subject_kinds=frozenset({"organisation"}),
    scheme_codes=frozenset({"tqnmggz"}), item_codes=frozenset({"xzcf"}), executors=frozenset({"财政"}), severity=2,
    conduct_terms=("串通",), penalty_types=frozenset({"罚款"}), max_months=24,
)  # fmt: skip
ENTRY = rules.Ground(in_force=True, ends=date(2028, 1, 31), severity=3, scheme_code="tqnmggz")
RECORD = rules.Ground(
    in_force=True,
    ends=date(2027, 5, 1),
    severity=2,
    item_code="xzcf",
    conduct="串通投标",
    penalty_types=frozenset({"罚款"}),
)
WANTED = rules.Wanted(
    subject_kind="organisation", bodies=frozenset({"财政", "*"}), starts_on=DAY, ends_on=date(2027, 4, 30)
)


def judge(
    measure: rules.MeasureFacts = MEASURE, ground: rules.Ground = RECORD, **changes: object
) -> list[str]:
    wanted = replace(WANTED, **changes)  # type: ignore[arg-type]
    return [one.code for one in rules.refusals(measure, ground, wanted)]


def test_every_code_of_the_gate() -> None:
    assert judge() == judge(ground=ENTRY) == []
    assert judge(replace(MEASURE, listed=False)) == ["measure_not_listed"]
    for ground in (
        replace(RECORD, in_force=False), replace(ENTRY, scheme_code="spaq"), replace(RECORD, item_code="xzxk"),
        replace(RECORD, conduct="逾期未报"), replace(RECORD, penalty_types=frozenset({"警告"})),
    ):  # fmt: skip
        assert judge(ground=ground) == ["measure_not_for_conduct"]
    assert judge(subject_kind="person") == ["measure_not_for_subject"]
    assert judge(bodies=frozenset({"教育"})) == ["measure_not_competent"]
    assert judge(ends_on=date(2027, 5, 2)) == judge(ends_on=None) == ["measure_exceeds_limit"]
    assert judge(replace(MEASURE, max_months=3)) == ["measure_exceeds_limit"]
    assert judge(replace(MEASURE, severity=3)) == ["measure_exceeds_limit"]
    assert judge(replace(MEASURE, severity=3), heavier_why="情节特别恶劣") == []
    told = replace(MEASURE, measure_class="C", executors=frozenset(), severity=1)
    assert judge(told) == ["measure_cannot_be_ordered"]
    assert judge(told, ordered=False, bodies=frozenset()) == []
    assert judge(replace(MEASURE, measure_class="I", severity=3)) == []
    assert judge(replace(MEASURE, max_months=None), replace(ENTRY, ends=None), ends_on=None) == []


def test_bands_of_conduct_and_what_lighter_could_be_done() -> None:
    bands = [rules.conduct_severity(is_listed=False, of_tier=band) for band in (None, 1, 2, 3)]
    assert bands == [Severity.MEDIUM, Severity.LIGHT, Severity.MEDIUM, Severity.HEAVY]
    assert rules.conduct_severity(is_listed=True, of_tier=1) == Severity.HEAVY
    light, other = (
        replace(MEASURE, code="l", severity=1),
        replace(MEASURE, code="o", severity=1, item_codes=frozenset()),
    )
    offered = [
        MEASURE,
        other,
        light,
        replace(light, code="i", measure_class="I"),
        replace(light, code="n", listed=False),
    ]
    found = rules.lighter(offered, MEASURE, RECORD, subject_kind="organisation", bodies=frozenset({"财政"}))
    assert [one.code for one in found] == ["l"]
    assert rules.lighter(offered, MEASURE, RECORD, subject_kind="person", bodies=frozenset({"财政"})) == []


names = st.sampled_from(["财政", "税务", "*"])
measures = st.builds(
    replace, st.just(MEASURE), measure_class=st.sampled_from("ABCI"), listed=st.booleans(),
    subject_kinds=st.frozensets(st.sampled_from(["organisation", "person", "self_employed"])),
    scheme_codes=st.frozensets(st.sampled_from(["tqnmggz", "spaq"])), executors=st.frozensets(names),
    severity=st.integers(1, 3), max_months=st.none() | st.integers(1, 60),
)  # fmt: skip
grounds = st.builds(
    replace, st.just(ENTRY), in_force=st.booleans(), ends=st.none() | st.dates(DAY, DAY + timedelta(days=3000)),
    scheme_code=st.sampled_from(["tqnmggz", "spaq"]),
)  # fmt: skip
wishes = st.builds(
    rules.Wanted, subject_kind=st.sampled_from(["organisation", "person"]), bodies=st.frozensets(names),
    starts_on=st.just(DAY), ends_on=st.none() | st.dates(DAY, DAY + timedelta(days=4000)), ordered=st.booleans(),
    heavier_why=st.sampled_from(["", "理由"]),
)  # fmt: skip


@given(measures, grounds, wishes)
def test_what_passes_is_lawful_related_and_proportionate(
    measure: rules.MeasureFacts, ground: rules.Ground, wanted: rules.Wanted
) -> None:
    if rules.refusals(measure, ground, wanted):
        return
    assert measure.listed and ground.in_force and ground.scheme_code in measure.scheme_codes
    assert wanted.subject_kind in measure.subject_kinds
    assert not wanted.ordered if measure.measure_class == "C" else measure.executors & wanted.bodies
    for latest in (ground.ends, add_months(DAY, measure.max_months) if measure.max_months else None):
        assert latest is None or (wanted.ends_on is not None and wanted.ends_on <= latest)
    assert measure.measure_class == "I" or measure.severity <= ground.severity or wanted.heavier_why


# --- by officers -------------------------------------------------------------------------------------------


@pytest.fixture
def treasurer(db: None) -> Officer:
    return people.officer(Role.REVIEWER, code="hg-caizheng")


def listed(code: str) -> Measure:
    return selectors.standing(today()).get(code=code)


def text(**changes: object) -> ApplicationText:
    given = ApplicationText(
        document_number="鹤财采〔2026〕9号",
        reason="拖欠工资，不得参加政府采购",
        starts_on=today(),
        ends_on=today() + timedelta(days=300),
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def apply(officer: Officer, ground: object, code: str = "nmg-48-cg", **changes: object) -> AppliedMeasure:
    assert officer.agency is not None
    return apply_measure(
        agency=officer.agency,
        officer=officer,
        measure_id=listed(code).pk,
        ground=ground,
        text=text(**changes),  # type: ignore[arg-type]
    )


def in_force(row: AppliedMeasure, on: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select sanctions_applied_in_force(a, %s) from sanctions_appliedmeasure a where id = %s",
            [on, row.pk],
        )
        by_sql: bool = cursor.fetchone()[0]
    assert by_sql == selectors.applied(on).filter(pk=row.pk).exists()
    return by_sql


def test_a_measure_ends_by_itself_and_at_once_with_its_ground(treasurer: Officer) -> None:
    row = apply(treasurer, make_entry())
    assert row.ends_on is not None and in_force(row, today()) and in_force(row, row.ends_on)
    assert not in_force(row, row.ends_on + timedelta(days=1))
    assert row.entry is not None
    end_entry(officer=None, entry_id=row.entry.pk, on=today(), reason="repaired", basis="决定")
    assert not in_force(row, today())
    record = make_penalty(make_subject(), data={"CF_WFXW": "串通投标"})
    fagai = people.officer(Role.REVIEWER, code="hg-fagai")
    ban = apply(fagai, record, "ztb-53", ends_on=today() + timedelta(days=100), heavier_why="中标金额巨大")
    assert "采用较重措施的理由：中标金额巨大" in ban.reason and in_force(ban, today())
    end_record(officer=None, record_id=record.pk, on=today(), reason="revoked", basis="决定")
    assert not in_force(ban, today())


def test_officers_are_refused_with_every_code_found(treasurer: Officer) -> None:
    entry = make_entry()
    wrong = {
        "spaq-135-1": {"measure_not_for_conduct", "measure_not_competent"},
        "nmg-48-ss": {"measure_not_competent"},
        "c-sx": {"field_required"},
    }
    for code, expected in wrong.items():
        with pytest.raises(Refused) as refused:
            apply(treasurer, entry, code)
        assert {one.code for one in refused.value.refusals} == expected
    with pytest.raises(Refused) as refused:
        apply(treasurer, entry, ends_on=None, document_number=" ", reason="")
    assert [one.pointer for one in refused.value.refusals] == ["/ends_on", "/document_number", "/reason"]
    with pytest.raises(Refused) as refused:
        apply(treasurer, entry, ends_on=today() - timedelta(days=1))
    assert [one.code for one in refused.value.refusals] == ["date_order"]
    with pytest.raises(PermissionDenied):
        apply(people.officer(Role.SUBMITTER, code="hg-caizheng"), entry)
    assert AppliedMeasure.objects.count() == 0


def test_class_c_is_told_and_never_hits(treasurer: Officer) -> None:
    entry = make_entry()
    row = apply(treasurer, entry, "c-sx", informed_body="鹤岗市银行业协会")
    assert not row.ordered and row.informed_body == "鹤岗市银行业协会"
    assert "c-sx" not in codes(Window().one(entry.subject))


def test_the_same_body_does_not_apply_the_same_measure_twice(treasurer: Officer) -> None:
    entry = make_entry()
    row = apply(treasurer, entry)
    with pytest.raises(Problem) as conflict, transaction.atomic():
        apply(treasurer, entry)
    assert conflict.value.status == 409
    lift_measure(applied_id=row.pk, on=today(), document="鹤财解〔2026〕1号", officer=treasurer)
    assert apply(treasurer, entry).pk != row.pk


def test_lifting_is_reported_once_by_the_body_that_applied(treasurer: Officer) -> None:
    row = apply(treasurer, make_entry())
    stranger = people.officer(Role.REVIEWER, code="hg-jiaoyu")
    with pytest.raises(PermissionDenied):
        lift_measure(applied_id=row.pk, on=today(), document="1号", officer=stranger)
    for on, document, code in (
        (today(), " ", "field_required"),
        (today() - timedelta(days=9), "1号", "date_order"),
    ):
        with pytest.raises(Refused) as refused:
            lift_measure(applied_id=row.pk, on=on, document=document, officer=treasurer)
        assert refused.value.refusals[0].code == code
    assert lift_measure(applied_id=row.pk, on=today(), document="1号", officer=treasurer).lifted_on == today()
    assert (
        lift_measure(applied_id=row.pk, on=today(), document="2号", officer=treasurer).lift_document == "1号"
    )
    assert not in_force(row, today())


def test_a_ground_that_ends_gives_a_task_until_it_is_lifted(treasurer: Officer) -> None:
    entry = make_entry()
    row = apply(treasurer, entry)
    apply(treasurer, make_entry())
    assert list(selectors.to_lift(today())) == []
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
    (task,) = lifting.lift_tasks(list(selectors.to_lift(today())))
    assert (task.measure, task.ended_on, task.why) == (row, today(), "信用修复") and task.due > today()
    assert list(selectors.to_lift(today() - timedelta(days=1))) == []
    lift_measure(applied_id=row.pk, on=today(), document="1号", officer=treasurer)
    assert list(selectors.to_lift(today())) == []


# --- by anybody, in the database --------------------------------------------------------------------------


def raw(ground: object, officer: Officer, **changes: object) -> AppliedMeasure:
    values = {
        "subject": ground.subject, "measure": listed("nmg-48-cg"), "agency": officer.agency, "entry": ground,  # type: ignore[attr-defined]
        "document_number": "1号", "reason": "事由", "decided_on": today(), "starts_on": today(),
        "ends_on": today() + timedelta(days=9), "officer": officer,
    }  # fmt: skip
    return AppliedMeasure.objects.create(**(values | changes))


def test_the_database_refuses_what_the_gate_refuses(treasurer: Officer) -> None:
    entry, over = make_entry(), make_entry(ends_on=today() - timedelta(days=1))
    of_person = make_entry(make_person())
    school = people.agency("hg-jiaoyu")
    wrong: list[tuple[str, object, dict[str, object]]] = [
        ("measure_not_listed", entry, {"decided_on": date(2020, 1, 1)}),
        ("measure_not_for_conduct", entry, {"subject": make_subject()}),
        ("measure_not_for_conduct", over, {}),
        ("measure_not_for_conduct", make_entry(scheme="spaq"), {}),
        ("measure_not_for_conduct", entry, {"entry": None, "record": make_penalty(entry.subject)}),
        ("measure_not_for_subject", of_person, {}),
        ("measure_not_competent", entry, {"agency": school}),
        ("measure_cannot_be_ordered", entry, {"measure": listed("c-sx")}),
        ("measure_exceeds_limit", entry, {"ends_on": None}),
        ("measure_exceeds_limit", entry, {"ends_on": entry.ends_on + timedelta(days=1)}),  # type: ignore[operator]
    ]
    for code, ground, changes in wrong:
        with pytest.raises(IntegrityError, match=code), transaction.atomic():
            raw(ground, treasurer, **changes)
    row = raw(entry, treasurer)
    for change in ({"ends_on": None}, {"subject": make_subject()}, {"ordered": False}):
        with pytest.raises(IntegrityError, match="only be lifted"), transaction.atomic():
            AppliedMeasure.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError, match="not deleted"), transaction.atomic():
        AppliedMeasure.objects.filter(pk=row.pk).delete()


def test_a_measure_longer_than_its_row_is_refused_by_the_database(db: None) -> None:
    fagai = people.officer(Role.REVIEWER, code="hg-fagai")
    record = make_penalty(make_subject(), types="吊销许可证件", data={"CF_WFXW": "串通投标"})
    ban = {"entry": None, "record": record, "measure": listed("ztb-53"), "subject": record.subject}
    with pytest.raises(IntegrityError, match="measure_exceeds_limit"), transaction.atomic():
        raw(record, fagai, **ban, ends_on=today() + timedelta(days=740))
    assert raw(record, fagai, **ban, ends_on=today() + timedelta(days=720)).pk


def test_the_conduct_of_a_person_is_read_by_the_service_and_trusted_by_the_gate(db: None) -> None:
    record = make_person_record({"CF_WFXW": "在国家教育考试中作弊"})
    school = people.officer(Role.REVIEWER, code="hg-jiaoyu")
    assert Subject.objects.get(pk=record.subject_id).kind == "person"
    row = apply(school, record, "jy-79", ends_on=today() + timedelta(days=90))
    assert in_force(row, today())


# --- seen by screening ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_decision_is_a_hit_for_the_matters_that_call_for_it_until_it_is_over() -> None:
    window = Window()
    fagai = people.officer(Role.REVIEWER, code="hg-fagai")
    record = make_penalty(make_subject(), data={"CF_WFXW": "串通投标"})
    row = apply(fagai, record, "ztb-53", ends_on=today() + timedelta(days=100), heavier_why="情节严重")
    found = window.one(record.subject, "gcztb")
    assert codes(found) == ["ztb-53"] and found["measures"][0]["ground"]["kind"] == "decision"
    assert found["measures"][0]["decided"]["document_number"] == row.document_number
    assert window.one(record.subject, "zfcg")["status"] == "clear"
    end_record(officer=None, record_id=record.pk, on=today(), reason="repaired", basis="决定")
    assert window.one(record.subject, "gcztb")["status"] == "clear"


def test_what_was_decided_on_an_entry_is_said_once_by_its_decision(treasurer: Officer) -> None:
    window, entry = Window(), make_entry()
    apply(treasurer, entry)
    found = window.one(entry.subject)
    assert codes(found) == ["nmg-48-cg"] and found["measures"][0]["decided"]["agency"] == "鹤岗市财政局"
    assert make_defaulter(entry.subject).used_until is not None
