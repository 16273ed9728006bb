"""Setting up, changing and ending a list. The credit authority alone, and never past G8; every refused attempt is kept.

A refused attempt is written before the refusal is raised, outside the write that did not happen. A caller inside a larger
transaction asks `check_scheme` first, for a rollback would take the attempt away.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import PermissionDenied

from agencies.models import Agency
from blacklist.choices import AuthorityLevel, Channel, Source
from blacklist.models import ListDecision, ListScheme, SchemeAttempt
from blacklist.rules import schemes as rules
from blacklist.services import frames
from blacklist.services.common import Actor
from catalog.models import LegalBasis
from common.gates import CLAUSES, PLAN, Refusal, Refused
from ledger.services import acting


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
            basis=frames.facts_of(text.basis),
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
        by_authority=frames.may_keep(actor),
    )
    if any(CLAUSES[refusal.code].gate == "G8" for refusal in found):
        _keep_attempt(actor, text, found)
    if found:
        raise Refused(*found)


def enter_scheme(*, actor: Actor, basis: str, text: SchemeText) -> ListScheme:
    """Set up a list; `basis` is the document acted on. Refused as for `check_scheme`; its code is made of its initials."""
    check_scheme(actor=actor, text=text)
    with acting(actor=actor.number, action="blacklist.enter_scheme", basis=basis):
        return frames.begin(ListScheme(**_columns(text)))


def revise_scheme(*, actor: Actor, basis: str, code: str, text: SchemeText) -> ListScheme:
    """Let a list have another frame from a day on, today at the earliest; open cases keep the frame they began under.

    Refused as for `check_scheme`, and date_order. ListScheme.DoesNotExist.
    """
    check_scheme(actor=actor, text=text)
    with acting(actor=actor.number, action="blacklist.revise_scheme", basis=basis):
        return frames.succeed(ListScheme(code=code, **_columns(text)))


def end_scheme(*, actor: Actor, basis: str, code: str, last_day: date) -> ListScheme:
    """No decision under this list after `last_day`. PermissionDenied; Refused (date_order); ListScheme.DoesNotExist."""
    if not frames.may_keep(actor):
        raise PermissionDenied("由社会信用主管部门管理名单设列")
    with acting(actor=actor.number, action="blacklist.end_scheme", basis=basis):
        return frames.stop(ListScheme, code, last_day, _decided_after)


def _decided_after(row: ListScheme, day: date) -> bool:
    return ListDecision.objects.filter(case__scheme=row, decided_on__gt=day).exists()


def _columns(text: SchemeText) -> dict[str, object]:
    values = asdict(text) | {"basis": text.basis, "maintained": True}
    lists = (*frames.LISTS, "authority_agencies", "authority_kinds", "authority_sectors")
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
