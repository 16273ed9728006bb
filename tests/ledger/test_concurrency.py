"""Real parallel transactions against two competing sealers and a reader that keeps losing its answers.

Writers update random objects under random delays, roll back, use savepoints and run into deadlocks; whatever they did
commit must come out sealed exactly once, in the order of each object.
"""

import random
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg2
import psycopg2.errors
import psycopg2.extensions
import pytest
from django.db import connections

from ledger.models import Event
from ledger.selectors import events_after, head
from ledger.services import seal, seal_all
from ledger.verify import check_chain, check_rows
from tests.ledger.samples import NUMBER, TABLE, close_quietly, raw_connection, run

WRITERS = 6
OBJECTS = 12
SECONDS = 2.5

DIGEST = f"ledger_digest(record_send({TABLE}))"
UPDATE = f"UPDATE {TABLE} SET number = number + 1 WHERE id = %s RETURNING id, number, {DIGEST}"


@dataclass
class Written:
    """What writers know they committed: digest → (object, version), and how often things went wrong on purpose."""

    versions: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    events: int = 0
    transactions: int = 0
    undone: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def commit(self, rows: list[tuple[int, int, bytes]]) -> None:
        with self.lock:
            self.transactions += 1
            self.events += len(rows)
            for object_id, number, digest in rows:
                self.versions[digest] = (object_id, number)


def change(cursor: psycopg2.extensions.cursor, chance: random.Random) -> list[tuple[int, int, bytes]]:
    cursor.execute(UPDATE, [chance.randint(1, OBJECTS)])
    time.sleep(chance.random() * 0.003)
    return [(row[0], row[1], bytes(row[2])) for row in cursor.fetchall()]


def one_transaction(
    connection: psycopg2.extensions.connection, chance: random.Random, written: Written
) -> None:
    rows: list[tuple[int, int, bytes]] = []
    with connection.cursor() as cursor:
        for _ in range(chance.randint(1, 4)):
            if chance.random() < 0.15:
                cursor.execute("SAVEPOINT part")
                change(cursor, chance)
                cursor.execute("ROLLBACK TO part")
            else:
                rows += change(cursor, chance)
    if chance.random() < 0.15:
        connection.rollback()
        with written.lock:
            written.undone += 1
        return
    connection.commit()
    written.commit(rows)


def writer(url: str, seed: int, end: float, written: Written) -> None:
    chance = random.Random(seed)
    connection = raw_connection(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET timezone = 'UTC'; SET deadlock_timeout = '20ms'")
            connection.commit()
        while time.monotonic() < end:
            try:
                one_transaction(connection, chance, written)
            except psycopg2.errors.DeadlockDetected:
                connection.rollback()
                with written.lock:
                    written.undone += 1
    finally:
        close_quietly(connection)


def sealer(seed: int, stop: threading.Event) -> int:
    chance = random.Random(seed)
    lots = 0
    try:
        while not stop.is_set():
            lots += seal(limit=chance.randint(1, 40)) > 0
            time.sleep(chance.random() * 0.004)
    finally:
        connections["sealer"].close()
    return lots


def reader(start: int, seed: int, stop: threading.Event) -> list[int]:
    """Follows the feed by position. One answer in four is lost on the way and asked for again."""
    chance = random.Random(seed)
    seen: list[int] = []
    cursor = start
    try:
        while True:
            finished = stop.is_set()
            page = events_after(cursor, [NUMBER], chance.randint(1, 60))
            if page and chance.random() < 0.25:
                continue
            if page:
                seen += [change.position for change in page]
                cursor = page[-1].position
            elif finished:
                return seen
            else:
                time.sleep(0.002)
    finally:
        connections["default"].close()


def run_all(url: str, start: int, seed: int) -> tuple[Written, list[int], list[int]]:
    written, writers_done, sealed = Written(), threading.Event(), threading.Event()
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(max_workers=WRITERS + 3) as pool:
        writers = [pool.submit(writer, url, seed + i, end, written) for i in range(WRITERS)]
        sealers = [pool.submit(sealer, seed + 100 + i, writers_done) for i in range(2)]
        follower = pool.submit(reader, start, seed + 200, sealed)
        try:
            for future in writers:
                future.result(timeout=30)
            writers_done.set()
            lots = [future.result(timeout=30) for future in sealers]
            seal_all()
        finally:
            writers_done.set()
            sealed.set()
        return written, lots, follower.result(timeout=30)


@pytest.mark.long
@pytest.mark.parametrize("seed", [20261123])
def test_parallel_writers_lose_nothing_and_keep_order(committed_notes: str, seed: int) -> None:
    run(f"INSERT INTO {TABLE} (id, code) SELECT i, i::text FROM generate_series(1, {OBJECTS}) i")
    seal_all()
    newest = head()
    start = newest.last_position if newest else 0

    written, lots, seen = run_all(committed_notes, start, seed)

    assert written.transactions > 50
    assert written.undone > 5
    assert min(lots) > 0, "both sealers had their turn"
    sealed = list(Event.objects.filter(position__gt=start).order_by("position"))
    assert len(sealed) == written.events, "nothing lost, nothing twice"
    assert len({event.pending_id for event in sealed}) == written.events
    assert [event.position for event in sealed] == list(range(start + 1, start + 1 + written.events)), (
        "no gaps"
    )
    assert seen == [event.position for event in sealed], "the reader saw everything once, in order"

    order: defaultdict[int, list[int]] = defaultdict(list)
    for event in sealed:
        object_id, number = written.versions[bytes(event.digest)]
        assert event.object_id == object_id
        order[object_id].append(number)
    for numbers in order.values():
        assert numbers == list(range(1, len(numbers) + 1))
    assert list(check_chain()) == list(check_rows()) == []
