"""The table of a file: whom its rows name, and the same table with what was found behind each row."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from common.files.errors import FileRefused
from common.identifiers import uscc_problem
from common.text import normalise_header
from records.intake.rejections import safe
from records.intake.source import open_table
from sanctions.screening import identities

NOBODY: Final = "\\N"  # a person whose name does not fit the number
ADDED: Final = ("比对结果", "措施代号", "措施", "法律依据", "所依据的文书", "期限至", "激励措施", "说明")
_COLUMNS: Final = {"uscc": "统一社会信用代码", "id_number": "身份证号码", "name": "姓名"}
_WORDS: Final = {"hit": "比中", "clear": "未比中", "unknown_subject": "平台没有这个主体"}
_CLEAR: Final = _WORDS["clear"] + "," * (len(ADDED) - 1)
_USCC: Final = "uscc:"
_SEVERAL: Final = "\x1f"  # between the values of several measures in one cell
# As the code stands in our register; anything else is brought into form, and checked, before it is looked for.
_PLAIN_CODE: Final = re.compile(r"[0-9A-Z]{18}").fullmatch


@dataclass(slots=True)
class Asked:
    """Whom the rows name, by number of the row from 1: codes as keys, persons with their names; and what is wrong with the rest."""

    keys: dict[int, str | None] = field(default_factory=dict)
    persons: list[identities.Identity] = field(default_factory=list)
    wrong: dict[int, str] = field(default_factory=dict)


def rows(file: BinaryIO, format_name: str) -> Iterator[Sequence[str]]:
    """Header and rows as text, empty rows left out."""
    table = open_table(file, format_name)
    wanted = {normalise_header(one) for one in _COLUMNS.values()}
    for name in table.tables():
        header = next(iter(table.first_rows(name, 1)), [])
        if wanted & {normalise_header(str(cell or "")) for cell in header}:
            break
    else:
        columns = "、".join(_COLUMNS.values())
        raise FileRefused("file_header_missing", f"第一行应为栏目名称，其中至少有一栏：{columns}")
    yield [str(cell or "") for cell in header]
    plain = format_name != "xlsx"  # cells of a CSV are text already
    for _, block in table.blocks(name, 1, 5000):
        for row in block:
            if any(row):
                yield row if plain else ["" if cell is None else str(cell) for cell in row]  # type: ignore[misc]


def places(header: Sequence[str]) -> dict[str, int]:
    """In which columns the identifiers stand."""
    found = [normalise_header(cell) for cell in header]
    places = {
        name: found.index(normalise_header(label))
        for name, label in _COLUMNS.items()
        if normalise_header(label) in found
    }
    if "uscc" not in places and not {"id_number", "name"} <= places.keys():
        raise FileRefused("file_header_missing", "应有“统一社会信用代码”一栏，或者“身份证号码”和“姓名”两栏")
    return places


def read(lines: Sequence[Sequence[str]], places: dict[str, int]) -> Asked:
    """Whom the rows name. Codes in their plain form are taken as they are: see `wrong_codes`."""
    asked = Asked()
    column = places.get("uscc", -1)
    for number, line in enumerate(lines, 1):
        code = line[column].strip() if 0 <= column < len(line) else ""
        if _PLAIN_CODE(code):
            asked.keys[number] = _USCC + code
            continue
        given = {
            name: line[place].strip()
            for name, place in places.items()
            if place < len(line) and line[place].strip()
        }
        one = identities.identity(str(number), {"uscc": code} if code else given)
        if not isinstance(one, identities.Identity):
            asked.wrong[number] = one.detail
        elif one.is_person:
            asked.persons.append(one)
        else:
            asked.keys[number] = one.subject_key
    return asked


def wrong_codes(unmatched: Iterable[tuple[int, str]]) -> dict[int, str]:
    """What is wrong with keys that are not in our register; those only unknown to us are left out."""
    checked = ((number, uscc_problem(key.removeprefix(_USCC))) for number, key in unmatched)
    return {number: problem for number, problem in checked if problem}


def copied(header: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    """Header and rows as they go back, one text each; needs no answer and is done while the database looks for it."""
    parts: list[str] = []
    writer = csv.writer(_Sink(parts.append), lineterminator="")
    width = len(header)
    writer.writerow([*map(safe, header), *ADDED])
    for line in lines:
        writer.writerow([*map(safe, line[:width]), *[""] * (width - len(line))])
    return parts


def result(copied: Sequence[str], found: bytes, wrong: dict[int, str]) -> bytes:
    """The table with what was found behind each row. `found` is CSV: number of the row, status, then the columns added."""
    said = _said(found) | {
        number: _row(["没有比对", *[""] * (len(ADDED) - 2), text]) for number, text in wrong.items()
    }
    header, *rows = copied
    table = [header, *(f"{row},{said.get(number, _CLEAR)}" for number, row in enumerate(rows, 1)), ""]
    return "\r\n".join(table).encode("utf-8-sig")


class _Sink:
    """Where a csv.writer writes: every row is one call."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write


def _said(found: bytes) -> dict[int, str]:
    said = {}
    for line in found.decode().split("\n"):
        if line:
            number, status, rest = line.split(",", 2)
            said[int(number)] = f"{_WORDS[status]},{_once(rest) if _SEVERAL in rest else rest}"
    return said


def _once(rest: str) -> str:
    """Cells that name several measures, each thing said once."""
    return _row(["；".join(dict.fromkeys(cell.split(_SEVERAL))) for cell in next(csv.reader([rest]))])


def _row(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
