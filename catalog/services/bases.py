"""Legal bases: entered, corrected, repealed. Rows stay; what stands on a repealed basis is listed, not switched off: which
items go on is decided by the next edition, as the law changes by edition."""

from dataclasses import dataclass
from datetime import date
from itertools import count

from django.db import IntegrityError, transaction

from agencies.models import Officer
from catalog.choices import EditionLevel
from catalog.models import CatalogItem, LegalBasis
from catalog.rules.bases import suffices
from common.clock import today
from common.gates import Refused, refuse
from common.text import pinyin_key
from ledger.services import acting


@dataclass(frozen=True, slots=True)
class BasisText:
    """What a basis says of itself; both days of its validity included, None = not known or open."""

    name: str
    level: str
    mark: str
    number: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    note: str = ""


def enter_basis(*, officer: Officer, basis: str, text: BasisText) -> LegalBasis:
    """Enter a law, regulation or policy; its code is made of the initials of its name.

    `basis` is the document the officer acts on. ValidationError when an attribute is malformed; Refused (date_order).
    """
    row = LegalBasis(code=_free_code(text.name), maintained=True)
    return _write(officer, basis, "catalog.enter_basis", row, text)


def revise_basis(*, officer: Officer, basis: str, code: str, text: BasisText) -> LegalBasis:
    """Correct what is known of a basis. Refused (item_basis_too_low) when items in force could no longer stand on it.

    LegalBasis.DoesNotExist; ValidationError as for `enter_basis`.
    """
    with transaction.atomic():
        row = LegalBasis.objects.select_for_update().get(code=code)
        _check_level(row, text.level)
        return _write(officer, basis, "catalog.revise_basis", row, text)


def repeal_basis(*, officer: Officer, basis: str, code: str, last_day: date) -> LegalBasis:
    """A basis ends with `last_day`; `basis` names the document that repeals it. An earlier end may be corrected.

    Refused (date_order) when the last day is before the first one. LegalBasis.DoesNotExist.
    """
    with acting(actor=officer.pk, action="catalog.repeal_basis", basis=basis):
        row = LegalBasis.objects.select_for_update().get(code=code)
        row.effective_until, row.maintained = last_day, True
        _check_dates(row)
        row.save()
    return row


def _write(officer: Officer, basis: str, action: str, row: LegalBasis, text: BasisText) -> LegalBasis:
    for name in ("name", "level", "mark", "number", "effective_from", "effective_until", "note"):
        setattr(row, name, getattr(text, name))
    row.maintained = True
    row.clean_fields()
    _check_dates(row)
    try:
        with acting(actor=officer.pk, action=action, basis=basis):
            row.save()
    except IntegrityError as error:
        if "basis_too_low" not in str(error):
            raise
        detail = "仍有名单以它为认定标准依据，降低效力层级后该名单将不合规定，请先调整名单"
        raise Refused(refuse("scheme_basis_too_low", detail, pointer="level")) from error
    return row


def _check_dates(row: LegalBasis) -> None:
    if row.effective_from and row.effective_until and row.effective_until < row.effective_from:
        raise Refused(refuse("date_order", "失效日期早于施行日期", pointer="effective_until"))


def _check_level(row: LegalBasis, level: str) -> None:
    """Refused when an item in force or to come would stand on too low a basis."""
    items = CatalogItem.objects.filter(basis=row).select_related("edition")
    short = [
        item.name
        for item in items
        if (item.effective_until or date.max) >= today()
        and not suffices(
            edition_level=EditionLevel(item.edition.level),
            nature=item.nature,
            basis_level=level,
            of_the_edition=item.edition.basis_id == row.pk,
        )
    ]
    if short:
        detail = f"有效目录中的“{'”“'.join(short[:5])}”以它为依据，改为这一层级后依据不足；请先发布调整后的目录版本"
        raise Refused(refuse("item_basis_too_low", detail, pointer="level"))


def _free_code(name: str) -> str:
    """Initials of the name, numbered when another basis has them."""
    initials = "".join(
        word[0] for word in pinyin_key(name).split() if word[0].isascii() and word[0].isalnum()
    )
    stem = initials[:40] or "yj"
    taken = set(LegalBasis.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code for number in count(1) if (code := stem if number == 1 else f"{stem}-{number}") not in taken
    )
