"""Rows of the register past their last day are cleared, by the owner alone, and by nobody before."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.choices import Role
from common.clock import today
from records.sharing import services
from records.sharing.models import ExportRequest, LookUp
from tests import people
from tests.factories import make_penalty
from tests.ledger.samples import AsRole
from tests.sharing.samples import approved, reviewer

pytestmark = pytest.mark.django_db
LONG_AGO = today() - timedelta(days=6 * 366)


def test_only_what_is_over_is_cleared() -> None:
    company, officer = make_penalty().subject, people.officer(Role.SUBMITTER)
    purpose = approved()
    asked = {
        "agency": people.agency(),
        "officer": officer,
        "purpose_code": purpose.code,
        "uscc": company.uscc,
    }
    kept = services.look_up(**asked).lookup  # type: ignore[arg-type]
    export = services.request_export(officer=officer, purpose_id=purpose.pk, reason="核对")
    export = services.decide_export(officer=reviewer(), export_id=export.pk, grant=True)
    template = {"agency": kept.agency, "officer": officer, "purpose": purpose, "outcome": "answered"}
    export.lookup = LookUp.objects.create(**template, kind="export", keep_until=LONG_AGO)
    export.save(update_fields=["lookup"])
    LookUp.objects.create(**template, kind="query", keep_until=today() - timedelta(days=1))
    with pytest.raises(CommandError, match="数据库所有者"), AsRole("credit_app"):
        call_command("clear_lookups")
    out = StringIO()
    call_command("clear_lookups", stdout=out)
    assert "2 条" in out.getvalue()
    assert list(LookUp.objects.all()) == [kept] and not ExportRequest.objects.exists()
