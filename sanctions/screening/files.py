"""Files of many subjects: handed in, screened by one statement in the background, fetched as a table.

Data flow: upload → sniffed and kept encrypted → row of `ScreeningFile` (the truth; a message only wakes) → `process_file` →
COPY of the codes into a temporary table → one statement that joins, registers, receipts and writes the hits as the one for
single questions does → COPY out of what there is to say → result table, encrypted → download. Rows that name nobody are told apart
by number and cost the others nothing. A list that cannot answer leaves the file waiting; it is never answered `clear`.

Rejected: *the JSON of single questions, taken apart again* (measured at four times the cost); *checking every code before it is
looked for* (a code that stands in our register is well-formed; only those that do not are checked).
"""

import gc
import io
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from typing import BinaryIO, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerDown

from agencies.models import Agency, ApiClient, Officer
from common.clock import today
from common.files.errors import FileRefused, no_rows
from common.files.store import Area
from common.gates import Refused
from common.problems import Problem
from records.choices import BatchStatus
from records.intake.storage import sniff
from records.models import new_public_id
from records.sharing.services.lookups import Asker
from sanctions.models import Screening, ScreeningFile
from sanctions.screening import gate, identities, sheet
from sanctions.screening.service import REMEDY, Question, common_values, judged, ledger_values, unavailable
from sanctions.screening.statements import FILE

logger = logging.getLogger(__name__)
AREA: Final = Area("screening", "screening-file")
MAX_ROWS: Final = 100_000
TIMEOUT_MS: Final = 300_000
_STALE: Final = timedelta(minutes=10)
_ASKED: Final = f"""
set local statement_timeout = {TIMEOUT_MS};
set local plan_cache_mode = default;
set local work_mem = '64MB';
set local jit = off;
drop table if exists screening_asked;
create temp table screening_asked (ordinal int, subject_key text) on commit drop;
"""
_ITEMS: Final = """
select coalesce(array_agg(distinct one), '{}') from sanctions_matter t
join sanctions_measure m on m.code = any(t.measure_codes), unnest(m.item_codes) one
where t.id = %s and not m.by_decision
"""
_UNMATCHED: Final = """
select i.ordinal, i.subject_key from screening_asked i
where i.subject_key like 'uscc:%' and not exists (select from records_subject s where s.key = i.subject_key)
"""


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
    format_name = sniff(file, upload.size or 0, upload.name or "")
    rows = sheet.rows(file, format_name)
    sheet.places(next(rows))
    if next(rows, None) is None:
        raise no_rows()
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
        with _no_search_for_cycles():
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


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """A hundred thousand rows hold no cycles; looking for some, again and again while they come, took a tenth of the work."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _fail(row: ScreeningFile, detail: str) -> None:
    AREA.discard(row.stored_as)
    ScreeningFile.objects.filter(pk=row.pk).update(
        status=BatchStatus.FAILED, error_detail=detail[:300], finished_at=timezone.now(), stored_as=""
    )


def _screen(row: ScreeningFile) -> None:
    stream = AREA.stream(row.stored_as)
    try:
        header, *lines = sheet.rows(stream, row.format)  # type: ignore[arg-type]
    finally:
        stream.close()
    if len(lines) > MAX_ROWS:
        raise FileRefused("file_too_large", f"一个文件最多{MAX_ROWS}行，请分成几个文件")
    asked = sheet.read(lines, sheet.places(header))
    question = Question(purpose=row.purpose_code, matter=row.matter_code, subjects={})
    with transaction.atomic():
        facts, asker = judged(
            agency=row.agency, question=question, officer=row.officer, client=row.client, asked=asked.persons, on=today(),
        )  # fmt: skip
        if refusals := gate.judge_organisations(facts, asked.keys):
            raise Refused(*refusals)
        with ThreadPoolExecutor(1) as other:
            meanwhile = lambda: other.submit(sheet.copied, header, lines)  # noqa: E731
            found, screening, copied = _found(asker, question, facts, asked, meanwhile)
        name = new_public_id()
        AREA.keep_blocks(sheet.result(copied.result(), found, asked.wrong, REMEDY), name)
        ScreeningFile.objects.filter(pk=row.pk).update(
            status=BatchStatus.DONE, total=len(lines), invalid=len(asked.wrong), result_as=name, stored_as="",
            hits=screening.hits if screening else 0, finished_at=timezone.now(), screening=screening,
        )  # fmt: skip
        transaction.on_commit(lambda: AREA.discard(row.stored_as))


def _found(
    asker: Asker,
    question: Question,
    facts: gate.Facts,
    asked: sheet.Asked,
    meanwhile: Callable[[], Future[list[str]]],
) -> tuple[bytes, Screening | None, Future[list[str]]]:
    """What is said of each row that there is something to say of, as CSV (see file.sql); the receipt; what was begun
    `meanwhile` the database looks. No receipt when no row
    names anybody: nothing was asked then."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED)  # first of all: the limit and the plan of the gate's statement end here
        persons = zip(asked.persons, identities.subject_keys(asked.persons), strict=True)
        keys = asked.keys | {int(one.caller_key): key for one, key in persons}
        lines = [f"{number}\t{key or sheet.NOBODY}\n" for number, key in keys.items()]
        cursor.copy_expert("copy screening_asked from stdin", io.BytesIO("".join(lines).encode()))
        cursor.execute("analyze screening_asked")
        cursor.execute(_UNMATCHED)
        asked.wrong |= sheet.wrong_codes(cursor.fetchall())
        cursor.execute("delete from screening_asked where ordinal = any(%s)", [list(asked.wrong)])
    if not (names := [str(number) for number in keys if number not in asked.wrong]):
        return b"", None, meanwhile()
    values = common_values(asker, question, facts, names, today())
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, [facts.matter_id])
        (items,) = cursor.fetchone()
    begun = meanwhile()
    found = FILE.copy([*values, *ledger_values(asker), items])
    screening = Screening.objects.filter(public_id=values[7]).only("asked", "hits").first()
    if screening is None or screening.asked != len(names):
        raise unavailable()
    return found, screening, begun


__all__ = ["AREA", "open_file", "process_file", "waiting_files"]
