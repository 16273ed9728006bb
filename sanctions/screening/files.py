"""Files of many subjects: handed in, screened by one statement in the background, fetched as a table.

Data flow: upload → sniffed and kept encrypted → row of `ScreeningFile` (the truth; a message only wakes) → `process_file` →
the same statement that answers single questions → result table, encrypted → download. Rows that name nobody are told apart
by number and cost the others nothing. A list that cannot answer leaves the file waiting; it is never answered `clear`.
"""

import csv
import io
import logging
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, BinaryIO, Final

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerDown

from agencies.models import Agency, ApiClient, Officer
from common.clock import today
from common.files.errors import FileRefused
from common.files.store import Area
from common.gates import Refused
from common.problems import Problem
from common.text import normalise_header
from records.choices import BatchStatus
from records.intake.rejections import safe
from records.intake.source import open_table
from records.intake.storage import sniff
from records.models import new_public_id
from sanctions.models import Screening, ScreeningFile
from sanctions.screening import gate, identities
from sanctions.screening.service import Question, answer, judged

logger = logging.getLogger(__name__)
AREA: Final = Area("screening", "screening-file")
MAX_ROWS: Final = 100_000
TIMEOUT_MS: Final = 300_000
_COLUMNS: Final = {"uscc": "统一社会信用代码", "id_number": "身份证号码", "name": "姓名"}
ADDED: Final = ("比对结果", "措施代号", "措施", "法律依据", "所依据的文书", "期限至", "激励措施", "说明")
_WORDS: Final = {"hit": "比中", "clear": "未比中", "unknown_subject": "平台没有这个主体"}
_STALE: Final = timedelta(minutes=10)


def open_file(
    *,
    agency: Agency,
    purpose: str,
    matter: str,
    upload: "UploadedFile[bytes]",
    officer: Officer | None = None,
    client: ApiClient | None = None,
    on: date | None = None,
) -> ScreeningFile:
    """Take a file in. FileRefused for what is no table; ScreeningRefused as for a single question."""
    on = on or today()
    question = Question(purpose=purpose, matter=matter, subjects={})
    file: BinaryIO = upload.file  # type: ignore[assignment]
    format_name = sniff(file, upload.size or 0)
    _places(next(iter(_rows(file, format_name)), []))
    with transaction.atomic():
        judged(agency=agency, question=question, officer=officer, client=client, asked=[], on=on)
    row = ScreeningFile(
        agency=agency, officer=officer, client=client, purpose_code=purpose, matter_code=matter,
        filename=(upload.name or "")[-200:], format=format_name, stored_as=new_public_id(),
    )  # fmt: skip
    try:
        AREA.keep(file, row.stored_as)
        with transaction.atomic():
            row.save(force_insert=True)
            transaction.on_commit(lambda: _wake(row.pk))
    except BaseException:
        AREA.discard(row.stored_as)
        raise
    return row


def _wake(pk: int) -> None:
    from sanctions.tasks import screen_file

    try:
        screen_file.delay(pk)
    except BrokerDown:
        logger.warning("screening file %s waits for the next round: broker not reachable", pk)


def waiting_files() -> list[int]:
    """Files that are queued, or whose worker has not been heard of for ten minutes."""
    rows = ScreeningFile.objects.filter(status=BatchStatus.QUEUED) | ScreeningFile.objects.filter(
        status=BatchStatus.RUNNING, started_at__lt=timezone.now() - _STALE
    )
    return list(rows.order_by("pk").values_list("pk", flat=True)[:20])


def process_file(pk: int) -> bool:
    """Screen one file; False when another worker has it or nothing is to be done."""
    with transaction.atomic():
        row = ScreeningFile.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        fresh = row is not None and row.started_at is not None and row.started_at > timezone.now() - _STALE
        if row is None or row.status not in (BatchStatus.QUEUED, BatchStatus.RUNNING):
            return False
        if row.status == BatchStatus.RUNNING and fresh:
            return False
        ScreeningFile.objects.filter(pk=pk).update(status=BatchStatus.RUNNING, started_at=timezone.now())
    try:
        _screen(row)
    except (
        Problem,
        DatabaseError,
    ) as problem:  # the list cannot answer now: ask again later, never say `clear`
        if isinstance(problem, FileRefused):
            _fail(row, problem.detail)
            return True
        logger.warning("screening file %s waits: %s", pk, type(problem).__name__)
        ScreeningFile.objects.filter(pk=pk).update(status=BatchStatus.QUEUED)
        return False
    except Refused as refused:
        _fail(row, "；".join(one.detail for one in refused.refusals)[:300])
    return True


def _fail(row: ScreeningFile, detail: str) -> None:
    AREA.discard(row.stored_as)
    ScreeningFile.objects.filter(pk=row.pk).update(
        status=BatchStatus.FAILED, error_detail=detail[:300], finished_at=timezone.now(), stored_as=""
    )


