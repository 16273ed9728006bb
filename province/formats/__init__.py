"""How a batch is handed over. One module of this folder is one format; adding a module is all it takes.

A module names itself (`NAME`, `TITLE`), says whether it is for subscribers (`SUBSCRIBERS`) and hands a batch over once (`deliver`). It returns what came of it as an `Attempt`; what follows
(waiting, parking, noting) is decided by the engine, the same for every format. A format that is answered later (a package in
an exchange folder) returns an Attempt without a status until the receipt is there, and is called again.

Rejected: *a class hierarchy with hooks* (two formats share nothing but the call); *a registry list* (a second place to edit).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from province.models import PushTarget
from province.sources import WireEvent
from province.transport import Attempt


@dataclass(frozen=True, slots=True)
class Parcel:
    """One batch as it leaves: `events` carry today's contents, `head` is the newest ledger block."""

    batch_id: str
    events: Sequence[WireEvent]
    head: object
    schema: str


class Format(Protocol):
    """What a module of this folder offers."""

    NAME: str
    TITLE: str
    SUBSCRIBERS: bool  # for business systems that subscribed to changes, and only for them

    def deliver(self, target: PushTarget, parcel: Parcel, *, address: str, secret: str) -> Attempt:
        """Hand over once. Never raises for what the other side does."""

    def usable(self, address: str, secret: str) -> bool:
        """Whether an address and a secret suffice for this format."""


@cache
def formats() -> dict[str, Format]:
    """Every format by name, in the order of their modules."""
    names = sorted(found.name for found in iter_modules(__path__))
    modules = [cast(Format, import_module(f"{__name__}.{name}")) for name in names]
    return {module.NAME: module for module in modules}
