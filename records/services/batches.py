"""Hand-in by file: `open_batch` looks at the file, keeps it encrypted and wakes a worker; `process_batch` does the work.

The row of the batch is the truth. A worker holds a session lock on it, takes the file in by chunks and commits each with
its counters, so that a worker that dies loses at most the open chunk and another goes on behind the last one. The
message to the worker only wakes it; `records.tasks.resume_batches` finds what nobody works on.

Three threads: one reads, judges and builds, one enters the subjects that the chunk before names, one stores the chunk before that;
the two that write have a connection each. A worker that dies between them leaves subjects that nothing is recorded of yet;
whoever goes on finds them.
"""

import gc
import logging
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import date
from functools import partial
from itertools import count
from typing import BinaryIO, Final, TypeAlias, TypeVar, cast

from celery import current_app
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from agencies.models import Agency, ApiClient, Officer
from catalog.models import CatalogItem
from common.clock import today
from common.files.errors import FileRefused, no_rows
from common.gates import Refused, refuse
from common.ids import public_id
from common.locks import advisory_lock
from common.memory import give_back, hold_threshold
from ledger.services import acting
from records.choices import BatchStatus, Channel, Procedure
from records.intake import storage
from records.intake.build import Builder, Built, Origin
from records.intake.reference import item_on, layout_of, load_facts, other_layouts
from records.intake.rejections import seal_context
from records.intake.retry import again_on_collision
from records.intake.source import Chunk, Table, begun_small, chunks, locate, open_table
from records.intake.store import Prepared, SubjectIds, duplicates, prepare, store, write
from records.intake.variants import Known
from records.models import IntakeBatch
from records.rules.facts import PROCEDURE, Facts
from records.rules.verdict import Judge
from records.services.common import actor_number, basis_of, check_route

logger = logging.getLogger(__name__)
CHUNK_ROWS: Final = 3_000
# rows at once, to see whether there is one; reading stops with the first that has something
_LOOKED_AT: Final = 100
_GIVEN_BACK_AFTER: Final = 20  # chunks; what was given back has to be asked for again, page by page
MAX_ATTEMPTS: Final = 5
_TURN: Final = 0.0005  # seconds
_AHEAD: Final = 2  # chunks: one being judged, one whose subjects are entered
_LOCK: Final = "records.batch"
# A chunk, the subjects it names, and what goes to the database if nothing of it is known there.
Ready: TypeAlias = tuple[Built, dict[str, Known], Prepared]


def open_batch(
    *,
    agency: Agency,
    item_code: str,
    upload: "UploadedFile[bytes]",
    channel: Channel,
    officer: Officer | None = None,
    client: ApiClient | None = None,
    declared_procedure: str = "",
    on: date | None = None,
) -> IntakeBatch:
    """Check a file as a whole, keep it encrypted and queue it.

    `declared_procedure` speaks for files without a column 适用程序. Raises FileRefused (nothing is kept) and Refused:
    item_unknown, provider_not_authorised, excluded_summary_procedure.
    """
    on = on or today()
    item = item_on(item_code, on)
    check_route(agency, item, on)
    if declared_procedure == Procedure.SUMMARY:
        raise Refused(refuse("excluded_summary_procedure", pointer="/procedure"))
    file = cast(BinaryIO, upload)
    format_name = storage.sniff(file, upload.size or 0, upload.name or "")
    table = _table(file, format_name, item, on, declared_procedure)
    name = public_id()
    batch = IntakeBatch(
        public_id=name,
        item=item,
        agency=agency,
        officer=officer,
        client=client,
        channel=channel,
        filename=(upload.name or "")[-255:],
        format=format_name,
        size=upload.size or 0,
        stored_as=name,
        declared_procedure=declared_procedure,
        columns=list(table.header.titles),
        expected=max(0, table.file.expected_rows(table.name) - table.header.row),
    )
    try:
        batch.sha256 = storage.keep(file, name)
        with acting(actor=_actor(batch), action="records.open_batch", basis=basis_of(item)):
            batch.save(force_insert=True)
            transaction.on_commit(lambda: _wake(batch.pk))
    except BaseException:
        storage.discard(name)
        raise
    return batch


