"""The province's side of the push signature, written from the interface description and not from the sender's code.

`X-Credit-Signature: hmac-sm3=<hex>` is HMAC-SM3 over timestamp, newline, nonce, newline and the body as sent.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message

SCHEME = "hmac-sm3="
CLOCK_SECONDS = 300


class SignatureRefused(Exception):
    """Why a request was not taken; the text goes back to the sender."""


def sm3(data: bytes) -> bytes:
    """SM3 digest, 32 bytes; from the standard library where its OpenSSL has it."""
    if "sm3" in hashlib.algorithms_available:
        return hashlib.new("sm3", data).digest()
    from cryptography.hazmat.primitives import hashes

    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """HMAC (RFC 2104) with SM3, whose block is 64 bytes."""
    block = (sm3(key) if len(key) > 64 else key).ljust(64, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in block) + message)
    return sm3(bytes(byte ^ 0x5C for byte in block) + inner)


def sign(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The value of the signature header."""
    message = f"{timestamp}\n{nonce}\n".encode() + body
    return SCHEME + hmac_sm3(secret.encode(), message).hex()


@dataclass
class Verifier:
    """Checks signature, clock and nonce. A nonce is remembered for as long as its timestamp would be taken."""

    secret: str
    now: Callable[[], float] = time.time
    seen: dict[str, float] = field(default_factory=dict)

    def check(self, headers: Message, body: bytes, *, ahead: float = 0.0) -> None:
        """Raise SignatureRefused unless the request is genuine, recent and new. `ahead`: how far our clock is wrong."""
        timestamp, nonce = headers.get("X-Credit-Timestamp", ""), headers.get("X-Credit-Nonce", "")
        expected = sign(self.secret, timestamp, nonce, body)
        if not hmac.compare_digest(expected, headers.get("X-Credit-Signature", "")):
            raise SignatureRefused("signature_invalid")
        try:
            sent = int(timestamp)
        except ValueError:
            raise SignatureRefused("timestamp_invalid") from None
        if abs(self.now() + ahead - sent) > CLOCK_SECONDS:
            raise SignatureRefused("clock_skew")
        self._remember(nonce)

    def _remember(self, nonce: str) -> None:
        if not 16 <= len(nonce) <= 128:
            raise SignatureRefused("nonce_invalid")
        now = self.now()
        self.seen = {old: until for old, until in self.seen.items() if until > now}
        if nonce in self.seen:
            raise SignatureRefused("nonce_repeated")
        self.seen[nonce] = now + 2 * CLOCK_SECONDS
