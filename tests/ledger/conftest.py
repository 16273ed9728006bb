import pytest

from tests.ledger.samples import create_table, drain


@pytest.fixture
def notes(db: None) -> None:
    """The tracked sample table inside the test's transaction, with an empty inbox."""
    drain()
    create_table()


@pytest.fixture
def committed_notes(committed_db: str) -> str:
    """The tracked sample table in a database of its own; yields the URL."""
    drain()
    create_table()
    return committed_db
