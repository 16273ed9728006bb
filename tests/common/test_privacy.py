"""Encryption at rest: vectors of the standards, rotation, and every way a value or a file can be tampered with."""

import io
import random
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from common import privacy
from common.identifiers import make_uscc
from common.privacy import (
    DecryptionError,
    SealedReader,
    decrypt,
    decrypt_bytes,
    encrypt,
    encrypt_stream,
    lookup_digest,
    same,
    sm3,
)

CONTEXT = "records.person.id_number"
NUMBER = "23040219900307451X"


def test_sm3_gives_the_vector_of_the_standard() -> None:
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abc").hex() == expected


def test_sm3_without_hashlib_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with_hashlib = lookup_digest(NUMBER, purpose="test")
    monkeypatch.setattr(privacy.hashlib, "algorithms_available", frozenset())
    privacy._lookup_states.cache_clear()
    assert sm3(b"abc").hex().startswith("66c7f0f462eeedd9")
    assert lookup_digest(NUMBER, purpose="test") == with_hashlib
    privacy._lookup_states.cache_clear()


@given(st.text(max_size=200))
def test_what_goes_in_comes_out(text: str) -> None:
    assert decrypt(encrypt(text, context=CONTEXT), context=CONTEXT) == text


@given(st.binary(max_size=200))
def test_bytes_too(data: bytes) -> None:
    assert decrypt_bytes(memoryview(encrypt(data, context=CONTEXT)), context=CONTEXT) == data


def test_the_format_is_sm4_gcm_under_a_key_derived_by_hkdf_sm3(settings: Settings) -> None:
    """Anybody with the secret can open a value by the documented format alone."""
    blob = encrypt(NUMBER, context=CONTEXT)
    key_id = settings.DATA_KEY_CURRENT.encode()
    assert blob[0] == len(key_id) and blob[1 : 1 + len(key_id)] == key_id
    head, rest = blob[: 1 + len(key_id)], blob[1 + len(key_id) :]
    secret = settings.DATA_KEYS[settings.DATA_KEY_CURRENT].encode()
    key = HKDF(algorithm=SM3(), length=16, salt=None, info=b"hegang-credit field").derive(secret)
    opener = Cipher(SM4(key), modes.GCM(rest[:12], rest[-16:])).decryptor()
    opener.authenticate_additional_data(head + CONTEXT.encode())
    assert opener.update(rest[12:-16]) + opener.finalize() == NUMBER.encode()


def test_equal_values_look_different_and_hide_the_text() -> None:
    one, two = encrypt(NUMBER, context=CONTEXT), encrypt(NUMBER, context=CONTEXT)
    assert one != two and NUMBER.encode() not in one


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_every_changed_byte_is_noticed(position: int, change: int) -> None:
    blob = bytearray(encrypt(NUMBER, context=CONTEXT))
    blob[position % len(blob)] ^= change
    with pytest.raises(DecryptionError) as caught:
        decrypt(bytes(blob), context=CONTEXT)
    assert NUMBER not in str(caught.value)


@pytest.mark.parametrize(
    "blob", [b"", b"\x00", b"\x02d1", b"\x00" * 40, b"\xff" * 40, b"\x02\xff\xff" + b"0" * 40]
)
def test_rubbish_is_refused(blob: bytes) -> None:
    with pytest.raises(DecryptionError):
        decrypt(blob, context=CONTEXT)


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(DecryptionError):
        decrypt(encrypt(NUMBER, context=CONTEXT), context="records.person.phone")


