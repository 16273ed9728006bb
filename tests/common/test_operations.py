"""Health, locks, database checks and public ids, against the real servers."""

import threading
import time
from collections.abc import Iterator

import orjson
import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test import RequestFactory
from pytest_django import Settings

from common import checks, health
from common.ids import public_id, public_ids
from common.locks import advisory_lock, lock_number, transaction_lock

request = RequestFactory().get("/readyz")


@pytest.fixture
def other_session(db: None) -> Iterator[psycopg2.extensions.connection]:
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    other.autocommit = True
    yield other
    other.close()


def _try(other: psycopg2.extensions.connection, namespace: str, key: int) -> bool:
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_number(namespace, key)])
        obtained: bool = cursor.fetchone()[0]
        if obtained:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_number(namespace, key)])
    return obtained


def test_a_lock_excludes_other_sessions_until_it_ends(other_session: psycopg2.extensions.connection) -> None:
    with advisory_lock("test.batch", 7, wait=False) as obtained:
        assert obtained
        assert not _try(other_session, "test.batch", 7)
        assert _try(other_session, "test.batch", 8) and _try(other_session, "test.other", 7)
    assert _try(other_session, "test.batch", 7)


def test_a_lock_held_elsewhere_is_reported_or_waited_for(
    other_session: psycopg2.extensions.connection,
) -> None:
    number = lock_number("test.batch", 7)
    with other_session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    with advisory_lock("test.batch", 7, wait=False) as obtained:
        assert not obtained
    assert not transaction_lock("test.batch", 7, wait=False)

    def release() -> None:
        with other_session.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])

    timer = threading.Timer(0.2, release)
    timer.start()
    with advisory_lock("test.batch", 7, wait=True) as obtained:
        assert obtained and not _try(other_session, "test.batch", 7)
    timer.join()


def test_a_lock_is_released_when_the_work_fails(other_session: psycopg2.extensions.connection) -> None:
    with pytest.raises(RuntimeError), advisory_lock("test.batch", 7, wait=False):
        raise RuntimeError
    assert _try(other_session, "test.batch", 7)


def test_a_lock_is_released_when_its_transaction_has_failed_or_its_connection_is_gone(
    committed_db: str,
) -> None:
    other = psycopg2.connect(committed_db)
    other.autocommit = True
    with pytest.raises(DatabaseError), transaction.atomic(), advisory_lock("test.batch", 7, wait=False):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        except DatabaseError:
            transaction.set_rollback(True)
            raise
    with advisory_lock("test.batch", 8, wait=False) as obtained:
        assert obtained
        connection.close()
    for key in (7, 8):
        deadline = time.monotonic() + 5  # the server needs a moment to notice a closed connection
        while not _try(other, "test.batch", key):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    other.close()


def test_a_transaction_lock_ends_with_its_transaction(committed_db: str) -> None:
    other = psycopg2.connect(committed_db)
    other.autocommit = True
    with transaction.atomic():
        assert transaction_lock("test.seal")
        assert not _try(other, "test.seal", 0)
    assert _try(other, "test.seal", 0)
    with pytest.raises(TransactionManagementError):
        transaction_lock("test.seal")
    other.close()


# --- health --------------------------------------------------------------------------------------------


def _ready() -> tuple[int, dict[str, object]]:
    response = health.readyz(request)
    return response.status_code, orjson.loads(response.content)["parts"]


def test_alive_needs_nothing() -> None:
    response = health.healthz(request)
    assert response.status_code == 200 and orjson.loads(response.content) == {"status": "alive"}
    assert "no-cache" in response["Cache-Control"]
    assert health.healthz(RequestFactory().post("/healthz")).status_code == 405


def test_ready_with_database_broker_migrations_and_reference_data(db: None) -> None:
    assert _ready() == (200, {"database": True, "broker": True, "migrations": True, "reference_data": True})
    assert _ready()[0] == 200


def test_not_ready_without_the_broker(db: None, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    status, parts = _ready()
    assert status == 503 and parts["broker"] is False and parts["database"] is True


def test_not_ready_without_reference_data_or_with_a_migration_outstanding(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_REFERENCE_TABLE", "common_calendarday")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM common_calendarday")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'common'")
    monkeypatch.setattr(health, "_migrated", False)
    status, parts = _ready()
    assert status == 503 and parts["migrations"] is False and parts["reference_data"] is False


def test_not_ready_without_the_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("password authentication failed for user credit")

    with monkeypatch.context() as broken:
        broken.setattr(connections["default"], "cursor", refuse)
        response = health.readyz(request)
    assert response.status_code == 503 and b"password" not in response.content
    assert orjson.loads(response.content)["parts"]["database"] is False


# --- system checks -------------------------------------------------------------------------------------


def test_the_database_of_the_tests_passes_its_checks(db: None) -> None:
    assert checks.check_chinese_text(None, ["default"]) == []
    call_command("check", databases=["default"], tags=["database"])


def test_a_database_that_cannot_read_chinese_is_an_error(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, object] = {"SHOW": "SQL_ASCII", "EXISTS": True, "similarity": 0}

    def scalar(alias: str, sql: str) -> object:
        return next(value for word, value in answers.items() if word in sql)

    monkeypatch.setattr(checks, "_scalar", scalar)
    assert [message.id for message in checks.check_chinese_text(None, ["default"])] == [
        "common.E001",
        "common.E002",
    ]
    assert checks.check_chinese_text(None, None) == []
    monkeypatch.setattr(checks, "_scalar", lambda alias, sql: "LATIN1")
    with pytest.raises(SystemCheckError, match=r"common\.E001"):
        call_command("check", databases=["default"], tags=["database"])


def test_without_the_extension_the_character_class_tells(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    real = checks._scalar
    monkeypatch.setattr(
        checks, "_scalar", lambda alias, sql: False if "pg_extension" in sql else real(alias, sql)
    )
    assert checks.check_chinese_text(None, ["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT '鹤' COLLATE \"C\" ~ '^[[:alpha:]]$'")
        assert cursor.fetchone() == (False,)


def test_a_missing_year_is_a_warning(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_years", lambda today, covered: [2027])
    (warning,) = checks.check_calendar(None, ["default"])
    assert warning.id == "common.W001" and "2027年" in warning.msg
    assert checks.check_calendar(None, ["sealer"]) == []
    monkeypatch.setattr(checks, "_scalar", lambda alias, sql: False)
    assert checks.check_calendar(None, ["default"]) == []


# --- public ids ----------------------------------------------------------------------------------------


def test_public_ids_are_short_url_safe_and_never_repeat() -> None:
    ids = {*public_ids(9_000), *(public_id() for _ in range(1_000))}
    assert len(ids) == 10_000
    assert {len(value) for value in ids} == {16}
    assert not any(
        value.startswith("-") for value in ids
    )  # a formula to a spreadsheet, an option to a command
    assert set("".join(ids)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
