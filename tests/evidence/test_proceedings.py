"""Reviews and lawsuits mark a record; their outcome ends it, or gives a deadline, in every channel at once."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from agencies.choices import Role
from catalog.deadlines.models import DeadlineRule
from common.clock import today
from common.gates import Refused
from common.selectors import load_calendar
from records.evidence.choices import Outcome
from records.evidence.models import Proceeding
from records.evidence.selectors import overdue_consequences, waiting_for_correction
from records.evidence.services import (
    Case,
    Decision,
    Why,
    mark_proceeding,
    note_outcome,
    note_own_correction,
    withdraw_record,
)
from records.models import CreditRecord
from records.selectors import published, shared, used
from supervision.models import Clue
from supervision.services import refresh
from tests import people
from tests.evidence.samples import BASIS, by, case, correct, decide, decided, hand_in, mark


def held(record: CreditRecord, at: date) -> list[bool]:
    return [gate(at).filter(pk=record.pk).exists() for gate in (published, shared, used)]


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.refusals]


def due_of(start: date) -> date:
    return load_calendar().add_workdays(start, 3)


def test_open_proceedings_mark_the_record_and_ended_ones_do_not(record: CreditRecord) -> None:
    review = mark(record)
    record.refresh_from_db()
    assert (record.contested, record.version) == ("review", 2)
    lawsuit = mark(record, "（2026）黑04行初1号", "litigation")
    record.refresh_from_db()
    assert (record.contested, record.get_contested_display()) == ("litigation,review", "行政复议、行政诉讼中")
    decide(review, Outcome.UPHELD)
    record.refresh_from_db()
    assert record.contested == "litigation" and record.ended_on is None
    decide(lawsuit, Outcome.DISMISSED)
    record.refresh_from_db()
    assert (record.contested, record.ended_on) == ("", None) and held(record, today()) == [True] * 3
    assert [one.kind for one in record.changes.order_by("version")] == [
        "proceeding",
        "proceeding",
        "outcome",
        "outcome",
    ]


@pytest.mark.parametrize("outcome", [Outcome.REVOKED, Outcome.UNLAWFUL, Outcome.VOID])
def test_a_document_without_force_ends_the_record_everywhere_for_good(
    record: CreditRecord, outcome: Outcome
) -> None:
    ended = decide(mark(record), outcome)
    record.refresh_from_db()
    assert (record.ended_on, record.end_reason, record.contested) == (today(), outcome.value, "")
    assert held(record, today()) == [False] * 3
    assert ended.due == due_of(today()) and "3个工作日" in ended.due_basis
    with pytest.raises(Refused) as refused:  # the same document does not come back
        hand_in(record.provider)
    assert codes(refused) == ["document_not_effective"]
    with pytest.raises(DatabaseError, match="document_not_effective"), transaction.atomic():
        CreditRecord.objects.filter(pk=record.pk).update(ended_on=None, end_reason="")


@pytest.mark.parametrize("outcome", [Outcome.REVOKED, Outcome.UNLAWFUL, Outcome.VOID, Outcome.CHANGED])
def test_an_end_that_an_outcome_demands_is_not_taken_back_though_another_came_first(
    record: CreditRecord, outcome: Outcome
) -> None:
    """Withdrawn, then lost in review: the withdrawal alone could be undone by SQL, the review's outcome could not."""
    one = mark(record)
    record.refresh_from_db()
    withdraw_record(
        author=by(record.provider),
        record_id=record.pk,
        version=record.version,
        why=Why("entered_wrongly", "报送有误"),
    )
    demanded = decide(one, outcome).ends_on
    assert demanded is not None
    later = timezone.now() + (demanded - today())
    back = CreditRecord.objects.filter(pk=record.pk)
    with pytest.raises(DatabaseError, match="document_not_effective"), transaction.atomic():
        back.update(ended_on=None, end_reason="", changed_at=later)
    with transaction.atomic():  # a changed document demands nothing before its deadline
        if outcome == Outcome.CHANGED:
            back.update(ended_on=None, end_reason="")
            assert held(record, today()) == [True] * 3
        transaction.set_rollback(True)


