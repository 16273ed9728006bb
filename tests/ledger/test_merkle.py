"""Hash trees: RFC 6962 shape, proofs that hold and proofs that must not."""

import hashlib
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle
from ledger.hashing import Hash, choose, sm3, sm3_from_cryptography, sm3_from_hashlib

HASHES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def defined(leaves: Sequence[bytes]) -> bytes:
    """The recursive definition of RFC 6962: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node(defined(leaves[:split]), defined(leaves[split:]))


@given(HASHES)
def test_root_is_that_of_the_recursive_definition(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == defined(leaves)


@given(HASHES, st.data())
def test_every_leaf_proves_its_place(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.inclusion_proof(leaves, index)
    assert merkle.check_proof(leaves[index], index, len(leaves), path, merkle.root(leaves))


@given(HASHES, st.data())
def test_nothing_altered_passes(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    size, root, path = len(leaves), merkle.root(leaves), merkle.inclusion_proof(leaves, index)
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda value: value != leaves[index]))
    assert not merkle.check_proof(other, index, size, path, root)
    assert not merkle.check_proof(leaves[index], index, size, [*path, other], root)
    assert not merkle.check_proof(
        leaves[index], index, size, path, other if other != root else leaves[index] + b"x"
    )
    if path:
        assert not merkle.check_proof(leaves[index], index, size, path[:-1], root)
        changed = bytes([path[0][0] ^ 1]) + path[0][1:]
        assert not merkle.check_proof(leaves[index], index, size, [changed, *path[1:]], root)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=70, unique=True), st.data())
def test_a_proof_serves_one_place_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    wrong = data.draw(st.integers(-1, len(leaves)).filter(lambda value: value != index))
    path = merkle.inclusion_proof(leaves, index)
    assert not merkle.check_proof(leaves[index], wrong, len(leaves), path, merkle.root(leaves))


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof([bytes(32)] * 3, index)


def test_an_empty_tree_has_no_root() -> None:
    with pytest.raises(ValueError, match="at least one leaf"):
        merkle.root([])


def test_a_leaf_never_passes_for_a_node() -> None:
    left, right = merkle.leaf(b"a"), merkle.leaf(b"b")
    assert merkle.leaf(left + right) != merkle.node(left, right)


LIBRARIES = [sm3_from_cryptography, *([sm3_from_hashlib] if "sm3" in hashlib.algorithms_available else [])]


@pytest.mark.parametrize("make", LIBRARIES)
def test_sm3_gives_the_values_of_the_standard(make: Callable[[], Hash]) -> None:
    digest = make()
    assert digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digest(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert digest(b"abc") == sm3(b"abc"), "a digest may leave nothing behind for the next one"


def test_the_first_library_that_has_sm3_is_taken() -> None:
    def without() -> Hash:
        raise ValueError("unsupported hash type sm3")

    assert choose(without, sm3_from_cryptography)(b"abc") == sm3(b"abc")
    with pytest.raises(ValueError, match="SM3"):
        choose(without)
