"""Rows that were not taken, as a table in the original columns with line, code, reason and clause: ready to correct and
hand in again. What a spreadsheet could take for a formula gets an apostrophe, which the intake takes off again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from django.http import FileResponse, StreamingHttpResponse

from common import list_files
from common.gates import Refusal
from common.privacy import decrypt_bytes
from common.text import normalise_header
from common.text_workbook import LONGEST
from records.intake.reference import layout_of
from records.intake.source import FORMULA_STARTS, escaped
from records.models import IntakeBatch
from records.rules.facts import PLATFORM_COLUMNS, REPORT_COLUMNS
from records.rules.headers import names_of

_JOIN: Final = "；"


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """One row that goes back, opened."""

    line: int
    cells: list[str]
    refusals: list[Refusal]
    is_duplicate: bool


def seal_context(batch_id: int) -> str:
    """The context rejected rows of a batch are encrypted under, less the line."""
    return f"rejected:{batch_id}"


def lines_of(batch: IntakeBatch) -> Iterator[RejectedLine]:
    """The rejected and duplicate rows of a batch in the order of the file."""
    for row in batch.rejections.order_by("line").iterator(chunk_size=2000):
        contents = orjson.loads(decrypt_bytes(row.cells, context=f"{seal_context(batch.pk)}:{row.line}"))
        refusals = [
            Refusal(problem["code"], detail, problem["basis"], problem["pointer"])
            for problem, detail in zip(row.problems, contents["details"], strict=True)
        ]
        yield RejectedLine(row.line, contents["cells"], refusals, row.is_duplicate)


class ColumnNames:
    """What the columns of a batch are called: as its file has them, and where it has none, as the catalog does."""

    def __init__(self, batch: IntakeBatch) -> None:
        layout = layout_of(batch.item, batch.item.fields.all())
        known = names_of(layout)
        self._labels = {one.code: one.label for one in layout.fields} | {one: one for one in PLATFORM_COLUMNS}
        self._written = {
            code: title for title in batch.columns if (code := known.get(normalise_header(title))) is not None
        }

    def of(self, pointer: str) -> str:
        return self._written.get(pointer) or self._labels.get(pointer, "")

    def said(self, refusal: Refusal) -> str:
        """The sentence, with its column before it unless it names it."""
        name, label = self.of(refusal.pointer), self._labels.get(refusal.pointer, "")
        if not name or name in refusal.detail or label in refusal.detail:
            return refusal.detail
        return f"{name}：{refusal.detail}"


def safe(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in FORMULA_STARTS or escaped(text) else text


def table(batch: IntakeBatch, longest: int | None = None) -> Iterator[list[str]]:
    """Header and rows of the report; of a row with a cell that is longer than this the report says that it is cut."""
    columns: Sequence[str] = batch.columns
    names = ColumnNames(batch)
    yield [*map(safe, columns), *REPORT_COLUMNS]
    for row in lines_of(batch):
        cells = list(map(safe, row.cells))
        yield [
            *cells,
            str(row.line),
            _JOIN.join(refusal.code for refusal in row.refusals),
            _JOIN.join([*map(names.said, row.refusals), *_cut(columns, cells, longest)]),
            _JOIN.join(dict.fromkeys(refusal.basis for refusal in row.refusals)),
        ]


def _cut(columns: Sequence[str], cells: Sequence[str], longest: int | None) -> list[str]:
    """What is to be said of a row that does not fit into its cells."""
    if longest is None:
        return []
    names = "、".join(f"“{name}”" for name, cell in zip(columns, cells, strict=False) if len(cell) > longest)
    said = f"{names}超过工作表单元格的上限，本表只保留前{longest}个字符，全文见CSV格式的退回清单"
    return [said] if names else []


def download(batch: IntakeBatch, form: str) -> StreamingHttpResponse | FileResponse:
    """The report as an answer; `form` is "csv" or "xlsx"."""
    rows = table(batch, LONGEST if form == "xlsx" else None)
    return list_files.download(rows, name=f"退回-{batch.public_id}", sheet="退回的行", form=form)