def test_a_changed_document_gives_a_deadline_and_ends_by_its_date(record: CreditRecord) -> None:
    one = decide(mark(record), Outcome.CHANGED)
    record.refresh_from_db()
    due = due_of(today())
    assert (one.due, one.ends_on, record.ended_on) == (due, due + timedelta(1), due + timedelta(1))
    assert held(record, due) == [True] * 3 and held(record, due + timedelta(1)) == [False] * 3
    reviewer = people.officer(Role.REVIEWER)
    assert [row.pk for row in waiting_for_correction(reviewer, today())] == [one.pk]
    corrected = correct(record, {"CF_NR_FK": "0.1", "CF_NR": "罚款1000元"})
    assert (corrected.ended_on, corrected.end_reason) == (None, "") and held(record, due + timedelta(1)) == [
        True
    ] * 3
    assert corrected.changes.latest("version").proceeding == one
    assert not waiting_for_correction(reviewer, today()).exists()


def test_a_correction_after_a_change_never_makes_it_worse(record: CreditRecord) -> None:
    correct(record, {"CF_JDRQ": (decided() - timedelta(days=3)).isoformat()})
    decide(mark(record), Outcome.CHANGED)
    why = Why("document_changed", "复议变更", "鹤政复决〔2026〕7号", today())
    with pytest.raises(Refused) as refused:
        correct(record, {"CF_JDRQ": decided().isoformat()}, why=why)
    assert codes(refused) == ["window_lengthened"]


def test_withdrawing_settles_a_changed_document(record: CreditRecord) -> None:
    one = decide(mark(record), Outcome.CHANGED)
    record.refresh_from_db()
    why = Why("entered_wrongly", "变更后另行报送")
    withdrawn = withdraw_record(
        author=by(record.provider), record_id=record.pk, version=record.version, why=why
    )
    assert (withdrawn.ended_on, withdrawn.end_reason) == (today(), "entered_wrongly")
    assert one.changes.latest("version").kind == "withdrawal"
    assert not overdue_consequences(today() + timedelta(days=60))


def test_what_was_noted_late_ends_at_once_and_raises_a_clue(record: CreditRecord) -> None:
    one = decide(mark(record), Outcome.REVOKED, ago=9)
    CreditRecord.objects.filter(pk=record.pk).update(received_at=record.received_at - timedelta(days=25))
    refresh(on=today())
    clue = Clue.objects.get(kind="late_withdrawal")
    assert (clue.record_id, clue.due, clue.agency_id) == (record.pk, one.due, record.provider_id)
    assert clue.basis == one.due_basis and clue.late_by >= 1
    refresh(on=today() + timedelta(days=3))
    assert Clue.objects.filter(kind="late_withdrawal").count() == 1


def test_a_change_nobody_draws_the_consequence_of_raises_a_clue_when_it_is_over(record: CreditRecord) -> None:
    one = decide(mark(record), Outcome.CHANGED)
    assert one.due is not None
    assert overdue_consequences(one.due) == []
    assert [found.proceeding.pk for found in overdue_consequences(one.due + timedelta(1))] == [one.pk]


