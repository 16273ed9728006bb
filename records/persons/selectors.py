"""Reads of consents: one gate for officers, one for the interface, and the facts that intake is judged by."""

from collections import defaultdict
from datetime import date

from django.db.models import Q, QuerySet

from agencies.models import Agency, Officer
from catalog.selectors import in_force as dated
from records.models import CreditRecord
from records.persons.choices import ConsentKind, ConsentState
from records.persons.models import Consent, ConsentRule
from records.persons.rules import Limits
from records.rules.persons import ConsentFacts


def rule_on(on: date) -> ConsentRule:
    """The limits in force on a day. ConsentRule.DoesNotExist where the reference data is missing."""
    return ConsentRule.objects.filter(dated(on)).latest("effective_from")


def limits_on(on: date) -> Limits:
    rule = rule_on(on)
    return Limits(rule.max_months, rule.child_age, rule.adult_age)


def consent_facts(consent: Consent) -> ConsentFacts:
    return ConsentFacts(
        publication=consent.kind == ConsentKind.PUBLICATION,
        shares="sharing" in consent.allows,
        uses="use" in consent.allows,
        valid_from=consent.valid_from,
        valid_until=consent.valid_until,
        withdrawn=consent.withdrawn_at is not None,
    )


def facts_of(item_code: str, key: str = "") -> dict[str, tuple[ConsentFacts, ...]]:
    """Every consent to one item by person, those that are over included: they tell expired from missing. One query."""
    rows = Consent.objects.filter(items__contains=[item_code])
    if key:
        rows = rows.filter(key=key)
    found: defaultdict[str, list[ConsentFacts]] = defaultdict(list)
    for consent in rows.defer("secret").iterator(chunk_size=5000):
        found[consent.key].append(consent_facts(consent))
    return {person: tuple(facts) for person, facts in found.items()}


def visible_to(officer: Officer) -> QuerySet[Consent]:
    """An officer sees the consents the own agency obtained; auditors and the authority see all."""
    rows = Consent.objects.select_related("agency", "recorded_by", "client")
    return rows if officer.has_perm("records.view_all_records") else rows.filter(agency=officer.agency)


def of_agency(agency: Agency) -> QuerySet[Consent]:
    """What the machine clients of an agency may see."""
    return Consent.objects.filter(agency=agency).select_related("agency")


def filter_consents(rows: QuerySet[Consent], *, state: str, item: str, on: date) -> QuerySet[Consent]:
    """Narrow by the computed state and by item; "" narrows nothing."""
    open_ = Q(withdrawn_at__isnull=True)
    conditions = {
        "": Q(),
        ConsentState.WITHDRAWN: ~open_,
        ConsentState.EXPIRED: open_ & Q(valid_until__lt=on),
        ConsentState.UPCOMING: open_ & Q(valid_until__gte=on, valid_from__gt=on),
        ConsentState.IN_FORCE: open_ & Q(valid_until__gte=on, valid_from__lte=on),
    }
    rows = rows.filter(conditions[state])
    return rows.filter(items__contains=[item]) if item else rows


def records_on(consent: Consent) -> QuerySet[CreditRecord]:
    """The person's records of the items a consent names that no clause of the catalog carries."""
    by_law = (
        "item__person_publication_basis" if consent.kind == ConsentKind.PUBLICATION else "item__person_basis"
    )
    return CreditRecord.objects.filter(
        subject__key=consent.key, item_code__in=consent.items, **{f"{by_law}__isnull": True}
    )
