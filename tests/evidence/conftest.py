"""The agency that hands in, its officer, and one penalty of theirs."""

import pytest

from agencies.choices import Role
from agencies.models import Agency, Officer
from records.models import CreditRecord
from tests import people
from tests.evidence.samples import hand_in


@pytest.fixture
def agency(db: None) -> Agency:
    return people.agency()


@pytest.fixture
def officer(agency: Agency) -> Officer:
    return people.officer(Role.SUBMITTER)


@pytest.fixture
def record(agency: Agency, officer: Officer) -> CreditRecord:
    return hand_in(agency, officer)
