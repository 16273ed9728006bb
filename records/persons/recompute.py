"""The states a record would be given today on the consents in force: the same rules as at intake, from its own columns."""

from datetime import date

from django.utils import timezone

from catalog.choices import FieldRole
from catalog.publication import Windows
from records.contents import all_values, secret_of_subject
from records.intake.reference import load_facts
from records.models import CreditRecord
from records.persons import selectors
from records.rules.periods import States, states
from records.rules.persons import birth_date, ground_of, of_age


def states_of(record: CreditRecord, on: date) -> States:
    """States of a natural person's record. A handful of queries; for the few records a new consent touches."""
    facts = load_facts(agency=record.provider, item=record.item, on=on, declared_ordinary=True)
    item = next(one for one in facts.versions if one.id == record.item_id)
    values = all_values(record)

    def day(role: str) -> date | None:
        text = values.get(facts.layout.roles.get(role, ""), "")
        return date.fromisoformat(text) if text else None

    secret = secret_of_subject(record.subject)
    born = birth_date(secret.get("document_kind", ""), secret.get("document", ""))
    ground = ground_of(
        by_law=item.person_basis,
        published_by_law=item.person_publication,
        adult=of_age(born, facts.adult_age, record.decision_date),
        consents=selectors.facts_of(record.item_code, record.subject.key).get(record.subject.key, ()),
        on=on,
        max_months=facts.consent_months,
    )
    return states(
        item=item,
        decision_date=record.decision_date,
        penalty_types=frozenset(
            filter(None, values.get(facts.layout.roles.get(FieldRole.PENALTY_TYPES, ""), "").split(";"))
        ),
        sectors=facts.sectors.get(record.authority_uscc, frozenset()),
        valid_until=day(FieldRole.VALID_UNTIL),
        declared_until=day(FieldRole.PUBLISH_UNTIL),
        windows=Windows(facts.regimes),
        ground=ground,
        effective_date=record.effective_date,
        received=timezone.localdate(record.received_at),
    )
