"""Everything is killed at random while events flow: worker, broker, database connections, receiver. Nothing may be lost,
nothing may take effect twice, every object stays in order, and both sides reconcile at the end.

Real Celery, real broker, the real sandbox. The suite runs the short form; CREDIT_CHAOS_EVENTS=100000 runs the long one.
"""

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from celery import Celery
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.db.models import Sum
from django.utils import timezone

from common.clock import today
from hegang_credit.launcher.processes import free_port
from hegang_credit.launcher.valkey import _binary
from ledger.models import Event, Pending
from province.choices import OPEN_STATES
from province.models import Delivery, PushTarget
from province.reconciliation import reconcile
from province.sources import TABLES
from tests.province.conftest import SECRET, Sandbox
from tests.province.samples import Lists, add_records, change, end, seal
from tests.province.test_push import assert_same

EVENTS = int(os.environ.get("CREDIT_CHAOS_EVENTS", "400"))
BATCH = max(20, min(200, EVENTS // 20))
PATIENCE = 60 + EVENTS / 50
# A worker needs some seconds to start; over a long run it is struck often enough without being struck always.
STRIKES = (0.5, 1.5) if EVENTS < 1000 else (2.0, 8.0)


class Victim:
    """A process that can be killed and started again at the same address."""

    def __init__(self, argv: list[str], environment: dict[str, str], port: int = 0) -> None:
        self.argv, self.environment, self.port = argv, environment, port
        self.deaths = 0
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.argv, cwd=settings.BASE_DIR, env={**os.environ, **self.environment}
        )
        while self.port:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            time.sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def strike(self) -> None:
        self.kill()
        self.deaths += 1
        self.start()


@contextmanager
def platform(url: str, state: Path) -> Iterator[dict[str, Victim]]:
    broker_port, sandbox_port = free_port(), free_port()
    broker = Victim(
        [str(_binary()), "--port", str(broker_port), "--bind", "127.0.0.1", "--save", ""], {}, broker_port
    )
    sandbox = Victim(
        [sys.executable, "-m", "sandbox.province", "--port", str(sandbox_port), "--state", str(state)],
        {"PROVINCE_PUSH_SECRET": SECRET},
        sandbox_port,
    )
    worker = Victim(
        [sys.executable, "-m", "celery", "-A", "hegang_credit", "worker", "--pool", "solo", "-l", "CRITICAL",
         "--without-gossip", "--without-mingle", "--without-heartbeat", "-n", "chaos@test"],
        {
            "DATABASE_URL": url,
            "REDIS_URL": f"redis://127.0.0.1:{broker_port}/0",
            "PROVINCE_PUSH_URL": f"http://127.0.0.1:{sandbox_port}/push",
            "PROVINCE_PUSH_SECRET": SECRET,
            "DATABASE_SEALER_URL": url,
            "PGAPPNAME": "chaos-worker",
        },
    )  # fmt: skip
    victims = {"broker": broker, "sandbox": sandbox, "worker": worker}
    try:
        yield victims
    finally:
        for victim in victims.values():
            victim.kill()


def cut_connections() -> None:
    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chaos-worker'"
        )


def repeatedly(stop: threading.Event, act: Callable[[], object], pause: Callable[[], float]) -> None:
    """Act again and again in a thread of its own; what fails because its server was just killed is tried again."""
    try:
        while not stop.wait(pause()):
            with suppress(Exception):
                act()
    finally:
        connections.close_all()


