"""The main process of the tasks is killed while a file is taken in: it comes back by itself and the file is finished."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Agency, Officer
from bench import samples
from hegang_credit.devstack import DevStack
from hegang_credit.launcher.bootstrap import ROOT
from hegang_credit.launcher.keeper import Keeper
from hegang_credit.launcher.processes import Service
from records import services
from records.choices import BatchStatus, Channel
from records.models import CreditRecord, IntakeBatch
from tests.intake.test_killed_worker import WORKER
from tests.intake.test_ten_thousand import check, rows_and_mistakes


@pytest.fixture
def keeper(committed_db: str, settings: LazySettings, tmp_path: Path) -> Iterator[Keeper]:
    """Tasks and clock as `./dev up` starts them, on a database and a numbered broker of their own."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    broker = urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/8"))
    told = {"DATABASE_URL": committed_db, "REDIS_URL": broker, "CREDIT_VAR_DIR": str(tmp_path)}
    beat = (
        "-m",
        "celery",
        "-A",
        "hegang_credit",
        "beat",
        "--pidfile",
        "",
        "--schedule",
        str(tmp_path / "beat"),
    )
    keeper = Keeper(DevStack(tmp_path))
    try:
        for name, argv in (("后台任务", ("-c", WORKER)), ("定时任务", beat)):
            log = tmp_path / f"{argv[1][:6].strip()}.log"
            keeper.start(Service(name, [sys.executable, *argv], log, extra_env=told, cwd=ROOT))
        yield keeper
    finally:
        keeper.stop()
        keeper.dismiss()


@pytest.mark.long
def test_a_file_is_finished_though_the_main_process_of_the_tasks_is_killed(
    keeper: Keeper, capsys: pytest.CaptureFixture[str]
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

    def keep_until(done: Callable[[], bool], seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "the worker did not get there in time"
            keeper.look()
            time.sleep(0.02)

    keep_until(lambda: state().next_row > 0)
    worker = keeper.services[0]
    assert worker.process is not None
    first = worker.process.pid
    os.kill(first, signal.SIGKILL)
    worker.process.wait()
    keeper.look()
    dead = state()
    assert dead.status == BatchStatus.RUNNING and 0 < dead.total < len(rows)
    assert CreditRecord.objects.count() == dead.accepted
    keep_until(lambda: state().status == BatchStatus.DONE)
    check(state(), rows, wanted)
    assert worker.alive and worker.process.pid != first
    assert capsys.readouterr().out.count("后台任务 已退出（返回码 -9），已重新启动") == 1
