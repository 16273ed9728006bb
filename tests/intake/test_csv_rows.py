"""A CSV read by blocks: whatever way a block is taken apart, its rows are those of the reader, under the same numbers."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workbooks.cells import Cell, Grid
from records.intake.csv_file import CsvFile
from records.intake.source import Chunk, begun_small
from records.rules.columns import Problems

plain_cells = st.text(st.sampled_from("鹤岗a 1;'，"), max_size=4)
odd_cells = st.text(st.sampled_from('鹤a",;\n\r\t '), max_size=4)
plain_rows = st.lists(st.lists(plain_cells, min_size=3, max_size=3), max_size=12)
odd_rows = st.lists(st.lists(odd_cells | plain_cells, max_size=4), max_size=12)


def _written(rows: list[list[str]], ending: str, *, closed: bool) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=ending).writerows(rows)
    text = buffer.getvalue()
    return (text if closed else text.removesuffix(ending)).encode()


@given(
    plain_rows | odd_rows,
    st.sampled_from(["\r\n", "\n"]),
    st.booleans(),
    st.integers(0, 5),
    st.integers(1, 7),
)
def test_blocks_hold_the_rows_of_the_reader(
    rows: list[list[str]], ending: str, closed: bool, after: int, size: int
) -> None:
    content = _written(rows, ending, closed=closed)
    reader = csv.reader(io.StringIO(content.decode(), newline=""))
    wanted = [(line, row) for line, row in enumerate(reader, 1) if line > after and any(row)]
    found = [
        (line, list(row))
        for lines, block in CsvFile(io.BytesIO(content), "csv-utf-8").blocks(",", after, size)
        for line, row in zip(lines, block, strict=True)
    ]
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "taken_at_once"),
    [
        ("a,b\r\nc,d\r\n", True),
        ("a,b\nc,\n", True),
        ('a,"b"\nc,d\n', False),  # a quotation mark
        ("a,b\nc\n", False),  # a row of another width
        ("a\nb,c,d\n", False),  # as many cells as if the first row had one and the second three
        ("a,b\n,\n", False),  # perhaps an empty row
        ("a,b\nc,d", False),  # no end of the last line
    ],
)
def test_only_even_rows_without_quotation_marks_are_taken_at_once(text: str, taken_at_once: bool) -> None:
    ((_, block),) = CsvFile(io.BytesIO(text.encode()), "csv-utf-8").blocks(",", 0, 10)
    assert isinstance(block, Grid) is taken_at_once


def test_a_grid_is_its_rows() -> None:
    grid = Grid(["a", "b", "c", "d", "e", "f"], 2)
    assert list(grid) == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert grid[-1] == ["e", "f"] and grid[1:] == [["c", "d"], ["e", "f"]]
    with pytest.raises(IndexError):
        grid[3]


@given(st.integers(1, 6), st.integers(1, 8), st.sets(st.integers(0, 5)))
def test_a_chunk_in_two_says_the_same(size: int, rows: int, slipped: set[int]) -> None:
    problems = Problems()
    for row in slipped & set(range(size)):
        problems.add(row, "field_too_long", "", f"第{row}行")
    cells: list[Cell] = [f"{place}" for place in range(2 * size)]
    whole = Chunk(list(range(7, 7 + size)), {"A": cells[::2]}, Grid(cells, 2), problems)
    parts = list(begun_small(iter([whole, whole]), rows))
    assert parts[-1] is whole and len(parts) == (2 if rows >= size else 3)
    first = parts[:-1]
    assert [line for part in first for line in part.lines] == whole.lines
    assert [cell for part in first for cell in part.columns["A"]] == whole.columns["A"]
    assert [list(row) for part in first for row in part.originals] == list(map(list, whole.originals))
    named = {part.lines[row]: found for part in first for row, found in part.problems.rows.items()}
    assert named == {whole.lines[row]: found for row, found in problems.rows.items()}
