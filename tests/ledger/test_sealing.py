"""The sealer: one lot, one block, positions without gaps, nothing lost to slow transactions or crashes."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import Error, connections, transaction

from ledger import merkle, services, tasks
from ledger.models import Block, Event, Pending
from ledger.services import acting, head, seal, seal_all
from ledger.verify import check_chain, check_rows
from tests.ledger.samples import NUMBER, TABLE, Note, close_quietly, one, raw_connection, run


def write(count: int, start: int = 1) -> None:
    Note.objects.bulk_create([Note(id=i, code=str(i)) for i in range(start, start + count)])


def positions() -> list[tuple[int, int]]:
    return list(Event.objects.filter(tbl=NUMBER).order_by("position").values_list("position", "object_id"))


def test_lots_become_linked_blocks(committed_notes: str) -> None:
    before = head()
    start = before.last_position if before else 0
    write(10)
    assert [seal(limit=4), seal(limit=4), seal(limit=4), seal(limit=4)] == [4, 4, 2, 0]
    assert positions() == [(start + i, i) for i in range(1, 11)]
    blocks = list(Block.objects.order_by("no"))[-3:]
    assert [(b.first_position - start, b.last_position - start) for b in blocks] == [(1, 4), (5, 8), (9, 10)]
    assert [bytes(b.prev_hash) for b in blocks[1:]] == [bytes(b.hash) for b in blocks[:2]]
    newest = head()
    assert newest is not None
    assert newest == (blocks[-1].no, bytes(blocks[-1].hash).hex(), start + 10, blocks[-1].sealed_at)
    assert list(check_chain()) == []
    assert not Pending.objects.exists()


def test_before_the_first_block_there_is_no_head(db: None) -> None:
    run("ALTER TABLE ledger_block DISABLE TRIGGER USER; DELETE FROM ledger_block")
    assert head() is None


def test_only_what_is_committed_is_sealed_and_nothing_slow_is_lost(committed_notes: str) -> None:
    slow = raw_connection(committed_notes)
    try:
        with slow.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} (id, code) VALUES (1000, '慢')")
            write(200)
            assert seal_all() == 200
            assert one("SELECT count(*) FROM ledger_pending") == 0
            slow.commit()
        assert seal_all() == 1
    finally:
        close_quietly(slow)
    assert positions()[-1][1] == 1000
    assert list(check_chain()) == list(check_rows()) == []


def test_a_second_sealer_steps_aside(committed_notes: str) -> None:
    write(3)
    other = raw_connection(committed_notes)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [services._LOCK])
            assert seal() == 0
            other.rollback()
        assert seal() == 3
    finally:
        close_quietly(other)


def test_a_crash_in_the_middle_leaves_everything_in_the_inbox(
    committed_notes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(3)

    def crash(leaves: list[bytes]) -> bytes:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(merkle, "root", crash)
        with pytest.raises(MemoryError):
            seal()
    assert positions() == []
    assert Pending.objects.filter(tbl=NUMBER).count() == 3
    assert seal() == 3
    assert list(check_chain()) == []


def test_a_context_that_vanished_does_not_stop_the_sealer(notes: None) -> None:
    with acting(actor=1, action="报送"):
        write(1)
    run("ALTER TABLE ledger_context DISABLE TRIGGER USER; DELETE FROM ledger_context WHERE action = '报送'")
    assert seal_all(using="default") > 0
    assert "context_missing" in {found.kind for found in check_chain()}


def test_sealing_demands_read_committed(committed_notes: str) -> None:
    write(1)
    with pytest.raises(Error, match="ISOLATION LEVEL"), transaction.atomic(using="sealer"):
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", using="sealer")
        run("SELECT 1", using="sealer")
        seal()
    assert seal() == 1


def test_sealing_uses_its_own_connection_and_role(committed_notes: str) -> None:
    write(2)
    run("SET ROLE credit_sealer", using="sealer")
    run("SET ROLE credit_app")
    with pytest.raises(Error, match="permission denied"):
        seal(using="default")
    assert seal() == 2
    connections["sealer"].close()
    connections["default"].close()


def test_the_task_seals_all_within_its_budget(committed_notes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.seal, "__kwdefaults__", {"using": "sealer"})
    monkeypatch.setattr(services.seal, "__defaults__", (3,))
    write(7)
    assert tasks.seal_ledger() == 7
    write(7, start=100)
    assert seal_all(budget=timedelta(0)) == 3, "one lot at least, then the budget ends it"


def test_the_clock_knows_the_task() -> None:
    assert settings.CELERY_BEAT_SCHEDULE["seal-ledger"]["task"] == tasks.seal_ledger.name
