"""Merging and splitting: never on a name, by two officers, undone without a trace."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from agencies.choices import Role
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from records.identity import services
from records.identity.choices import ChangeState, Ground
from records.identity.groups import groups_by_key
from records.identity.models import IdentityChange, SubjectName
from records.identity.rules import Evidence
from records.identity.services import Target
from records.models import CreditRecord, Subject
from tests import people
from tests.factories import invented_uscc, make_penalty, make_person, make_subject
from tests.identity.samples import (
    BASIS,
    OLD_CODE,
    by_code,
    by_document,
    chief,
    merged,
    new_row,
    old_row,
    reviewer,
)

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {refusal.code for refusal in refused.value.refusals}


def test_the_same_name_is_no_ground() -> None:
    one, two = make_subject("鹤岗市双松商贸有限公司"), old_row("鹤岗市双松商贸有限公司")
    with pytest.raises(Refused) as refused:
        services.propose_merge(officer=reviewer(), kept_id=one.pk, other_id=two.pk, evidence=by_code())
    assert codes(refused) == {"identity_evidence_missing"}
    assert not IdentityChange.objects.exists()


def test_a_shared_code_is_one_and_takes_effect_with_the_second_officer() -> None:
    kept, other = new_row(), old_row()
    change = services.propose_merge(
        officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=by_code()
    )
    other.refresh_from_db()
    assert other.merged_into_id is None, "a proposal has no effect"
    assert OLD_CODE in change.shared_code
    services.decide_change(officer=chief(), change_id=change.pk, grant=True)
    other.refresh_from_db()
    assert other.merged_into_id == kept.pk


def test_whoever_proposes_does_not_decide() -> None:
    kept, other = new_row(), old_row()
    boss = chief()
    change = services.propose_merge(officer=boss, kept_id=kept.pk, other_id=other.pk, evidence=by_code())
    with pytest.raises(Refused) as refused:
        services.decide_change(officer=boss, change_id=change.pk, grant=True)
    assert codes(refused) == {"second_person_required"}


@pytest.mark.parametrize("role", [Role.SUBMITTER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_may_not_propose(role: Role) -> None:
    kept, other = new_row(), old_row()
    with pytest.raises(PermissionDenied):
        services.propose_merge(
            officer=people.officer(role), kept_id=kept.pk, other_id=other.pk, evidence=by_code()
        )


def test_a_reviewer_may_not_decide() -> None:
    change = services.propose_merge(
        officer=chief(), kept_id=new_row().pk, other_id=old_row().pk, evidence=by_code()
    )
    with pytest.raises(PermissionDenied):
        services.decide_change(officer=reviewer(), change_id=change.pk, grant=True)


def test_a_document_must_name_both_by_their_codes() -> None:
    kept, other = make_subject("鹤岗市双松商贸有限公司"), old_row()
    wrong = by_document(kept.uscc, other.name)
    with pytest.raises(Refused) as refused:
        services.propose_merge(officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=wrong)
    assert {(one.code, one.pointer) for one in refused.value.refusals} == {
        ("identity_evidence_missing", "/other_as")
    }
    services.propose_merge(
        officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=by_document(kept.uscc, OLD_CODE)
    )


def test_a_document_of_tomorrow_and_one_without_number_are_none() -> None:
    kept, other = make_subject(), old_row()
    late = Evidence(
        Ground.DOCUMENT,
        "变更",
        BASIS,
        "通知书",
        "",
        "市场监管局",
        today() + timedelta(days=1),
        kept.uscc,
        OLD_CODE,
    )
    with pytest.raises(Refused) as refused:
        services.propose_merge(officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=late)
    assert codes(refused) == {"field_required", "date_in_future"}
    assert all("第4条（1）" in one.basis for one in refused.value.refusals)


def test_two_unified_codes_are_two_bodies_unless_a_document_names_both() -> None:
    kept, other = new_row(), make_subject()
    other.codes = {"gszc": OLD_CODE}
    other.save(update_fields=["codes"])
    with pytest.raises(Refused) as refused:
        services.propose_merge(officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=by_code())
    assert codes(refused) == {"identity_codes_differ"}
    services.propose_merge(
        officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=by_document(kept.uscc, other.uscc)
    )


def test_persons_and_different_kinds_are_refused() -> None:
    person, shop, company = make_person(), make_subject(kind="self_employed"), make_subject()
    for other in (person, shop):
        evidence = by_document(company.uscc, other.uscc or other.shown_name)
        with pytest.raises(Refused) as refused:
            services.propose_merge(
                officer=reviewer(), kept_id=company.pk, other_id=other.pk, evidence=evidence
            )
        assert "identity_kind_not_allowed" in codes(refused)


def test_undoing_restores_exactly_whatever_came_in_meanwhile() -> None:
    kept, other = new_row(), old_row()
    own, theirs = make_penalty(kept), make_penalty(other)
    before = list(Subject.objects.order_by("pk").values())
    change = merged(kept, other)
    later = make_penalty(other)
    services.undo_change(officer=chief(), change_id=change.pk, reason="文书有误", basis=BASIS)
    assert list(Subject.objects.order_by("pk").values()) == before
    stands = dict(CreditRecord.objects.values_list("pk", "subject_id"))
    assert stands == {own.pk: kept.pk, theirs.pk: other.pk, later.pk: other.pk}
    change.refresh_from_db()
    assert change.state == ChangeState.UNDONE
    with pytest.raises(Problem):
        services.undo_change(officer=chief(), change_id=change.pk, reason="再撤", basis=BASIS)


def test_undoing_needs_a_reason_and_the_credit_authority() -> None:
    change = merged(new_row(), old_row())
    with pytest.raises(PermissionDenied):
        services.undo_change(officer=reviewer(), change_id=change.pk, reason="有误", basis=BASIS)
    with pytest.raises(Refused):
        services.undo_change(officer=chief(), change_id=change.pk, reason=" ", basis=BASIS)


def test_a_head_is_not_merged_on_and_a_merged_row_is_no_head() -> None:
    kept, other, third = new_row(), old_row(), make_subject()
    merged(kept, other)
    for one, two in ((third, kept), (third, other), (other, third)):
        evidence = by_document(one.uscc or OLD_CODE, two.uscc or OLD_CODE)
        with pytest.raises(Refused) as refused:
            services.propose_merge(officer=reviewer(), kept_id=one.pk, other_id=two.pk, evidence=evidence)
        assert "identity_already_merged" in codes(refused)


def test_a_refused_proposal_changes_nothing_and_is_decided_once() -> None:
    kept, other = new_row(), old_row()
    change = services.propose_merge(
        officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=by_code()
    )
    with pytest.raises(Problem):
        services.propose_merge(officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=by_code())
    services.decide_change(officer=chief(), change_id=change.pk, grant=False, note="代码录错")
    other.refresh_from_db()
    assert other.merged_into_id is None
    with pytest.raises(Problem):
        services.decide_change(officer=chief(), change_id=change.pk, grant=True)


@pytest.mark.parametrize("grant", [True, False])
def test_the_database_lets_no_pointer_stand_without_its_decision(grant: bool) -> None:
    kept, other = new_row(), old_row()
    if grant:
        merged(kept, other)
        tampered = Subject.objects.filter(pk=other.pk).update
        wanted = None
    else:
        tampered, wanted = Subject.objects.filter(pk=other.pk).update, kept.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        tampered(merged_into=wanted)


def test_the_database_keeps_what_was_decided() -> None:
    change = merged(new_row(), old_row())
    for column, value in (("reason", "别的"), ("granted", False), ("decided_by", reviewer().pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            IdentityChange.objects.filter(pk=change.pk).update(**{column: value})


def test_both_codes_find_the_group() -> None:
    kept, other = new_row(), old_row()
    merged(kept, other)
    groups = groups_by_key([f"reg:{OLD_CODE}", f"uscc:{kept.uscc}", "uscc:unknown"])
    assert set(groups) == {f"reg:{OLD_CODE}", f"uscc:{kept.uscc}"}
    for group in groups.values():
        assert (group.head, group.ids) == (kept.pk, frozenset({kept.pk, other.pk}))


# --- split ---------------------------------------------------------------------------------------------------


def test_split_moves_the_named_records_and_undo_moves_them_back() -> None:
    subject = old_row()
    code = invented_uscc(77_001)
    wrong = make_penalty(subject, data={"CF_XDR_SHXYM": code})
    right = make_penalty(subject)
    target = Target("organisation", "uscc", code, "鹤岗市另一家商贸有限公司")
    change = services.propose_split(
        officer=reviewer(),
        subject_id=subject.pk,
        record_ids=[wrong.pk],
        target=target,
        evidence=by_code("注册号重复使用"),
    )
    services.decide_change(officer=chief(), change_id=change.pk, grant=True)
    wrong.refresh_from_db()
    assert (wrong.subject.uscc, wrong.subject.name) == (code, "鹤岗市另一家商贸有限公司")
    right.refresh_from_db()
    assert right.subject_id == subject.pk
    services.undo_change(officer=chief(), change_id=change.pk, reason="核对有误", basis=BASIS)
    wrong.refresh_from_db()
    assert wrong.subject_id == subject.pk


def test_split_needs_a_code_of_its_own_that_the_records_state() -> None:
    subject = old_row()
    record = make_penalty(subject)
    for code_kind, code in (("uscc", invented_uscc(77_002)), ("gszc", OLD_CODE)):
        with pytest.raises(Refused) as refused:
            services.propose_split(
                officer=reviewer(),
                subject_id=subject.pk,
                record_ids=[record.pk],
                target=Target("organisation", code_kind, code, "另一家"),
                evidence=by_code("重复使用"),
            )
        assert "identity_evidence_missing" in codes(refused)


def test_split_takes_only_records_of_the_subject() -> None:
    subject, foreign = old_row(), make_penalty()
    with pytest.raises(Refused):
        services.propose_split(
            officer=reviewer(),
            subject_id=subject.pk,
            record_ids=[foreign.pk],
            target=Target("organisation", "uscc", invented_uscc(77_003), "另一家"),
            evidence=by_code("重复使用"),
        )


# --- names ---------------------------------------------------------------------------------------------------


def test_a_registered_change_of_name_keeps_the_old_one_with_its_period() -> None:
    subject = new_row("鹤岗市老榆树粮贸有限公司")
    make_penalty(subject, decision_date=date(2025, 2, 3))
    services.rename_subject(
        officer=chief(), subject_id=subject.pk, name="鹤岗市新榆粮贸有限公司", since=date(2026, 1, 5),
        document="准予变更登记通知书（鹤）登字〔2026〕第3号", basis=BASIS,
    )  # fmt: skip
    subject.refresh_from_db()
    assert (subject.name, subject.shown_name, subject.normal_name) == ("鹤岗市新榆粮贸有限公司",) * 3
    former = SubjectName.objects.get(subject=subject)
    assert (former.name, former.first_on, former.used_until) == (
        "鹤岗市老榆树粮贸有限公司", date(2025, 2, 3), date(2026, 1, 4),
    )  # fmt: skip


def test_renaming_is_for_the_authority_with_a_document() -> None:
    subject = new_row()
    with pytest.raises(PermissionDenied):
        services.rename_subject(
            officer=reviewer(),
            subject_id=subject.pk,
            name="新名",
            since=today(),
            document="通知书",
            basis=BASIS,
        )
    with pytest.raises(Refused):
        services.rename_subject(
            officer=chief(), subject_id=subject.pk, name="新名", since=today(), document="", basis=BASIS
        )
    with pytest.raises(Refused):
        services.rename_subject(
            officer=chief(),
            subject_id=make_person().pk,
            name="新名",
            since=today(),
            document="通知书",
            basis=BASIS,
        )
