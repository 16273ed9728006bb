"""What may happen to an entry after it stands: modified, suspended, resumed, ended. Each is noted in EntryChange for good.

Ending is what makes somebody disappear from portal, feed and screening at once, because all three compute from dates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from agencies.models import Officer
from blacklist.choices import ChangeKind
from blacklist.clauses import refuse
from blacklist.models import EntryChange, HonourChange, HonourEntry, ListEntry
from common.gates import Refused
from ledger.services import acting
from records.services.common import actor_number

Entry = ListEntry | HonourEntry
Change = EntryChange | HonourChange
_WORDS = ("reason", "basis_text", "sanction_hints", "removal_text", "remedies")


@dataclass(frozen=True, slots=True)
class EntryText:
    """What of an entry may be put right: the words shown, and an earlier last day. None leaves a value as it is."""

    reason: str | None = None
    basis_text: str | None = None
    sanction_hints: str | None = None
    removal_text: str | None = None
    remedies: str | None = None
    ends_on: date | None = None


def end_entry(*, officer: Officer | None, entry_id: int, on: date, reason: str, basis: str) -> ListEntry:
    """Take somebody off the list from `on` (that day no longer included): repair, revocation, court order, correction.

    `reason` is a value of `EndReason` or words of up to 40 characters. Ending again keeps the earlier day. ValueError
    without a reason; ListEntry.DoesNotExist. Who may do so is asked by the caller.
    """
    if not reason:
        raise ValueError("an entry ends for a reason")
    with acting(actor=actor_number(officer), action="blacklist.end_entry", basis=basis):
        entry = _locked(entry_id)
        ended(entry, on, officer, reason, basis)
    return entry


def suspend_entry(
    *, officer: Officer | None, entry_id: int, since: date, until: date | None, reason: str, basis: str
) -> ListEntry:
    """Let the effect of an entry rest (court or reconsideration stays it); `until` is the last day, None = until resumed."""
    if not reason:
        raise ValueError("an entry is suspended for a reason")
    with acting(actor=actor_number(officer), action="blacklist.suspend_entry", basis=basis):
        entry = _locked(entry_id)
        if until is not None and until < since:
            raise Refused(refuse("date_order", "暂停执行的截止日期早于起始日期", pointer="/until"))
        before = {"suspended_from": entry.suspended_from, "suspended_until": entry.suspended_until}
        entry.suspended_from, entry.suspended_until = since, until
        entry.save(update_fields=["suspended_from", "suspended_until"])
        after = {"suspended_from": since, "suspended_until": until}
        note_change(entry, ChangeKind.SUSPENDED, since, officer, reason, basis, before=before, after=after)
    return entry


def resume_entry(*, officer: Officer | None, entry_id: int, on: date, reason: str, basis: str) -> ListEntry:
    """The entry has effect again from `on`. Refused (date_order) when it is not suspended or `on` is no later day."""
    with acting(actor=actor_number(officer), action="blacklist.resume_entry", basis=basis):
        entry = _locked(entry_id)
        last = on - timedelta(days=1)
        if entry.suspended_from is None or last < entry.suspended_from:
            raise Refused(refuse("date_order", "条目在这一天没有暂停执行", pointer="/on"))
        before = {"suspended_until": entry.suspended_until}
        entry.suspended_until = last
        entry.save(update_fields=["suspended_until"])
        after = {"suspended_until": last}
        note_change(entry, ChangeKind.RESUMED, on, officer, reason, basis, before=before, after=after)
    return entry


def mark_dispute(*, officer: Officer | None, entry_id: int, since: date | None, basis: str) -> None:
    """Mark an entry as disputed since a day, or take the mark away (None); shown with it in every channel."""
    with acting(actor=actor_number(officer), action="blacklist.mark_dispute", basis=basis):
        entry = _locked(entry_id)
        if entry.disputed_since != since and not (since and entry.disputed_since):
            entry.disputed_since = since
            entry.save(update_fields=["disputed_since"])


def modify_entry(
    *, officer: Officer | None, entry_id: int, on: date, text: EntryText, reason: str, basis: str
) -> ListEntry:
    """Put right what an entry says, or let it end earlier. A later end is refused: it would need a new decision."""
    if not reason:
        raise ValueError("an entry is modified for a reason")
    with acting(actor=actor_number(officer), action="blacklist.modify_entry", basis=basis):
        entry = _locked(entry_id)
        modified(entry, on, officer, text, reason, basis, words=_WORDS)
    return entry


# --- the same for either list; the caller holds the row and the ledger's context ----------------------------------------


def ended(entry: Entry, on: date, officer: Officer | None, reason: str, basis: str) -> None:
    """End it on that day, unless it ended earlier, and note it."""
    if entry.ended_on is None or on < entry.ended_on:
        before = {"ended_on": entry.ended_on, "end_reason": entry.end_reason}
        entry.ended_on, entry.end_reason = on, reason[:40]
        entry.save(update_fields=["ended_on", "end_reason"])
        after = {"ended_on": on, "end_reason": entry.end_reason}
        note_change(entry, ChangeKind.ENDED, on, officer, reason, basis, before=before, after=after)


def modified(
    entry: Entry,
    on: date,
    officer: Officer | None,
    text: EntryText,
    reason: str,
    basis: str,
    *,
    words: Sequence[str],
) -> None:
    """Put `words` and the last day right and note it. Refused: entry_not_longer, date_order, decision_incomplete."""
    wanted = {name: getattr(text, name) for name in (*words, "ends_on")}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    _check_end(entry, text.ends_on)
    if blank := [name for name in ("reason", "basis_text") if wanted.get(name) == ""]:
        raise Refused(*(refuse("decision_incomplete", pointer=f"/{name}") for name in blank))
    before = {name: getattr(entry, name) for name in wanted}
    for name, value in wanted.items():
        setattr(entry, name, value)
    if wanted:
        entry.save(update_fields=list(wanted))
        note_change(entry, ChangeKind.MODIFIED, on, officer, reason, basis, before=before, after=wanted)


def touch_ended(*, on: date, limit: int = 5000) -> int:
    """Note the entries that ended before `on`, so that the ledger tells pull clients; returns how many.

    Only a message: whether an entry holds is computed from its dates on read.
    """
    total, count = 0, limit
    while count == limit:
        with acting(actor=None, action="blacklist.entry_ended", basis="期限届满"):
            over = ListEntry.objects.filter(Q(ends_on__lt=on) | Q(ended_on__lte=on), ended_noted=False)
            chunk = (
                over.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit]
            )
            count = ListEntry.objects.filter(pk__in=list(chunk)).update(ended_noted=True)
        total += count
    return total


def _check_end(entry: Entry, ends_on: date | None) -> None:
    if ends_on is None:
        return
    if entry.ends_on is not None and ends_on > entry.ends_on:
        raise Refused(refuse("entry_not_longer", pointer="/ends_on"))
    if ends_on < entry.effective_from:
        raise Refused(refuse("date_order", "列入期限早于列入日期", pointer="/ends_on"))


def _locked(entry_id: int) -> ListEntry:
    return ListEntry.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=entry_id)


def note_change(
    entry: Entry,
    kind: ChangeKind,
    on: date,
    officer: Officer | None,
    reason: str,
    basis: str,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> Change:
    changes: Any = entry.changes  # the related manager of either list
    found: Change = changes.create(
        kind=kind,
        on=on,
        officer=officer,
        reason=reason[:500],
        basis=basis[:300],
        before=_plain(before),
        after=_plain(after),
    )
    return found


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
