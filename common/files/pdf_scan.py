"""What a PDF would do by itself: scripts, programs it would start, files it carries, a password on it.

A reader that understands PDF would be one more parser exposed to strangers' files. The names that make a PDF active are
long and few, so they are looked for as bytes: in the file as it is, and in its object streams, the one place where
objects are compressed. Names may be written with #xx escapes, which the patterns allow for. A compressed object stream
that cannot be opened is refused: what cannot be looked at is not taken.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from common.files.errors import FileRefused

_MAX_UNPACKED: Final = 64 * 1024**2
_HEAD: Final = 4096  # how far before its `stream` the dictionary of a stream may begin
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


def _name(word: str) -> bytes:
    """A pattern for the PDF name /word, any of its letters possibly escaped."""
    letters = "".join(f"(?:{char}|#{ord(char):02x}|#{ord(char):02X})" for char in word)
    return f"/{letters}(?![A-Za-z0-9])".encode()


_ENCRYPTED: Final = re.compile(_name("Encrypt"))
_ACTIVE: Final = {
    re.compile(_name("JavaScript")): "脚本（JavaScript）",
    re.compile(_name("Launch")): "启动其他程序的动作",
    re.compile(_name("EmbeddedFile")): "夹带的附件",
    re.compile(_name("EmbeddedFiles")): "夹带的附件",
    re.compile(_name("RichMedia")): "多媒体内容",
    re.compile(_name("XFA")): "动态表单（XFA）",
    re.compile(_name("SubmitForm")): "向外发送表单的动作",
    re.compile(_name("ImportData")): "读取外部数据的动作",
}


def check_pdf(data: bytes) -> None:
    """Raises FileRefused: file_unreadable, file_encrypted, file_active_content."""
    if b"%%EOF" not in data[-2048:]:
        raise FileRefused("file_unreadable", "PDF文件不完整，请重新导出后上传")
    if _ENCRYPTED.search(data):
        raise FileRefused("file_encrypted", "PDF文件设有密码或者限制，请去除密码后上传")
    for part in (data, *_object_streams(data)):
        for pattern, what in _ACTIVE.items():
            if pattern.search(part):
                raise FileRefused(
                    "file_active_content", f"PDF文件含有{what}，不予接收。请用“打印为PDF”重新生成后上传"
                )


def _object_streams(data: bytes) -> Iterator[bytes]:
    room = _MAX_UNPACKED
    for found in re.finditer(rb"(?<!end)stream\r?\n", data):
        head = data[max(0, found.start() - _HEAD) : found.start()]
        head = _ESCAPE.sub(lambda code: bytes((int(code[1], 16),)), head[head.rfind(b" obj") + 1 :])
        if b"/ObjStm" not in head:
            continue
        if b"/FlateDecode" in head and not re.search(rb"/(ASCII|LZW|RunLength)", head):
            unpacked = _inflate(data[found.end() :], room)
        elif b"/Filter" in head:
            raise FileRefused("file_unreadable", "PDF文件的内部结构不常见，无法检查，请用“打印为PDF”重新生成")
        else:
            continue  # not compressed: the search over the whole file has seen it
        room -= len(unpacked)
        yield unpacked


def _inflate(data: bytes, room: int) -> bytes:
    opener = zlib.decompressobj()
    try:
        unpacked = opener.decompress(data, max(1, room))
    except zlib.error:
        raise FileRefused("file_unreadable", "PDF文件已损坏，请重新导出后上传") from None
    if opener.unconsumed_tail and not opener.eof:
        raise FileRefused("file_zip_bomb", "PDF文件展开后远超正常大小，不予处理。请重新导出")
    return unpacked
