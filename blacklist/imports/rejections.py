"""Rows of a delivery that were not taken, as CSV in their original columns with line, code, reason and clause."""

from collections.abc import Iterator

import orjson
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from blacklist.imports.rows import refused_context
from blacklist.models import ListDelivery, RefusedRow
from common.list_files import csv_blocks
from common.privacy import decrypt_bytes
from records.intake.rejections import safe
from records.rules.facts import REPORT_COLUMNS


def table(delivery: ListDelivery) -> Iterator[list[str]]:
    """Header and rows."""
    yield [*map(safe, delivery.columns), *REPORT_COLUMNS]
    for row in delivery.refused_rows.order_by("line").iterator(chunk_size=2000):
        contents = _opened(row)
        codes = "；".join(problem["code"] for problem in row.problems)
        bases = "；".join(dict.fromkeys(problem["basis"] for problem in row.problems))
        yield [*map(safe, contents["cells"]), str(row.line), codes, "；".join(contents["details"]), bases]


def cells(row: RefusedRow) -> list[str]:
    """Everything that such a row says."""
    contents = _opened(row)
    return [str(one) for one in (*contents["cells"], *contents["details"])]


def _opened(row: RefusedRow) -> dict[str, list[str]]:
    found: dict[str, list[str]] = orjson.loads(
        decrypt_bytes(row.cells, context=refused_context(row.delivery_id, row.line))
    )
    return found


def download(delivery: ListDelivery) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(csv_blocks(table(delivery)), content_type="text/csv; charset=utf-8")
    name = f"退回的行-{delivery.source.code}-{delivery.created_at:%Y%m%d}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    answer["Cache-Control"] = "no-store"
    return answer
