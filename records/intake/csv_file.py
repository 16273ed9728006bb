"""CSV in UTF-8 (with or without BOM) or GB18030: checked whole at upload, read as a stream afterwards."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO, Final

from common.files.errors import FileRefused
from common.workbooks.cells import Cell, Grid

ENCODINGS: Final = {"csv-utf-8": "utf-8-sig", "csv-gb18030": "gb18030"}
_BLOCK: Final = 1024 * 1024
_WIDE_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_CHINESE: Final = re.compile("[\u4e00-\u9fff]{2}")
_DELIMITERS: Final = (",", "\t")
# One cell may be a whole line gone wrong: its row is refused as too long. What goes on beyond is no table, wherever it stands, and
# is never held whole.
_LONGEST: Final = 16 * 1024**2
csv.field_size_limit(_LONGEST)
_LONGEST_SHOWN: Final = 32_767  # characters; what a cell of a spreadsheet takes
_SEARCHED: Final = 20  # lines, for the delimiter


def encoding_of(file: BinaryIO) -> str:
    """The format name of the file; raises FileRefused for NUL bytes, other encodings and a mixture."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    utf8, quotes, start, place, line = True, 0, b"", 0, 0
    file.seek(0)
    while block := file.read(_BLOCK):
        start = start or block[:4]
        if start.startswith(_WIDE_BOMS):
            raise FileRefused("file_encoding_unknown", "文件是UTF-16编码，请另存为“CSV UTF-8（逗号分隔）”")
        if b"\0" in block:
            number = _line_at(file, place + block.index(b"\0"))
            raise FileRefused(
                "file_nul", f"第{number}行含有空字符（NUL），不是正常的文本，请核对后重新导出为CSV"
            )
        first, behind = _line_ends(block)
        if line + first > _LONGEST:
            raise _endless(_line_at(file, place))
        line = line + len(block) if first == len(block) else len(block) - behind
        place += len(block)
        quotes += block.count(b'"')
        utf8 = utf8 and _decodes(decoder, block)
    if utf8 and _decodes(decoder, b"", final=True):
        name = "csv-utf-8"
    else:
        _check_gb18030(file)
        name = "csv-gb18030"
    if quotes % 2:
        _check_quotes(file, name)
    return name


def _line_ends(block: bytes) -> tuple[int, int]:
    """Where the first line of a block ends and its last one begins; the block's length and 0 where there is but one."""
    found = [place for place in (block.find(b"\n"), block.find(b"\r")) if place >= 0]
    return min(found, default=len(block)), 1 + max(block.rfind(b"\n"), block.rfind(b"\r"))


def _line_at(file: BinaryIO, place: int) -> int:
    """The number of the line this byte stands on."""
    file.seek(0)
    number = 1
    while place and (block := file.read(min(_BLOCK, place))):
        number += block.count(b"\n")
        place -= len(block)
    return number


def _endless(line: int) -> FileRefused:
    return FileRefused(
        "file_unreadable",
        f"从第{line}行起，{_LONGEST // 1024**2}MB之内没有换行或者双引号不成对，不是正常的表格，请核对后重新导出",
    )


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _check_gb18030(file: BinaryIO) -> None:
    """Every line must be GB18030 and none may be Chinese in UTF-8 (which would decode into other characters)."""
    file.seek(0)
    for number, line in enumerate(file, 1):
        if line.isascii():
            continue
        utf8 = _text_in(line, "utf-8")
        if utf8 is not None and _CHINESE.search(utf8):
            raise _mixed(f"第{number}行是UTF-8编码，第{_first_other(file)}行却不是（可能是GB18030）")
        if _text_in(line, "gb18030") is None:
            raise _mixed(f"第{number}行既不是UTF-8也不是GB18030编码的文本")


