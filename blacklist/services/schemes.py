"""Setting up, changing and ending a list. The credit authority alone, and never past G8; every refused attempt is kept.

A refused attempt is written before the refusal is raised, outside the write that did not happen. A caller inside a larger
transaction asks `check_scheme` first, for a rollback would take the attempt away.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import count

from django.core.exceptions import PermissionDenied

from agencies.models import Agency
from agencies.selectors import is_under_credit_authority
from blacklist import access
from blacklist.choices import AuthorityLevel, Channel, Source
from blacklist.models import ListDecision, ListScheme, SchemeAttempt
from blacklist.rules import schemes as rules
from blacklist.services.common import Actor
from catalog.models import LegalBasis
from catalog.rules.bases import BasisFacts
from common.clock import today
from common.gates import CLAUSES, PLAN, Refusal, Refused, refuse
from common.text import pinyin_key
from ledger.services import acting

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SchemeText:
    """What a scheme says. `basis` None is refused like one that ranks too low."""

    name: str
    field: str
    level: str
    basis: LegalBasis | None
    basis_clause: str
    authority: str
    grounds: str
    listing_text: str
    removal_text: str
    shown_fields: Sequence[str]
    effective_from: date
    mark: str
    procedure_text: str = ""
    authority_min_level: str = AuthorityLevel.COUNTY.value
    authority_agencies: Sequence[str] = ()
    authority_kinds: Sequence[str] = ()
    authority_sectors: Sequence[str] = ()
    listing_months: int | None = None
    longest_months: int | None = None
    earliest_removal_months: int | None = None
    hearing: bool = False
    persons_public_clause: str = ""
    note: str = ""
    end_reasons: Sequence[str] = ()


def check_scheme(*, actor: Actor, text: SchemeText) -> None:
    """Refused with everything that forbids the scheme; an attempt that meets G8 is kept for the credit authority."""
    found = rules.scheme_refusals(
        rules.Scheme(
            field=text.field,
            level=text.level,
            basis=_facts(text.basis),
            effective_from=text.effective_from,
            competence=rules.Competence(
                text.authority_min_level,
                text.authority_agencies,
                text.authority_kinds,
                text.authority_sectors,
            ),
            texts={
                "name": text.name,
                "basis_clause": text.basis_clause,
                "authority": text.authority,
                "grounds": text.grounds,
                "listing_text": text.listing_text,
                "removal_text": text.removal_text,
                "shown_fields": "".join(text.shown_fields),
            },
            listing_months=text.listing_months,
            longest_months=text.longest_months,
        ),
        known_agencies=set(
            Agency.objects.filter(code__in=text.authority_agencies).values_list("code", flat=True)
        ),
        by_authority=_is_authority(actor),
    )
    if any(CLAUSES[refusal.code].gate == "G8" for refusal in found):
        _keep_attempt(actor, text, found)
    if found:
        raise Refused(*found)


def enter_scheme(*, actor: Actor, basis: str, text: SchemeText) -> ListScheme:
    """Set up a list; `basis` is the document acted on. Refused as for `check_scheme`; its code is made of its initials."""
    check_scheme(actor=actor, text=text)
    row = ListScheme(code=_free_code(text.name), **_columns(text))
    row.clean_fields(exclude=["basis"])
    with acting(actor=actor.number, action="blacklist.enter_scheme", basis=basis):
        row.save()
    return row


def revise_scheme(*, actor: Actor, basis: str, code: str, text: SchemeText) -> ListScheme:
    """Let a list have another frame from a day on, today at the earliest; open cases keep the frame they began under.

    Refused as for `check_scheme`, and date_order. ListScheme.DoesNotExist.
    """
    check_scheme(actor=actor, text=text)
    with acting(actor=actor.number, action="blacklist.revise_scheme", basis=basis):
        newest = ListScheme.objects.select_for_update().filter(code=code).order_by("-effective_from").first()
        if newest is None:
            raise ListScheme.DoesNotExist(code)
        if text.effective_from < today() or text.effective_from <= newest.effective_from:
            detail = f"新的规定最早从今天起施行，并且晚于现有规定的施行日期{newest.effective_from:%Y-%m-%d}"
            raise Refused(refuse("date_order", detail, pointer="effective_from"))
        row = ListScheme(code=code, **_columns(text))
        row.clean_fields(exclude=["basis"])
        _end(newest, text.effective_from - _DAY)
        row.save()
        ListScheme.objects.filter(code=code).update(maintained=True)
    return row


def end_scheme(*, actor: Actor, basis: str, code: str, last_day: date) -> ListScheme:
    """No decision under this list after `last_day`. PermissionDenied; Refused (date_order); ListScheme.DoesNotExist."""
    if not _is_authority(actor):
        raise PermissionDenied("由社会信用主管部门管理名单设列")
    with acting(actor=actor.number, action="blacklist.end_scheme", basis=basis):
        row = ListScheme.objects.select_for_update().filter(code=code).order_by("-effective_from").first()
        if row is None:
            raise ListScheme.DoesNotExist(code)
        if last_day < row.effective_from:
            raise Refused(refuse("date_order", "失效日期早于施行日期", pointer="last_day"))
        if ListDecision.objects.filter(case__scheme=row, decided_on__gt=last_day).exists():
            raise Refused(refuse("date_order", "失效日期早于按本名单作出的决定的日期", pointer="last_day"))
        row.maintained = True
        _end(row, last_day)
    return row


def _end(row: ListScheme, last_day: date) -> None:
    if row.effective_until is None or row.effective_until > last_day:
        row.effective_until = last_day
    row.save(update_fields=["effective_until", "maintained"])


def _is_authority(actor: Actor) -> bool:
    if actor.client is not None:
        return is_under_credit_authority(actor.client.agency)
    officer = actor.officer
    return (
        officer is not None
        and officer.agency is not None
        and is_under_credit_authority(officer.agency)
        and officer.has_perm(access.SCHEMES)
    )


def _facts(basis: LegalBasis | None) -> BasisFacts | None:
    if basis is None:
        return None
    return BasisFacts(basis.code, basis.name, basis.level, basis.effective_from, basis.effective_until)


def _columns(text: SchemeText) -> dict[str, object]:
    values = asdict(text) | {"basis": text.basis, "maintained": True}
    lists = ("shown_fields", "end_reasons", "authority_agencies", "authority_kinds", "authority_sectors")
    return values | {name: list(values[name]) for name in lists}


def _keep_attempt(actor: Actor, text: SchemeText, found: Sequence[Refusal]) -> None:
    owner = actor.client or actor.officer
    with acting(actor=actor.number, action="blacklist.scheme_refused", basis=f"{PLAN} 第6条、第7条"):
        SchemeAttempt.objects.create(
            source=Source.API if actor.channel == Channel.API else Source.FORM,
            agency=owner.agency if owner else None,
            officer=actor.officer,
            client=actor.client,
            name=text.name[:100],
            field=text.field[:60],
            level=text.level[:16],
            basis=text.basis,
            authority=text.authority[:100],
            codes=sorted({refusal.code for refusal in found}),
            detail="\n".join(f"{refusal.detail}（{refusal.basis}）" for refusal in found),
        )


def _free_code(name: str) -> str:
    """Initials of the name, numbered when another list has them."""
    initials = "".join(
        word[0] for word in pinyin_key(name).split() if word[0].isascii() and word[0].isalnum()
    )
    stem = initials[:30] or "md"
    taken = set(ListScheme.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code for number in count(1) if (code := stem if number == 1 else f"{stem}-{number}") not in taken
    )