def write(amount: int, chance: random.Random) -> None:
    rows, lists = add_records(10), Lists(chance)
    Lists.people()
    for _ in range(20):
        lists.step()
    done = 10
    while done < amount:
        act = chance.random()
        if act < 0.1:
            for _ in range(max(2, amount // 2000)):
                lists.step()
        elif act < 0.55:
            many = min(amount - done, chance.randint(1, max(5, amount // 40)))
            rows += add_records(many, secret=chance.random() < 0.2)
            done += many
        elif act < 0.9:
            some = chance.sample(rows, min(len(rows), chance.randint(1, 1 + amount // 400)))
            change(*some, note=f"更正{chance.random()}")
            done += len(some)
        elif len(rows) > 5:
            end(rows.pop(chance.randrange(len(rows))))
            done += 1
        rows = rows[-500:]


@pytest.mark.long
@pytest.mark.parametrize("seed", [20261126])
def test_nothing_is_lost_and_nothing_happens_twice(
    committed_db: str, committed_target: PushTarget, tmp_path: Path, seed: int
) -> None:
    chance, stop = random.Random(seed), threading.Event()
    start = committed_target.position
    PushTarget.objects.update(batch_size=BATCH, timeout=3)
    with platform(committed_db, tmp_path / "sandbox") as victims:
        broker = f"redis://127.0.0.1:{victims['broker'].port}/0"
        url = f"http://127.0.0.1:{victims['sandbox'].port}"
        told = Sandbox(url, tmp_path, victims["sandbox"].process, httpx2.Client(timeout=120, trust_env=False))
        tasks = Celery(broker=broker, set_as_current=False)
        tasks.conf.broker_transport_options = {"socket_timeout": 1, "socket_connect_timeout": 1}

        def wake() -> None:
            """What beat does, and the pauses struck out, so that a short test meets many attempts."""
            Delivery.objects.filter(next_try__isnull=False).update(next_try=timezone.now())
            tasks.send_task("province.tasks.push_pending", retry=False, ignore_result=True)

        def torment() -> None:
            act = chance.choice([*victims, "connections", "fault"])
            if act in victims:
                victims[act].strike()
            elif act == "connections":
                cut_connections()
            else:
                mode = chance.choice(["drop", "reset", "refuse", "partial", "duplicate", "reorder"])
                told.fault(mode, share=0.3, times=3)

        threads = [
            threading.Thread(target=repeatedly, args=(stop, seal, lambda: 0.2)),
            threading.Thread(target=repeatedly, args=(stop, wake, lambda: 0.3)),
        ]
        tormented = threading.Event()
        killer = threading.Thread(
            target=repeatedly, args=(tormented, torment, lambda: chance.uniform(*STRIKES))
        )
        for thread in (*threads, killer):
            thread.start()
        try:
            began = time.monotonic()
            write(EVENTS, random.Random(seed + 1))
            written = time.monotonic() - began
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until and (
                sum(v.deaths for v in victims.values()) < 4
                or (EVENTS >= 1000 and not all(v.deaths for v in victims.values()))
                or waiting(committed_target) > EVENTS // 2
            ):
                time.sleep(0.2)
            tormented.set()
            killer.join()
            told.fault("none")
            while not all_delivered(committed_target):
                assert time.monotonic() < until, list(
                    Delivery.objects.filter(state__in=OPEN_STATES).values("state", "attempts", "last_error")
                )
                time.sleep(0.3)
        finally:
            tormented.set()
            stop.set()
            for thread in threads:
                thread.join()
        print(  # noqa: T201
            f"{EVENTS} events: written in {written:.0f} s, delivered in {time.monotonic() - began:.0f} s; deaths",
            {name: victim.deaths for name, victim in victims.items()},
            {
                "attempts": Delivery.objects.aggregate(n=Sum("attempts"))["n"],
                "batches": Delivery.objects.count(),
            },
            {name: count for name, count in told.state().items() if isinstance(count, int)},
        )
        assert all(victim.deaths for victim in victims.values()) or EVENTS < 1000
        assert_same(told, start)
        ours = reconcile(today())
        assert ours["settled"] and ours["items"] == told.reconciliation()
        events = Event.objects.filter(tbl__in=TABLES, position__gt=start).order_by()
        assert events.count() >= EVENTS and set(events.values_list("tbl", flat=True)) == TABLES


def waiting(target: PushTarget) -> int:
    """How many events no batch has taken yet."""
    target.refresh_from_db()
    return Event.objects.filter(tbl__in=TABLES, position__gt=target.position).count()


def all_delivered(target: PushTarget) -> bool:
    """Asked in the order things go: what moves on meanwhile is met by the next question."""
    return not (
        Pending.objects.exists() or waiting(target) or Delivery.objects.filter(state__in=OPEN_STATES).exists()
    )
