"""Files people hand in: known by their content, refused with a reason, kept encrypted, proven by the ledger."""

import io
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from docx import Document
from PIL import Image

from common.documents import OfficialDocument, Paragraph, as_pdf, as_word
from common.files import DOCX, EVIDENCE, IMAGES, OFD, PDF, PNG, check, erase, keep, read
from common.files.errors import FileRefused
from common.files.forms import CheckedFileField
from common.files.keeping import AREA
from common.models import StoredFile
from ledger.selectors import history
from ledger.tables import TABLES

NOTICE = OfficialDocument("告知书", "1号", "某公司", [Paragraph("内容")], "某局", date(2026, 11, 26))
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ALL = EVIDENCE | {DOCX, OFD}


@pytest.fixture(autouse=True)
def _private_root(settings: LazySettings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, kind)
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A Word document with one more part."""
    out = io.BytesIO(as_word(NOTICE))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, content)
    return out.getvalue()


def pdf(body: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def packed(objects: bytes, kind: bytes = b"/ObjStm", filters: bytes = b"/FlateDecode") -> bytes:
    data = zlib.compress(objects)
    head = b"<< /Type %s /N 1 /First 4 /Filter %s /Length %d >>" % (kind, filters, len(data))
    return pdf(head + b"\nstream\n" + data + b"\nendstream")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("决定书.pdf", as_pdf(NOTICE), PDF),
        ("现场.PNG", picture(), PNG),
        ("现场.jpeg", picture("JPEG"), "image/jpeg"),
        ("整改报告.docx", as_word(NOTICE), DOCX),
        ("判决书.ofd", archive({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<d/>"}), OFD),
        ("普通.pdf", pdf(b"<< /Type /Catalog /OpenAction [3 0 R /Fit] >>"), PDF),
        ("超链接.pdf", pdf(b"<< /S /URI /URI (https://credit.example/a?b=1) >>"), PDF),
    ],
)
def test_harmless_files_pass_and_are_known_by_content(name: str, content: bytes, media_type: str) -> None:
    checked = check(SimpleUploadedFile(name, content, "application/octet-stream"), allowed=ALL)
    assert (checked.name, checked.media_type, checked.size) == (name, media_type, len(content))


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "renamed executable": ("说明.pdf", lambda: b"MZ" + bytes(200), "file_type_not_allowed"),
    "renamed ELF": ("照片.png", lambda: b"\x7fELF" + bytes(200), "file_type_not_allowed"),
    "script": ("说明.pdf", lambda: b"#!/bin/sh\nrm -rf ~", "file_type_not_allowed"),
    "web page": ("说明.pdf", lambda: b"  <html><script>", "file_type_not_allowed"),
    "old office": ("说明.docx", lambda: b"\xd0\xcf\x11\xe0" + bytes(200), "file_type_not_allowed"),
    "plain zip": ("材料.docx", lambda: archive({"a.txt": b"x"}), "file_type_not_allowed"),
    "workbook": ("材料.docx", lambda: archive({"xl/workbook.xml": b"<x/>"}), "file_type_not_allowed"),
    "double ending": ("决定书.pdf.exe", lambda: as_pdf(NOTICE), "file_extension_mismatch"),
    "picture as pdf": ("决定书.pdf", picture, "file_extension_mismatch"),
    "no ending": ("决定书", picture, "file_extension_mismatch"),
    "path in the name": ("..\\..\\windows\\决定书.pdf", lambda: as_pdf(NOTICE), "file_name_invalid"),
    "hidden name": (".htaccess", lambda: as_pdf(NOTICE), "file_name_invalid"),
    "reversed name": ("决定书\u202efdp.exe", lambda: as_pdf(NOTICE), "file_name_invalid"),
    "empty": ("决定书.pdf", lambda: b"", "file_unreadable"),
    "too large": ("决定书.pdf", lambda: b"%PDF-" + bytes(2 * 1024**2), "file_too_large"),
    "cut off": ("决定书.pdf", lambda: as_pdf(NOTICE)[:-2500], "file_unreadable"),
    "broken picture": ("现场.png", lambda: picture()[:-30], "file_unreadable"),
    "broken word": ("报告.docx", lambda: as_word(NOTICE)[:-300], "file_unreadable"),
    "eicar": ("样本.pdf", lambda: EICAR, "file_malware"),
    "eicar behind a header": ("样本.pdf", lambda: pdf(EICAR), "file_malware"),
    "eicar in a document": ("报告.docx", lambda: with_part("word/x.txt", EICAR * 40), "file_malware"),
    "program in a document": (
        "报告.docx",
        lambda: with_part("word/x.bin", b"MZ" + bytes(99)),
        "file_malware",
    ),
    "macro": ("报告.docx", lambda: with_part("word/vbaProject.bin", b"x"), "file_macro"),
    "macro type": (
        "报告.docx",
        lambda: with_part("word/y.xml", b"application/vnd.ms-word.document.macroEnabled.main+xml"),
        "file_macro",
    ),
    "embedded object": ("报告.docx", lambda: with_part("word/embeddings/o.bin", b"x"), "file_active_content"),
    "outside template": (
        "报告.docx",
        lambda: with_part(
            "word/_rels/s.rels", b'Type="http://x/relationships/attachedTemplate" Target="http://evil"'
        ),
        "file_active_content",
    ),
    "entities": (
        "报告.docx",
        lambda: with_part("word/z.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]>"),
        "file_active_content",
    ),
    "zip bomb": ("报告.docx", lambda: with_part("word/b.xml", bytes(12 * 1024**2)), "file_zip_bomb"),
    "encrypted": ("决定书.pdf", lambda: pdf(b"<< /Encrypt 5 0 R >>"), "file_encrypted"),
    "javascript": (
        "决定书.pdf",
        lambda: pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"),
        "file_active_content",
    ),
    "escaped javascript": ("决定书.pdf", lambda: pdf(b"<< /S /J#61vaScr#69pt >>"), "file_active_content"),
    "launch": ("决定书.pdf", lambda: pdf(b"<< /S /Launch /F (cmd.exe) >>"), "file_active_content"),
    "attachment": (
        "决定书.pdf",
        lambda: pdf(b"<< /Names << /EmbeddedFiles 4 0 R >> >>"),
        "file_active_content",
    ),
    "packed javascript": ("决定书.pdf", lambda: packed(b"1 0 << /S /JavaScript >>"), "file_active_content"),
    "escaped packed stream": (
        "决定书.pdf",
        lambda: packed(b"1 0 << /S /JavaScript >>", b"/Obj#53tm"),
        "file_active_content",
    ),
    "oddly packed stream": (
        "决定书.pdf",
        lambda: packed(b"1 0 <<>>", filters=b"[/ASCII85Decode /FlateDecode]"),
        "file_unreadable",
    ),
    "pdf bomb": ("决定书.pdf", lambda: packed(bytes(70 * 1024**2)), "file_zip_bomb"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", BAD)
def test_what_could_do_harm_is_refused_with_its_code_and_nothing_is_kept(
    case: str, settings: LazySettings
) -> None:
    settings.FILE_MAX_BYTES = 1024**2
    name, content, code = BAD[case]
    upload = ContentFile(content(), name=name)
    with pytest.raises(FileRefused) as refused:
        keep(check(upload, allowed=ALL))
    assert refused.value.code == code
    assert (
        refused.value.detail.endswith(("上传", "接收", "处理", "导出", "扫描", "生成", "空的"))
        or "只接收" in refused.value.detail
    )
    assert not StoredFile.objects.exists()
    assert not AREA.root.exists()


def test_a_kind_that_is_not_asked_for_is_refused_by_name() -> None:
    with pytest.raises(FileRefused) as refused:
        check(SimpleUploadedFile("决定书.pdf", as_pdf(NOTICE)), allowed=IMAGES)
    assert refused.value.code == "file_type_not_allowed"
    assert refused.value.status == 415
    assert refused.value.detail == "这是PDF，本项只接收JPEG图片、PNG图片"


@pytest.mark.django_db
def test_a_kept_file_comes_back_and_is_unreadable_on_disk() -> None:
    content = as_pdf(NOTICE)
    stored = keep(check(SimpleUploadedFile("李某某处罚决定书.pdf", content)))
    stored = StoredFile.objects.get(pk=stored.pk)
    assert read(stored) == content
    assert stored.name == "李某某处罚决定书.pdf"
    raw = AREA.path(stored.public_id).read_bytes()
    assert b"%PDF" not in raw
    assert AREA.path(stored.public_id).stat().st_mode & 0o077 == 0
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(f)::text from common_storedfile f where id = %s", [stored.pk])
        assert "李某某" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_ledger_proves_what_was_handed_in() -> None:
    stored = keep(check(SimpleUploadedFile("现场.png", picture())))
    assert len(history(TABLES["common_storedfile"], stored.pk)) == 1


@pytest.mark.django_db
def test_damage_and_exchange_in_the_store_are_noticed() -> None:
    first = keep(check(SimpleUploadedFile("一.png", picture())))
    second = keep(check(SimpleUploadedFile("二.jpg", picture("JPEG"))))
    path = AREA.path(first.public_id)
    path.write_bytes(AREA.path(second.public_id).read_bytes())
    with pytest.raises(FileRefused) as refused:
        read(first)
    assert refused.value.code == "file_lost"
    path.unlink()
    with pytest.raises(FileRefused):
        read(first)


@pytest.mark.django_db
def test_erasing_clears_name_and_content_but_keeps_the_proof(django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    stored = keep(check(SimpleUploadedFile("现场.png", picture())))
    digest = stored.sha256
    with django_capture_on_commit_callbacks(execute=True):
        erase(stored)
    stored.refresh_from_db()
    assert (stored.sha256, stored.name) == (digest, "（已清除）")
    assert not AREA.path(stored.public_id).exists()
    with pytest.raises(FileRefused):
        read(stored)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=stored.pk).update(erased_at=None)


def test_a_form_says_what_is_wrong_with_the_file() -> None:
    class Evidence(forms.Form):
        file = CheckedFileField(label="证明材料")

    bad = Evidence(files={"file": SimpleUploadedFile("说明.pdf", b"MZ" + bytes(50))})
    assert bad.errors.as_data()["file"][0].code == "file_type_not_allowed"
    assert bad.errors["file"] == ["这是可执行程序，本项只接收PDF、JPEG图片、PNG图片"]
    good = Evidence(files={"file": SimpleUploadedFile("说明.pdf", as_pdf(NOTICE))})
    assert good.is_valid()
    assert good.cleaned_data["file"].media_type == PDF
    assert 'accept=".pdf,.jpeg,.jpg,.png"' in str(Evidence())


def test_generated_word_opens_again() -> None:
    assert Document(io.BytesIO(as_word(NOTICE))).paragraphs[0].text == "告知书"
