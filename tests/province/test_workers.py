"""Several processes and threads at once, on a database of their own: killed workers, rival workers, parallel writers."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import orjson
import pytest
from celery import Celery
from django.conf import settings
from django.db import connections
from django.test import Client

from common.clock import today
from ledger.models import Event
from province import lines
from province.choices import DeliveryState
from province.models import Delivery, PushTarget
from province.reconciliation import reconcile
from province.services import push
from province.sources import TABLES
from sandbox.store import Store
from tests.province.conftest import CHANGES, SECRET, Sandbox, token
from tests.province.samples import Lists, add_records, change, end, seal
from tests.province.test_push import REPAIRS, assert_same

BROKER_INDEX = 7


def broker() -> str:
    return urlunsplit(urlsplit(settings.REDIS_URL)._replace(path=f"/{BROKER_INDEX}"))


@contextmanager
def worker(queue: str, url: str, sandbox: Sandbox) -> Iterator["subprocess.Popen[bytes]"]:
    """A Celery worker process on one queue of its own broker database."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": broker(),
        "PROVINCE_PUSH_URL": sandbox.push_url,
        "PROVINCE_PUSH_SECRET": SECRET,
    }
    argv = [
        "-m",
        "celery",
        "-A",
        "hegang_credit",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "ERROR",
        "-Q",
        queue,
    ]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-n", f"{queue}@test"]
    process = subprocess.Popen([sys.executable, *argv, *quiet], cwd=settings.BASE_DIR, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end_at, "it did not happen in time"
        time.sleep(0.03)


@pytest.mark.long
def test_a_worker_killed_while_sending_is_followed_by_the_next(
    committed_target: PushTarget, committed_db: str, sandbox: Sandbox
) -> None:
    start = committed_target.position
    PushTarget.objects.update(timeout=60)
    rows = add_records(6)
    change(rows[0], note="更正")
    seal()
    sandbox.fault("stall", seconds=30, times=1)
    tasks = Celery(broker=broker(), set_as_current=False)
    with worker("one", committed_db, sandbox) as first, worker("two", committed_db, sandbox) as second:
        tasks.send_task("province.tasks.push_pending", queue="one")
        wait_for(lambda: sandbox.state()["accepted"] == 7)
        assert Delivery.objects.get().state == DeliveryState.SENDING
        first.send_signal(signal.SIGKILL)
        first.wait()
        tasks.send_task("province.tasks.push_pending", queue="two")
        wait_for(lambda: Delivery.objects.filter(state=DeliveryState.DONE).exists())
        assert second.poll() is None
    state = sandbox.state()
    assert (state["duplicates"], Delivery.objects.get().attempts) == (7, 2)
    assert_same(sandbox, start)


def test_rival_workers_send_nothing_twice(committed_target: PushTarget, sandbox: Sandbox) -> None:
    start = committed_target.position
    PushTarget.objects.update(batch_size=5)
    add_records(60)
    seal()

    def work(_: int) -> int:
        try:
            return sum(push(target=committed_target, budget=timedelta(seconds=5)) for _ in range(3))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        acknowledged = sum(pool.map(work, range(4)))
    assert acknowledged == 60
    assert sandbox.state()["duplicates"] == 0
    assert Delivery.objects.filter(state=DeliveryState.DONE, attempts=1).count() == 12
    assert_same(sandbox, start)


# Enough to meet every kind of cut. CREDIT_TEST_CUTS=500 runs the long form.
CUTS = int(os.environ.get("CREDIT_TEST_CUTS", "25"))
STEPS = 2 * CUTS


class Writer:
    """Adds, corrects and ends records, entries, measures and repairs at random, a given number of times: work, not time, so that a
    slow machine ends too."""

    def __init__(self, seed: int, steps: int) -> None:
        self.chance, self.steps = random.Random(seed), steps
        self.lists = Lists(self.chance)

    def run(self) -> None:
        rows = add_records(3)
        for _ in self.lists.opening[:]:
            self.lists.step()
        try:
            for _ in range(self.steps):
                self.step(rows)
                time.sleep(self.chance.random() * 0.01)
        finally:
            connections.close_all()

    def step(self, rows: list[object]) -> None:
        act = self.chance.random()
        if act < 0.15:
            self.lists.step()
        elif act < 0.4:
            rows += add_records(self.chance.randint(1, 3), secret=self.chance.random() < 0.3)
        elif act < 0.8:
            change(self.chance.choice(rows), note=f"更正{self.chance.random()}")
        elif len(rows) > 2:
            end(rows.pop(self.chance.randrange(len(rows))))


class CutOffClient:
    """Reads the feed; loses answers whole, or the rest of a stream in the middle of a line."""

    def __init__(self, store: Store, after: int, seed: int) -> None:
        self.store, self.cursor, self.chance = store, str(after), random.Random(seed)
        self.cuts = 0
        self.http, self.bearer = Client(), f"Bearer {token('province:pull')}"

    def read(self, *, cut: bool) -> int:
        """One request; returns how many events were taken."""
        lost = cut and self.chance.random() < 0.4
        self.cuts += lost
        if self.chance.random() < 0.5:
            body = self.ask("application/json", limit=self.chance.randint(1, 7)).content
            return 0 if lost else self.take(orjson.loads(body))
        answer = self.ask("application/x-ndjson", limit=self.chance.randint(1, 40))
        raw = b"".join(answer.streaming_content)
        raw = raw[: self.chance.randrange(len(raw))] if lost else raw
        *items, rest = [
            orjson.loads(line) for line in raw.splitlines(keepends=True) if line.endswith(b"\n")
        ] or [{}]
        if "next_cursor" not in rest:  # cut off: go on from the last whole line
            items += [rest] if rest else []
            rest = {"next_cursor": str(items[-1]["position"]) if items else self.cursor}
        return self.take({"items": items, **rest})

    def ask(self, accept: str, limit: int) -> object:
        headers = {"Authorization": self.bearer, "Accept": accept}
        return self.http.get(CHANGES, {"cursor": self.cursor, "limit": str(limit)}, headers=headers)

    def take(self, body: dict[str, object]) -> int:
        self.store.receive(body["items"], body.get("ledger_head"), lambda: False)
        self.cursor = str(body["next_cursor"])
        return len(body["items"])


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_a_reader_that_is_cut_off_ends_with_exactly_the_citys_state(
    committed_target: PushTarget, tmp_path: Path, seed: int
) -> None:
    start = committed_target.position
    Lists.people()
    client = CutOffClient(Store(tmp_path / "pulled.jsonl"), start, seed)
    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(Writer(seed * 10 + number, STEPS).run) for number in range(3)]
        while client.cuts < CUTS or not all(writer.done() for writer in writers):
            seal()
            if client.chance.random() < 0.5:  # pages partly of ready-made lines, partly said anew
                lines.write(limit=client.chance.randint(1, 50))
            client.read(cut=True)
        for writer in writers:
            writer.result()
    seal()
    while client.read(cut=False):
        pass
    events = Counter(Event.objects.filter(tbl__in=TABLES, position__gt=start).values_list("tbl", flat=True))
    state = client.store.state(full=False)
    assert state["accepted"] == state["effects"] and events.keys() == TABLES
    quiet = events[REPAIRS]  # cases are told of once they are granted
    assert 50 < events.total() - quiet <= state["accepted"] <= events.total()
    assert state["order_violations"] == state["ledger_contradictions"] == 0
    ours = reconcile(today())
    assert ours["settled"] and ours["items"] == client.store.reconciliation(today())
