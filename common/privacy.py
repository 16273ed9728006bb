"""Personal data at rest: SM4-GCM for content, HMAC-SM3 for lookups, a framed container for uploaded files.

Field format: one byte key-id length, key id, 12-byte random nonce, ciphertext, 16-byte tag. The tag also
covers key id and `context` (say, "records.person.id_number"), so that a value moved to another column does
not decrypt. The key id inside the value lets keys rotate without touching old rows: new values use
DATA_KEY_CURRENT, old ones keep decrypting while their key is configured, and `manage.py rotate_data_keys` seals them anew.

File format: magic, key id, 16-byte salt, then frames of at most 1 MiB (4-byte length, ciphertext, tag). Each
file has a key of its own (HKDF over the salt), each frame its number as nonce and its finality in the tag:
frames that were cut off, swapped or repeated are detected. A frame that becomes smaller by it is compressed before it
is sealed (the cipher costs more than zlib does); the highest bit of its length and its tag say so. A file is read at any
place: that it is whole and ends where it ended is seen when it is opened, what a frame holds when it is read.

Rejected: database encryption (no pgcrypto everywhere, keys in statements), deterministic encryption (equal
values visible in every column; the purpose-bound digest shows equality only where a lookup needs it).
"""

import hashlib
import hmac
import io
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import BinaryIO, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from isal import isal_zlib

_NONCE, _TAG, _SALT = 12, 16, 16
_MAGIC = b"CRF1"
FRAME = 1024 * 1024
_LENGTH = 4
_OPENED = 2
_PACKED = 1 << 31  # in the length of a frame: what is sealed is compressed


class DecryptionError(Exception):
    """The value is damaged, was moved from another context, or its key is not configured."""


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def copy(self) -> Self: ...
    def digest(self) -> bytes: ...


class _Sm3:
    """SM3 through `cryptography`, for Python builds whose hashlib lacks it."""

    def __init__(self, state: hashes.Hash | None = None) -> None:
        self._state = state or hashes.Hash(hashes.SM3())

    def update(self, data: bytes, /) -> None:
        self._state.update(data)

    def copy(self) -> Self:
        return type(self)(self._state.copy())

    def digest(self) -> bytes:
        return self._state.copy().finalize()


def sm3_state(data: bytes = b"") -> _Digest:
    """Start an SM3 digest (32 bytes) over `data`; hashlib's is 1.7 times faster where it exists."""
    state: _Digest = hashlib.new("sm3") if "sm3" in hashlib.algorithms_available else _Sm3()
    state.update(data)
    return state


def sm3(data: bytes) -> bytes:
    """SM3 digest of `data`, 32 bytes."""
    return sm3_state(data).digest()


# --- keys ----------------------------------------------------------------------------------------------


def _derive(secret: str, salt: bytes | None, info: bytes) -> SM4:
    return SM4(HKDF(algorithm=hashes.SM3(), length=16, salt=salt, info=info).derive(secret.encode()))


@lru_cache(maxsize=32)
def _field_key(secret: str) -> SM4:
    return _derive(secret, None, b"hegang-credit field")


@lru_cache(maxsize=8)
def key_header(key_id: str) -> bytes:
    """How a sealed value begins that was made with this key."""
    raw = key_id.encode()
    if not 1 <= len(raw) <= 32:
        raise ImproperlyConfigured("a data key id has 1 to 32 bytes")
    return bytes((len(raw),)) + raw


def _secret(key_id: str) -> str:
    try:
        secret: str = settings.DATA_KEYS[key_id]
    except KeyError:
        raise DecryptionError("data key is not configured") from None
    return secret


# --- fields --------------------------------------------------------------------------------------------


def encrypt(plain: str | bytes, *, context: str) -> bytes:
    """Encrypt one value under the current data key; `context` names the column, decrypting needs it."""
    key_id: str = settings.DATA_KEY_CURRENT
    head = key_header(key_id) + os.urandom(_NONCE)
    sealer = Cipher(_field_key(_secret(key_id)), modes.GCM(head[-_NONCE:])).encryptor()
    sealer.authenticate_additional_data(head[:-_NONCE] + context.encode())
    body = sealer.update(plain.encode() if isinstance(plain, str) else plain)
    return head + body + sealer.finalize() + sealer.tag


