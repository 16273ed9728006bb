"""Every act of tampering, done as superuser with the guards switched off, is found, and named rightly."""

import pytest
from django.core.management import call_command
from django.db import Error, transaction

from ledger.findings import Finding
from ledger.selectors import head
from ledger.services import acting, seal
from ledger.verify import verify
from tests.ledger.samples import NUMBER, TABLE, Note, run

pytestmark = pytest.mark.django_db

BASE = "(SELECT first_position FROM ledger_block WHERE no = 2)"


@pytest.fixture
def chain(notes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three blocks (the first closes what was there), 21 objects, and two changes still in the inbox."""
    monkeypatch.setattr("ledger.verify.TABLES", {})
    Note.objects.create(id=100, code="备注100")
    seal(using="default", limit=100_000)
    with acting(actor=7, action="报送", basis="鹤信用发〔2022〕1号"):
        Note.objects.bulk_create([Note(id=i, code=f"备注{i}") for i in range(1, 21)])
    seal(using="default")
    with acting(actor=8, action="更正"):
        Note.objects.filter(id__lte=5).update(plain="改")
    Note.objects.filter(id=20).delete()
    seal(using="default")
    Note.objects.create(id=21, code="备注21")
    Note.objects.filter(id=1).update(plain="再改")


def tamper(sql: str) -> None:
    """Run as a superuser who first takes the guards away."""
    for table in ("ledger_event", "ledger_block", "ledger_context", "ledger_pending", TABLE):
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    run(sql)
    for table in ("ledger_event", "ledger_block", "ledger_context", "ledger_pending", TABLE):
        run(
            "DO $$ DECLARE t name; BEGIN FOR t IN SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
            f"AND tgrelid = '{table}'::regclass LOOP EXECUTE 'ALTER TABLE {table} ENABLE ALWAYS TRIGGER ' || t; "
            "END LOOP; END $$"
        )


def kinds(found: list[Finding]) -> set[str]:
    return {item.kind for item in found}


def test_what_nobody_touched_is_found_whole(chain: None) -> None:
    assert verify() == []


CHAIN_ACTS = [
    ("digest", f"UPDATE ledger_event SET digest = sha256('x') WHERE position = {BASE} + 9", {"block_root", "row_changed"}),
    ("object", f"UPDATE ledger_event SET object_id = 99 WHERE position = {BASE} + 9", {"block_root", "row_missing", "row_unrecorded"}),
    ("operation", f"UPDATE ledger_event SET op = 'D' WHERE position = {BASE} + 9", {"block_root", "row_unrecorded"}),
    ("table", f"UPDATE ledger_event SET tbl = 999 WHERE position = {BASE} + 9", {"block_root", "row_unrecorded"}),
    ("inbox id", f"UPDATE ledger_event SET pending_id = -1 WHERE position = {BASE} + 9", {"block_root"}),
    ("other context", f"UPDATE ledger_event SET context_id = (SELECT max(context_id) FROM ledger_event) WHERE position = {BASE} + 9", {"block_root"}),
    ("context actor", "UPDATE ledger_context SET actor = 99 WHERE action = '报送'", {"block_root"}),
    ("context basis", "UPDATE ledger_context SET basis = '假依据' WHERE action = '更正'", {"block_root"}),
    ("context time", "UPDATE ledger_context SET at = at - interval '1 microsecond' WHERE action = '更正'", {"block_root"}),
    ("context gone", "DELETE FROM ledger_context WHERE action = '更正'", {"block_root", "context_missing"}),
    ("swap", f"UPDATE ledger_event SET position = -position WHERE position IN ({BASE} + 1, {BASE} + 2);"
             f"UPDATE ledger_event SET position = 2 * {BASE} + 3 + position WHERE position < 0", {"block_root"}),
    ("event deleted", f"DELETE FROM ledger_event WHERE position = {BASE} + 9", {"position_gap", "row_unrecorded"}),
    ("forged beyond the end", f"INSERT INTO ledger_event SELECT 1 + (SELECT max(position) FROM ledger_event), -1, context_id, 99, {NUMBER}, 'I', digest "
                              "FROM ledger_event LIMIT 1", {"event_outside", "row_missing"}),
    ("forged before the start", "INSERT INTO ledger_event SELECT 0, -1, context_id, object_id, 999, 'I', digest FROM ledger_event LIMIT 1", {"event_outside"}),
    ("block time", "UPDATE ledger_block SET sealed_at = sealed_at - interval '1 day' WHERE no = 2", {"block_hash"}),
    ("block root", "UPDATE ledger_block SET root = sha256('x') WHERE no = 2", {"block_hash", "block_root"}),
    ("block hash", "UPDATE ledger_block SET hash = sha256('x') WHERE no = 2", {"block_hash", "block_link"}),
    ("block link", "UPDATE ledger_block SET prev_hash = sha256('x') WHERE no = 2", {"block_hash", "block_link"}),
    ("block algorithm", "UPDATE ledger_block SET alg = 1 WHERE no = 2", {"block_hash"}),
    ("block range", "UPDATE ledger_block SET first_position = first_position + 1 WHERE no = 2", {"block_hash", "block_root", "block_range"}),
    ("block deleted", "DELETE FROM ledger_block WHERE no = 2", {"block_missing", "block_link", "block_range"}),
    ("block with its events", f"DELETE FROM ledger_event WHERE position BETWEEN {BASE} AND {BASE} + 19; DELETE FROM ledger_block WHERE no = 2",
     {"block_missing", "block_link", "block_range", "row_unrecorded"}),
    ("tail cut off", "DELETE FROM ledger_event WHERE position > (SELECT last_position FROM ledger_block WHERE no = 2); DELETE FROM ledger_block WHERE no = 3",
     {"row_changed", "row_missing"}),
    ("ledger emptied", "DELETE FROM ledger_event; DELETE FROM ledger_block; DELETE FROM ledger_pending", {"row_unrecorded"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "expected"), [act[1:] for act in CHAIN_ACTS], ids=[act[0] for act in CHAIN_ACTS]
)
def test_tampering_with_the_ledger_is_found(chain: None, sql: str, expected: set[str]) -> None:
    tamper(sql)
    assert kinds(verify()) - {"row_more"} == expected


ROW_ACTS = [
    ("changed", f"UPDATE {TABLE} SET plain = '假' WHERE id = 7", [("row_changed", 7)]),
    ("changed while waiting", f"UPDATE {TABLE} SET plain = '假' WHERE id = 21", [("row_changed", 21)]),
    ("inserted", f"INSERT INTO {TABLE} (id, code) VALUES (50, '假')", [("row_unrecorded", 50)]),
    ("restored", f"INSERT INTO {TABLE} (id, code) VALUES (20, '备注20')", [("row_unrecorded", 20)]),
    ("deleted", f"DELETE FROM {TABLE} WHERE id = 7", [("row_missing", 7)]),
    ("swapped", f"UPDATE {TABLE} SET id = -id WHERE id IN (7, 8); UPDATE {TABLE} SET id = 15 + id WHERE id < 0",
     [("row_changed", 7), ("row_changed", 8)]),
    ("emptied inbox", "DELETE FROM ledger_pending", [("row_changed", 1), ("row_unrecorded", 21)]),
    ("forged inbox", f"UPDATE ledger_pending SET digest = sha256('x') WHERE tbl = {NUMBER} AND object_id = 21", [("row_changed", 21)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), [act[1:] for act in ROW_ACTS], ids=[act[0] for act in ROW_ACTS])
def test_tampering_with_a_row_is_found(chain: None, sql: str, expected: list[tuple[str, int]]) -> None:
    tamper(sql)
    assert [(item.kind, item.ref) for item in verify()] == expected


def test_many_differing_rows_are_counted_not_listed(chain: None) -> None:
    tamper(f"INSERT INTO {TABLE} (id, code) SELECT i, 'x' || i FROM generate_series(1000, 1129) i")
    found = verify()
    assert len(found) == 101
    assert (found[-1].kind, found[-1].ref) == ("row_more", 30)


def test_capture_or_guard_switched_off_is_found(chain: None) -> None:
    run(f"ALTER TABLE {TABLE} DISABLE TRIGGER ledger_capture_update")
    run("DROP TRIGGER ledger_append_only ON ledger_event")
    assert [(item.kind, item.table) for item in verify()] == [
        ("capture_off", TABLE),
        ("guard_off", "ledger_event"),
    ]


def test_a_tracked_table_that_vanished_is_found(chain: None) -> None:
    run(f"DROP TABLE {TABLE}")
    assert [(item.kind, item.table) for item in verify()] == [("table_missing", TABLE)]


def test_a_registered_table_that_is_not_tracked_is_found(
    chain: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("CREATE TABLE ledger_test_other (id bigint PRIMARY KEY)")
    monkeypatch.setattr(
        "ledger.verify.TABLES", {TABLE: NUMBER, "ledger_test_other": 902, "ledger_test_never": 903}
    )
    assert [(item.kind, item.table) for item in verify()] == [("table_untracked", "ledger_test_other")]


def test_only_a_witness_sees_a_tail_cut_off_cleanly(chain: None) -> None:
    newest = head()
    assert newest is not None
    assert verify(witness={newest.no: newest.hash.upper()}) == []
    tamper(
        f"DELETE FROM ledger_pending; UPDATE {TABLE} SET plain = '' WHERE id <= 5; DELETE FROM {TABLE} WHERE id = 21;"
        f"INSERT INTO {TABLE} (id, code) VALUES (20, '备注20');"
        "DELETE FROM ledger_event WHERE position > (SELECT last_position FROM ledger_block WHERE no = 2);"
        "DELETE FROM ledger_block WHERE no = 3"
    )
    assert verify() == [], "whoever can undo everything contradicts nothing inside"
    assert [(item.kind, item.ref) for item in verify(witness={newest.no: newest.hash})] == [
        ("witness_mismatch", 3)
    ]


def test_a_witness_sees_a_changed_block(chain: None) -> None:
    assert kinds(verify(witness={2: "00" * 32})) == {"witness_mismatch"}


@pytest.mark.parametrize("table", ["ledger_event", "ledger_block", "ledger_context"])
@pytest.mark.parametrize("act", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_even_the_superuser_is_refused_while_the_guards_stand(chain: None, table: str, act: str) -> None:
    column = {"ledger_event": "op", "ledger_block": "no", "ledger_context": "action"}[table]
    with pytest.raises(Error, match="refused"), transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        run(act.format(table, column))


@pytest.mark.parametrize("act", [f"TRUNCATE {TABLE}", "TRUNCATE ledger_pending", "TRUNCATE ledger_table", "UPDATE ledger_pending SET op = 'U'"])  # fmt: skip
def test_tracked_tables_and_the_inbox_are_guarded_too(chain: None, act: str) -> None:
    with pytest.raises(Error, match="refused"), transaction.atomic():
        run(act)


def test_the_command_says_what_it_found(chain: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_ledger")
    assert "账本完好" in capsys.readouterr().out
    tamper(f"UPDATE {TABLE} SET plain = '假' WHERE id = 7")
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_ledger")
    told = capsys.readouterr().out
    assert stopped.value.code == 1
    assert "第 7 号的现有内容与账本最后一次登记不符" in told
    assert "共发现 1 处问题" in told


def test_the_command_compares_with_a_witness(chain: None, capsys: pytest.CaptureFixture[str]) -> None:
    newest = head()
    assert newest is not None
    call_command("verify_ledger", "--witness", f"{newest.no}:{newest.hash}")
    assert f"最新区块 {newest.no}:{newest.hash}" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("verify_ledger", "--witness", f"1:{newest.hash}")
    assert "第 1 号区块与外部留存的哈希不符" in capsys.readouterr().out
    with pytest.raises(Exception, match="64位"):
        call_command("verify_ledger", "--witness", "1:abc")
