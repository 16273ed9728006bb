"""Whether a sheet is whole and its rows stand in order: a part that was cut off, packed anew with a fitting sum, is a sound entry of
its archive, and whoever reads it row by row would take what is left for all there is.

Asked of the whole sheet at upload, while it is unpacked anyway, and once more by whoever reads it. Rejected: a look at it as
XML (eight times what unpacking costs).
"""

from collections.abc import Iterable
from operator import lt
from typing import Final

from common.files.errors import FileRefused
from common.workbooks.dialect import Dialect

_LAST_ROW: Final = 1_048_576  # of any sheet
_TAIL: Final = 1024
_MAX_TAG: Final = 64 * 1024**2


def broken_off(what: str) -> FileRefused:
    return FileRefused("file_unreadable", f"{what}的内容在中途断开，文件不完整，请重新导出")


def next_row(number: int, before: int) -> int:
    """The number of the row behind row `before`. Raises FileRefused unless it is a later one that a sheet can have."""
    if before < number <= _LAST_ROW:
        return number
    behind = f"第{before}行之后" if before else "最前面"
    raise FileRefused(
        "file_unreadable",
        f"工作表{behind}有一行的行号不正确（行号应逐行增大，不超过{_LAST_ROW}），文件已损坏，请重新导出",
    )


def check_sheet(name: str, blocks: Iterable[bytes]) -> None:
    """Raises FileRefused unless every row has a later number than the one before, the rows are closed, and so is the sheet."""
    dialect, begun, tail = None, b"", b""
    number, closed = 0, False
    for block in blocks:
        tail = _tail(tail, block)
        if closed:
            continue
        dialect = dialect or Dialect.of(block)
        first, last = block.find(b"<"), block.rfind(b"<")
        if first < 0:
            begun += block
            if len(begun) > _MAX_TAG:
                break
            continue
        # no tag holds another one: these two end where one does
        for text in (begun + block[:first], block[first:last]):
            number = _last_number(dialect.numbers(text, number), number)
            closed = closed or dialect.data_end(text) >= 0
        begun = block[last:]
    if dialect is None or not closed or not dialect.ends(tail):
        raise broken_off(f"工作表“{name}”")


def _last_number(numbers: list[int], before: int) -> int:
    """The last of the numbers of rows behind row `before`, once they are in order."""
    if all(map(lt, [before, *numbers], numbers)) and (not numbers or numbers[-1] <= _LAST_ROW):
        return numbers[-1] if numbers else before
    for number in numbers:
        before = next_row(number, before)
    return before


def check_strings(blocks: Iterable[bytes]) -> None:
    """Raises FileRefused unless the part of the shared strings is closed."""
    dialect, tail = None, b""
    for block in blocks:
        dialect = dialect or Dialect.of(block)
        tail = _tail(tail, block)
    if dialect is None or not dialect.ends(tail):
        raise broken_off("工作簿的文本表")


def _tail(before: bytes, block: bytes) -> bytes:
    return (before + block if len(block) < _TAIL else block)[-_TAIL:]
