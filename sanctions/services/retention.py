"""Screenings whose time is over are cleared with the register of look-ups; by the owner of the database, who alone may."""

from datetime import date

from django.db import transaction

from common.gates import PLAN
from ledger.services import acting
from sanctions.models import MeasureFeedback, Screening, ScreeningFile, ScreeningHit, Subscription


def clear_screenings(*, on: date) -> int:
    """Delete screenings to be kept until before `on`, with their hits, reports and subscriptions; returns how many.

    Applied measures stay: they are decisions, not look-ups. The database refuses earlier ones by its own day.
    """
    with (
        transaction.atomic(),
        acting(actor=None, action="sanctions.clear_screenings", basis=f"{PLAN} 第12条，保存期限届满"),
    ):
        over = Screening.objects.filter(keep_until__lt=on)
        MeasureFeedback.objects.filter(hit__screening__in=over).delete()
        ScreeningHit.objects.filter(screening__in=over).delete()
        ScreeningFile.objects.filter(screening__in=over).delete()
        Subscription.objects.filter(screening__in=over).delete()
        deleted: int = over.delete()[1].get(Screening._meta.label, 0)
    return deleted
