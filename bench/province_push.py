"""The push part of `bench province`: batches through a real worker and broker beside the same loop in this process, beside one
task an event, and a target that takes one event a call beside the bare client, unsigned, on a connection kept alive."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx2
import orjson
from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from bench import measure
from bench.databases import url_of
from common.clock import today
from hegang_credit.launcher.processes import free_port
from ledger import selectors as ledger
from province.choices import DeliveryState
from province.models import Delivery, PushTarget
from province.services import push
from province.sources import TABLES, wire_events

SECRET: Final = "bench-secret-0123456789abcdef0123"
_QUEUE: Final = "bench"


def measured(report: measure.Report, name: str, options: argparse.Namespace) -> None:
    with (
        receiver() as url,
        worker(name, url) as send,
        override_settings(PROVINCE_PUSH_SECRET=SECRET, PROVINCE_PUSH_URL=url),
    ):
        rates = {
            "批量推送，经 Celery": _through_celery(send, options.events),
            "同样的循环，不经 Celery": _in_process(options.events),
            "每条变更一个任务": _one_task_each(send, min(options.single, options.events), url),
            "单条接口，保持连接、只发送": _bare(min(options.single, options.events), url),
            "单条接口，本系统": _in_process(min(options.single, options.events), form="json-single"),
        }
    for label, rate in rates.items():
        report.row(label, 1 / rate, f"{rate:,.0f}")
    batch, loop, each, bare, single = rates.values()
    report.at_least("P16", "批量与每条一个任务之比", batch / each, 100)
    report.at_least("P16", "经 Celery 与不经 Celery 之比", batch / loop, 0.5)
    report.at_least("P17", "单条接口与只发送之比", single / bare, 0.5)
    done = Delivery.objects.filter(state=DeliveryState.DONE, attempts=1).count()
    report.check(done == Delivery.objects.count(), "有批次未一次送达")


@contextmanager
def receiver() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.province_peer", str(port)], cwd=settings.BASE_DIR
    )
    url = f"http://127.0.0.1:{port}/push"
    try:
        while True:
            try:
                httpx2.get(url, trust_env=False)
                break
            except httpx2.ConnectError:
                time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait()


@contextmanager
def worker(name: str, url: str) -> Iterator[Callable[..., None]]:
    """One worker process on a broker database of its own; yields how to send it a task."""
    from celery import Celery

    broker = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path="/9"))
    environment = {
        **os.environ, "DATABASE_URL": url_of(name), "REDIS_URL": broker, "PROVINCE_PUSH_URL": url,
        "PROVINCE_PUSH_SECRET": SECRET, "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR", "-Q", _QUEUE]
    argv = [sys.executable, "-m", "celery", "-A", "bench.province_peer", "worker", "-c", "2", *quiet]
    process = subprocess.Popen(argv, cwd=settings.BASE_DIR, env=environment)
    tasks = Celery(broker=broker)

    def send(task: str, *args: object) -> None:
        tasks.send_task(task, args=args, queue=_QUEUE, ignore_result=True)

    try:
        yield send
    finally:
        process.terminate()
        process.wait()


def _target(behind: int, form: str = "json") -> PushTarget:
    """The province with the newest `behind` events before it."""
    Delivery.objects.all().delete()
    position = ledger.last_position() - behind
    PushTarget.objects.update(position=position, format=form, expedited_to=ledger.last_position())
    return PushTarget.objects.get(code="province")


def _done() -> int:
    return sum(Delivery.objects.filter(state=DeliveryState.DONE).values_list("event_count", flat=True))


def _through_celery(send: Callable[..., None], events: int) -> float:
    """Warm the worker by one batch, then time all."""
    _target(500)
    send("province.tasks.push_pending")
    _until(lambda: _done() >= 500)
    _target(events)
    began = time.perf_counter()
    while _done() < events:
        send("province.tasks.push_pending")  # as beat would, should one run reach its budget
        _until(lambda: _done() >= events, 21)
    return events / (time.perf_counter() - began)


def _until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)


def _in_process(events: int, form: str = "json") -> float:
    target = _target(events, form)
    began = time.perf_counter()
    while _done() < events:
        push(target=target, budget=timedelta(minutes=30))
        target.refresh_from_db()
    return events / (time.perf_counter() - began)


def _one_task_each(send: Callable[..., None], events: int, url: str) -> float:
    found = ledger.events_after(ledger.last_position() - events, TABLES, events)
    with connection.cursor() as cursor:
        cursor.execute("create table bench_sent (id bigint primary key, sent_at timestamptz)")
        ids = [[one.object_id] for one in found]
        cursor.executemany("insert into bench_sent values (%s, null) on conflict do nothing", ids)

    def left() -> int:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from bench_sent where sent_at is null")
            return int(cursor.fetchone()[0])

    began = time.perf_counter()
    for one in found:
        send("bench.send_one", one.object_id, url)
    _until(lambda: left() == 0, 600)
    return (events - left()) / (time.perf_counter() - began)


def _bare(events: int, url: str) -> float:
    """The bodies alone, made before, one call each on one connection."""
    changes = ledger.events_after(ledger.last_position() - events, TABLES, events)
    bodies = [orjson.dumps({"events": [event]}) for event in wire_events(changes, today())]
    with httpx2.Client(trust_env=False) as http:
        began = time.perf_counter()
        for body in bodies:
            http.post(url, content=body)
    return events / (time.perf_counter() - began)
