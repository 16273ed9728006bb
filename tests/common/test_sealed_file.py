"""Large uploads: whole and in order for the program, unreadable for whoever looks at the disk."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from common.sealed_file import SealedFile, sealed_file

CLEAR = (
    "经查，当事人林有田（身份证号230402199001011234）".encode() * 40_000
)  # 2.6 MB, over the limit of memory


@pytest.fixture(autouse=True)
def private(settings: Settings, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path


def on_disk() -> list[bytes]:
    """Contents of the unnamed files this process holds open."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if all(part in str(entry.readlink()) for part in ("(deleted)", "private")):
                found.append(entry.read_bytes())
        except OSError:
            continue
    return found


def test_an_upload_lies_sealed_on_the_disk_while_the_request_lasts() -> None:
    upload = SimpleUploadedFile("处罚.csv", CLEAR, "text/csv")
    request = RequestFactory().post("/", {"file": upload})
    received = request.FILES["file"]
    [stored] = on_disk()
    assert (
        len(stored) == len(CLEAR) and "林有田".encode() not in stored and b"230402199001011234" not in stored
    )
    assert (received.name, received.size, received.content_type) == ("处罚.csv", len(CLEAR), "text/csv")
    assert received.read() == CLEAR
    received.seek(100)
    assert received.read(7) == CLEAR[100:107]
    assert b"".join(received.chunks()) == CLEAR
    received.close()
    assert on_disk() == []


def test_a_small_one_stays_in_memory() -> None:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.csv", b"x" * 1000)})
    assert request.FILES["file"].read() == b"x" * 1000 and on_disk() == []


def test_a_workbook_can_be_opened_where_it_lies() -> None:
    with sealed_file() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("xl/workbook.xml", CLEAR)
        file.seek(0)
        assert zipfile.ZipFile(file).read("xl/workbook.xml") == CLEAR


def test_two_files_of_the_same_content_share_nothing() -> None:
    with SealedFile() as one, SealedFile() as other:
        one.write(CLEAR)
        other.write(CLEAR)
        first, second = on_disk()
        assert first != second


@given(st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=60)), max_size=12))
def test_it_reads_and_writes_like_any_file(steps: list[tuple[int, bytes]]) -> None:
    model = io.BytesIO()
    with SealedFile() as file:
        for place, data in steps:
            place = min(place, len(model.getvalue()))
            for one in (file, model):
                one.seek(place)
                one.write(data)
        file.seek(0)
        assert file.read() == model.getvalue()
        assert file.seek(0, io.SEEK_END) == len(model.getvalue()) == file.tell()
        file.seek(-min(3, file.tell()), io.SEEK_CUR)
        assert file.read() == model.getvalue()[-3:]
