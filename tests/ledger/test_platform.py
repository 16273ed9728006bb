"""The ledger over the platform's own tables, as migrated and filled with the reference data."""

import pytest

from ledger.services import seal_all
from ledger.tables import NAMES, TABLES
from ledger.verify import verify
from tests.ledger.samples import run


@pytest.mark.django_db
def test_every_registered_table_is_tracked_under_its_number() -> None:
    assert dict(run("SELECT name, id FROM ledger_table")) == TABLES


@pytest.mark.django_db
def test_the_reference_data_verifies_before_and_after_sealing() -> None:
    assert verify() == []
    assert seal_all(using="default") > 0
    assert verify() == []
    assert {row[0] for row in run("SELECT DISTINCT tbl FROM ledger_event")} <= set(NAMES)
