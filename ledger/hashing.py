"""SM3 (GB/T 32905-2016) from whichever library has it.

hashlib is taken where its OpenSSL was built with SM3 (copying a ready object saves a third of the time), `cryptography`
everywhere else. Both give the same 32 bytes.
"""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes

Hash = Callable[[bytes], bytes]


def sm3_from_hashlib() -> Hash:
    """SM3 by hashlib; ValueError where its OpenSSL lacks it."""
    start = hashlib.new("sm3")

    def digest(data: bytes) -> bytes:
        state = start.copy()
        state.update(data)
        return state.digest()

    return digest


def sm3_from_cryptography() -> Hash:
    """SM3 by the cryptography package, which carries an OpenSSL of its own."""
    start = hashes.Hash(hashes.SM3())

    def digest(data: bytes) -> bytes:
        state = start.copy()
        state.update(data)
        return state.finalize()

    return digest


def choose(*makers: Callable[[], Hash]) -> Hash:
    """The first of `makers` that works here; ValueError when none does."""
    for make in makers:
        try:
            return make()
        except ValueError:
            continue
    raise ValueError("no library on this machine offers SM3")


sm3: Hash = choose(sm3_from_hashlib, sm3_from_cryptography)
