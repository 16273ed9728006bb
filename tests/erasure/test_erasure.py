"""宋小满 asks to be forgotten: nothing of her is left in any table, the ledger says who did it and why, and it still adds up."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from agencies.choices import Role
from agencies.models import Officer
from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from ledger.verify import verify
from records import services as records
from records.choices import Channel
from records.drafts.services import save_draft
from records.erasure import selectors, services
from records.erasure.choices import ErasureState, Ground
from records.erasure.models import Erasure
from records.evidence.models import RecordVersion
from records.models import CreditRecord, IntakeBatch
from records.persons.services import Person, withdraw_consent
from records.selectors import visible_to
from supervision.models import Clue
from supervision.services import refresh
from tests import people
from tests.factories import make_licence, make_person
from tests.persons.samples import ADULT, consent, fields, honour, submitter

pytestmark = pytest.mark.django_db


@pytest.fixture
def window() -> Officer:
    return people.officer(Role.AUTHORITY)


@pytest.fixture
def decider() -> Officer:
    return people.officer(Role.AUTHORITY, username="decider")


def asked(window: Officer, ground: str = Ground.WITHDRAWN) -> services.Asked:
    return services.ask(officer=window, person=ADULT, ground=ground, words="不再使用", identity_checked=True)


def granted(decider: Officer, erasure: Erasure, on: date | None = None) -> Erasure:
    return services.decide(
        officer=decider, number=erasure.number, granted=True, reason="本人撤回同意", basis=services.LAW, on=on
    )


def everything() -> Iterator[tuple[str, str]]:
    """Every row of every table of the rooms, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'select t::text from "{table}" t')
            for (text,) in cursor.fetchall():
                yield table, text


def kept_with_a_version() -> tuple[CreditRecord, set[str]]:
    """Her honour, changed once, and the values that must not be found any more."""
    record = honour()
    records.mark_dispute(officer=None, record_id=record.pk, since=today(), basis="异议")
    record.refresh_from_db()
    secret = record.subject.secret
    assert secret and record.secret and RecordVersion.objects.filter(record_id=record.pk).exists()
    old = {bytes(secret).hex(), bytes(record.secret).hex(), str(record.salt), str(record.subject.salt)}
    old |= {record.document_number, record.fingerprint.hex()}
    return record, old


def left(old: set[str]) -> set[str]:
    return {value for _, text in everything() for value in old if value in text}


def handed_in_badly() -> IntakeBatch:
    """A file about her and about somebody else, sent back because neither had consented."""
    other = Person("何志远", "身份证", make_id_number("230402", date(1985, 2, 2), 9))
    rows = [fields(), fields(other, number="鹤市监表彰〔2026〕2号")]
    text = "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)])
    file = SimpleUploadedFile("荣誉.csv", text.encode())
    unit = people.agency()
    batch = records.open_batch(
        agency=unit, officer=submitter(), item_code="cxry", upload=file, channel=Channel.FILE
    )
    records.process_batch(batch.pk)
    return batch


def test_a_withdrawn_consent_leaves_the_sealed_proof_of_itself_alone(
    window: Officer, decider: Officer
) -> None:
    given = consent()
    record, old = kept_with_a_version()
    assert left(old) == old
    request = asked(window)
    given.refresh_from_db()
    assert given.withdrawn_at, "a withdrawal waits for no decision"
    erasure = granted(decider, request.erasure)
    assert left(old) == set()
    record.refresh_from_db()
    assert (record.data, record.secret, record.subject.shown_name) == ({}, None, "（已删除）")
    assert erasure.secret is None and erasure.key == "" and erasure.state() == ErasureState.PARTLY
    fates = {line.holding: (line.fate, line.erased_at is not None) for line in erasure.lines.all()}
    assert fates == {"record": ("erase", True), "consent": ("store", False), "subject": ("erase", True)}
    # the proof that she had consented is only stored, until nobody can sue any more
    proof = erasure.lines.get(holding="consent")
    assert proof.until is not None and proof.until.year == today().year + 3


def test_after_unlawful_handling_not_even_the_keyed_digest_is_left(window: Officer, decider: Officer) -> None:
    given = consent()
    record, old = kept_with_a_version()
    old |= {record.subject.key, bytes(given.secret).hex(), given.document_number}
    old -= {record.fingerprint.hex()}  # stays, so that the same fact is not taken in again
    save_draft(
        officer=submitter(), agency=people.agency(), item_code="cxry", typed={"a": f" {ADULT.document}"}
    )
    erasure = granted(decider, asked(window, Ground.UNLAWFUL).erasure)
    assert left(old) == set() and erasure.state() == ErasureState.DONE
    assert not submitter().drafts.exists()
    consent(document_number="同意〔2026〕9号")
    with pytest.raises(Refused) as caught:
        honour()
    assert caught.value.refusals[0].code == "document_not_effective"


def test_what_a_law_carries_stays_and_the_answer_says_so(window: Officer, decider: Officer) -> None:
    record = make_licence(make_person(ADULT.name, id_number=ADULT.document))
    erasure = granted(decider, asked(window).erasure)
    line = erasure.lines.get(holding="record")
    assert line.fate == "stay" and "法律" in line.why
    assert Client().get(f"/records/{record.pk}/").status_code == 200
    assert visible_to(window).filter(pk=record.pk).exists()


