"""Kinds of documents as dated data: a new row takes over from its day on, decisions before it keep what they stood on."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from agencies.models import Officer
from catalog.models import DocumentKind, LegalBasis
from catalog.rules.document_kinds import KindFacts, kind_refusals
from catalog.selectors import basis_facts
from common.gates import Refused, refuse
from ledger.services import acting


@dataclass(frozen=True, slots=True)
class KindText:
    """What a kind says, and the clause it stands on."""

    name: str
    lawful: bool
    basis: LegalBasis
    basis_text: str
    effective_from: date
    mark: str


def enter_kind(*, officer: Officer, basis: str, text: KindText, on: date) -> DocumentKind:
    """Enter a kind from a day on; the running row of the same name ends the day before. Refused with everything found."""
    with acting(actor=officer.pk, action="catalog.enter_document_kind", basis=basis):
        name = text.name.strip()
        rows = list(DocumentKind.objects.select_for_update().filter(name=name).order_by("effective_from"))
        newest = rows[-1].effective_from if rows else None
        facts = KindFacts(name, text.lawful, basis_facts(text.basis), text.effective_from)
        if found := kind_refusals(facts, running_from=newest, on=on):
            raise Refused(*found)
        last_day = text.effective_from - timedelta(days=1)
        running = DocumentKind.objects.filter(name=name).filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=last_day)
        )
        running.update(effective_until=last_day, maintained=True)
        number = DocumentKind.objects.filter(effective_from=text.effective_from).count() + 1
        return DocumentKind.objects.create(
            code=f"k{text.effective_from:%Y%m%d}-{number}", name=name, lawful=text.lawful, basis=text.basis,
            basis_text=text.basis_text.strip(), effective_from=text.effective_from, mark=text.mark, maintained=True,
        )  # fmt: skip


def end_kind(*, officer: Officer, basis: str, code: str, last_day: date, on: date) -> DocumentKind:
    """Let a kind carry decisions up to `last_day`, today at the earliest. Refused date_order; DocumentKind.DoesNotExist."""
    with acting(actor=officer.pk, action="catalog.end_document_kind", basis=basis):
        row = DocumentKind.objects.select_for_update().get(code=code)
        first = max(row.effective_from, on)
        if last_day < first or (row.effective_until is not None and last_day > row.effective_until):
            detail = f"最后一天应不早于{first:%Y-%m-%d}，也不晚于已经定下的失效日期"
            raise Refused(refuse("date_order", detail, pointer="last_day"))
        row.effective_until, row.maintained = last_day, True
        row.save(update_fields=["effective_until", "maintained"])
    return row
