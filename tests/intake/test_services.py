"""Ending records, noting ends, going on after interruptions, and two hand-ins at once."""

import threading
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from pytest import MonkeyPatch

from agencies.models import Agency, Officer
from bench import samples
from common.clock import today
from common.files.errors import FileRefused
from common.locks import advisory_lock
from records import services, tasks
from records.choices import BatchStatus, Channel
from records.intake.retry import again_on_collision
from records.models import CreditRecord, IntakeBatch, Subject
from tests.intake.conftest import HandIn


@pytest.fixture
def record(hand_in: HandIn, unit: samples.Unit) -> CreditRecord:
    hand_in(samples.as_csv(samples.penalties(1, unit, today=today(), seed=5), samples.COLUMNS))
    return CreditRecord.objects.get()


def test_an_end_needs_a_reason_and_the_earlier_day_stays(record: CreditRecord, officer: Officer) -> None:
    day = today()
    with pytest.raises(ValueError, match="reason"):
        services.end_record(officer=officer, record_id=record.pk, on=day, reason="", basis="")
    for on in (day, day + timedelta(5), day - timedelta(2)):
        ended = services.end_record(
            officer=officer, record_id=record.pk, on=on, reason="repaired", basis="第14条"
        )
    assert ended.ended_on == day - timedelta(2)


def test_a_record_that_ended_may_be_handed_in_anew(
    record: CreditRecord, officer: Officer, hand_in: HandIn, unit: samples.Unit
) -> None:
    content = samples.as_csv(samples.penalties(1, unit, today=today(), seed=5), samples.COLUMNS)
    assert hand_in(content).duplicate == 1
    services.end_record(officer=officer, record_id=record.pk, on=today(), reason="withdrawn", basis="更正")
    assert hand_in(content).accepted == 1
    assert Subject.objects.count() == 1


def test_ends_are_noted_once_in_the_ledger(hand_in: HandIn, unit: samples.Unit, officer: Officer) -> None:
    hand_in(samples.as_csv(samples.penalties(40, unit, today=today()), samples.COLUMNS))
    CreditRecord.objects.filter(shared_until__lt=today()).delete()  # nothing is shared beyond its rule
    CreditRecord.objects.update(shared_until=today(), published_until=None, used_until=None)
    tomorrow, rows = today() + timedelta(1), list(CreditRecord.objects.order_by("pk")[:10])
    CreditRecord.objects.exclude(pk__in=[row.pk for row in rows]).delete()
    for row, on in ((rows[0], today()), (rows[1], tomorrow)):
        services.end_record(officer=officer, record_id=row.pk, on=on, reason="repaired", basis="第14条")
    assert tasks.touch_ended_records() == 0, "an end of today is told by its own event"
    CreditRecord.objects.filter(pk=rows[9].pk).update(shared_until=today() - timedelta(1))
    assert services.touch_ended(on=tomorrow, limit=3) == 8
    assert services.touch_ended(on=tomorrow) == 0
    assert CreditRecord.objects.filter(ended_noted=True).count() == 10
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from ledger_pending p join ledger_context c on c.id = p.context_id where c.action = 'records.ended'"
        )
        assert cursor.fetchone() == (8,)


def opened(agency: Agency, officer: Officer, rows: list[samples.Row]) -> IntakeBatch:
    return services.open_batch(
        agency=agency,
        officer=officer,
        item_code="xzcf",
        upload=SimpleUploadedFile("处罚.csv", samples.as_csv(rows, samples.COLUMNS)),
        channel=Channel.FILE,
    )


