"""What one object adds to the figures of reconciliation.

leaf = SM3(object id in decimal, newline, payload), the payload without `provider` (an agency may be renamed without any
record changing) as JSON with sorted keys, no spaces, UTF-8.
"""

from dataclasses import dataclass
from typing import Final

import orjson

from common.privacy import decrypt_bytes, sm3

MODULUS: Final = 1 << 256
BARE: Final = 32  # bytes of a digest that is not sealed


@dataclass(frozen=True, slots=True, order=True)
class Total:
    """Some objects: how many, and the sum of their leaves."""

    count: int
    sum: int

    @property
    def digest(self) -> str:
        return f"{self.sum:064x}"

    def __add__(self, other: "Total") -> "Total":
        return Total(self.count + other.count, (self.sum + other.sum) % MODULUS)


NOTHING: Final = Total(0, 0)


def leaf(object_id: int, payload: bytes | str) -> int:
    """The digest of one object as a number; `object_id` as it is called on the wire."""
    values = orjson.loads(payload)
    values.pop("provider", None)
    canonical = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(sm3(b"%d\n%b" % (object_id, canonical)), "big")


def leaf_context(object_id: int) -> str:
    """What a sealed digest is bound to."""
    return f"province.leaf:{object_id}"


def kept_leaf(object_id: int, stored: bytes | memoryview) -> int:
    """A digest as `ObjectDigest` keeps it, as a number."""
    raw = bytes(stored)
    return int.from_bytes(
        raw if len(raw) == BARE else decrypt_bytes(raw, context=leaf_context(object_id)), "big"
    )