def test_keys_rotate_without_touching_old_values(settings: Settings) -> None:
    settings.DATA_KEYS = {"k2024": "first secret of this test, long enough"}
    settings.DATA_KEY_CURRENT = "k2024"
    old = encrypt(NUMBER, context=CONTEXT)
    settings.DATA_KEYS = {**settings.DATA_KEYS, "k2026": "second secret of this test, long enough"}
    settings.DATA_KEY_CURRENT = "k2026"
    new = encrypt(NUMBER, context=CONTEXT)
    assert decrypt(old, context=CONTEXT) == decrypt(new, context=CONTEXT) == NUMBER
    assert old[:6] == b"\x05k2024" and new[:6] == b"\x05k2026"
    settings.DATA_KEYS = {"k2026": settings.DATA_KEYS["k2026"]}
    with pytest.raises(DecryptionError, match="not configured"):
        decrypt(old, context=CONTEXT)
    settings.DATA_KEY_CURRENT = "k" * 33
    with pytest.raises(ImproperlyConfigured):
        encrypt(NUMBER, context=CONTEXT)


@given(st.text(max_size=80), st.sampled_from(["person.id_number", "person.phone"]))
def test_the_lookup_digest_is_hmac_sm3_under_a_key_per_purpose(text: str, purpose: str) -> None:
    from django.conf import settings

    info = b"hegang-credit lookup " + purpose.encode()
    key = HKDF(algorithm=SM3(), length=32, salt=None, info=info).derive(settings.LOOKUP_KEY.encode())
    reference = HMAC(key, SM3())
    reference.update(text.encode())
    assert lookup_digest(text, purpose=purpose) == reference.finalize()


def test_lookup_digests_differ_by_value_purpose_and_key(settings: Settings) -> None:
    code = make_uscc("91", "230402", "12345678")
    first = lookup_digest(code, purpose="a")
    assert same(first, lookup_digest(code, purpose="a")) and len(first) == 32
    assert not same(first, lookup_digest(code, purpose="b"))
    assert not same(first, lookup_digest(code + "1", purpose="a"))
    settings.LOOKUP_KEY = "another lookup key"
    assert not same(first, lookup_digest(code, purpose="a"))


# --- files ---------------------------------------------------------------------------------------------


@pytest.fixture
def small_frames(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(privacy, "FRAME", 64)
    return 64


def _sealed(plain: bytes, chunk: int = 50) -> bytes:
    sink = io.BytesIO()
    chunks: Iterator[bytes] = (plain[start : start + chunk] for start in range(0, len(plain), chunk))
    assert encrypt_stream(chunks, sink, context="batch:7") == len(plain)
    return sink.getvalue()


def _opened(sealed: bytes, context: str = "batch:7") -> bytes:
    return SealedReader(io.BytesIO(sealed), context=context).read()


HEAD = 4 + 1 + 2 + 16  # magic, key id "d1", salt
STEP = 4 + 64 + 16
NOISE = random.Random(7).randbytes(200)  # what does not become smaller by compressing


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 129, 1000])
def test_a_file_of_any_length_comes_back(small_frames: int, size: int) -> None:
    plain = bytes(range(256)) * 4
    assert _opened(_sealed(plain[:size])) == plain[:size]


def test_a_large_file_comes_back_in_frames() -> None:
    plain = b"\x00\x01\x02" * 1_000_000
    sealed = _sealed(plain, 65536)
    reader = SealedReader(io.BytesIO(sealed), context="batch:7")
    frames = list(iter(lambda: reader.read(privacy.FRAME), b""))
    assert b"".join(frames) == plain and len(frames) == 3


def test_what_repeats_itself_is_kept_smaller_and_says_so_under_the_seal() -> None:
    plain = "鹤岗市市场监督管理局，行政处罚决定书\n".encode() * 40_000
    sealed = _sealed(plain, 65536)
    assert _opened(sealed) == plain and len(sealed) < len(plain) // 20
    denied = bytearray(sealed)
    denied[HEAD] ^= 0x80  # the highest bit of the first length
    with pytest.raises(DecryptionError):
        _opened(bytes(denied))