def test_what_was_kept_long_enough_goes_with_the_decision(window: Officer, decider: Officer) -> None:
    record = make_licence(make_person(ADULT.name, id_number=ADULT.document))
    over = date(2021, 11, 10)
    records.end_record(
        officer=None, record_id=record.pk, on=over + timedelta(days=1), reason="repaired", basis="法"
    )
    earlier = date(2026, 11, 1)  # the period runs until the tenth
    erasure = granted(decider, asked(window, Ground.RETENTION).erasure, on=earlier)
    assert erasure.lines.get(holding="record").until == date(2026, 11, 10)
    # the decision speaks for its day; the database knows that the tenth is over
    assert erasure.lines.get(holding="record").erased_at is not None
    assert not visible_to(window).filter(pk=record.pk).exists()
    record.refresh_from_db()
    assert record.data == {} and record.subject.key.startswith("erased:")


def test_what_must_still_be_kept_is_only_stored_and_then_goes_by_itself(
    window: Officer, decider: Officer
) -> None:
    record = make_licence(make_person(ADULT.name, id_number=ADULT.document))
    records.end_record(officer=None, record_id=record.pk, on=today(), reason="repaired", basis="法")
    erasure = granted(decider, asked(window, Ground.RETENTION).erasure)
    assert {line.fate for line in erasure.lines.all()} == {"store"} and erasure.state() == ErasureState.PARTLY
    assert not visible_to(window).filter(pk=record.pk).exists(), "storing is all that is still done"
    assert services.erase_due(on=today() + timedelta(days=4000)) == 0, "the database looks at its own day"
    with connection.cursor() as cursor:  # the years go by: only the owner of the database can pretend that
        cursor.execute("update records_erasureline set until = current_date - 1")
    assert services.erase_due(on=today()) == 2
    record.refresh_from_db()
    assert record.data == {} and record.subject.key.startswith("erased:")


def test_rows_that_were_sent_back_go_too(window: Officer, decider: Officer) -> None:
    batch = handed_in_badly()
    assert batch.rejections.count() == 2
    granted(decider, asked(window).erasure)
    assert batch.rejections.count() == 1, "hers alone"


def test_two_officers_and_the_right_ones(window: Officer, decider: Officer) -> None:
    request = asked(window)
    with pytest.raises(Refused) as caught:
        granted(window, request.erasure)
    assert caught.value.refusals[0].code == "second_person_required"
    with pytest.raises(PermissionDenied):
        granted(people.officer(Role.REVIEWER), request.erasure)
    with pytest.raises(PermissionDenied):
        asked(submitter())
    refused = services.decide(
        officer=decider, number=request.erasure.number, granted=False, reason="没有保存", basis=services.LAW
    )
    assert refused.state() == ErasureState.REFUSED and not refused.lines.exists()
    with pytest.raises(Refused) as again:
        granted(decider, request.erasure)
    assert again.value.refusals[0].code == "case_over"
    found = selectors.erasure_of_person(request.erasure.number.lower(), request.code)
    assert found == refused
    assert selectors.erasure_of_person(request.erasure.number, "AAAAAAAAAA") is None


@pytest.mark.parametrize(
    "statement",
    [
        "update records_erasureline set erased_at = now()",
        "delete from records_erasureline",
        "delete from records_erasure",
        "select erase_record(r.id, r.subject_id) from records_creditrecord r",
        "select erase_subject(s.id, s.id) from records_subject s",
        "delete from records_recordversion",
        "update records_consent set secret = ''",
        "insert into records_erasureline (erasure_id, holding, object_id, fate, why)"
        " select e.id, 'record', r.id, 'erase', 'x' from records_erasure e, records_creditrecord r",
    ],
)
def test_the_application_erases_nothing_that_was_not_decided(window: Officer, statement: str) -> None:
    consent()
    records.mark_dispute(officer=None, record_id=honour().pk, since=today(), basis="异议")
    asked(window, Ground.PURPOSE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role credit_app")
        cursor.execute(statement)


def test_the_application_itself_can_erase_what_was_decided(window: Officer, decider: Officer) -> None:
    consent()
    record = honour()
    request = asked(window)
    with connection.cursor() as cursor:
        cursor.execute("set local role credit_app")
    granted(decider, request.erasure)
    with connection.cursor() as cursor:
        cursor.execute("reset role")
    record.refresh_from_db()
    assert record.data == {} and not any("record" in str(one) for one in verify())


def test_what_nobody_may_keep_any_longer_is_listed(window: Officer, decider: Officer) -> None:
    given = consent()
    record = honour()
    assert not selectors.overdue(today()).exists()
    withdraw_consent(consent=given, means="paper", officer=submitter())
    assert list(selectors.overdue(today() + timedelta(days=1))) == [record]
    request = services.ask_for(officer=window, subject=record.subject, ground=Ground.WITHDRAWN, words="")
    granted(decider, request.erasure)
    assert not selectors.overdue(today() + timedelta(days=1)).exists()


def test_a_request_nobody_decides_is_not_passed_over_in_silence(window: Officer, decider: Officer) -> None:
    request = asked(window).erasure
    refresh(on=request.due)
    assert not Clue.objects.filter(kind="late_erasure").exists()
    for _ in range(2):
        refresh(on=request.due + timedelta(days=1))
    clue = Clue.objects.get(kind="late_erasure")
    assert clue.agency == window.agency and request.number in clue.label and "个人信息保护法" in clue.basis
