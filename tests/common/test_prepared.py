"""How long the limit and the plan of a prepared statement hold: for itself alone, or to the end of the transaction it is part of."""

import pytest
from django.db import OperationalError, connection, transaction

from common.prepared import Plan, Prepared

_SET = Prepared(
    "test_settings",
    ["int"],
    "select current_setting('statement_timeout'), current_setting('plan_cache_mode'), $1",
    plan=Plan.ONE,
)
_SLOW = Prepared("test_slow", ["float8"], "select pg_sleep($1)::text", plan=Plan.ONE)
_ITS_OWN = ("1234ms", "force_generic_plan", 5)


def settings() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('statement_timeout'), current_setting('plan_cache_mode')")
        found: tuple[str, str] = cursor.fetchone()
    return found


def test_they_hold_for_the_statement_alone(committed_db: str) -> None:
    before = settings()
    assert _SET.row([5], timeout_ms=1234) == _ITS_OWN
    assert settings() == before == ("0", "auto")
    with pytest.raises(OperationalError, match="statement timeout"):
        _SLOW.row([60], timeout_ms=20)  # type: ignore[list-item]
    assert settings() == before


def test_inside_a_transaction_they_hold_to_its_end_or_until_somebody_says_otherwise(
    committed_db: str,
) -> None:
    before = settings()
    with transaction.atomic():
        assert _SET.row([5], timeout_ms=1234) == _ITS_OWN
        assert settings() == _ITS_OWN[:2]
        with connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 60000; set local plan_cache_mode = default")
        assert settings() == ("1min", "auto")
    assert settings() == before
