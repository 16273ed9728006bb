"""An hour without broker: whoever hands in, reads or screens notices nothing, and all is delivered soon after its return.

Real web server, worker, beat, broker and sandbox. The broker is really stopped; the hour passes by moving the database's clocks, for
every pause of the push is kept there, and by asking Celery how long it would go on trying.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from django.db.models import F

from agencies.choices import Scope
from bench import samples as rows
from common.clock import today
from hegang_credit.celery import app
from hegang_credit.launcher.processes import free_port
from province.models import Delivery, PushTarget
from province.reconciliation import reconcile
from records.models import IntakeBatch
from tests import people
from tests.factories import make_subject
from tests.province.conftest import Sandbox
from tests.province.samples import seal
from tests.province.test_chaos import Victim, all_delivered, platform
from tests.province.test_workers import wait_for
from tests.sanctions.samples import ADDRESS as SCREENINGS
from tests.sanctions.samples import Window

HOUR = timedelta(hours=1)


@contextmanager
def web(environment: dict[str, str]) -> Iterator[httpx2.Client]:
    port = free_port()
    server = Victim(
        [sys.executable, "-m", "gunicorn", "hegang_credit.wsgi:application", "--workers", "1", "--threads", "2",
         "--no-control-socket", "--log-level", "error", "--bind", f"127.0.0.1:{port}"],
        environment,
        port,
    )  # fmt: skip
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
            yield client
    finally:
        server.kill()


@contextmanager
def beat(environment: dict[str, str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    argv = [
        "celery",
        "-A",
        "hegang_credit",
        "beat",
        "-l",
        "CRITICAL",
        "-s",
        str(folder / "beat"),
        "-S",
        "tests.province.hurried:Hurried",
        "--pidfile=",
    ]
    process = Victim([sys.executable, "-m", *argv], environment).process
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Officials:
    """They hand in, read and screen, whatever runs behind the web server."""

    def __init__(self, http: httpx2.Client) -> None:
        self.http, self.window = http, Window()
        unit = people.agency("hg-shijian")
        self.unit = rows.Unit(unit.name, unit.uscc)
        self.headers = people.bearer(people.client(Scope.RECORDS_SUBMIT))
        self.subject = make_subject()
        self.seeds = iter(range(1, 100))

    def work(self) -> None:
        """Everything once; each must succeed, and soon."""
        began = time.monotonic()
        row = next(rows.penalties(1, self.unit, today=today(), seed=next(self.seeds)))
        rows.as_organisation(row)
        row |= {"CF_CFLB": "罚款", "CF_NR_FK": "0.2", "CF_JDRQ": "2026-05-11", "CF_YXQ": "", "CF_NR_WFFF": ""}
        record = {
            "item": "xzcf",
            "fields": {name: value for name, value in row.items() if name in rows.PENALTY_COLUMNS and value},
            "document": {"kind": "行政处罚决定书", "number": row["CF_WSH"]},
            "procedure": "普通程序",
            "minor": "无",
        }
        self.ok(self.http.post("/api/v1/records/", json=record, headers=self.headers), 201)
        table = rows.as_csv(rows.penalties(5, self.unit, today=today(), seed=next(self.seeds)), rows.COLUMNS)
        file = {"file": ("处罚.csv", table, "text/csv")}
        answer = self.http.post("/api/v1/batches/", data={"item": "xzcf"}, files=file, headers=self.headers)
        self.ok(answer, 202)
        for page in (
            "/",
            "/penalties/",
            f"/subjects/{self.subject.public_id}/",
            "/api/v1/public/records/?item=xzcf",
        ):
            self.ok(self.http.get(page), 200, 404)
        question = {
            "purpose": self.window.purpose.code,
            "matter": "zfcg",
            "subjects": {"a": {"uscc": self.subject.uscc}},
        }
        self.ok(self.http.post(SCREENINGS, json=question, headers=self.window.headers), 200)
        assert time.monotonic() - began < 60  # a machine full of other tests; nobody waits for the broker

    def ok(self, answer: httpx2.Response, *wanted: int) -> None:
        assert answer.status_code in wanted, (answer.url, answer.status_code, answer.text[:500])


def an_hour_passes() -> None:
    Delivery.objects.filter(next_try__isnull=False).update(next_try=F("next_try") - HOUR)
    Delivery.objects.filter(first_tried_at__isnull=False).update(first_tried_at=F("first_tried_at") - HOUR)


def both_hold_the_same(told: Sandbox) -> bool:
    """Now and then something waits to be sealed: the jobs of the clock write as well."""
    ours = reconcile(today())
    return ours["settled"] and ours["items"] == told.reconciliation()


@pytest.mark.long
def test_an_hour_without_broker_is_noticed_by_nobody(
    committed_db: str, committed_target: PushTarget, tmp_path: Path
) -> None:
    assert app.conf.broker_connection_max_retries is None  # workers and beat try for as long as it takes
    with platform(committed_db, tmp_path / "sandbox") as victims:
        broker, worker = victims["broker"], victims["worker"]
        told = Sandbox(
            f"http://127.0.0.1:{victims['sandbox'].port}", tmp_path, victims["sandbox"].process,
            httpx2.Client(timeout=30, trust_env=False),
        )  # fmt: skip
        environment = {**worker.environment, "DATABASE_SEALER_URL": committed_db}
        with web(environment) as http, beat(environment, tmp_path) as clock:
            officials = Officials(http)
            officials.work()
            # one record and a file of five: what came later of them would be taken for what follows
            wait_for(lambda: told.state()["accepted"] >= 6 and all_delivered(committed_target), 120)
            before = told.state()["accepted"]

            broker.kill()
            for _ in range(2):
                officials.work()
            seal()
            assert told.state()["accepted"] == before  # nobody was woken
            an_hour_passes()
            broker.start()

            wait_for(
                lambda: (
                    told.state()["accepted"] >= before + 12  # before that, some may not even be sealed
                    and not IntakeBatch.objects.exclude(status="done").exists()
                    and all_delivered(committed_target)
                    and both_hold_the_same(told)
                ),
                180,
            )
            assert worker.process.poll() is None and clock.poll() is None  # the same processes as before
