"""Hash trees over the events of a block. Pure.

The shape is that of RFC 6962: leaves in order, an odd node at the end of a level is carried up unchanged. Leaves and inner
nodes are hashed under different first bytes, so that neither can pass for the other.
"""

from collections.abc import Sequence

from ledger.hashing import sm3

SIZE = 32
_LEAF = b"\x00"
_NODE = b"\x01"


def leaf(payload: bytes) -> bytes:
    """Hash of one entry."""
    return sm3(_LEAF + payload)


def node(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbours."""
    return sm3(_NODE + left + right)


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    above = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        above.append(level[-1])
    return above


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes; ValueError when there are none, for an empty block proves nothing."""
    if not leaves:
        raise ValueError("a tree needs at least one leaf")
    level: Sequence[bytes] = leaves
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The neighbours met on the way from leaf `index` (from 0) to the root, lowest first.

    IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError("no leaf at this index")
    path: list[bytes] = []
    level: Sequence[bytes] = leaves
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        level = _level_above(level)
        index //= 2
    return path


def check_proof(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether leaf `index` of `size` leaves leads to `expected_root` over `path`. Never raises on false input."""
    if not 0 <= index < size:
        return False
    rest = list(reversed(path))
    current, width = leaf_hash, size
    while width > 1:
        if index ^ 1 < width:
            if not rest:
                return False
            neighbour = rest.pop()
            current = node(neighbour, current) if index % 2 else node(current, neighbour)
        index //= 2
        width = (width + 1) // 2
    return not rest and current == expected_root
