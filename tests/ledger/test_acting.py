"""Every change carries who made it, for what and on which basis; nothing of one action leaks into another."""

from uuid import UUID

import psycopg2
import pytest
import structlog
from django.db import DatabaseError, connection, transaction

from ledger.services import acting
from tests.ledger.samples import NUMBER, TABLE, AsRole, Note, close_quietly, one, raw_connection, run

REQUEST = UUID("0190b0c0-0000-7000-8000-000000000001")
OTHER = UUID("0190b0c0-0000-7000-8000-000000000002")


def contexts() -> list[tuple[int, int | None, str, str, UUID | None]]:
    """Object, actor, action, basis and request of every waiting event."""
    return run(
        "SELECT p.object_id, c.actor, c.action, c.basis, c.request_id FROM ledger_pending p "
        "JOIN ledger_context c ON c.id = p.context_id WHERE p.tbl = %s ORDER BY p.id",
        [NUMBER],
    )


def add(number: int) -> None:
    Note.objects.create(id=number, code=f"备注{number}")


def test_an_action_is_recorded_once_for_all_its_changes(notes: None) -> None:
    with acting(actor=7, action="报送处罚信息", basis="鹤信用发〔2022〕1号 第4条", request_id=REQUEST):
        add(1)
        add(2)
    expected = (7, "报送处罚信息", "鹤信用发〔2022〕1号 第4条", REQUEST)
    assert contexts() == [(1, *expected), (2, *expected)]
    assert one("SELECT count(DISTINCT context_id) FROM ledger_pending WHERE tbl = 900") == 1


def test_database_user_and_role_are_recorded(notes: None) -> None:
    with AsRole("credit_app"), acting(actor=7, action="报送"):
        add(1)
    assert run("SELECT db_user = session_user, db_role FROM ledger_context ORDER BY id DESC LIMIT 1") == [
        (True, "credit_app")
    ]


def test_nested_actions_speak_for_themselves(notes: None) -> None:
    with acting(actor=7, action="外层", request_id=REQUEST):
        add(1)
        with acting(actor=None, action="内层"):
            add(2)
            with acting(actor=8, action="最内层", request_id=OTHER):
                add(3)
        add(4)
    add(5)
    assert contexts() == [
        (1, 7, "外层", "", REQUEST),
        (2, None, "内层", "", REQUEST),
        (3, 8, "最内层", "", OTHER),
        (4, 7, "外层", "", REQUEST),
        (5, None, "", "", None),
    ]
    assert one("SELECT count(DISTINCT context_id) FROM ledger_pending WHERE tbl = 900") == 4


def test_an_exception_undoes_the_action_and_its_name(notes: None) -> None:
    with acting(actor=7, action="外层"):
        with pytest.raises(RuntimeError), acting(actor=8, action="内层"):
            add(1)
            raise RuntimeError
        add(2)
    assert contexts() == [(2, 7, "外层", "", None)]


def test_a_database_error_inside_is_survived_outside(notes: None) -> None:
    with acting(actor=7, action="外层"):
        with pytest.raises(DatabaseError), acting(actor=8, action="内层"):
            run("SELECT 1 / 0")
        add(1)
    assert contexts() == [(1, 7, "外层", "", None)]


def test_a_savepoint_rolled_back_inside_an_action_keeps_its_name(notes: None) -> None:
    with acting(actor=7, action="报送"):
        with pytest.raises(RuntimeError), transaction.atomic():
            add(1)
            raise RuntimeError
        add(2)
    assert contexts() == [(2, 7, "报送", "", None)]


def test_an_action_that_changes_nothing_leaves_no_trace(notes: None) -> None:
    before = one("SELECT count(*) FROM ledger_context")
    with acting(actor=7, action="查看"):
        Note.objects.count()
    assert one("SELECT count(*) FROM ledger_context") == before


def test_an_action_needs_a_name(notes: None) -> None:
    with pytest.raises(ValueError, match="needs a name"), acting(actor=7, action=""):
        pass


@pytest.mark.parametrize(("bound", "expected"), [(str(REQUEST), REQUEST), ("not-a-uuid", None)])
def test_the_request_in_progress_is_recorded(notes: None, bound: str, expected: UUID | None) -> None:
    with structlog.contextvars.bound_contextvars(request_id=bound), acting(actor=7, action="报送"):
        add(1)
    assert contexts() == [(1, 7, "报送", "", expected)]


def test_outside_a_transaction_the_action_is_one(committed_notes: str) -> None:
    with pytest.raises(RuntimeError), acting(actor=7, action="报送"):
        add(1)
        raise RuntimeError
    with acting(actor=7, action="报送"):
        add(2)
    connection.close()
    assert contexts() == [(2, 7, "报送", "", None)]


def test_one_transaction_cannot_use_the_context_of_another(committed_notes: str) -> None:
    with acting(actor=7, action="报送"):
        add(1)
    stranger = raw_connection(committed_notes)
    try:
        with stranger, stranger.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM ledger_context")
            cursor.execute("SELECT set_config('ledger.context_id', %s, false)", [str(cursor.fetchone()[0])])
            cursor.execute(f"INSERT INTO {TABLE} (id, code) VALUES (2, '乙'), (3, '丙')")
            cursor.execute(f"UPDATE {TABLE} SET plain = 'x' WHERE id = 3")
    finally:
        close_quietly(stranger)
    assert contexts() == [
        (1, 7, "报送", "", None),
        (2, None, "", "", None),
        (3, None, "", "", None),
        (3, None, "", "", None),
    ]
    assert one("SELECT count(DISTINCT context_id) FROM ledger_pending WHERE tbl = 900") == 2


def test_a_setting_that_is_no_number_stops_the_write(committed_notes: str) -> None:
    stranger = raw_connection(committed_notes)
    try:
        with pytest.raises(psycopg2.DataError), stranger, stranger.cursor() as cursor:
            cursor.execute("SET ledger.actor = '张三'")
            cursor.execute(f"INSERT INTO {TABLE} (id, code) VALUES (1, '甲')")
    finally:
        close_quietly(stranger)
    assert Note.objects.count() == 0
