"""A table as a file to take along: CSV for spreadsheets and programs, or a workbook of text cells.

Cells are made harmless (no formulas) by whoever hands them over, for the intake takes off again what it adds.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from common.sealed_file import sealed_file
from common.text_workbook import write_texts

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROWS_A_BLOCK: Final = 500


def csv_blocks(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The rows as CSV, UTF-8 with BOM (spreadsheets need it), in blocks."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % _ROWS_A_BLOCK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def download(
    rows: Iterable[Sequence[str]], *, name: str, sheet: str, form: str
) -> StreamingHttpResponse | FileResponse:
    """The rows as an answer; `form` is "csv" or "xlsx", `name` that of the file without its ending."""
    if form == "xlsx":
        file = sealed_file()  # the answer closes it
        write_texts(file, sheet, rows)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    answer = StreamingHttpResponse(csv_blocks(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    return answer
