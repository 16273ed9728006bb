"""Publication regimes as dated data: a new one takes over from its day on; decisions before it keep theirs."""

from datetime import date, timedelta

from django.db.models import Max, Q

from agencies.models import Officer
from catalog import selectors
from catalog.models import LegalBasis, PublicationRegime, PublicationTier
from catalog.rules.regimes import RegimeContent, regime_refusals
from common.gates import Refused, refuse
from ledger.services import acting


def enter_regime(*, officer: Officer, basis: str, content: RegimeContent, on: date) -> PublicationRegime:
    """Enter a regime with its tiers; the running one of the same sector ends the day before. `basis` = what the officer
    acts on. Raises Refused with everything found; LegalBasis.DoesNotExist."""
    with acting(actor=officer.pk, action="catalog.enter_regime", basis=basis):
        same = PublicationRegime.objects.filter(sector=content.sector)
        list(PublicationRegime.objects.select_for_update().order_by("pk").values_list("pk"))
        newest = same.aggregate(newest=Max("effective_from"))["newest"]
        if found := regime_refusals(content, newest=newest, types=selectors.penalty_types(on), on=on):
            raise Refused(*found)
        last_day = content.effective_from - timedelta(days=1)
        same.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=last_day)).update(
            effective_until=last_day
        )
        regime = PublicationRegime.objects.create(
            code=_code(content), name=content.name.strip(), basis=LegalBasis.objects.get(code=content.basis),
            sector=content.sector, effective_from=content.effective_from, start_from=content.start_from,
            start_text=content.start_text.strip(), mark=content.mark, note=content.note.strip(),
        )  # fmt: skip
        PublicationTier.objects.bulk_create(
            PublicationTier(
                regime=regime, name=tier.name.strip(), rank=rank, penalty_types=list(tier.penalty_types),
                sectors=list(tier.sectors), shown=tier.shown, min_months=tier.min_months, max_months=tier.max_months,
                basis_clause=tier.basis_clause.strip(), mark=tier.mark, severity=tier.severity,
            )
            for rank, tier in enumerate(sorted(content.tiers, key=lambda one: (one.max_months, one.min_months)))
        )  # fmt: skip
    return regime


def _code(content: RegimeContent) -> str:
    """A name for addresses; unique because a sector has one regime a day."""
    same_day = PublicationRegime.objects.filter(effective_from=content.effective_from).count()
    return f"r{content.effective_from:%Y%m%d}-{same_day + 1}"


def end_regime(*, officer: Officer, basis: str, code: str, last_day: date, on: date) -> PublicationRegime:
    """Let a regime apply to decisions up to `last_day`. Raises Refused (date_order): not before today, whose decisions are
    taken in already, and not before it began."""
    with acting(actor=officer.pk, action="catalog.end_regime", basis=basis):
        row = PublicationRegime.objects.select_for_update().get(code=code)
        first = max(row.effective_from, on)
        if last_day < first or (row.effective_until is not None and last_day > row.effective_until):
            until = f"，不晚于{row.effective_until:%Y-%m-%d}" if row.effective_until else ""
            detail = f"最后一天应不早于{first:%Y-%m-%d}{until}：已经确定的期限不变"
            raise Refused(refuse("date_order", detail, pointer="last_day"))
        row.effective_until = last_day
        row.save(update_fields=["effective_until"])
    return row
