"""Setting up, changing and ending the frame of an honour. The credit authority alone; honours keep the frame they were granted under."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import PermissionDenied

from blacklist.models import HonourEntry, HonourScheme
from blacklist.rules import frames as rules
from blacklist.services import frames
from blacklist.services.common import Actor
from catalog.models import LegalBasis
from common.gates import Refused
from ledger.services import acting


@dataclass(frozen=True, slots=True)
class HonourText:
    """What the frame of an honour says. `basis` None is refused like one that ranks too low."""

    name: str
    basis: LegalBasis | None
    basis_clause: str
    authority: str
    grounds: str
    listing_text: str
    removal_text: str
    effective_from: date
    mark: str
    procedure_text: str = ""
    listing_months: int | None = None
    longest_months: int | None = None
    shown_fields: Sequence[str] = ()
    end_reasons: Sequence[str] = ()
    persons_public_clause: str = ""
    note: str = ""


def enter_honour_frame(*, actor: Actor, basis: str, text: HonourText) -> HonourScheme:
    """Set up an honour; `basis` is the document acted on. PermissionDenied; Refused scheme_basis_too_low, field_required, date_order."""
    _check(actor, text)
    with acting(actor=actor.number, action="blacklist.enter_honour_frame", basis=basis):
        return frames.begin(HonourScheme(**_columns(text)))


def revise_honour_frame(*, actor: Actor, basis: str, code: str, text: HonourText) -> HonourScheme:
    """Let an honour have another frame from a day on, today at the earliest. As for `enter_honour_frame`; HonourScheme.DoesNotExist."""
    _check(actor, text)
    with acting(actor=actor.number, action="blacklist.revise_honour_frame", basis=basis):
        return frames.succeed(HonourScheme(code=code, **_columns(text)))


def end_honour_frame(*, actor: Actor, basis: str, code: str, last_day: date) -> HonourScheme:
    """No list of this honour is taken in after `last_day`; those granted run to their own end. PermissionDenied; Refused
    (date_order); HonourScheme.DoesNotExist."""
    _insist(actor)
    with acting(actor=actor.number, action="blacklist.end_honour_frame", basis=basis):
        return frames.stop(HonourScheme, code, last_day, _granted_after)


def _granted_after(row: HonourScheme, day: date) -> bool:
    return HonourEntry.objects.filter(scheme=row, decided_on__gt=day).exists()


def _insist(actor: Actor) -> None:
    if not frames.may_keep(actor):
        raise PermissionDenied("由社会信用主管部门管理诚信名单设立")


def _check(actor: Actor, text: HonourText) -> None:
    _insist(actor)
    names = ("name", "basis_clause", "authority", "grounds", "listing_text", "removal_text")
    wanted = rules.Honour(
        basis=frames.facts_of(text.basis),
        effective_from=text.effective_from,
        texts={name: getattr(text, name) for name in names},
        listing_months=text.listing_months,
        longest_months=text.longest_months,
    )
    if found := rules.honour_refusals(wanted):
        raise Refused(*found)


def _columns(text: HonourText) -> dict[str, object]:
    values = asdict(text) | {"basis": text.basis, "maintained": True}
    return values | {name: list(values[name]) for name in frames.LISTS}
