"""Who stood on a list on a day: by what is known now, by what was known then, and every question in the register."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client

from agencies.choices import Role
from blacklist import history
from blacklist.models import ListEntry
from blacklist.rules.history import Change, as_known
from blacklist.services import EntryText, end_entry, modify_entry, suspend_entry
from common.gates import Refused
from common.identifiers import make_id_number
from records.models import Subject
from records.sharing.models import LookUp
from records.sharing.services import LookUpRefused
from tests import people
from tests.factories import make_entry, make_person, make_subject
from tests.sharing.samples import approved

HEGANG = ZoneInfo("Asia/Shanghai")
TENDER = date(2026, 6, 1)


@pytest.fixture
def unlocked(db: None) -> None:
    """The tests' clock does not reach the database's: what it wrote has to be dated back, which it rightly refuses."""
    with connection.cursor() as cursor:
        cursor.execute("alter table blacklist_entrychange disable trigger entry_change_kept")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 26, 10, 0, tzinfo=HEGANG), tick=False):
        yield


def known_since(entry: ListEntry, day: date) -> ListEntry:
    with connection.cursor() as cursor:
        cursor.execute("update blacklist_listentry set created_at = %s where id = %s", [day, entry.pk])
    entry.refresh_from_db()
    return entry


def changed_on(entry: ListEntry, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update blacklist_entrychange set recorded_at = %s where entry_id = %s", [day, entry.pk]
        )


def on_that_day(subject: Subject, on: date = TENDER) -> list[tuple[str, str]]:
    found = history.standings([subject.pk], on).get(subject.pk, [])
    return [(standing.now, standing.then) for standing in found]


def test_who_stood_and_who_did_not(unlocked: None) -> None:
    entry = known_since(make_entry(effective_from=date(2026, 4, 8)), date(2026, 4, 9))
    later = known_since(make_entry(effective_from=date(2026, 7, 1)), date(2026, 7, 1))
    assert on_that_day(entry.subject) == [("在列", "在列")]
    assert on_that_day(later.subject) == []
    assert on_that_day(entry.subject, date(2026, 4, 7)) == []
    assert on_that_day(entry.subject, date(2028, 4, 7)) == [("在列", "在列")]


def test_an_entry_put_in_late_was_not_known_then(unlocked: None) -> None:
    entry = known_since(make_entry(effective_from=date(2026, 4, 8)), date(2026, 6, 20))
    assert on_that_day(entry.subject) == [("在列", "不在列")]


def test_an_entry_removed_since_stood_then_and_one_revoked_from_before_still_stood_in_the_books(
    unlocked: None,
) -> None:
    entry = known_since(make_entry(effective_from=date(2026, 4, 8)), date(2026, 4, 9))
    end_entry(officer=None, entry_id=entry.pk, on=date(2026, 9, 1), reason="repair", basis="修复决定")
    changed_on(entry, date(2026, 9, 1))
    assert on_that_day(entry.subject) == [("在列", "在列")]
    assert on_that_day(entry.subject, date(2026, 9, 2)) == []
    end_entry(officer=None, entry_id=entry.pk, on=date(2026, 4, 8), reason="revocation", basis="判决撤销")
    with connection.cursor() as cursor:
        cursor.execute(
            "update blacklist_entrychange set recorded_at = '2026-10-01' where entry_id = %s and reason = 'revocation'",
            [entry.pk],
        )
    assert on_that_day(entry.subject) == [("不在列", "在列")]


def test_corrections_and_suspensions_are_told_apart_by_when_they_were_known(unlocked: None) -> None:
    entry = known_since(make_entry(effective_from=date(2026, 4, 8)), date(2026, 4, 9))
    modify_entry(
        officer=None, entry_id=entry.pk, on=date(2026, 10, 1), text=EntryText(ends_on=date(2026, 5, 1)),
        reason="更正期限", basis="更正",
    )  # fmt: skip
    changed_on(entry, date(2026, 10, 1))
    assert on_that_day(entry.subject) == [("不在列", "在列")]
    other = known_since(make_entry(effective_from=date(2026, 4, 8)), date(2026, 4, 9))
    suspend_entry(
        officer=None, entry_id=other.pk, since=date(2026, 5, 20), until=None, reason="court", basis="裁定"
    )
    changed_on(other, date(2026, 5, 21))
    assert on_that_day(other.subject) == [("在列，暂停执行", "在列，暂停执行")]


def test_changes_are_taken_back_newest_first() -> None:
    moments = [datetime(2026, month, 1, tzinfo=HEGANG) for month in (1, 2, 3, 4)]
    changes = [
        Change(moments[1], {"ends_on": "a"}),
        Change(moments[2], {"ends_on": "b"}),
        Change(moments[3], {"x": 1}),
    ]
    now: dict[str, object] = {"ends_on": "c", "x": 2}
    assert as_known(now, moments[1], changes, moments[0]) is None
    assert as_known(now, moments[0], changes, moments[0]) == {"ends_on": "a", "x": 1}
    assert as_known(now, moments[0], changes, moments[1]) == {"ends_on": "b", "x": 1}
    assert as_known(now, moments[0], changes, moments[3]) == now


def purpose() -> str:
    return approved(
        by=people.officer(Role.REVIEWER, username="registrar"),
        boss=people.officer(Role.AUTHORITY, username="approver"),
    ).code


@pytest.fixture
def asked(committed_db: str) -> tuple[str, Subject]:
    """A listed company and a purpose; questions commit, so the database is this test's own."""
    entry = known_since(make_entry(make_subject("鹤岗市晨露食品有限公司")), date(2026, 4, 9))
    return purpose(), entry.subject


