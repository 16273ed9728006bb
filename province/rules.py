"""Pure decisions of the exchange: when to try again, when to give up, what an answer means, where may be sent to."""

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from province.choices import ResultStatus

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
LONGEST_WISH: Final = timedelta(hours=24)  # a Retry-After beyond this is cut to it
PATIENCE: Final = timedelta(days=7)  # the receiver is away, overloaded, or does not know us
PATIENCE_REFUSED: Final = timedelta(hours=1)  # the receiver is there and refuses the contents of this batch
_REFUSED_CONTENTS: Final = frozenset({400, 409, 413, 415, 422})
_REASON_LENGTH: Final = 500


# --- when to try again ---------------------------------------------------------------------------------


def pause(attempts: int) -> timedelta:
    """How long to wait after `attempts` failed attempts (1 or more): 5 s, doubled each time, at most an hour."""
    if attempts > 20:  # 2 ** 20 * 5 s is far beyond the cap; keeps the power small
        return LONGEST_PAUSE
    doublings = 1 << max(0, attempts - 1)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def patience(status: int | None) -> timedelta:
    """How long a batch is tried in all, by the HTTP status of the last attempt (None: no answer at all).

    A batch whose contents are refused holds up everything behind it, withdrawals among them, so it is set aside soon;
    when the receiver is away nothing behind it could be delivered either.
    """
    return PATIENCE_REFUSED if status in _REFUSED_CONTENTS else PATIENCE


def next_try(
    *, now: datetime, first_tried_at: datetime, attempts: int, status: int | None, wish: timedelta | None
) -> datetime | None:
    """When to try again, or None when the batch has to be parked.

    `wish` is the receiver's Retry-After. The last attempt falls on the end of the patience, not before it.
    """
    end = first_tried_at + patience(status)
    if now >= end:
        return None
    wait = max(pause(attempts), min(wish or timedelta(0), LONGEST_WISH))
    return min(now + wait, end)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """A Retry-After header (seconds or an HTTP date) as a length of time; None when absent, past or unreadable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment - now if moment > now else None


# --- what an answer means ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """The receiver's word on one event."""

    event_id: int
    status: ResultStatus
    code: str = ""
    reason: str = ""


def read_answer(answer: object, event_ids: Collection[int]) -> list[Result] | None:
    """The results for exactly `event_ids`, in their order; None when the answer does not acknowledge every event.

    An answer that leaves out an event, names an unknown status or contradicts itself acknowledges nothing: the whole
    batch goes out again, which the receiver's deduplication makes harmless. Results for other events are ignored.
    """
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        return None
    found: dict[int, Result] = {}
    for entry in results:
        result = _result(entry)
        if result is None:
            return None
        if found.setdefault(result.event_id, result).status != result.status:
            return None
    if any(event_id not in found for event_id in event_ids):
        return None
    return [found[event_id] for event_id in event_ids]


def _result(entry: object) -> Result | None:
    if not isinstance(entry, dict):
        return None
    event_id, status = entry.get("event_id"), entry.get("status")
    if not isinstance(event_id, int) or isinstance(event_id, bool) or status not in ResultStatus.values:
        return None
    return Result(
        event_id, ResultStatus(status), _text(entry, "code", 40), _text(entry, "reason", _REASON_LENGTH)
    )


def _text(entry: dict[object, object], name: str, length: int) -> str:
    """A text that PostgreSQL can hold; anything else a receiver may put there becomes empty."""
    value = entry.get(name)
    return value.replace("\0", "")[:length] if isinstance(value, str) else ""


def may_send(now: time, since: time | None, until: time | None) -> bool:
    """Whether a target takes anything at this time of day (local time); a window may run over midnight."""
    if since is None or until is None:
        return True
    return since <= now < until if since <= until else now >= since or now < until


# --- what goes out -------------------------------------------------------------------------------------


def address_allowed(url: str) -> bool:
    """Whether personal data may be sent to `url`: TLS, or a host on this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https" and host:
        return True
    return parts.scheme == "http" and (host == "localhost" or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