def _table(file: BinaryIO, format_name: str, item: CatalogItem, on: date, declared_procedure: str) -> Table:
    """The table of a file, once it says for every row by which procedure (or the declaration does)."""
    layout = layout_of(item, item.fields.all())
    table = locate(open_table(file, format_name), layout, lambda: other_layouts(item.code, on))
    stated = PROCEDURE in table.header.positions or declared_procedure == Procedure.ORDINARY
    if layout.asks_procedure and not stated:
        raise FileRefused(
            "procedure_undeclared", f"文件没有“{PROCEDURE}”列，请在报送时申明全部适用普通程序，或者补上该列"
        )
    if not any(table.file.blocks(table.name, table.header.row, _LOOKED_AT)):
        raise no_rows()
    return table


def _wake(batch_id: int) -> None:
    """Tell a worker. A broker that is away costs nothing: the batch is found by `resume_batches`."""
    try:
        current_app.send_task("records.tasks.process_batch", args=(batch_id,))
    except Exception:
        logger.warning("no broker to announce a batch to; it will be found", exc_info=True)


def process_batch(batch_id: int) -> bool:
    """Take in a batch from where it stands; returns whether it was this call that worked on it.

    False when another worker holds it or nothing is left to do.
    """
    with advisory_lock(_LOCK, batch_id, wait=False) as obtained:
        if not obtained:
            return False
        batch = (
            IntakeBatch.objects.select_related("item__basis", "agency", "officer", "client")
            .filter(pk=batch_id, status__in=[BatchStatus.QUEUED, BatchStatus.RUNNING])
            .first()
        )
        if batch is None:
            return False
        _process(batch)
    return True


def _process(batch: IntakeBatch) -> None:
    if batch.attempts >= MAX_ATTEMPTS:
        _finish(batch, BatchStatus.FAILED, "internal_error", "多次处理未能完成，请联系系统管理员后重新报送")
        return
    with acting(actor=_actor(batch), action="records.process_batch", basis=basis_of(batch.item)):
        IntakeBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.RUNNING, attempts=F("attempts") + 1)
    try:
        _take_in(batch)
    except FileRefused as refused:
        _finish(batch, BatchStatus.FAILED, refused.code, refused.detail)
    else:
        _finish(batch, BatchStatus.DONE)


def _take_in(batch: IntakeBatch) -> None:
    """All chunks behind `next_row`. The next one is made ready while the database stores the one before."""
    hold_threshold()
    facts = load_facts(
        agency=batch.agency,
        item=batch.item,
        on=timezone.localdate(batch.created_at),
        declared_ordinary=batch.declared_procedure == Procedure.ORDINARY,
    )
    origin = Origin(batch.agency_id, batch.pk, batch.channel, seal_context(batch.pk))
    with (
        _undisturbed(),
        storage.opened(batch.stored_as) as file,
        _beside("judge") as judging,
        _beside("enter") as entering,
    ):
        storing = _Storing(batch, origin)
        judged = partial(next, _judged_chunks(file, batch, facts, origin), None)
        enter = _Entering(batch, origin)

        def begin() -> _Coming[Ready | None]:
            return entering(partial(enter.subjects, judging(judged)))

        coming = deque(begin() for _ in range(_AHEAD))
        for number in count(1):
            if (ready := coming.popleft()()) is None:
                break
            coming.append(begin())
            storing.commit(ready)
            del ready
            if number % _GIVEN_BACK_AFTER == 0:
                give_back()


_T = TypeVar("_T")
_Coming: TypeAlias = Callable[[], _T]


