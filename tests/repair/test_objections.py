"""Objections: marked at once, by the clock of whoever erred, put right everywhere or refused with reasons, reviewed by another."""

from datetime import timedelta

import pytest

from agencies.choices import Role
from blacklist.models import EntryChange
from blacklist.services import suspend_entry
from catalog.deadlines import due
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from records import selectors as records
from records.models import CreditRecord
from repair import services
from repair.choices import Kind, Remedy, Source, State
from repair.models import ObjectionRule
from repair.services import Verdict
from tests import people
from tests.repair import samples

pytestmark = pytest.mark.django_db


def test_an_objection_marks_at_once_and_the_mark_goes_with_its_end() -> None:
    record = samples.ripe_penalty()
    case = samples.file(record, Kind.OBJECTION).case
    record.refresh_from_db()
    assert record.disputed_since == today()
    assert case.source == Source.PROVIDER and case.agency == people.agency()
    services.withdraw(case_id=case.pk)
    record.refresh_from_db()
    assert record.disputed_since is None


def test_the_mark_stays_while_another_objection_is_open() -> None:
    record = samples.ripe_penalty()
    first = samples.file(record, Kind.OBJECTION).case
    samples.file(record, Kind.OBJECTION, ground="differs")
    services.withdraw(case_id=first.pk)
    record.refresh_from_db()
    assert record.disputed_since == today()


def test_own_errors_and_the_providers_have_different_clocks() -> None:
    record = samples.ripe_penalty()
    own = samples.accepted(record, Kind.OBJECTION, ground="duplicate")
    theirs = samples.accepted(record, Kind.OBJECTION, ground="wrong")
    assert own.agency.is_credit_authority and own.due == due("objection-decide-platform", today()).day
    assert theirs.agency == people.agency() and theirs.due == due("objection-decide-provider", today()).day
    assert own.due < theirs.due


def test_masked_while_verified_and_shown_again_when_refused() -> None:
    record = samples.ripe_penalty()
    case = samples.accepted(record, Kind.OBJECTION, ground="not_public")
    assert not records.published(today()).exists() and not records.used(today()).exists()
    assert records.shared(today()).exists()
    samples.decided(case, grant=False, reasons="目录规定应当公示")
    assert records.published(today()).get().disputed_since is None


def test_what_should_not_be_shown_ends_everywhere() -> None:
    record = samples.ripe_penalty()
    case = samples.decided(samples.accepted(record, Kind.OBJECTION, ground="not_public"))
    record.refresh_from_db()
    assert case.remedy == Remedy.ENDED and record.ended_on == today()
    assert not records.published(today()).exists() and not records.shared(today()).exists()


def test_wrong_contents_are_put_right_before_the_answer() -> None:
    case = samples.accepted(samples.ripe_penalty(), Kind.OBJECTION, ground="wrong")
    with pytest.raises(Problem) as caught:
        samples.decided(case)
    assert caught.value.code == "correction_missing"
    case.refresh_from_db()
    assert case.state == State.ACCEPTED


def test_a_refused_objection_is_reviewed_by_another_officer() -> None:
    record = samples.ripe_penalty()
    refused = samples.decided(
        samples.accepted(record, Kind.OBJECTION, ground="duplicate"), grant=False, reasons="两条文号不同"
    )
    review = services.accept(
        officer=samples.chief(),
        case_id=samples.file(record, Kind.REVIEW, previous=refused).case.pk,
    )
    with pytest.raises(Refused) as caught:
        services.decide(officer=samples.chief(), case_id=review.pk, verdict=Verdict(True, "确属重复"))
    assert [one.code for one in caught.value.refusals] == ["second_person_required"]
    second = samples.officer(Role.AUTHORITY, username="second")
    done = services.decide(officer=second, case_id=review.pk, verdict=Verdict(True, "确属重复"))
    assert done.remedy == Remedy.ENDED
    assert CreditRecord.objects.get(pk=record.pk).ended_on == today()
    with pytest.raises(Problem):
        samples.file(record, Kind.REVIEW, previous=refused)


def test_reorganisation_masks_on_the_courts_order_and_is_evaluated_anew() -> None:
    record = samples.ripe_penalty()
    case = samples.decided(samples.accepted(record, Kind.REORGANISATION))
    assert not records.published(today()).exists() and records.shared(today()).exists()
    done = services.complete_reorganisation(
        officer=samples.reviewer(), case_id=case.pk, document="（2026）黑04破1号之二"
    )
    last = due("reorganisation-reevaluate", today()).day
    assert done.masked_until == last
    assert not records.published(last).exists() and records.published(last + timedelta(1)).exists()
    assert samples.decided(samples.accepted(record)).state == State.GRANTED


@pytest.mark.parametrize("closed_by", ["refusal", "withdrawal"])
def test_an_entry_that_rested_for_an_objection_has_effect_again_when_it_is_closed(closed_by: str) -> None:
    entry = samples.listed()
    ground = ObjectionRule.objects.filter(masks=True).values_list("ground", flat=True)[0]
    case = samples.accepted(entry, Kind.OBJECTION, ground=ground)
    entry.refresh_from_db()
    assert entry.suspended_from == today() and not entry.in_force(today())
    if closed_by == "refusal":
        samples.decided(case, grant=False, reasons="经核实，列入程序和内容无误。")
    else:
        services.withdraw(case_id=case.pk)
    entry.refresh_from_db()
    assert entry.in_force(today() + timedelta(days=1))  # the first day of a pause is a whole one
    assert EntryChange.objects.filter(entry=entry).latest("id").reason == "异议处理完毕"


def test_a_stay_by_a_court_outlasts_the_objection() -> None:
    entry = samples.listed()
    ground = ObjectionRule.objects.filter(masks=True).values_list("ground", flat=True)[0]
    case = samples.accepted(entry, Kind.OBJECTION, ground=ground)
    suspend_entry(
        officer=None,
        entry_id=entry.pk,
        since=today(),
        until=None,
        reason="人民法院裁定停止执行",
        basis="裁定书",
    )
    samples.decided(case, grant=False, reasons="经核实，列入程序和内容无误。")
    entry.refresh_from_db()
    assert not entry.in_force(today() + timedelta(days=30))
