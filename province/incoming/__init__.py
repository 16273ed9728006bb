"""What the province and the national site send down: messages, each judged by the same gates as anybody's hand-in, once in effect.

Data flow: POST → one transaction a message → the handler of its kind (one module of this folder) → a row with what came of it. The
same message again gets the answer it got before; the same id with other contents is refused. What a person has to decide (a new
edition) waits with its contents encrypted.

Rejected: *a queue of raw messages worked off later* (the sender would learn of a refusal from nobody); *handlers that bypass the
gates because the sender is above us* (a record decided elsewhere still needs its item, its document and its route).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from agencies.models import ApiClient, Officer


@dataclass(frozen=True, slots=True)
class Taken:
    """What a handler made of a message: the name of what came of it; `held` when a person has to decide first."""

    reference: str = ""
    held: bool = False


class Handler(Protocol):
    """What a module of this folder offers. Refused and Problem of the services pass through."""

    KIND: str
    TITLE: str

    def take(self, client: ApiClient, payload: Mapping[str, Any]) -> Taken: ...


class Draft(Protocol):
    pk: Any


class HeldHandler(Handler, Protocol):
    """What a module offers besides when its messages wait for a person: who may open them, as what, and where that is seen."""

    OPENED_BY: str
    PAGE: str

    def open_as_draft(self, *, officer: Officer, payload: Mapping[str, Any]) -> Draft: ...


@cache
def handlers() -> dict[str, Handler]:
    names = sorted(found.name for found in iter_modules(__path__) if found.name != "parts")
    modules = [cast(Handler, import_module(f"{__name__}.{name}")) for name in names]
    return {module.KIND: module for module in modules}


def held_handler(kind: str) -> HeldHandler:
    return cast(HeldHandler, handlers()[kind])