def test_the_authority_corrects_of_its_own_motion(record: CreditRecord) -> None:
    own = Case("supervision", record.provider.name, "鹤市监撤〔2026〕1号", decided(2), "行政处罚法第七十五条")
    decision = Decision(Outcome.REVOKED, "鹤市监撤〔2026〕1号", decided(2))
    note_own_correction(
        author=by(record.provider), record_id=record.pk, version=1, case=own, decision=decision
    )
    record.refresh_from_db()
    assert (record.ended_on, record.end_reason) == (today(), "revoked")


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("code_unknown", {"kind": "arbitration"}),
        ("field_required", {"organ": ""}),
        ("field_required", {"case_number": ""}),
        ("field_required", {"basis": ""}),
        ("field_required", {"since": None}),
        ("date_in_future", {"since": "<tomorrow>"}),
        ("date_order", {"since": date(2020, 1, 1)}),
    ],
)
def test_a_proceeding_says_where_and_since_when(
    record: CreditRecord, code: str, change: dict[str, object]
) -> None:
    values = {
        "kind": "review",
        "organ": "鹤岗市人民政府",
        "case_number": "1号",
        "since": decided(5),
        "basis": BASIS,
        **change,
    }
    if values["since"] == "<tomorrow>":
        values["since"] = today() + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        mark_proceeding(author=by(record.provider), record_id=record.pk, version=1, case=Case(**values))  # type: ignore[arg-type]
    assert codes(refused) == [code]


@pytest.mark.parametrize(
    ("code", "decision"),
    [
        ("code_unknown", Decision("partly", "1号", decided(1))),
        ("document_missing", Decision("upheld", "", decided(1))),
        ("field_required", Decision("upheld", "1号", None)),
        ("date_in_future", Decision("upheld", "1号", date(2999, 1, 1))),
        ("date_order", Decision("upheld", "1号", decided(20))),
    ],
)
def test_an_outcome_stands_in_a_document(record: CreditRecord, code: str, decision: Decision) -> None:
    one = mark(record)
    with pytest.raises(Refused) as refused:
        note_outcome(author=by(record.provider), proceeding_id=one.pk, version=2, decision=decision)
    assert codes(refused) == [code]


def test_a_case_is_entered_and_decided_once(record: CreditRecord) -> None:
    one = mark(record)
    with pytest.raises(Refused) as refused:
        mark(record)
    assert codes(refused) == ["duplicate"]
    decide(one, Outcome.CANCELLED)
    with pytest.raises(Refused) as refused:
        decide(one, Outcome.REVOKED)
    assert codes(refused) == ["proceeding_closed"]


def test_the_credit_authority_marks_what_others_handed_in(record: CreditRecord) -> None:
    mark_proceeding(
        author=by(None, people.officer(Role.AUTHORITY)), record_id=record.pk, version=1, case=case()
    )
    with pytest.raises(Refused) as refused:
        mark_proceeding(
            author=by(people.agency("hg-yingji")), record_id=record.pk, version=2, case=case("2号")
        )
    assert codes(refused) == ["provider_not_authorised"]


def test_the_application_may_neither_rewrite_history_nor_take_a_decision_back(record: CreditRecord) -> None:
    decide(mark(record), Outcome.UPHELD)
    assert Proceeding.objects.count() == 1
    for statement in (
        "update records_recordversion set body = '{}'",
        "delete from records_recordversion",
        "insert into records_recordversion (record_id, number, subject_id, held_from, held_until, body)"
        " select record_id, 99, subject_id, held_from, held_until, body from records_recordversion limit 1",
        "update records_recordchange set explanation = '另一说法'",
        "delete from records_recordchange",
        "delete from records_proceeding",
        "update records_proceeding set outcome = 'revoked'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local role credit_app")
            cursor.execute(statement)


def test_a_record_lawfully_erased_leaves_no_copy(record: CreditRecord) -> None:
    correct(record, {"CF_NR_FK": "0.3"})
    decide(mark(record), Outcome.UPHELD)
    with connection.cursor() as cursor:
        cursor.execute("delete from records_creditrecord where id = %s", [record.pk])
        for table in ("recordversion", "recordchange", "proceeding"):
            cursor.execute(f"select count(*) from records_{table}")
            assert cursor.fetchone() == (0,)


def test_each_clock_is_a_dated_row(db: None) -> None:
    for code in ("penalty-withdraw", "market-penalty-withdraw", "record-withdraw"):
        assert DeadlineRule.objects.filter(code=code).exists()
