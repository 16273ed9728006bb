"""What the sandbox received: an append-only JSONL file, and the state by object rebuilt from it at start.

An event id is applied once, however often it arrives. Events of one object must arrive in rising position; one that
does not is counted as an order violation and changes nothing.
"""

import json
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from sandbox.signing import sm3

ACTIONS = frozenset({"upsert", "withdraw"})
_MODULUS = 1 << 256
Event = dict[str, object]


class EventError(ValueError):
    """An event that lacks something the interface promises."""


@dataclass
class Held:
    """What is held about one object."""

    position: int
    kind: str | None
    action: str
    payload: dict[str, object] | None

    def live(self, on: date) -> bool:
        """Whether the object may still be shown on `on`: it ends by itself on the date in its payload."""
        return self.payload is not None and date.fromisoformat(str(self.payload["ends"])) >= on


@dataclass
class Store:
    """All state; every public method takes the lock."""

    path: Path
    objects: dict[int, Held] = field(default_factory=dict)
    answered: dict[int, str] = field(default_factory=dict)
    latest: deque[Event] = field(default_factory=lambda: deque(maxlen=50))
    heads: dict[int, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        if self.path.exists():
            for line in self.path.read_bytes().splitlines(keepends=True):
                if line.endswith(b"\n"):  # a line cut off by a crash was never answered either
                    self._replay(json.loads(line))
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = os.fdopen(descriptor, "ab", buffering=0)

    def _replay(self, entry: dict[str, object]) -> None:
        event = entry["event"]
        assert isinstance(event, dict)
        if entry["status"] == "rejected":
            self._note(event, "rejected")
        else:
            self._apply(event)

    def receive(
        self, events: Iterable[Event], head: object, rejects: Callable[[], bool]
    ) -> list[dict[str, object]]:
        """Take a batch: written down first, then applied; returns the answer per event."""
        checked = [
            _checked(event) for event in events
        ]  # one bad event refuses the batch before anything is done
        with self._lock:
            self._witness(head)
            return [self._receive_one(event, rejects) for event in checked]

    def _receive_one(self, event: Event, rejects: Callable[[], bool]) -> dict[str, object]:
        event_id = _int(event, "event_id")
        known = self.answered.get(event_id)
        if known is not None:
            self.counts["duplicates"] += 1
            status = "rejected" if known == "rejected" else "duplicate"
        else:
            status = "rejected" if rejects() else "accepted"
            line = json.dumps({"status": status, "event": event}, ensure_ascii=False, separators=(",", ":"))
            self._file.write(line.encode() + b"\n")
            if status == "rejected":
                self._note(event, status)
            else:
                self._apply(event)
        answer: dict[str, object] = {"event_id": event_id, "status": status}
        if status == "rejected":
            answer["reason"] = "沙箱按设定退回：数据项未通过省平台校验"
        return answer

    def _apply(self, event: Event) -> None:
        object_id, position = _int(event, "object_id"), _int(event, "position")
        self._note(event, "accepted")
        held = self.objects.get(object_id)
        if held is not None and position <= held.position:
            self.counts["order_violations"] += 1
            return
        payload, kind = event["payload"], event["kind"]
        if kind is None and held is not None:
            kind = held.kind
        self.counts["effects"] += 1
        self.objects[object_id] = Held(
            position,
            str(kind) if kind is not None else None,
            str(event["action"]),
            payload if isinstance(payload, dict) else None,
        )

    def _note(self, event: Event, status: str) -> None:
        self.answered[_int(event, "event_id")] = status
        self.counts[status] += 1
        self.latest.append(
            {name: event[name] for name in ("position", "kind", "action", "object_id")} | {"status": status}
        )

    def _witness(self, head: object) -> None:
        """Keep the block heads: the same number with another hash means the sender's ledger was rewritten."""
        if not isinstance(head, dict):
            return
        number, value = _int(head, "no"), str(head["hash"])
        if self.heads.setdefault(number, value) != value:
            self.counts["ledger_contradictions"] += 1

    def state(self, *, full: bool) -> dict[str, object]:
        """Everything a test wants to know; payloads only when asked for."""
        with self._lock:
            objects = {
                str(object_id): {"position": held.position, "kind": held.kind, "action": held.action}
                | ({"payload": held.payload} if full else {})
                for object_id, held in sorted(self.objects.items())
            }
            names = (
                "accepted",
                "rejected",
                "duplicates",
                "effects",
                "order_violations",
                "ledger_contradictions",
            )
            return {"objects": objects, "items": self._items(), **{name: self.counts[name] for name in names}}

    def _items(self) -> dict[str, int]:
        return dict(Counter(held.kind or "" for held in self.objects.values() if held.action == "upsert"))

    def page(self) -> tuple[dict[str, int], dict[str, int], list[Event]]:
        """Objects held by item, counters, and the latest events, newest first."""
        with self._lock:
            return self._items(), dict(self.counts), list(reversed(self.latest))

    def reconciliation(self, on: date) -> list[dict[str, object]]:
        """Per item what is held on `on`: the number of live objects and the sum of their digests modulo 2^256."""
        found = self._sums(on, lambda held: (held.kind or "",))
        return [{"item": item, "count": n, "digest": f"{total:064x}"} for (item,), (n, total) in found]

    def by_agency(self, on: date) -> list[dict[str, object]]:
        """The same per item and agency, by the code of the provider."""
        found = self._sums(on, lambda held: (held.kind or "", _provider(held)))
        return [
            {"item": item, "agency": agency, "count": n, "digest": f"{total:064x}"}
            for (item, agency), (n, total) in found
        ]

    def _sums(
        self, on: date, name: Callable[[Held], tuple[str, ...]]
    ) -> list[tuple[tuple[str, ...], tuple[int, int]]]:
        sums: dict[tuple[str, ...], tuple[int, int]] = {}
        with self._lock:
            for object_id, held in self.objects.items():
                if held.payload is None or not held.live(on):
                    continue
                count, total = sums.get(name(held), (0, 0))
                sums[name(held)] = count + 1, (total + leaf(object_id, held.payload)) % _MODULUS
        return sorted(sums.items())

    def forget(self, object_ids: set[int]) -> int:
        """Lose these objects and that their events were ever answered; returns how many were held."""
        with self._lock:
            for line in self.path.read_bytes().splitlines():
                event = json.loads(line)["event"]
                if event["object_id"] in object_ids:
                    self.answered.pop(event["event_id"], None)
            return sum(self.objects.pop(object_id, None) is not None for object_id in object_ids)

    def reset(self) -> None:
        """Forget everything, the file included."""
        with self._lock:
            self._file.truncate(0)
            for kept in (self.objects, self.answered, self.latest, self.heads, self.counts):
                kept.clear()


def _provider(held: Held) -> str:
    provider = (held.payload or {}).get("provider")
    return str(provider.get("uscc", "")) if isinstance(provider, dict) else ""


def leaf(object_id: int, payload: dict[str, object]) -> int:
    """SM3 over the object id, a newline and the payload without `provider` as JSON with sorted keys and no spaces."""
    kept = {key: value for key, value in payload.items() if key != "provider"}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(sm3(f"{object_id}\n{text}".encode()), "big")


def _checked(event: object) -> Event:
    if not isinstance(event, dict):
        raise EventError("an event is an object")
    for name in ("position", "event_id", "object_id"):
        _int(event, name)
    payload = event.get("payload")
    if event.get("action") not in ACTIONS or "kind" not in event:
        raise EventError("action or kind missing")
    if (event["action"] == "upsert") != isinstance(payload, dict) or "payload" not in event:
        raise EventError("an upsert carries a payload, a withdrawal none")
    if isinstance(payload, dict):
        date.fromisoformat(str(payload.get("ends")))
    return event


def _int(values: dict[str, object], name: str) -> int:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise EventError(f"{name} is a whole number")
    return value