def decrypt_bytes(blob: bytes | memoryview, *, context: str) -> bytes:
    """Return what `encrypt` was given, as bytes; raises DecryptionError and never says more."""
    blob = bytes(blob)
    start = 1 + blob[0] if blob else 0
    if len(blob) < start + _NONCE + _TAG or start < 2:
        raise DecryptionError("encrypted value is damaged")
    key = _field_key(_secret(blob[1:start].decode("utf-8", "replace")))
    body = start + _NONCE
    opener = Cipher(key, modes.GCM(blob[start:body], blob[-_TAG:])).decryptor()
    opener.authenticate_additional_data(blob[:start] + context.encode())
    try:
        return opener.update(blob[body:-_TAG]) + opener.finalize()
    except InvalidTag:
        raise DecryptionError("encrypted value is damaged or belongs elsewhere") from None


def decrypt(blob: bytes | memoryview, *, context: str) -> str:
    """Return what `encrypt` was given, as text; raises DecryptionError."""
    return decrypt_bytes(blob, context=context).decode()


# --- lookups -------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _lookup_states(secret: str, purpose: str) -> tuple[_Digest, _Digest]:
    key = HKDF(
        algorithm=hashes.SM3(), length=32, salt=None, info=b"hegang-credit lookup " + purpose.encode()
    ).derive(secret.encode())
    block = key.ljust(64, b"\0")
    return sm3_state(bytes(byte ^ 0x36 for byte in block)), sm3_state(bytes(byte ^ 0x5C for byte in block))


def lookup_digest(text: str, *, purpose: str) -> bytes:
    """HMAC-SM3 of a normalised value, 32 bytes; equal only for equal text and purpose.

    Both padded key blocks are hashed once and copied, which is what makes it cheap. Normalise before calling.
    """
    inner, outer = _lookup_states(settings.LOOKUP_KEY, purpose)
    inner, outer = inner.copy(), outer.copy()
    inner.update(text.encode())
    outer.update(inner.digest())
    return outer.digest()


def same(left: bytes, right: bytes) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(left, right)


# --- files ---------------------------------------------------------------------------------------------


def _frame_cipher(key: SM4, number: int, tag: bytes | None = None) -> Cipher[modes.GCM]:
    return Cipher(key, modes.GCM(number.to_bytes(_NONCE, "big"), tag))


def _bound(head: bytes, context: str, *, last: bool, packed: bool) -> bytes:
    """What the tag of a frame covers beside its contents."""
    return head + bytes((last | packed << 1,)) + context.encode()


