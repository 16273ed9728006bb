"""The signature under every push: HMAC-SM3 over timestamp, nonce and body.

`X-Credit-Timestamp` (Unix seconds) keeps old requests out, `X-Credit-Nonce` makes each one unique, and
`X-Credit-Signature: hmac-sm3=<hex>` covers timestamp, newline, nonce, newline and the body exactly as sent. A retry is
signed anew; what identifies the batch across retries is `Idempotency-Key`.
"""

import secrets

from cryptography.hazmat.primitives import hashes, hmac

SCHEME = "hmac-sm3="


def signature(secret: str, timestamp: int, nonce: str, body: bytes) -> str:
    """The value of `X-Credit-Signature`. ValueError for an empty secret: an unsigned push does not exist."""
    if not secret:
        raise ValueError("the push needs a secret")
    mac = hmac.HMAC(secret.encode(), hashes.SM3())
    mac.update(f"{timestamp}\n{nonce}\n".encode())
    mac.update(body)
    return SCHEME + mac.finalize().hex()


def headers(secret: str, body: bytes, *, now: float) -> dict[str, str]:
    """The three headers for one attempt; `now` is Unix time in seconds."""
    timestamp, nonce = int(now), secrets.token_urlsafe(24)
    return {
        "X-Credit-Timestamp": str(timestamp),
        "X-Credit-Nonce": nonce,
        "X-Credit-Signature": signature(secret, timestamp, nonce, body),
    }
