"""Tables as agencies send them: CSV in UTF-8 or GB18030, XLSX with a title above the header."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

import xlsxwriter

ENCODINGS: Final = {"csv": "utf-8-sig", "gbk.csv": "gb18030"}


def write_table(
    kind: str, headers: Mapping[str, str], rows: Sequence[Mapping[str, str]], title: str
) -> bytes:
    """One file of `kind` (csv, gbk.csv, xlsx); `headers` gives the column's key in a row and what stands above it."""
    body = [[row.get(key, "") for key in headers] for row in rows]
    if kind == "xlsx":
        return _xlsx(list(headers.values()), body, title)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headers.values())
    writer.writerows(body)
    return text.getvalue().encode(ENCODINGS[kind])


def _xlsx(header: list[str], body: list[list[str]], title: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("报送数据")
        sheet.write_string(0, 0, title)
        for number, row in enumerate([header, *body], start=1):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()
