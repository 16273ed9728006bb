"""The way of a case: filed, taken up, decided; every gate code by the service and again by the database."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from agencies.choices import Role
from agencies.models import Agency
from blacklist import selectors as lists
from catalog.deadlines import due
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from ledger.services import acting
from records import selectors as records
from records.models import CreditRecord
from repair import codes, services
from repair.choices import NO_CLOCK, Kind, MaterialKind, State, Step
from repair.contents import statement_of
from repair.models import Case, FalseCommitment, Material
from repair.required import RequiredMaterial
from repair.selectors.cases import case_of_applicant, cases_visible_to
from repair.services import Verdict
from tests import people
from tests.factories import make_penalty
from tests.repair import samples

pytestmark = pytest.mark.django_db


def refused_codes(action: object) -> set[str]:
    with pytest.raises(Refused) as caught:
        action()  # type: ignore[operator]
    assert all(refusal.basis and refusal.detail for refusal in caught.value.refusals)
    return {refusal.code for refusal in caught.value.refusals}


def test_a_repair_from_application_to_the_end_of_the_record() -> None:
    record = samples.ripe_penalty()
    filed = samples.file(record)
    case = filed.case
    assert case.agency == people.agency() and case.due == due("repair-accept", today()).day
    assert filed.code.encode() not in bytes(case.secret) and bytes(case.code_digest) != filed.code.encode()
    case = services.accept(officer=samples.officer(Role.SUBMITTER), case_id=case.pk, version=1)
    assert case.state == State.ACCEPTED and case.due == due("repair-decide", today()).day
    case = samples.decided(case)
    record.refresh_from_db()
    assert (record.ended_on, record.end_reason) == (today(), "repaired")
    assert not records.published(today()).exists() and not records.used(today()).exists()
    assert not records.shared(today()).exists()
    assert list(case.steps.values_list("step", flat=True)) == [Step.FILED, Step.ACCEPTED, Step.GRANTED]
    assert case.due == NO_CLOCK and case.closed_on == today()


def test_a_list_entry_is_removed_by_the_unit_that_listed() -> None:
    entry = samples.listed()
    case = samples.decided(samples.accepted(entry))
    entry.refresh_from_db()
    assert case.state == State.GRANTED and entry.ended_on == today() and entry.end_reason == "repair"
    assert not lists.in_force(today()).exists() and not lists.published(today()).exists()


def test_an_entry_younger_than_its_list_allows_is_not_removed() -> None:
    entry = samples.listed(days=100)
    assert refused_codes(lambda: samples.file(entry)) == {"minimum_period_not_reached"}


def test_too_early_irreparable_and_over() -> None:
    early = make_penalty(decision_date=today() - timedelta(days=20))
    assert refused_codes(lambda: samples.file(early)) == {"minimum_period_not_reached"}
    whole = samples.ripe_penalty()
    CreditRecord.objects.filter(pk=whole.pk).update(minimum_until=whole.published_until)
    assert refused_codes(lambda: samples.file(whole)) == {"not_repairable"}
    over = samples.ripe_penalty(ended_on=today())
    assert refused_codes(lambda: samples.file(over)) == {"not_repairable"}
    assert not Case.objects.exists()


def test_what_is_missing_is_said_and_nothing_is_kept() -> None:
    record = samples.ripe_penalty()
    codes_found = refused_codes(lambda: samples.file(record, papers=samples.papers(MaterialKind.IDENTITY)))
    assert codes_found == {"materials_missing"}
    assert not Case.objects.exists() and not Material.objects.exists()


def test_only_the_determining_unit_decides() -> None:
    case = samples.accepted(samples.ripe_penalty())
    strangers = (
        samples.officer(Role.REVIEWER, "hg-yingji"),
        samples.chief(),
        samples.officer(Role.SUBMITTER),
    )
    for who in strangers:
        with pytest.raises(Refused) as caught:
            services.decide(officer=who, case_id=case.pk, verdict=Verdict(True, "同意"))
        assert [one.code for one in caught.value.refusals] == ["not_determining_unit"]


def test_decided_once_and_the_second_officer_sees_it() -> None:
    case = samples.accepted(samples.ripe_penalty())
    samples.decided(case, grant=False, reasons="罚款尚未缴清")
    with pytest.raises(Problem) as caught:
        services.decide(
            officer=samples.reviewer(), case_id=case.pk, verdict=Verdict(True, "同意"), version=case.version
        )
    assert caught.value.code == "state_changed"
    assert CreditRecord.objects.get().ended_on is None


def test_reapplication_says_what_changed() -> None:
    record = samples.ripe_penalty()
    first = samples.decided(samples.accepted(record), grant=False, reasons="罚款尚未缴清")
    assert refused_codes(lambda: samples.file(record)) == {"field_required"}
    again = samples.file(record, changes="罚款已于昨日缴清，附缴款凭证").case
    assert again.previous == first and statement_of(again).changes.startswith("罚款已于")


def test_one_open_application_at_a_time() -> None:
    record = samples.ripe_penalty()
    filed = samples.file(record)
    with pytest.raises(Problem) as caught:
        samples.file(record)
    assert caught.value.code == "case_open"
    services.withdraw(case_id=filed.case.pk)
    assert samples.file(record).case.state == State.FILED


def test_what_is_missing_is_said_once_and_the_clock_waits() -> None:
    case = samples.file(samples.ripe_penalty()).case
    case = services.return_once(officer=samples.reviewer(), case_id=case.pk, missing=["缴款凭证看不清"])
    assert case.due == NO_CLOCK and case.state == State.RETURNED
    case = services.supplement(case_id=case.pk, papers=samples.papers(MaterialKind.FULFILMENT))
    assert case.due == due("repair-accept", today()).day
    with pytest.raises(Problem):
        services.return_once(officer=samples.reviewer(), case_id=case.pk, missing=["还缺一样"])


def test_extension_hand_over_and_own_finding() -> None:
    case = samples.accepted(samples.ripe_penalty())
    before = case.decide_by
    case = services.extend(officer=samples.reviewer(), case_id=case.pk, why="需要到现场核查")
    assert case.decide_by is not None and before is not None and case.decide_by > before
    services.fetch_material(
        officer=samples.reviewer(), case_id=case.pk, kind=MaterialKind.FULFILMENT, found="非税系统查得已缴款"
    )
    other = Agency.objects.get(code="hg-yingji")
    with pytest.raises(PermissionDenied):
        services.hand_over(
            officer=samples.officer(Role.REVIEWER, "hg-yingji"), case_id=case.pk, agency=other, why="职能划转"
        )
    case = services.hand_over(officer=samples.chief(), case_id=case.pk, agency=other, why="职能划转文件")
    assert case.agency == other
    assert samples.decided(case).state == State.GRANTED


def test_number_and_code_open_the_case_together_only() -> None:
    filed = samples.file(samples.ripe_penalty())
    typed = f"{filed.code[:4].lower()} {filed.code[4:]}"
    assert case_of_applicant(filed.case.number, typed) == filed.case
    assert case_of_applicant(filed.case.number, codes.new_query_code()) is None
    assert case_of_applicant("XF20200101000001", filed.code) is None


def test_a_false_commitment_has_its_own_term_and_bars_the_next_repair() -> None:
    record = samples.ripe_penalty()
    case = samples.decided(samples.accepted(record))
    found = services.record_false_commitment(
        officer=samples.reviewer(), case_id=case.pk, facts="缴款凭证系伪造"
    )
    assert (found.until - found.found_on).days > 1000
    other = samples.ripe_penalty(record.subject)
    assert refused_codes(lambda: samples.file(other)) == {"not_repairable"}
    assert FalseCommitment.objects.count() == 1


def test_a_repaired_record_does_not_come_back_by_being_handed_in_again() -> None:
    """The same fact in the same words: refused by the intake's own check and by the database."""
    record = samples.ripe_penalty()
    samples.decided(samples.accepted(record))
    record.refresh_from_db()
    record.pk, record.ended_on, record.end_reason = None, None, ""
    with pytest.raises(DatabaseError), transaction.atomic():
        record.save(force_insert=True)


