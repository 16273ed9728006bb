"""The procedure through the services: what each step needs, what it refuses, what it leaves behind."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from blacklist import selectors, services
from blacklist.choices import Outcome, Phase, ServiceKind
from blacklist.documents import unseal
from blacklist.hints import hints_for
from blacklist.models import CaseStep, EntryChange, ListDecision, ListEntry
from blacklist.services import PARTY
from blacklist.services.cases import context_of
from blacklist.standing import clocks, phase
from common.gates import Refused
from tests.blacklist import samples
from tests.factories import make_penalty, make_person

pytestmark = pytest.mark.django_db


def codes(call: object) -> list[str]:
    with pytest.raises(Refused) as error:
        call()  # type: ignore[operator]
    return [refusal.code for refusal in error.value.refusals]


def decide(case_id: int, on: date, **changes: object) -> ListEntry:
    return services.decide(actor=samples.chief(), case_id=case_id, text=samples.decision(**changes), on=on)


def test_the_whole_way_to_an_entry_that_begins_and_ends_on_its_days() -> None:
    case = samples.served()
    window = samples.window_of(case)
    assert window == date(2026, 6, 8)  # five working days after 1 June
    case = samples.reviewed(case)
    entry = decide(case.pk, window + timedelta(days=1))
    assert entry.effective_from == date(2026, 6, 9)
    assert entry.ends_on == date(2029, 6, 8)
    assert selectors.in_force(date(2026, 6, 8)).count() == 0
    assert list(selectors.in_force(date(2026, 6, 9))) == [entry]
    assert list(selectors.published(date(2029, 6, 8))) == [entry]
    assert not selectors.published(date(2029, 6, 9)).exists()
    decision = ListDecision.objects.get()
    assert decision.number == "鹤岗市市场监督管理局列决〔2026〕1号" == entry.decision_number
    assert EntryChange.objects.get().kind == "listed"


def test_nothing_is_decided_before_the_notice_was_served() -> None:
    case = samples.open_case()
    assert "notice_not_served" in codes(lambda: decide(case.pk, samples.DAY))
    samples.notified(case)
    assert "notice_not_served" in codes(lambda: decide(case.pk, samples.DAY))
    assert not ListEntry.objects.exists()


def test_nothing_is_decided_while_the_window_is_open() -> None:
    case = samples.served()
    last = samples.window_of(case)
    assert codes(lambda: decide(case.pk, last))[0] == "objection_window_open"
    assert codes(
        lambda: services.review(
            actor=samples.chief(), case_id=case.pk, outcome=Outcome.LIST, minutes="同意", on=last
        )
    ) == ["objection_window_open"]


def test_an_objection_is_verified_and_answered_before_anything_else() -> None:
    case = samples.served()
    objection = services.speak(
        case_id=case.pk,
        text="货不是我们卖的，有进货台账。",
        objects=True,
        contact="13900001111",
        on=samples.DAY,
    )
    later = samples.DAY + timedelta(days=30)
    assert phase(case, list(case.steps.all()), later) == Phase.TO_ANSWER
    assert "objection_unanswered" in codes(lambda: decide(case.pk, later))
    answer = {
        "actor": samples.handler(),
        "case_id": case.pk,
        "outcome": Outcome.REJECTED,
        "reasons": "台账不符。",
    }
    assert codes(lambda: services.answer_objection(**answer, on=later)) == ["objection_not_verified"]
    services.verify(actor=samples.handler(), case_id=case.pk, findings="调取台账和监控核对。", on=later)
    step = services.answer_objection(**answer, on=later)
    assert step.answers == objection and step.number.endswith("列复〔2026〕1号")
    samples.reviewed(case, on=later)
    assert decide(case.pk, later).pk


def test_an_answered_objection_lets_the_decision_come_before_the_window_ends() -> None:
    case = samples.served()
    services.speak(case_id=case.pk, text="不同意。", objects=True, on=samples.DAY)
    services.verify(actor=samples.handler(), case_id=case.pk, findings="已核实。", on=samples.DAY)
    services.answer_objection(
        actor=samples.handler(),
        case_id=case.pk,
        outcome=Outcome.REJECTED,
        reasons="事实清楚。",
        on=samples.DAY,
    )
    samples.reviewed(case, on=samples.DAY)
    assert decide(case.pk, samples.DAY).effective_from == samples.DAY


def test_an_objection_that_holds_ends_in_no_listing() -> None:
    case = samples.served()
    services.speak(case_id=case.pk, text="处罚对象不是我们。", objects=True, on=samples.DAY)
    services.verify(actor=samples.handler(), case_id=case.pk, findings="确系同名企业。", on=samples.DAY)
    services.answer_objection(
        actor=samples.handler(), case_id=case.pk, outcome=Outcome.UPHELD, reasons="对象有误。", on=samples.DAY
    )
    assert "objection_upheld" in codes(lambda: decide(case.pk, samples.DAY))
    services.close_case(actor=samples.chief(), case_id=case.pk, reasons="异议成立。", on=samples.DAY)
    assert codes(lambda: decide(case.pk, samples.DAY))[0] == "case_over"
    assert phase(case, list(case.steps.all()), samples.DAY) == Phase.CLOSED


def test_a_late_objection_is_told_so_and_may_still_be_a_statement() -> None:
    case = samples.served()
    late = samples.window_of(case) + timedelta(days=1)
    say = {"case_id": case.pk, "text": "我们有意见。", "on": late}
    assert codes(lambda: services.speak(**say, objects=True)) == ["objection_too_late"]
    assert services.speak(**say, objects=False).kind == "statement"


@pytest.mark.parametrize("missing", ["reason", "basis_text", "removal_text", "remedies", "measure_codes"])
def test_a_decision_without_one_of_its_five_contents_is_refused(missing: str) -> None:
    case = samples.reviewed()
    blank: object = [] if missing == "measure_codes" else "  "
    day = samples.window_of(case) + timedelta(days=1)
    assert codes(lambda: decide(case.pk, day, **{missing: blank})) == ["decision_incomplete"]
    assert not ListDecision.objects.exists() and not CaseStep.objects.filter(kind="decided").exists()


def test_only_measures_of_the_list_in_force_are_hinted_at() -> None:
    case = samples.reviewed()
    day = samples.window_of(case) + timedelta(days=1)
    assert "measure_not_listed" in codes(lambda: decide(case.pk, day, measure_codes=["tie-zhang-paizi"]))


def test_the_period_of_the_scheme_cannot_be_exceeded() -> None:
    case = samples.reviewed()
    day = samples.window_of(case) + timedelta(days=1)
    assert codes(lambda: decide(case.pk, day, ends_on=date(2029, 6, 9))) == ["listing_too_long"]
    assert decide(case.pk, day, ends_on=date(2027, 6, 8)).ends_on == date(2027, 6, 8)


def test_who_opened_the_case_does_not_decide_it() -> None:
    case = samples.open_case(actor=samples.chief())
    samples.reviewed(samples.served(case))
    day = samples.window_of(case) + timedelta(days=1)
    assert codes(lambda: decide(case.pk, day)) == ["second_person_required"]


def test_a_case_is_worked_by_its_own_unit_and_decided_by_who_may() -> None:
    case = samples.open_case()
    with pytest.raises(PermissionDenied):
        services.give_notice(
            actor=samples.handler("hg-yingji"), case_id=case.pk, where=samples.WHERE, on=samples.DAY
        )
    samples.served(case)
    with pytest.raises(PermissionDenied):
        services.review(
            actor=samples.handler(), case_id=case.pk, outcome=Outcome.LIST, minutes="同意", on=samples.DAY
        )


def test_a_unit_the_scheme_does_not_name_opens_no_case() -> None:
    assert codes(lambda: samples.open_case(scheme="aqsc")) == ["authority_not_competent"]


def test_a_record_that_has_ended_carries_no_case_and_no_decision() -> None:
    ended = make_penalty(ended_on=date(2026, 5, 20))
    assert codes(lambda: samples.open_case(ended)) == ["document_not_effective"]
    record = make_penalty(decision_date=date(2026, 5, 11))
    case = samples.reviewed(samples.served(samples.open_case(record)))
    record.ended_on, record.end_reason = samples.DAY, "revoked"
    record.save()
    day = samples.window_of(case) + timedelta(days=1)
    assert codes(lambda: decide(case.pk, day)) == ["document_not_effective"]


def test_a_hearing_that_was_asked_for_is_held_where_the_scheme_grants_one() -> None:
    case = samples.open_case()
    case.scheme.hearing = True
    case.scheme.save()
    samples.served(case)
    services.speak(case_id=case.pk, text="请求听证。", objects=False, wants_hearing=True, on=samples.DAY)
    after = samples.window_of(case) + timedelta(days=1)
    assert phase(case, list(case.steps.all()), after) == Phase.TO_HEAR
    assert "hearing_not_held" in codes(lambda: decide(case.pk, after))
    services.record_hearing(
        actor=samples.handler(),
        case_id=case.pk,
        outcome=Outcome.HELD,
        minutes="双方到场，记录在案。",
        on=after,
    )
    samples.reviewed(case, on=after)
    assert decide(case.pk, after).pk


def test_a_review_counts_no_more_once_the_party_has_spoken_after_it() -> None:
    case = samples.reviewed()
    after = samples.window_of(case) + timedelta(days=1)
    services.speak(case_id=case.pk, text="补充一份材料。", objects=False, on=after)
    assert codes(lambda: decide(case.pk, after)) == ["review_missing"]


def test_service_needs_a_proof_and_public_notice_takes_its_time() -> None:
    case = samples.notified()
    serve = {"actor": samples.handler(), "case_id": case.pk, "on": samples.DAY}
    assert codes(lambda: services.record_service(**serve, service_kind=ServiceKind.DIRECT)) == [
        "service_proof_missing"
    ]
    services.record_service(**serve, service_kind=ServiceKind.PUBLIC_NOTICE, proof="市政府门户网站公告")
    # thirty days to 1 July, then five working days
    assert samples.window_of(case) == date(2026, 7, 8)


def test_the_window_leaves_out_the_spring_festival_and_counts_the_weekends_made_working_days() -> None:
    record = make_penalty(decision_date=date(2026, 1, 5))
    case = samples.served(samples.open_case(record, on=date(2026, 2, 11)), on=date(2026, 2, 11))
    # 12, 13, 14 (a Saturday at work) February, the holiday 15 to 23, then 24 and 25
    assert samples.window_of(case) == date(2026, 2, 25)


def test_a_suspension_stops_the_clocks_and_gives_back_what_was_left() -> None:
    case = samples.served()
    act = {"actor": samples.chief(), "case_id": case.pk}
    services.suspend(**act, outcome=Outcome.COURT, reason="法院裁定停止", on=date(2026, 6, 3))
    assert codes(lambda: decide(case.pk, date(2026, 7, 15)))[0] == "case_suspended"
    rows = list(case.steps.select_related("due_rule"))
    assert [clock.due for clock in clocks(case, rows)] == [None]
    services.resume(**act, reason="裁定撤销", on=date(2026, 7, 1))
    # 2 June was used; 3, 4, 5, 8 June are given back as 1, 2, 3, 6 July
    assert samples.window_of(case) == date(2026, 7, 6)
    assert codes(lambda: decide(case.pk, date(2026, 7, 6)))[0] == "objection_window_open"
    rows = list(case.steps.select_related("due_rule"))
    assert case.due == date(2026, 8, 31)  # ninety days end on Sunday 30 August
    assert [clock.due for clock in clocks(case, rows)] == [date(2026, 9, 28)]
    samples.reviewed(case, on=date(2026, 7, 7))
    assert decide(case.pk, date(2026, 7, 7)).pk


def test_a_reopened_case_begins_anew() -> None:
    case = samples.served()
    after = samples.window_of(case) + timedelta(days=1)
    services.close_case(actor=samples.chief(), case_id=case.pk, reasons="证据不足。", on=after)
    services.reopen_case(actor=samples.chief(), case_id=case.pk, reason="发现新的证据。", on=after)
    case.refresh_from_db()
    assert case.round == 2
    assert codes(lambda: decide(case.pk, after))[:1] == ["notice_not_served"]
    samples.served(case, on=after)
    assert codes(lambda: decide(case.pk, after))[0] == "objection_window_open"


def test_the_party_is_known_by_the_code_of_its_notice_and_its_words_are_sealed() -> None:
    case = samples.open_case()
    step = services.give_notice(actor=samples.handler(), case_id=case.pk, where=samples.WHERE, on=samples.DAY)
    text = repr(unseal(step.document, context=context_of(case)))
    code = text.split("查询码 ")[1][:14]
    assert services.case_of_code(code.lower().replace("-", " ")) == case
    assert codes(lambda: services.case_of_code("AAAA-BBBB-CCCC")) == ["party_code_unknown"]
    said = services.speak(case_id=case.pk, text="货不是我们卖的", objects=False, actor=PARTY, on=samples.DAY)
    said.refresh_from_db()
    assert "货不是我们卖的".encode() not in bytes(said.secret) and said.text == ""
    assert services.words_of(said)["text"] == "货不是我们卖的"


def test_a_person_stands_masked_in_every_plain_column() -> None:
    case = services.open_case(
        actor=samples.handler(),
        agency=samples.agency(),
        scheme_code=samples.SCHEME,
        subject=make_person("林有田"),
        document=services.Underlying(
            "行政处罚决定书", "鹤市监处罚〔2026〕88号", date(2026, 5, 11), "鹤岗市市场监督管理局"
        ),
        facts="林有田销售超过保质期的食品，情节严重。",
        basis_clause="总局令第44号第五条",
        on=samples.DAY,
    )
    assert "林有田" not in case.facts and "林*" in case.facts


def test_an_entry_ends_earlier_but_never_later_and_its_history_stays() -> None:
    entry = samples.listed()
    officer = samples.chief().officer
    services.end_entry(
        officer=officer, entry_id=entry.pk, on=date(2026, 8, 1), reason="信用修复", basis="修复决定1号"
    )
    services.end_entry(
        officer=officer, entry_id=entry.pk, on=date(2026, 9, 1), reason="更正", basis="更正决定"
    )
    entry.refresh_from_db()
    assert entry.ended_on == date(2026, 8, 1) and entry.end_reason == "信用修复"
    assert selectors.published(date(2026, 7, 31)).exists()
    assert not selectors.published(date(2026, 8, 1)).exists()
    assert [change.kind for change in entry.changes.all()] == ["listed", "ended"]


def test_an_entry_rests_while_it_is_suspended_and_can_only_be_shortened() -> None:
    entry = samples.listed()
    who = {"officer": samples.chief().officer, "entry_id": entry.pk, "basis": "行政裁定书"}
    services.suspend_entry(**who, since=date(2026, 7, 1), until=None, reason="停止执行")
    assert not selectors.in_force(date(2026, 7, 1)).exists() and selectors.listed(date(2026, 7, 1)).exists()
    services.resume_entry(**who, on=date(2026, 8, 1), reason="恢复执行")
    assert selectors.in_force(date(2026, 8, 1)).exists()
    assert not selectors.in_force(date(2026, 7, 31)).exists()
    text = services.EntryText(ends_on=date(2030, 1, 1))
    change = {**who, "on": date(2026, 8, 2), "reason": "期限更正"}
    assert codes(lambda: services.modify_entry(**change, text=text)) == ["entry_not_longer"]
    shorter = services.EntryText(ends_on=date(2027, 6, 8))
    assert services.modify_entry(**change, text=shorter).ends_on == date(2027, 6, 8)


def test_a_persons_entry_is_published_only_where_the_scheme_names_a_clause() -> None:
    case = services.open_case(
        actor=samples.handler(),
        agency=samples.agency(),
        scheme_code=samples.SCHEME,
        subject=make_person(),
        document=services.Underlying(
            "行政处罚决定书", "鹤市监处罚〔2026〕89号", date(2026, 5, 11), "鹤岗市市场监督管理局"
        ),
        facts="销售超过保质期的食品，情节严重。",
        basis_clause="总局令第44号第五条",
        on=samples.DAY,
    )
    case = samples.reviewed(samples.served(case))
    on = samples.window_of(case) + timedelta(days=1)
    hints = [hint.code for hint in hints_for(samples.SCHEME, "person", on)]
    entry = decide(case.pk, on, measure_codes=hints, no_measures=not hints)
    assert list(selectors.in_force(on)) == [entry] and not selectors.published(on).exists()
    entry.scheme.persons_public_clause = "某法第某条"
    entry.scheme.save()
    assert list(selectors.published(on)) == [entry]