def _screen(row: ScreeningFile) -> None:
    stream = AREA.stream(row.stored_as)
    try:
        table = list(_rows(stream, row.format))  # type: ignore[arg-type]
    finally:
        stream.close()
    header, lines = table[0], table[1:]
    if len(lines) > MAX_ROWS:
        raise FileRefused("file_too_large", f"一个文件最多{MAX_ROWS}行，请分成几个文件")
    places = _places(header)
    asked, wrong = _identities(lines, places)
    question = Question(purpose=row.purpose_code, matter=row.matter_code, subjects={})
    with transaction.atomic():
        facts, asker = judged(
            agency=row.agency, question=question, officer=row.officer, client=row.client, asked=asked, on=today(),
            timeout_ms=TIMEOUT_MS,
        )  # fmt: skip
        found: dict[str, Any] = orjson.loads(answer(asker, question, facts, asked, today())) if asked else {}
        result = _result(header, lines, found.get("results", {}), wrong)
        name = new_public_id()
        AREA.keep(io.BytesIO(result), name)
        ScreeningFile.objects.filter(pk=row.pk).update(
            status=BatchStatus.DONE, total=len(lines), invalid=len(wrong), result_as=name, stored_as="",
            hits=sum(one["status"] == "hit" for one in found.get("results", {}).values()), finished_at=timezone.now(),
            screening=Screening.objects.filter(public_id=found.get("id", "")).first(),
        )  # fmt: skip
        transaction.on_commit(lambda: AREA.discard(row.stored_as))


def _rows(file: BinaryIO, format_name: str) -> Iterator[list[str]]:
    """Header and rows as text, empty rows left out."""
    table = open_table(file, format_name)
    wanted = {normalise_header(one) for one in _COLUMNS.values()}
    names = [
        name
        for name in table.tables()
        if any(
            wanted & {normalise_header(str(cell or "")) for cell in row} for row in table.first_rows(name, 1)
        )
    ]
    if not names:
        columns = "、".join(_COLUMNS.values())
        raise FileRefused("file_header_missing", f"第一行应为栏目名称，其中至少有一栏：{columns}")
    for row in table.first_rows(names[0], 1):
        yield [str(cell or "") for cell in row]
    for _, block in table.blocks(names[0], 1, 5000):
        for row in block:
            if any(row):
                yield ["" if cell is None else str(cell) for cell in row]


def _places(header: Sequence[str]) -> dict[str, int]:
    found = [normalise_header(cell) for cell in header]
    places = {
        name: found.index(normalise_header(label))
        for name, label in _COLUMNS.items()
        if normalise_header(label) in found
    }
    if "uscc" not in places and not {"id_number", "name"} <= places.keys():
        raise FileRefused("file_header_missing", "应有“统一社会信用代码”一栏，或者“身份证号码”和“姓名”两栏")
    return places


def _identities(
    lines: Sequence[Sequence[str]], places: dict[str, int]
) -> tuple[list[identities.Identity], dict[int, str]]:
    """Identities by number of the line, and what is wrong with the lines that name nobody."""
    asked: list[identities.Identity] = []
    wrong: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        given = {
            name: line[place].strip()
            for name, place in places.items()
            if place < len(line) and line[place].strip()
        }
        if "uscc" in given:
            given = {"uscc": given["uscc"]}
        one = identities.identity(str(number), given)
        if isinstance(one, identities.Identity):
            asked.append(one)
        else:
            wrong[number] = one.detail
    return asked, wrong


def _result(
    header: Sequence[str], lines: Sequence[Sequence[str]], results: dict[str, Any], wrong: dict[int, str]
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*header, *ADDED])
    width = len(header)
    for number, line in enumerate(lines, 1):
        cells = [*map(safe, line[:width]), *[""] * (width - len(line))]
        writer.writerow([*cells, *_cells(results.get(str(number)), wrong.get(number, ""))])
    return text.getvalue().encode("utf-8-sig")


_CLEAR: Final = (_WORDS["clear"], *[""] * (len(ADDED) - 1))


def _cells(found: dict[str, Any] | None, problem: str) -> Sequence[str]:
    if found is None:
        return ("没有比对", *[""] * (len(ADDED) - 2), problem)
    if found["status"] == "clear" and not found["incentives"]:
        return _CLEAR
    measures = found["measures"]

    def joined(values: Iterator[str | None]) -> str:
        return "；".join(dict.fromkeys(value or "" for value in values))

    return (
        _WORDS[found["status"]],
        joined(one["measure"]["code"] for one in measures),
        joined(one["measure"]["name"] for one in measures),
        joined(one["measure"]["basis"] for one in measures),
        joined(one["ground"]["document_number"] for one in measures),
        joined(one["period"]["until"] for one in measures),
        joined(one["measure"]["name"] for one in found["incentives"]),
        joined(one["remedy"] for one in measures),
    )


__all__ = ["AREA", "gate", "open_file", "process_file", "waiting_files"]
