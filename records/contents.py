"""Sealed contents: what of a record or subject is kept as SM4-GCM, and how it is opened again.

The plaintext is one JSON object of values by name. The context (authenticated, not encrypted) ties a ciphertext to its
row: a record's fingerprint or a subject's key, so that a ciphertext copied to another row does not open.
"""

import orjson

from common.privacy import decrypt, encrypt
from records.models import CreditRecord, Subject


def record_context(fingerprint: bytes) -> str:
    return f"record:{fingerprint.hex()}"


def subject_context(key: str) -> str:
    return f"subject:{key}"


def seal_record(values: dict[str, str], fingerprint: bytes) -> bytes:
    """Encrypt the secret values of a record (by field code)."""
    return encrypt(orjson.dumps(values).decode(), context=record_context(fingerprint))


def seal_subject(values: dict[str, str], key: str) -> bytes:
    """Encrypt a person's `name`, `document_kind` and `document`."""
    return encrypt(orjson.dumps(values).decode(), context=subject_context(key))


def opened(secret: bytes | memoryview | None, fingerprint: bytes) -> dict[str, str]:
    """The secret values of a record; raises DecryptionError."""
    if secret is None:
        return {}
    plain: dict[str, str] = orjson.loads(decrypt(bytes(secret), context=record_context(fingerprint)))
    return plain


def secret_of_record(record: CreditRecord) -> dict[str, str]:
    return opened(record.secret, bytes(record.fingerprint))


def secret_of_subject(subject: Subject) -> dict[str, str]:
    if not subject.secret:  # an organisation, or a person whose data was erased
        return {}
    plain: dict[str, str] = orjson.loads(decrypt(bytes(subject.secret), context=subject_context(subject.key)))
    return plain


def all_values(record: CreditRecord) -> dict[str, str]:
    """Every value by field code, opened. Only for channels entitled to it (province, the provider itself)."""
    return {**record.data, **secret_of_record(record)}