@pytest.mark.parametrize(
    "keep", [0, 3, HEAD - 1, HEAD, HEAD + 2, HEAD + 10, HEAD + STEP, HEAD + STEP * 2, HEAD + STEP * 2 + 4]
)
def test_a_cut_off_file_is_noticed_even_between_frames(small_frames: int, keep: int) -> None:
    sealed = _sealed(NOISE)
    with pytest.raises(DecryptionError):
        _opened(sealed[:keep])


def test_swapped_repeated_appended_or_foreign_frames_are_noticed(small_frames: int) -> None:
    sealed, other = _sealed(NOISE), _sealed(NOISE)
    head, first, second, rest = (
        sealed[:HEAD],
        sealed[HEAD : HEAD + STEP],
        sealed[HEAD + STEP : HEAD + 2 * STEP],
        sealed[HEAD + 2 * STEP :],
    )
    assert _opened(head + first + second + rest) == NOISE
    for forged in (
        head + second + first + rest,
        head + first + first + second + rest,
        head + second + rest,
        sealed + first,
        sealed + b"\0",
        head + other[HEAD : HEAD + STEP] + second + rest,
        b"NOPE" + sealed[4:],
    ):
        with pytest.raises(DecryptionError):
            _opened(forged)
    with pytest.raises(DecryptionError):
        _opened(sealed, context="batch:8")


def test_a_frame_longer_than_allowed_is_refused_before_it_is_read(small_frames: int) -> None:
    sealed = _sealed(NOISE[:10])
    with pytest.raises(DecryptionError, match="damaged"):
        _opened(sealed[:HEAD] + b"\xff\xff\xff\xff" + sealed[HEAD + 4 :])


def test_a_source_that_gives_little_at_a_time_is_read_to_the_end(small_frames: int) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size, 7) if size else size)

    assert SealedReader(Trickle(_sealed(bytes(100))), context="batch:7").read() == bytes(100)


@given(
    st.integers(0, 700), st.lists(st.tuples(st.integers(0, 2), st.integers(-800, 800), st.integers(-1, 300)))
)
def test_any_place_is_read_as_of_the_plain_file(size: int, steps: list[tuple[int, int, int]]) -> None:
    plain = random.Random(size).randbytes(size // 2) + bytes(size - size // 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(privacy, "FRAME", 64)
        like, reader = io.BytesIO(plain), SealedReader(io.BytesIO(_sealed(plain)), context="batch:7")
        for whence, offset, length in steps:
            place = (0, like.tell(), size)[whence] + offset
            if place >= 0:
                assert reader.seek(offset, whence) == like.seek(place) == reader.tell()
            assert reader.read(length) == like.read(length)


def test_a_frame_is_opened_once_while_it_is_read(small_frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, opened = SealedReader(io.BytesIO(_sealed(NOISE)), context="batch:7"), []
    monkeypatch.setattr(
        reader, "_open", lambda number, open=reader._open: (opened.append(number), open(number))[1]
    )
    for _ in range(64):
        reader.seek(0, io.SEEK_CUR)
        reader.read(1)
    assert opened == [0]


def test_damage_is_noticed_where_it_is_read_and_a_cut_before_that(small_frames: int) -> None:
    """The seal of a frame speaks for the frame; what stands at the end speaks for the length of the file."""
    sealed = bytearray(_sealed(NOISE))
    sealed[HEAD + STEP + 10] ^= 1
    reader = SealedReader(io.BytesIO(bytes(sealed)), context="batch:7")
    assert reader.read(64) == NOISE[:64]
    with pytest.raises(DecryptionError):
        reader.read(1)
    reader.seek(128)
    assert reader.read() == NOISE[128:]
    with pytest.raises(DecryptionError):
        SealedReader(io.BytesIO(bytes(sealed[: HEAD + STEP])), context="batch:7")


def test_frames_of_another_size_are_refused(small_frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = _sealed(NOISE)
    monkeypatch.setattr(privacy, "FRAME", 65)
    with pytest.raises(DecryptionError, match="another size"):
        _opened(sealed)
