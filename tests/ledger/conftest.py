import pytest
import structlog

from tests.ledger.samples import create_table, drain


@pytest.fixture(autouse=True)
def _no_request_in_progress() -> None:
    """A request that another test broke off may not lend its number to ours."""
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def notes(db: None) -> None:
    """The tracked sample table inside the test's transaction. Other tables' events may wait in the inbox."""
    create_table()


@pytest.fixture
def committed_notes(committed_db: str) -> str:
    """The tracked sample table in a database of its own; yields the URL."""
    drain()
    create_table()
    return committed_db