def test_each_agency_sees_its_own_cases() -> None:
    case = samples.file(samples.ripe_penalty()).case
    assert case in cases_visible_to(samples.reviewer())
    assert case in cases_visible_to(samples.chief())
    assert case not in cases_visible_to(samples.officer(Role.REVIEWER, "hg-yingji"))


# --- the database says no as well ------------------------------------------------------------------------


def sql(text: str, *values: object) -> None:
    with acting(actor=None, action="test.sql", basis=""), connection.cursor() as cursor:
        cursor.execute("set local role credit_app")
        cursor.execute(text, values)
        cursor.execute("reset role")


APPROVE = (
    "update repair_case set state = 'granted', decided_by_id = %s, decided_on = %s, closed_on = %s,"
    " reasons = '同意', due = '9999-12-31' where id = %s"
)


def approve(case: Case, by: int, on: object = None) -> str:
    day = on or today()
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        sql(APPROVE, by, day, day, case.pk)
    return str(caught.value)


def test_sql_cannot_approve_for_another_unit() -> None:
    case = samples.accepted(samples.ripe_penalty())
    assert "not_determining_unit" in approve(case, samples.officer(Role.REVIEWER, "hg-yingji").pk)


def test_sql_cannot_take_the_case_to_its_own_unit_first() -> None:
    case = samples.accepted(samples.ripe_penalty())
    other = samples.officer(Role.REVIEWER, "hg-yingji")
    sql("update repair_case set agency_id = %s where id = %s", other.agency_id, case.pk)
    assert "not_determining_unit" in approve(case, other.pk)


