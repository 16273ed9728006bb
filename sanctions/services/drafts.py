"""Editions of the measure list being prepared (see ADR 0009): opened, filled by form or workbook, published, thrown away.

Publishing turns the draft into rows and closes the running edition of the level the day before, in one transaction; what was
applied under the old rows keeps them. Every change names the version it was made on.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Officer
from catalog.models import LegalBasis
from catalog.selectors import bases_by_code, basis_facts
from catalog.services import DraftChanged
from common.gates import Refusal, Refused
from ledger.services import acting
from sanctions import contents, selectors
from sanctions.models import Measure, MeasureDraft, MeasureEdition
from sanctions.rules import measures as rules
from sanctions.rules.measures import MeasureContent

MANAGE = "sanctions.manage_measures"


@dataclass(frozen=True, slots=True)
class ListHead:
    """The edition itself; `basis` is the document that issues it."""

    name: str
    basis: LegalBasis
    effective_from: date
    mark: str
    note: str = ""


def open_list_draft(
    *, officer: Officer, level: str, head: ListHead, rows: Sequence[MeasureContent] | None = None
) -> MeasureDraft:
    """Begin an edition of a level, with a copy of the newest edition's rows unless `rows` are given. PermissionDenied."""
    _allowed(officer)
    rows = contents.contents(selectors.newest(level)) if rows is None else rows
    draft = MeasureDraft(level=level, changed_by=officer, measures=contents.dump(rows))
    for name in ("name", "basis", "effective_from", "mark", "note"):
        setattr(draft, name, getattr(head, name))
    draft.full_clean()
    with acting(actor=officer.pk, action="sanctions.open_draft", basis=str(head.basis)):
        draft.save()
    return draft


def replace_rows(
    *, officer: Officer, draft_id: int, version: int, rows: Sequence[MeasureContent]
) -> MeasureDraft:
    """Put a whole list in the place of the draft's, as a workbook brings it. DraftChanged."""
    with _changing(officer, draft_id, version, "sanctions.replace_rows") as draft:
        draft.measures = contents.dump(rows)
    return draft


def put_row(
    *, officer: Officer, draft_id: int, version: int, row: MeasureContent, replaces: str = ""
) -> MeasureDraft:
    """Add a row or, with `replaces`, change one. Refused with what is wrong with it; pointers are attribute names."""
    with _changing(officer, draft_id, version, "sanctions.put_row") as draft:
        bases = {code: basis_facts(one) for code, one in bases_by_code().items()}
        found = contents.shape_refusals(row)
        found += rules.row_refusals(row, level=draft.level, first_day=draft.effective_from, bases=bases)
        if above := _superiors(draft).get(row.code):
            found += rules.superior_refusals(row, above)
        if found:
            raise Refused(*found)
        rows = [one for one in contents.load(draft.measures) if one.code not in (row.code, replaces)]
        draft.measures = contents.dump([*rows, row])
    return draft


def remove_row(*, officer: Officer, draft_id: int, version: int, code: str) -> MeasureDraft:
    """Leave a measure out of the edition being prepared."""
    with _changing(officer, draft_id, version, "sanctions.remove_row") as draft:
        draft.measures = contents.dump(one for one in contents.load(draft.measures) if one.code != code)
    return draft


def discard_list_draft(*, officer: Officer, draft_id: int, version: int) -> None:
    """Throw a draft away; nothing was ever in force by it."""
    _allowed(officer)
    with acting(actor=officer.pk, action="sanctions.discard_draft", basis=_basis_of(draft_id)):
        _locked(draft_id, version).delete()


def list_refusals(draft: MeasureDraft, *, on: date) -> list[Refusal]:
    """Everything that keeps the draft from being published on `on`; empty = it may be."""
    rows = contents.load(draft.measures)
    newest = selectors.newest(draft.level)
    found = rules.publication_refusals(
        rows, level=draft.level, first_day=draft.effective_from, newest=newest.effective_from if newest else None,
        bases={code: basis_facts(one) for code, one in bases_by_code().items()}, superiors=_superiors(draft), on=on,
    )  # fmt: skip
    for row in rows:
        found += [
            Refusal(one.code, one.detail, one.basis, f"measures/{row.code}/{one.pointer}")
            for one in contents.shape_refusals(row)
        ]
    return found


def publish_list(*, officer: Officer, draft_id: int, version: int, on: date) -> MeasureEdition:
    """Publish a draft; it is gone afterwards. Refused with everything found, DraftChanged, PermissionDenied."""
    _allowed(officer)
    with transaction.atomic():
        draft = _locked(draft_id, version)
        list(MeasureEdition.objects.select_for_update().order_by("pk").values_list("pk"))
        if found := list_refusals(draft, on=on):
            raise Refused(*found)
        rows = contents.load(draft.measures)
        with acting(actor=officer.pk, action="sanctions.publish_list", basis=str(draft.basis)):
            last = draft.effective_from - timedelta(days=1)
            running = MeasureEdition.objects.filter(level=draft.level, effective_from__lte=last)
            running.exclude(effective_until__lte=last).update(effective_until=last)
            edition = MeasureEdition.objects.create(
                code=f"{draft.level}-{draft.effective_from:%Y%m%d}", name=draft.name, level=draft.level, basis=draft.basis,
                effective_from=draft.effective_from, mark=draft.mark, note=draft.note, measure_count=len(rows),
            )  # fmt: skip
            bases = bases_by_code()
            Measure.objects.bulk_create(contents.row_of(row, edition, bases) for row in rows)
            draft.delete()
    return edition


def _superiors(draft: MeasureDraft) -> dict[str, rules.Superior]:
    found = selectors.superior_rows(draft.level, draft.effective_from)
    return {code: rules.Superior(contents.of(row), row.edition.name) for code, row in found.items()}


def _allowed(officer: Officer) -> None:
    if not officer.has_perm(MANAGE):
        raise PermissionDenied("由社会信用主管部门维护清单")


def _basis_of(draft_id: int) -> str:
    return str(MeasureDraft.objects.select_related("basis").get(pk=draft_id).basis)


def _locked(draft_id: int, version: int) -> MeasureDraft:
    rows = MeasureDraft.objects.select_for_update(of=("self",)).select_related("basis")
    draft = rows.get(pk=draft_id)
    if draft.version != version:
        raise DraftChanged
    return draft


@contextmanager
def _changing(officer: Officer, draft_id: int, version: int, action: str) -> Iterator[MeasureDraft]:
    _allowed(officer)
    with acting(actor=officer.pk, action=action, basis=_basis_of(draft_id)):
        draft = _locked(draft_id, version)
        yield draft
        draft.version += 1
        draft.changed_by = officer
        draft.save()