def _frames(source: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut any chunking into frames of FRAME bytes, the last one marked (and empty for an empty file)."""
    buffer = bytearray()
    for chunk in source:
        buffer += chunk
        while len(buffer) > FRAME:
            yield bytes(buffer[:FRAME]), False
            del buffer[:FRAME]
    yield bytes(buffer), True


def encrypt_stream(source: Iterable[bytes], sink: BinaryIO, *, context: str) -> int:
    """Encrypt chunks into `sink` under a key of this file alone; returns the number of plain bytes."""
    key_id: str = settings.DATA_KEY_CURRENT
    salt, total = os.urandom(_SALT), 0
    head = _MAGIC + key_header(key_id) + salt
    key = _derive(_secret(key_id), salt, b"hegang-credit file")
    sink.write(head)

    def seal(number: int, frame: bytes, last: bool) -> bytes:
        packed = isal_zlib.compress(frame, 1)
        smaller = len(packed) < len(frame)
        sealer = _frame_cipher(key, number).encryptor()
        sealer.authenticate_additional_data(_bound(head, context, last=last, packed=smaller))
        body = sealer.update(packed if smaller else frame) + sealer.finalize()
        return (len(body) | _PACKED * smaller).to_bytes(_LENGTH, "big") + body + sealer.tag

    # The cipher lets other threads run, so two frames are sealed at a time while the next one is read.
    with ThreadPoolExecutor(2, thread_name_prefix="seal") as pool:
        coming: deque[Future[bytes]] = deque()
        for number, (frame, last) in enumerate(_frames(source)):
            coming.append(pool.submit(seal, number, frame, last))
            total += len(frame)
            if len(coming) > 2:
                sink.write(coming.popleft().result())
        for sealed in coming:
            sink.write(sealed.result())
    return total


def _read_exactly(source: BinaryIO, size: int) -> bytes:
    data = source.read(size)
    while len(data) < size and (more := source.read(size - len(data))):
        data += more
    if len(data) != size:
        raise DecryptionError("encrypted file is cut off")
    return data


def _read_head(source: BinaryIO) -> tuple[bytes, SM4]:
    start = _read_exactly(source, len(_MAGIC) + 1)
    if start[:-1] != _MAGIC:
        raise DecryptionError("not an encrypted file")
    rest = _read_exactly(source, start[-1] + _SALT)
    secret = _secret(rest[:-_SALT].decode("utf-8", "replace"))
    return start + rest, _derive(secret, rest[-_SALT:], b"hegang-credit file")


def file_key(source: BinaryIO) -> str:
    """The id of the key an encrypted file was made with; "" for what is none."""
    start = source.read(len(_MAGIC) + 1)
    whole = len(start) == len(_MAGIC) + 1 and start[:-1] == _MAGIC
    return source.read(start[-1]).decode("utf-8", "replace") if whole else ""


class SealedReader:
    """An encrypted file, read from anywhere. The frames that were read last are kept for a moment.

    Raises DecryptionError: at once for a file that was cut off or has something appended, and when a frame is read that is
    damaged or at another's place.
    """

    def __init__(self, source: BinaryIO, *, context: str) -> None:
        self._source, self._context = source, context
        self._head, self._key = _read_head(source)
        self._starts = list(_starts(source))
        self._opened: dict[int, bytes] = {}
        self._place = 0
        self._size = FRAME * (len(self._starts) - 1) + len(self._frame(len(self._starts) - 1))

    def _frame(self, number: int) -> bytes:
        frame = self._opened.get(number)
        if frame is None:
            frame = self._open(number)
            if len(self._opened) >= _OPENED:
                del self._opened[next(iter(self._opened))]
            self._opened[number] = frame
        return frame

    def _open(self, number: int) -> bytes:
        self._source.seek(self._starts[number])
        packed, length = _stated(_read_exactly(self._source, _LENGTH))
        body, tag = _read_exactly(self._source, length), _read_exactly(self._source, _TAG)
        last = number == len(self._starts) - 1
        opener = _frame_cipher(self._key, number, tag).decryptor()
        opener.authenticate_additional_data(_bound(self._head, self._context, last=last, packed=packed))
        try:
            frame = opener.update(body) + opener.finalize()
        except InvalidTag:
            raise DecryptionError("encrypted file is damaged, incomplete or belongs elsewhere") from None
        frame = isal_zlib.decompress(frame) if packed else frame
        if len(frame) != FRAME and not last:
            raise DecryptionError("encrypted file has frames of another size")
        return frame

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = max(0, offset + (0, self._place, self._size)[whence])
        return self._place

    def read(self, size: int = -1) -> bytes:
        """`size` bytes, fewer at the end only; all that follow for -1."""
        parts, left = [], max(0, self._size - self._place)
        left = left if size < 0 else min(size, left)
        while left:
            number, start = divmod(self._place, FRAME)
            part = self._frame(number)[start : start + left]
            parts.append(part)
            self._place += len(part)
            left -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        self._source.close()


def _stated(length: bytes) -> tuple[bool, int]:
    """What stands before a frame: whether it is compressed, and its size."""
    stated = int.from_bytes(length, "big")
    return bool(stated & _PACKED), stated & ~_PACKED


def _starts(source: BinaryIO) -> Iterator[int]:
    """Where the frames of a file begin, which is behind its head; each says how far it is to the next."""
    place, end = source.tell(), source.seek(0, io.SEEK_END)
    while True:
        source.seek(place)
        _, length = _stated(_read_exactly(source, _LENGTH))
        yield place
        place += _LENGTH + length + _TAG
        if length > FRAME or place > end:
            raise DecryptionError("encrypted file is cut off or damaged")
        if place == end:
            return