def test_sql_cannot_approve_early_or_twice_or_without_papers() -> None:
    reviewer = samples.reviewer()
    early = samples.accepted(samples.ripe_penalty())
    sql(
        "update records_creditrecord set minimum_until = %s where id = %s",
        today() + timedelta(3),
        early.record_id,
    )
    assert "minimum_period_not_reached" in approve(early, reviewer.pk)
    assert "only an accepted case" in approve(early, reviewer.pk, today() + timedelta(days=9))
    done = samples.decided(samples.accepted(samples.ripe_penalty()))
    assert "closed case" in approve_again(done)
    asked_besides = RequiredMaterial.objects.filter(kind=Kind.REPAIR).exclude(material=MaterialKind.IDENTITY)
    asked_besides.update(effective_until=today() - timedelta(days=1))
    bare = samples.accepted(samples.ripe_penalty(), papers=samples.papers(MaterialKind.IDENTITY))
    asked_besides.update(effective_until=None)
    assert "materials_missing" in approve(bare, reviewer.pk)


def approve_again(case: Case) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        sql("update repair_case set state = 'refused' where id = %s", case.pk)
    return str(caught.value)


def test_sql_cannot_begin_in_the_middle_or_rewrite_what_was_filed() -> None:
    case = samples.file(samples.ripe_penalty()).case
    for text in (
        "update repair_case set filed_on = filed_on - 30 where id = %s",
        "update repair_case set kind = 'objection' where id = %s",
        "delete from repair_case where id = %s",
        "update repair_casestep set note = 'x' where case_id = %s",
        "delete from repair_casestep where case_id = %s",
        "update repair_material set note = 'x' where case_id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(text, case.pk)


def test_no_table_of_this_room_has_a_column_for_money() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name like 'repair_%'"
            " and (column_name ~ '(fee|price|pay|amount|charge|cost|money)' or data_type in ('money', 'numeric'))"
        )
        assert cursor.fetchall() == []


def test_kinds_of_cases_have_their_own_numbers() -> None:
    record = samples.ripe_penalty()
    assert samples.file(record).case.number.startswith("XF")
    assert samples.file(record, Kind.OBJECTION).case.number.startswith("YY")
