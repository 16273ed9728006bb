"""A Celery worker killed with SIGKILL in the middle of a file: another goes on behind the last committed chunk."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from kombu import Connection

from agencies.models import Agency, Officer
from bench import samples
from hegang_credit.celery import app
from records import services
from records.choices import BatchStatus, Channel
from records.models import CreditRecord, IntakeBatch, Subject
from tests.intake.test_ten_thousand import check, rows_and_mistakes

# Small chunks, so that there is a middle to die in; all else is the worker as it runs in production.
WORKER = """
import django; django.setup()
from records.services import batches
batches.CHUNK_ROWS = 250
from hegang_credit.celery import app
app.worker_main(["worker", "--pool=prefork", "--concurrency=1", "--loglevel=WARNING", "--without-gossip", "--without-mingle"])
"""


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER], env={**os.environ, **environment}, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the worker did not get there in time"
        time.sleep(0.02)


@pytest.fixture
def environment(committed_db: str, settings: LazySettings, tmp_path: Path) -> dict[str, str]:
    settings.PRIVATE_ROOT = tmp_path / "private"
    broker = urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/9"))
    return {"DATABASE_URL": committed_db, "REDIS_URL": broker, "CREDIT_VAR_DIR": str(tmp_path)}


@pytest.mark.long
def test_the_file_comes_out_the_same_when_its_worker_is_killed_in_the_middle(
    environment: dict[str, str],
) -> None:
    agency = Agency.objects.get(code="hg-shijian")
    officer = Officer.objects.create(username="luru", full_name="宋春生", agency=agency)
    rows, wanted = rows_and_mistakes(samples.Unit(agency.name, agency.uscc))
    batch = services.open_batch(
        agency=agency,
        officer=officer,
        item_code="xzcf",
        upload=SimpleUploadedFile("处罚.csv", samples.as_csv(rows, samples.COLUMNS)),
        channel=Channel.FILE,
    )

    def state() -> IntakeBatch:
        return IntakeBatch.objects.get(pk=batch.pk)

    with Connection(environment["REDIS_URL"]) as broker:
        with worker(environment) as first:
            app.send_task("records.tasks.process_batch", args=(batch.pk,), connection=broker)
            wait_for(lambda: state().next_row > 0)
            os.killpg(first.pid, signal.SIGKILL)
        dead = state()
        assert dead.status == BatchStatus.RUNNING
        assert 0 < dead.total < len(rows)
        assert CreditRecord.objects.count() == dead.accepted
        with worker(environment):
            wait_for(lambda: _asked(broker) and state().status == BatchStatus.DONE)
    check(state(), rows, wanted)
    assert not list(Path(environment["CREDIT_VAR_DIR"], "private", "batches").iterdir())
    assert Subject.objects.filter(records__isnull=True).count() == 0


def _asked(broker: Connection, every: float = 1.0) -> bool:
    """What beat does: ask again and again whether a batch was left behind."""
    if time.monotonic() - _asked.last > every:  # type: ignore[attr-defined]
        _asked.last = time.monotonic()  # type: ignore[attr-defined]
        app.send_task("records.tasks.resume_batches", connection=broker)
    return True


_asked.last = 0.0  # type: ignore[attr-defined]