def test_forgotten_batches_are_found_and_failures_end_after_five_tries(
    agency: Agency, officer: Officer, unit: samples.Unit, monkeypatch: MonkeyPatch
) -> None:
    batch = opened(agency, officer, list(samples.penalties(3, unit, today=today())))

    def broken(*args: object, **kwargs: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("records.services.batches.load_facts", broken)
        for _ in range(5):
            with pytest.raises(MemoryError):
                tasks.resume_batches()
    assert tasks.resume_batches() == 1
    batch.refresh_from_db()
    assert (batch.status, batch.error_code) == (BatchStatus.FAILED, "internal_error")
    assert tasks.resume_batches() == 0
    tasks.process_batch(batch.pk)


def test_a_file_that_fails_on_the_way_keeps_its_whole_chunks_and_says_why(
    agency: Agency, officer: Officer, unit: samples.Unit, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr("records.services.batches.CHUNK_ROWS", 10)
    batch = opened(agency, officer, list(samples.penalties(30, unit, today=today())))
    from records.intake.source import chunks

    def stumble(*args: object) -> object:
        for number, chunk in enumerate(chunks(*args)):  # type: ignore[arg-type]
            if number == 2:
                raise FileRefused("file_unreadable", "第22行无法读取")
            yield chunk

    monkeypatch.setattr("records.services.batches.chunks", stumble)
    services.process_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.error_code, batch.accepted, batch.total) == (
        "failed",
        "file_unreadable",
        20,
        20,
    )
    assert CreditRecord.objects.count() == 20


def test_a_batch_at_work_is_left_alone(committed_db: str, unit_committed: samples.Unit) -> None:
    agency = Agency.objects.get(code="hg-shijian")
    officer = Officer.objects.create(username="luru", full_name="宋春生", agency=agency)
    batch = opened(agency, officer, list(samples.penalties(3, unit_committed, today=today())))
    answers: list[bool] = []

    def elsewhere() -> None:
        answers.append(services.process_batch(batch.pk))
        connection.close()

    with advisory_lock("records.batch", batch.pk, wait=False) as obtained:
        assert obtained
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
    assert answers == [False]
    assert services.process_batch(batch.pk)


@pytest.fixture
def unit_committed(committed_db: str) -> samples.Unit:
    agency = Agency.objects.get(code="hg-shijian")
    return samples.Unit(agency.name, agency.uscc)


def test_two_files_with_the_same_rows_at_once_create_nothing_twice(
    committed_db: str, unit_committed: samples.Unit, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr("records.services.batches.CHUNK_ROWS", 50)
    agency = Agency.objects.get(code="hg-shijian")
    officer = Officer.objects.create(username="luru", full_name="宋春生", agency=agency)
    rows = list(samples.penalties(400, unit_committed, today=today()))
    batches = [opened(agency, officer, rows) for _ in range(3)]
    start = threading.Barrier(3)

    def run(number: int) -> None:
        start.wait()
        services.process_batch(batches[number].pk)
        connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = list(IntakeBatch.objects.all())
    assert {batch.status for batch in done} == {BatchStatus.DONE}
    assert sum(batch.accepted for batch in done) == CreditRecord.objects.count() == 400
    assert all(batch.accepted + batch.duplicate == batch.total == 400 for batch in done)
    assert Subject.objects.filter(records__isnull=True).count() == 0


def test_only_collisions_are_tried_again(db: None, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr("records.intake.retry.time.sleep", lambda seconds: None)
    calls: list[int] = []

    def broken() -> None:
        calls.append(1)
        raise IntegrityError("record_has_document")

    with pytest.raises(IntegrityError):
        again_on_collision(broken)
    assert len(calls) == 1


def test_the_window_of_a_decision_follows_its_day(hand_in: HandIn, unit: samples.Unit) -> None:
    row = next(samples.penalties(1, unit, today=today(), seed=5))
    samples.as_organisation(row)
    row |= {"CF_NR_WFFF": "", "CF_NR_ZKDX": "", "CF_YXQ": "", "CF_NR_FK": "1", "CF_CFLB": "警告;罚款"}
    ends = {"2024-05-11": "2027-05-11", "2026-05-11": "2027-05-11", "2022-05-11": "2023-05-11"}
    rows = [row | {"CF_WSH": f"鹤〔{day[:4]}〕1号", "CF_JDRQ": day} for day in ends]
    warned = row | {"CF_WSH": "鹤〔2026〕2号", "CF_JDRQ": "2026-05-11", "CF_CFLB": "警告", "CF_NR_FK": ""}
    hand_in(samples.as_csv([*rows, warned], samples.COLUMNS))
    for day, end in ends.items():
        record = CreditRecord.objects.get(decision_date=day, document_number=f"鹤〔{day[:4]}〕1号")
        assert record.published_until == record.shared_until == record.used_until == date.fromisoformat(end)
    hidden = CreditRecord.objects.get(document_number="鹤〔2026〕2号")
    assert (hidden.published_until, hidden.shared_until) == (None, date(2026, 8, 11))
