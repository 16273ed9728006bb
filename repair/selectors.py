"""Reads of the repair rules: under which regulation a record can be repaired, and how."""

from django.db.models import QuerySet

from catalog.models import PublicationRegime
from repair.models import RepairRule


def rules() -> QuerySet[RepairRule]:
    """Every repair rule with its regime and tiers, the newest regulation first."""
    return (
        RepairRule.objects.select_related("basis", "regime__basis")
        .prefetch_related("regime__tiers")
        .order_by("-regime__effective_from", "regime__code")
    )


def rule_of(regime: PublicationRegime | None) -> RepairRule | None:
    """The repair side of one publication regime; None where nothing was laid down."""
    return RepairRule.objects.select_related("basis").filter(regime=regime).first() if regime else None
