"""The register and its screenings are cleared when their time is over, and not a day earlier."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from common.clock import today
from records.sharing.models import LookUp
from sanctions.models import AppliedMeasure, MeasureFeedback, Screening, ScreeningHit
from sanctions.services import clear_screenings
from tests.sanctions.samples import Window, make_entry

APPLIED = {"measure": "nmg-48-cg", "applied": True, "document": "鹤采退〔2026〕3号"}


@pytest.mark.django_db
def test_screenings_are_kept_as_long_as_the_register_and_then_cleared() -> None:
    window, entry = Window(), make_entry()
    asked = window.ask({"a": {"uscc": entry.subject.uscc}}).json()
    assert window.report(asked["id"], {"a": [APPLIED]}).status_code == 200
    row = Screening.objects.get()
    assert row.keep_until == LookUp.objects.get(receipt=row.receipt).keep_until > today()
    assert clear_screenings(on=row.keep_until) == 0
    with pytest.raises(IntegrityError, match="kept as it was written"), transaction.atomic():
        clear_screenings(on=row.keep_until + timedelta(days=1))
    with connection.cursor() as cursor:  # its time passes
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table sanctions_screening disable trigger sanctions_kept")
        cursor.execute("update sanctions_screening set keep_until = current_date - 2")
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table sanctions_screening enable always trigger sanctions_kept")
    assert clear_screenings(on=today()) == 1
    assert (
        not Screening.objects.exists()
        and not ScreeningHit.objects.exists()
        and not MeasureFeedback.objects.exists()
    )
    assert AppliedMeasure.objects.count() == 1
