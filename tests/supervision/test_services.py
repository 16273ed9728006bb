"""Who may explain, close, and enter the calendar; each step once, by name, and in the ledger."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from agencies.choices import Role
from agencies.models import Officer
from common.checks import missing_years
from common.models import CalendarDay, CalendarSource
from common.problems import Problem
from common.reference import load_calendar_days
from common.selectors import read_calendar
from ledger import selectors as ledger
from ledger.services import seal_all
from ledger.tables import TABLES
from supervision import services
from supervision.choices import ClueState, GapReason
from supervision.models import Clue, GapExplanation, NumberGap
from tests import people
from tests.factories import make_penalty
from tests.supervision.samples import make_clue, make_gap

pytestmark = pytest.mark.django_db
NOTICE = "国办发明电〔2026〕7号"


@pytest.fixture
def reviewer() -> Officer:
    return people.officer(Role.REVIEWER)


@pytest.fixture
def authority() -> Officer:
    return people.officer(Role.AUTHORITY)


def refused(code: str, problem: pytest.ExceptionInfo[Problem]) -> bool:
    return problem.value.code == code


def test_a_clue_is_explained_once_and_closed_once(reviewer: Officer, authority: Officer) -> None:
    clue = make_clue(make_penalty())
    assert services.explain_clue(clue_id=clue.pk, officer=reviewer, text=" 系统对接中断，已补报。 ") == 1
    clue.refresh_from_db()
    assert (clue.state, clue.explanation, clue.explained_by) == (
        ClueState.EXPLAINED,
        "系统对接中断，已补报。",
        reviewer,
    )
    with pytest.raises(Problem) as twice:
        services.explain_clue(clue_id=clue.pk, officer=reviewer, text="再说一次")
    assert refused("already_handled", twice) and twice.value.status == 409
    services.close_clue(clue_id=clue.pk, officer=authority, outcome="情况属实，予以提醒")
    clue.refresh_from_db()
    assert (clue.state, clue.closed_by) == (ClueState.CLOSED, authority)
    with pytest.raises(Problem) as again:
        services.close_clue(clue_id=clue.pk, officer=authority, outcome="再办结")
    assert refused("already_handled", again)
    seal_all(using="default")
    acts = [(entry.action, entry.actor) for entry in ledger.history(TABLES["supervision_clue"], clue.pk)]
    assert ("supervision.explain_clue", reviewer.pk) in acts
    assert ("supervision.close_clue", authority.pk) in acts


def test_a_whole_file_is_explained_at_once(reviewer: Officer) -> None:
    clues = [make_clue(make_penalty(), batch_id=batch) for batch in (7, 7, 8)]
    already = make_clue(make_penalty(), batch_id=7)
    services.explain_clue(clue_id=already.pk, officer=reviewer, text="先说明的")
    assert (
        services.explain_clue(clue_id=clues[0].pk, officer=reviewer, text="整批迟报", whole_batch=True) == 2
    )
    assert [Clue.objects.get(pk=clue.pk).state for clue in clues] == ["explained", "explained", "open"]
    already.refresh_from_db()
    assert already.explanation == "先说明的"


def test_only_the_agency_explains_and_only_the_authority_closes(
    reviewer: Officer, authority: Officer
) -> None:
    clue = make_clue(make_penalty())
    elsewhere = people.officer(Role.REVIEWER, code="hg-yingji")
    for officer in (people.officer(Role.SUBMITTER), authority, elsewhere):
        with pytest.raises(PermissionDenied):
            services.explain_clue(clue_id=clue.pk, officer=officer, text="说明")
    with pytest.raises(PermissionDenied):
        services.close_clue(clue_id=clue.pk, officer=reviewer, outcome="办结")
    with pytest.raises(Problem) as empty:
        services.explain_clue(clue_id=clue.pk, officer=reviewer, text="  ")
    assert refused("field_required", empty)
    clue.refresh_from_db()
    assert clue.state == ClueState.OPEN


def test_a_gap_is_explained_by_number(reviewer: Officer, authority: Officer) -> None:
    gap = make_gap(people.agency())
    said = services.explain_gap(gap_id=gap.pk, officer=reviewer, first=13, last=13, reason=GapReason.SUMMARY)
    assert (said.officer, said.get_reason_display()) == (reviewer, "适用简易程序，不纳入归集")
    assert [(g.first, g.last) for g in NumberGap.objects.order_by("first")] == [(12, 12), (14, 15)]
    assert {clue.label for clue in Clue.objects.filter(state="open")} == {
        "鹤市监处罚〔2026〕12号",
        "鹤市监处罚〔2026〕14至15号",
    }
    rest = NumberGap.objects.get(first=14)
    clue = Clue.objects.get(label=str(rest))
    with pytest.raises(Problem) as as_clue:
        services.explain_clue(clue_id=clue.pk, officer=reviewer, text="作废")
    assert refused("explain_by_number", as_clue)
    services.explain_gap(
        gap_id=rest.pk, officer=reviewer, first=14, last=15, reason=GapReason.OTHER, note="移送公安机关"
    )
    clue.refresh_from_db()
    assert clue.state == ClueState.EXPLAINED and clue.explained_by == reviewer
    assert clue.explanation == "鹤市监处罚〔2026〕14至15号：其他。移送公安机关"
    with pytest.raises(PermissionDenied):
        services.explain_gap(
            gap_id=NumberGap.objects.get().pk, officer=authority, first=12, last=12, reason=GapReason.VOID
        )


@pytest.mark.parametrize(
    ("first", "last", "reason", "code"),
    [
        (11, 13, GapReason.VOID, "number_outside_gap"),
        (12, 16, GapReason.VOID, "number_outside_gap"),
        (14, 13, GapReason.VOID, "number_outside_gap"),
        (12, 12, GapReason.OTHER, "field_required"),
    ],
)
def test_what_cannot_be_explained(
    reviewer: Officer, first: int, last: int, reason: GapReason, code: str
) -> None:
    gap = make_gap(people.agency())
    with pytest.raises(Problem) as problem:
        services.explain_gap(gap_id=gap.pk, officer=reviewer, first=first, last=last, reason=reason, note=" ")
    assert refused(code, problem)
    assert not GapExplanation.objects.exists() and NumberGap.objects.get() == gap


def test_the_database_wants_reasons(reviewer: Officer) -> None:
    clue = make_clue(make_penalty())
    for state in (ClueState.EXPLAINED, ClueState.CLOSED):
        with pytest.raises(IntegrityError), transaction.atomic():
            Clue.objects.filter(pk=clue.pk).update(state=state)


# --- the calendar ---------------------------------------------------------------------------------------


def test_the_notice_is_entered_and_the_seed_leaves_it_alone(authority: Officer) -> None:
    def enter(first: date, last: date, *, works: bool, note: str) -> int:
        return services.set_days(
            first=first, last=last, is_workday=works, note=note, officer=authority, basis=NOTICE
        )

    assert missing_years(date(2026, 11, 1), read_calendar().covered_years) == [2027]
    assert enter(date(2027, 10, 1), date(2027, 10, 7), works=False, note="国庆节放假") == 5
    assert enter(date(2027, 10, 9), date(2027, 10, 9), works=True, note="国庆节调休上班") == 1
    calendar = read_calendar()
    assert missing_years(date(2026, 11, 1), calendar.covered_years) == []
    assert calendar.is_workday(date(2027, 10, 9)) and not calendar.is_workday(date(2027, 10, 4))
    enter(date(2026, 10, 8), date(2026, 10, 8), works=False, note="临时延长")
    enter(date(2026, 10, 10), date(2026, 10, 10), works=False, note="取消调休")
    enter(date(2026, 10, 7), date(2026, 10, 7), works=True, note="提前上班")
    load_calendar_days()
    calendar = read_calendar()
    assert not calendar.is_workday(date(2026, 10, 8)) and not calendar.is_workday(date(2026, 10, 10))
    assert calendar.is_workday(date(2026, 10, 7))
    assert CalendarDay.objects.get(date=date(2026, 10, 7)).source == CalendarSource.OFFICER
    removed = services.remove_days(
        first=date(2026, 10, 7), last=date(2026, 10, 10), officer=authority, basis=NOTICE
    )
    assert removed == 3
    load_calendar_days()
    assert not read_calendar().is_workday(date(2026, 10, 7))
    assert read_calendar().is_workday(date(2026, 10, 10))


def test_a_change_of_the_calendar_stands_in_the_ledger(authority: Officer) -> None:
    services.set_days(
        first=date(2027, 1, 1),
        last=date(2027, 1, 1),
        is_workday=False,
        note="元旦放假",
        officer=authority,
        basis=NOTICE,
    )
    row = CalendarDay.objects.get(date=date(2027, 1, 1))
    (entry,) = ledger.history(TABLES["common_calendarday"], row.pk)
    assert (entry.actor, entry.basis) == (authority.pk, NOTICE)


def test_the_calendar_is_kept_by_the_authority(reviewer: Officer, authority: Officer) -> None:
    def enter(officer: Officer, first: date, last: date, basis: str = NOTICE) -> None:
        services.set_days(first=first, last=last, is_workday=False, note="", officer=officer, basis=basis)

    day = date(2027, 5, 3)
    with pytest.raises(PermissionDenied):
        enter(reviewer, day, day)
    with pytest.raises(PermissionDenied):
        services.remove_days(first=day, last=day, officer=reviewer, basis=NOTICE)
    for first, last, basis, code in [
        (day, date(2027, 5, 2), NOTICE, "date_order"),
        (day, date(2027, 6, 3), NOTICE, "date_order"),
        (day, day, " ", "document_missing"),
    ]:
        with pytest.raises(Problem) as problem:
            enter(authority, first, last, basis)
        assert refused(code, problem)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM common_calendarday WHERE source = 'officer'")
        assert cursor.fetchone() == (0,)
