"""How the sandbox fails on purpose.

refuse  503, nothing done            stall   done, answered after `seconds`
drop    done, never answered         late    done only after `seconds`, then answered
reset   connection torn down before  reject  `share` of the events are turned down
partial `share` of the events stay unmentioned in the answer
duplicate every result is given twice   reorder the results come in another order
trickle done, the answer comes byte by byte for `seconds` and is never whole
skew    the clock is `seconds` ahead while the signature is checked
A request that stalls is answered as soon as another fault, or none, is ordered.
For all but reject and partial `share` is the chance that a request is hit. `times` ends the fault after so many hits.
"""

import random
from dataclasses import dataclass, field
from threading import Event, Lock

MODES = (
    "none", "refuse", "stall", "drop", "reject", "late", "reset", "partial", "duplicate", "reorder", "skew", "trickle",
)  # fmt: skip
PER_EVENT = frozenset({"reject", "partial"})
MAX_SECONDS = 3600.0


class FaultError(ValueError):
    """The order for a fault cannot be understood."""


@dataclass
class Faults:
    """The fault in force. One request at a time asks whether it is hit."""

    mode: str = "none"
    share: float = 1.0
    times: int | None = None
    seconds: float = 1.0
    hits: int = 0
    _dice: random.Random = field(default_factory=random.Random, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _over: Event = field(default_factory=Event, repr=False)

    def order(self, wanted: dict[str, object]) -> None:
        """Take over {"mode", "share", "times", "seconds", "seed"}; FaultError for anything else."""
        unknown = wanted.keys() - {"mode", "share", "times", "seconds", "seed"}
        mode, times = wanted.get("mode", "none"), wanted.get("times")
        share, seconds = _number(wanted, "share", 1.0), _number(wanted, "seconds", 1.0)
        if unknown or mode not in MODES:
            raise FaultError(f"mode is one of {', '.join(MODES)}; unknown: {sorted(unknown)}")
        if not 0 <= share <= 1 or not 0 <= seconds <= MAX_SECONDS:
            raise FaultError(f"share lies in 0..1, seconds in 0..{MAX_SECONDS:g}")
        if times is not None and (not isinstance(times, int) or times < 0):
            raise FaultError("times is a whole number or null")
        with self._lock:
            self.mode, self.share, self.times, self.seconds = str(mode), share, times, seconds
            self.hits = 0
            self._dice.seed(str(wanted["seed"]) if "seed" in wanted else None)
            self._over.set()
            self._over = Event()

    def strike(self) -> str:
        """The fault that hits this request, "none" if it is spared."""
        with self._lock:
            if self.mode == "none" or (self.times is not None and self.hits >= self.times):
                return "none"
            if self.mode not in PER_EVENT and self._dice.random() >= self.share:
                return "none"
            self.hits += 1
            return self.mode

    def stall(self) -> None:
        self._over.wait(self.seconds)

    def picks(self) -> bool:
        """Whether a per-event fault takes this event."""
        with self._lock:
            return self._dice.random() < self.share

    def shuffled(self, results: list[dict[str, object]]) -> list[dict[str, object]]:
        with self._lock:
            return self._dice.sample(results, len(results))

    def shown(self) -> dict[str, object]:
        return {
            "mode": self.mode,
            "share": self.share,
            "times": self.times,
            "seconds": self.seconds,
            "hits": self.hits,
        }


def _number(wanted: dict[str, object], name: str, default: float) -> float:
    value = wanted.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FaultError(f"{name} is a number")
    return float(value)
