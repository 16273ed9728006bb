"""What keeping the frame of a dishonesty list and of an honour have in common: dated rows of one code, each following the one
before. The credit authority alone keeps them; what it enters here the reference files leave alone from then on."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Final, TypeVar

from agencies.selectors import is_under_credit_authority
from blacklist import access
from blacklist.models import HonourScheme, ListScheme
from blacklist.services.common import Actor
from catalog.models import LegalBasis
from catalog.rules.bases import BasisFacts
from common.clock import today
from common.gates import Refused, refuse
from common.text import pinyin_key

Frame = TypeVar("Frame", ListScheme, HonourScheme)
LISTS: Final = ("shown_fields", "end_reasons")
_DAY: Final = timedelta(days=1)


def may_keep(actor: Actor) -> bool:
    if actor.client is not None:
        return is_under_credit_authority(actor.client.agency)
    officer = actor.officer
    return (
        officer is not None
        and officer.agency is not None
        and is_under_credit_authority(officer.agency)
        and officer.has_perm(access.SCHEMES)
    )


def facts_of(basis: LegalBasis | None) -> BasisFacts | None:
    if basis is None:
        return None
    return BasisFacts(basis.code, basis.name, basis.level, basis.effective_from, basis.effective_until)


def begin(row: Frame) -> Frame:
    """Keep the first frame of a list; its code is made of the initials of its name."""
    row.code = _free_code(row.name, type(row))
    row.clean_fields(exclude=["basis"])
    row.save()
    return row


def succeed(row: Frame) -> Frame:
    """Let `row` follow the newest frame of its code. Refused (date_order) unless it begins after that one, today at the
    earliest. DoesNotExist for a code nobody set up."""
    newest = _newest(type(row), row.code)
    if row.effective_from < today() or row.effective_from <= newest.effective_from:
        detail = f"新的规定最早从今天起施行，并且晚于现有规定的施行日期{newest.effective_from:%Y-%m-%d}"
        raise Refused(refuse("date_order", detail, pointer="effective_from"))
    row.clean_fields(exclude=["basis"])
    _end(newest, row.effective_from - _DAY)
    row.save()
    type(row)._default_manager.filter(code=row.code).update(maintained=True)
    return row


def stop(
    model: type[Frame], code: str, last_day: date, decided_after: Callable[[Frame, date], bool]
) -> Frame:
    """Nothing is decided under the list after `last_day`. Refused (date_order); DoesNotExist."""
    row = _newest(model, code)
    if last_day < row.effective_from:
        raise Refused(refuse("date_order", "失效日期早于施行日期", pointer="last_day"))
    if decided_after(row, last_day):
        raise Refused(refuse("date_order", "失效日期早于按本名单作出的决定的日期", pointer="last_day"))
    row.maintained = True
    _end(row, last_day)
    return row


def _newest(model: type[Frame], code: str) -> Frame:
    row = model._default_manager.select_for_update().filter(code=code).order_by("-effective_from").first()
    if row is None:
        raise model.DoesNotExist(code)
    return row


def _end(row: Frame, last_day: date) -> None:
    if row.effective_until is None or row.effective_until > last_day:
        row.effective_until = last_day
    row.save(update_fields=["effective_until", "maintained"])


def _free_code(name: str, model: type[Frame]) -> str:
    """Initials of the name, numbered when another list has them."""
    initials = "".join(
        word[0] for word in pinyin_key(name).split() if word[0].isascii() and word[0].isalnum()
    )
    stem = initials[:30] or "md"
    taken = set(model._default_manager.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code for number in count(1) if (code := stem if number == 1 else f"{stem}-{number}") not in taken
    )
