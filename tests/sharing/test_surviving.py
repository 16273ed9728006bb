"""Really committed: the row of a refused look-up is there after the refusal, seen by another connection."""

import psycopg2
import pytest
from django.db import transaction

from agencies.choices import Role
from records.sharing import services
from tests import people
from tests.factories import make_penalty
from tests.ledger.samples import run


def test_a_refusal_is_in_the_register_for_everybody_else(committed_db: str) -> None:
    company, officer = make_penalty().subject, people.officer(Role.SUBMITTER)
    run("set role credit_app")  # as web and workers do
    asked = {"agency": people.agency(), "officer": officer, "purpose_code": "", "uscc": company.uscc}
    with pytest.raises(services.LookUpRefused):
        services.look_up(**asked)  # type: ignore[arg-type]
    connection = psycopg2.connect(committed_db)
    try:
        with connection.cursor() as cursor:
            cursor.execute("select outcome, refusal_code, officer_id from records_lookup")
            assert cursor.fetchall() == [("refused", "purpose_missing", officer.pk)]
    finally:
        connection.close()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.look_up(**asked)  # type: ignore[arg-type]