def test_every_code_is_one_row_of_the_register(asked: tuple[str, Subject]) -> None:
    code, company = asked
    stranger = make_subject().uscc
    answer = history.ask(
        agency=people.agency(), officer=people.officer(Role.SUBMITTER), purpose_code=code,
        codes=[company.uscc, stranger, company.uscc], on=TENDER,
    )  # fmt: skip
    assert [one.listed for one in answer.answers] == [True, False]
    rows = list(LookUp.objects.order_by("id"))
    assert [row.receipt for row in rows] == list(answer.receipts)
    assert [row.record_count for row in rows] == [1, 0]
    assert {row.outcome for row in rows} == {"answered"}


def test_without_a_purpose_nothing_is_answered_and_the_attempt_stands(asked: tuple[str, Subject]) -> None:
    _, company = asked
    with pytest.raises(LookUpRefused) as refused:
        history.ask(
            agency=people.agency(), officer=people.officer(Role.SUBMITTER), purpose_code="", codes=[company.uscc],
            on=TENDER,
        )  # fmt: skip
    assert refused.value.refusals[0].code == "purpose_missing"
    row = LookUp.objects.get()
    assert (row.outcome, row.refusal_code, row.subject) == ("refused", "purpose_missing", None)


def test_a_person_is_beyond_a_purpose_for_organisations(asked: tuple[str, Subject]) -> None:
    code, _ = asked
    number = make_id_number("230402", date(1986, 3, 5), 7)
    make_entry(make_person("林有田", id_number=number))
    with pytest.raises(LookUpRefused) as refused:
        history.ask(
            agency=people.agency(), officer=people.officer(Role.SUBMITTER), purpose_code=code, codes=[number], on=TENDER
        )  # fmt: skip
    assert refused.value.refusals[0].code == "scope_exceeded"


@pytest.mark.parametrize(
    ("codes", "on", "code"),
    [
        ([], TENDER, "field_required"),
        (["123"], TENDER, "identifier_invalid"),
        ([make_id_number("230402", date(1986, 3, 5), n) for n in range(201)], TENDER, "field_too_long"),
        ([make_id_number("230402", date(1986, 3, 5), 7)], date(2026, 11, 27), "date_in_future"),
    ],
)
def test_what_is_no_question_is_not_registered(db: None, codes: list[str], on: date, code: str) -> None:
    with pytest.raises(Refused) as refused:
        history.ask(agency=people.agency(), purpose_code="x", codes=codes, on=on)
    assert refused.value.refusals[0].code == code
    assert not LookUp.objects.exists()


def test_the_page_answers_where_it_was_asked(asked: tuple[str, Subject]) -> None:
    code, company = asked
    browser = Client()
    browser.force_login(people.officer(Role.SUBMITTER))
    other = make_subject().uscc
    answer = browser.post(
        "/workbench/lists/as-of/",
        {"purpose": code, "on": "2026-06-01", "codes": f"{company.uscc}，{other}"},
    )
    text = answer.content.decode()
    assert (
        answer.status_code == 200
        and "鹤岗市晨露食品有限公司" in text
        and "在列的 <strong>1</strong> 个" in text
    )
    assert LookUp.objects.count() == 2