@contextmanager
def _beside(name: str) -> Iterator[Callable[[Callable[[], _T]], _Coming[_T]]]:
    """Begin work in a thread with a connection of its own; what comes back is called for the result. Inside a transaction,
    of which another connection would see nothing, the work is done when it is called for."""
    if connection.in_atomic_block:
        yield lambda work: work
        return

    def hang_up() -> None:
        connection.close()

    with ThreadPoolExecutor(1, thread_name_prefix=name) as ahead:
        try:
            yield lambda work: ahead.submit(copy_context().run, work).result
        finally:
            ahead.submit(hang_up)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Settings of the process while two threads work on a file.

    A chunk is hundreds of thousands of objects without a cycle: looking for cycles took a tenth of the time. And whoever
    comes back from the database waits for the other thread's turn to end, dozens of times a chunk: turns are shorter.
    """
    turn, collecting = sys.getswitchinterval(), gc.isenabled()
    gc.disable()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        if collecting:
            gc.enable()


def _judged_chunks(file: BinaryIO, batch: IntakeBatch, facts: Facts, origin: Origin) -> Iterator[Built]:
    table = locate(open_table(file, batch.format), facts.layout)
    judge, builder = Judge(facts), Builder(facts, origin)

    def judged(chunk: Chunk) -> Built:
        verdict = judge.chunk(chunk.columns, len(chunk.lines), chunk.problems)
        return builder.build(verdict, chunk.lines, chunk.originals)

    # Unlike a loop, this keeps no chunk while it waits.
    return map(judged, begun_small(chunks(table, batch.next_row, CHUNK_ROWS), max(1, CHUNK_ROWS // 4)))


class _Entering:
    """Enters the subjects of chunk after chunk; what is committed is remembered."""

    def __init__(self, batch: IntakeBatch, origin: Origin) -> None:
        self._batch, self._origin, self._ids = batch, origin, SubjectIds()

    def subjects(self, judged: _Coming[Built | None]) -> Ready | None:
        built = judged()
        if built is None:
            return None
        found = again_on_collision(partial(self._resolve, built))
        self._ids.remember(found)
        return (
            built,
            found,
            prepare(built, self._origin, found, duplicates(built, self._origin.provider_id, running=False)),
        )

    def _resolve(self, built: Built) -> dict[str, Known]:
        with acting(actor=_actor(self._batch), action="records.intake", basis=basis_of(self._batch.item)):
            _without_waiting_for_the_disk()
            return self._ids.resolve(built.keys, built)


class _Storing:
    """Stores chunk after chunk, each with its counters.

    Most files hold nothing that is recorded: for what is, the database is asked only when it has refused a chunk for it, and
    from then on before every chunk of the file.
    """

    def __init__(self, batch: IntakeBatch, origin: Origin) -> None:
        self._batch, self._origin, self._asks = batch, origin, False

    def commit(self, ready: Ready) -> None:
        if not self._asks:
            try:
                return self._write(*ready)
            except (IntegrityError, OperationalError):
                self._asks = True
        return again_on_collision(partial(self._write, *ready))

    def _write(self, built: Built, known: dict[str, Known], prepared: Prepared) -> None:
        batch = self._batch
        with acting(actor=_actor(batch), action="records.intake", basis=basis_of(batch.item)):
            _without_waiting_for_the_disk()
            outcome = store(built, self._origin, known) if self._asks else write(prepared)
            again = len(outcome.duplicates)
            IntakeBatch.objects.filter(pk=batch.pk).update(
                next_row=built.last_line,
                total=F("total") + outcome.accepted + outcome.rejected + again,
                accepted=F("accepted") + outcome.accepted,
                rejected=F("rejected") + outcome.rejected,
                duplicate=F("duplicate") + again,
                attempts=0,
            )


def _without_waiting_for_the_disk() -> None:
    """The running transaction is made durable by the next one that waits: the sealer's, or the one that says the batch is done.

    Should the server fail before, records and `next_row` are lost together, and the batch goes on from there.
    """
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")


def _actor(batch: IntakeBatch) -> int | None:
    return actor_number(batch.officer, batch.client)


def _finish(batch: IntakeBatch, status: BatchStatus, code: str = "", detail: str = "") -> None:
    with acting(actor=_actor(batch), action="records.finish_batch", basis=basis_of(batch.item)):
        IntakeBatch.objects.filter(pk=batch.pk).update(
            status=status,
            error_code=code,
            error_detail=detail,
            finished_at=timezone.now(),
            stored_as="",
        )
        transaction.on_commit(lambda: storage.discard(batch.stored_as))


def unfinished_batches() -> list[int]:
    """Batches that are queued or were left running, oldest first."""
    waiting = IntakeBatch.objects.filter(status__in=[BatchStatus.QUEUED, BatchStatus.RUNNING])
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:100])
