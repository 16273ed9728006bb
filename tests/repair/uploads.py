"""Files nobody should be able to hand in, and the words each refusal says."""

import io
import zipfile
from collections.abc import Callable
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
Made = tuple[SimpleUploadedFile, str]


def _zip(parts: dict[str, bytes], name: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return SimpleUploadedFile(name, out.getvalue())


def executable() -> Made:
    return SimpleUploadedFile("缴款凭证.pdf", b"MZ\x90\x00" + b"\0" * 400), "可执行程序"


def wrong_type() -> Made:
    return SimpleUploadedFile("说明.txt", "罚款已缴".encode()), "只接收"


def too_large() -> Made:
    return SimpleUploadedFile("扫描.pdf", b"%PDF-1.7\n" + b"\0" * (3 * 1024 * 1024)), "文件超过"


def zip_bomb() -> Made:
    return _zip(
        {"word/document.xml": b"\0" * (12 * 1024 * 1024), "[Content_Types].xml": b"x"}, "证明.docx"
    ), "文件"


def macro() -> Made:
    parts = {
        "[Content_Types].xml": b"<Types macroEnabled/>",
        "word/document.xml": b"<w/>",
        "word/vbaProject.bin": b"\xd0\xcf",
    }
    return _zip(parts, "证明.docx"), "只接收"


def path_in_name() -> Made:
    upload = SimpleUploadedFile("x.pdf", b"%PDF-1.7\n")
    upload._name = "../../etc/凭证.pdf"  # type: ignore[attr-defined]
    return upload, "field__error"


def eicar() -> Made:
    return SimpleUploadedFile("凭证.pdf", b"%PDF-1.7\n" + EICAR), "恶意程序"


HARMFUL: Final[dict[str, Callable[[], Made]]] = {
    one.__name__: one for one in (executable, wrong_type, too_large, zip_bomb, macro, path_in_name, eicar)
}