def _text_in(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _first_other(file: BinaryIO) -> int:
    """The first line that is not UTF-8; there is one, or the file would be UTF-8."""
    file.seek(0)
    return next(number for number, line in enumerate(file, 1) if _text_in(line, "utf-8") is None)


def _mixed(where: str) -> FileRefused:
    return FileRefused(
        "file_encoding_mixed", f"{where}。请用表格软件打开核对后，另存为“CSV UTF-8（逗号分隔）”"
    )


def _check_quotes(file: BinaryIO, name: str) -> None:
    """An odd number of quotation marks: find out whether one is left open, which would swallow the rows after it."""
    delimiter = _delimiter(file, name)
    reader = csv.reader(_text(file, name), delimiter=delimiter, strict=True)
    before = 0  # lines of the rows that were read
    try:
        for _ in reader:
            before = reader.line_num
    except csv.Error:
        line = _open_quotation(islice(_text(file, name), before, None), before + 1, delimiter)
        raise FileRefused(
            "file_unreadable",
            f"第{line}行的英文双引号不成对，无法确定各列的界限，请核对后重新导出",
        ) from None


def _delimiter(file: BinaryIO, name: str) -> str:
    """The delimiter of which there are most in the first lines."""
    lines = list(islice(_text(file, name), _SEARCHED))
    return max(_DELIMITERS, key=lambda one: sum(line.count(one) for line in lines))


def _open_quotation(lines: Iterable[str], number: int, delimiter: str) -> int:
    """The line on which the quotation begins that never ends, or ends where no cell does; the first line has this number and
    begins a row."""
    opened, inside = number, False
    for line in lines:
        place = line.find('"')
        while place >= 0:
            place += 1
            if not inside:
                # elsewhere in a cell it stands for itself
                inside = line[: place - 1][-1:] in ("", delimiter)
                opened = number if inside else opened
            elif line[place : place + 1] == '"':
                place += 1
            elif line[place : place + 1] in ("", "\r", "\n", delimiter):
                inside = False
            else:
                return opened
            place = line.find('"', place)
        number += 1
    return opened


def _text(file: BinaryIO, name: str) -> io.TextIOWrapper:
    file.seek(0)
    return io.TextIOWrapper(io.BufferedReader(_Borrowed(file), _BLOCK), ENCODINGS[name], newline="")


class _Borrowed(io.RawIOBase):
    """Lets a TextIOWrapper read a file without closing it; works for files that only know `read`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class CsvFile:
    """Rows of a CSV file as a stream."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name

    def tables(self) -> list[str]:
        """The delimiters the file may use; each gives one reading of its first rows."""
        return list(_DELIMITERS)

    def expected_rows(self, table: str) -> int:
        """About how many rows there are, for a progress bar: the number of line ends."""
        self._file.seek(0)
        return sum(block.count(b"\n") for block in iter(lambda: self._file.read(_BLOCK), b""))

    def first_rows(self, table: str, limit: int) -> list[list[Cell]]:
        """The first rows, to find a header among them; what is longer than any is cut."""
        rows = islice(_rows(_text(self._file, self._name), table), limit)
        return [[cell[:_LONGEST_SHOWN] for cell in row] for row in rows]

    def blocks(
        self, table: str, after: int, size: int
    ) -> Iterator[tuple[list[int], Sequence[Sequence[Cell]]]]:
        """Numbered rows behind row `after`, about `size` at a time, without empty rows."""
        text = _text(self._file, self._name)
        for _ in islice(_rows(text, table), after):
            pass
        while given := list(islice(text, size)):
            rows: Sequence[Sequence[Cell]] | None = _grid(given, table)
            if rows is None:
                rows = list(_read(given, text, table, after))
            lines = list(range(after + 1, after + 1 + len(rows)))
            after += len(rows)
            if not isinstance(rows, Grid) and not all(map(any, rows)):
                lines = [line for line, row in zip(lines, rows, strict=True) if any(row)]
                rows = [row for row in rows if any(row)]
            if rows:
                yield lines, rows
            del given, lines, rows  # before the next are read


def _grid(lines: list[str], delimiter: str) -> Grid | None:
    """Lines without a quotation mark that have the same number of cells, cut in one go; None for any others, and where a row
    may be empty. Twice as fast as the reader."""
    joined = delimiter.join(lines)
    if '"' in joined:
        return None
    cells = joined.split(delimiter)
    width = lines[0].count(delimiter) + 1
    ends = cells[width - 1 :: width]
    # a line end is in the last cell of a line and nowhere else, so this many of them are one for each row
    if len(cells) != width * len(lines) or "".join(ends).count("\n") < len(lines):
        return None
    cells[width - 1 :: width] = [end.rstrip("\r\n") for end in ends]
    if not all(cells[::width]):
        return None
    return Grid(cells, width, apostrophes="'" in joined)  # type: ignore[arg-type]


def _read(given: list[str], text: Iterator[str], delimiter: str, above: int) -> Iterator[list[Cell]]:
    """The rows of lines by the reader, which takes further ones where the last cell goes on."""
    return _rows(chain(given, text), delimiter, len(given), above)  # type: ignore[return-value]


def _rows(
    text: Iterator[str], delimiter: str, lines: int | None = None, above: int = 0
) -> Iterator[list[str]]:
    """The rows by the reader, of so many lines that have `above` above them."""
    reader, before = csv.reader(text, delimiter=delimiter), 0
    try:
        for row in reader:
            yield row
            before = reader.line_num
            if lines is not None and before >= lines:
                return
    except csv.Error:
        raise _endless(above + before + 1) from None
