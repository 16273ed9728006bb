"""The table of a file: whom its rows name, and the same table with what was found behind each row."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from common.files.errors import FileRefused
from common.identifiers import uscc_problem
from common.text import normalise_header
from records.intake.rejections import safe
from records.intake.source import open_table
from sanctions.choices import MeasureClass
from sanctions.screening import identities

NOBODY: Final = "\\N"  # a person whose name does not fit the number
ADDED: Final = ("比对结果", "措施代号", "措施", "法律依据", "所依据的文书", "期限至", "激励措施", "说明")
_COLUMNS: Final = {"uscc": "统一社会信用代码", "id_number": "身份证号码", "name": "姓名"}
_WORDS: Final = {"hit": "比中", "clear": "未比中", "unknown_subject": "平台没有这个主体"}
_CLEAR: Final = _WORDS["clear"] + "," * (len(ADDED) - 1)
_UNKNOWN: Final = _WORDS["unknown_subject"] + "," * (len(ADDED) - 1)
_BLOCK: Final = 5000
_MEASURE: Final = "0,"  # rows are numbered from 1
_USCC: Final = "uscc:"
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
    for _, block in table.blocks(name, 1, _BLOCK):
        if plain:
            yield from block  # type: ignore[misc]
        else:
            yield from (["" if cell is None else str(cell) for cell in row] for row in block)


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


def result(copied: Sequence[str], found: bytes, wrong: dict[int, str], remedy: str) -> Iterator[bytes]:
    """The table with what was found behind each row, as file.sql says it, by blocks; `remedy` where a ground names none."""
    said = _said(found, _row([remedy]))
    said |= {number: _row(["没有比对", *[""] * (len(ADDED) - 2), text]) for number, text in wrong.items()}
    header, *rows = copied
    yield BOM_UTF8 + f"{header}\r\n".encode()
    for first in range(0, len(rows), _BLOCK):
        block = enumerate(rows[first : first + _BLOCK], first + 1)
        yield "".join([f"{row},{said.get(number, _CLEAR)}\r\n" for number, row in block]).encode()


class _Sink:
    """Where a csv.writer writes: every row is one call."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write


def _said(found: bytes, remedy: str) -> dict[int, str]:
    """What stands behind each row. Most rows have one measure: its words are put together once, and what the line says of the
    ground stands as it came."""
    said: dict[int, str] = {}
    several: dict[int, list[str]] = {}
    lines = [line for line in found.decode().split("\n") if line]
    heads = dict(_head(line) for line in lines if line.startswith(_MEASURE))
    for line in lines:
        if line.startswith(_MEASURE):
            continue
        number, measure, ground = line.split(",", 2)
        place, one = int(number), heads[measure] if measure else _UNKNOWN
        if one.startswith(_WORDS["hit"]):
            one = f"{one},{ground}{remedy}" if ground.endswith(",") else f"{one},{ground}"
        if place in said:
            several.setdefault(place, [said[place]]).append(one)
        said[place] = one
    return said | {place: _together(lines) for place, lines in several.items()}


def _head(line: str) -> tuple[str, str]:
    """The number of a measure, and what a row begins with that it applies to; an incentive is no hit and is said whole."""
    _, measure, code, name, basis, sort = next(csv.reader([line]))
    if sort == MeasureClass.INCENTIVE:
        return measure, _row([_WORDS["clear"], *[""] * 5, name, ""])
    return measure, _row([_WORDS["hit"], code, name, basis])


def _together(lines: list[str]) -> str:
    """What several measures say of one row, each thing once; one that is no incentive makes it a hit."""
    rows = [next(csv.reader([line])) for line in lines]
    first = max((row[0] for row in rows), key=_WORDS["hit"].__eq__)
    cells = ("；".join(dict.fromkeys(filter(None, column))) for column in list(zip(*rows, strict=True))[1:])
    return _row([first, *cells])


def _row(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
