"""What exactly is hashed: the bytes of a leaf and of a block head. Pure.

Numbers are big-endian of fixed width and every field but the last has a fixed size, so that no two contents share bytes.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from ledger import merkle
from ledger.hashing import sm3

# SHA-512 cut to 256 bits for rows, SHA-256 for contexts, SM3 for leaves, nodes and blocks; 1 was SHA-256 for rows as well.
ALGORITHM: Final = 2
GENESIS: Final = bytes(merkle.SIZE)
NO_CONTEXT: Final = bytes(32)  # stands for a context row that has vanished; no digest has this value
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVENT = struct.Struct(">qqqhc")
_BLOCK = struct.Struct(">cHqqqq")


class SealedEvent(NamedTuple):
    """One event as it enters the tree."""

    position: int
    pending_id: int
    object_id: int
    tbl: int
    op: str
    digest: bytes
    context_digest: bytes

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> "SealedEvent":
        """From a database row in the order of the fields."""
        position, pending_id, object_id, tbl, op, digest, context_digest = row
        return cls(position, pending_id, object_id, tbl, op, bytes(digest), bytes(context_digest))

    def leaf(self) -> bytes:
        op = self.op.encode()[:1]  # whatever a forger left there must still hash, not raise
        head = _EVENT.pack(self.position, self.pending_id, self.object_id, self.tbl, op or b"\x00")
        return merkle.leaf(head + self.digest + self.context_digest)


class BlockBody(NamedTuple):
    """What a block says, all of it under its hash."""

    no: int
    first_position: int
    last_position: int
    sealed_at: datetime
    alg: int
    prev_hash: bytes
    root: bytes

    def hash(self) -> bytes:
        micros = (self.sealed_at - _EPOCH) // timedelta(microseconds=1)
        head = _BLOCK.pack(b"\x02", self.alg, self.no, self.first_position, self.last_position, micros)
        return sm3(head + self.prev_hash + self.root)
