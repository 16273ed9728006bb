"""A worker that dies half-way: what it committed stays, the next one goes on behind it, the list is the same."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import LazySettings
from django.db import connection

from blacklist.imports import services
from blacklist.models import DeliveredRow, ListDelivery, ListEntry
from tests import people
from tests.imports.samples import approve, as_csv, clerk, rows, upload

SLOW = """
import django, sys, time
django.setup()
from blacklist.imports import services
services.CHUNK_ROWS = 20
commit = services._commit
def slowly(delivery, staged):
    commit(delivery, staged)
    print("committed", flush=True)
    time.sleep(0.3)
services._commit = slowly
services.process(int(sys.argv[1]))
"""


@pytest.mark.long
@pytest.mark.usefixtures("committed_db")
def test_another_worker_goes_on_behind_the_last_chunk(settings: LazySettings, committed_db: str) -> None:
    delivery = services.receive(
        source_code="zy-sxbzxr",
        agency=people.agency("hg-zhongyuan"),
        officer=clerk(),
        upload=upload(as_csv(rows(200))),
    )
    environment = {
        **os.environ,
        "DATABASE_URL": committed_db,
        "DJANGO_SETTINGS_MODULE": "hegang_credit.settings",
        "CREDIT_VAR_DIR": str(settings.PRIVATE_ROOT.parent),
    }
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(delivery.pk)], env=environment, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        for _ in range(3):
            assert worker.stdout.readline() == b"committed\n"
        worker.send_signal(signal.SIGKILL)
    _wait_for_locks()
    half = ListDelivery.objects.get(pk=delivery.pk)
    assert half.status == "reading" and 60 <= half.total < 200
    assert services.unfinished() == [delivery.pk]
    assert services.process(delivery.pk)
    half.refresh_from_db()
    assert (half.status, half.total, half.added) == ("held", 200, 200)
    assert DeliveredRow.objects.count() == 200
    assert approve(half).status == "applied"
    assert ListEntry.objects.count() == 200


def _wait_for_locks() -> None:
    """The server notices a dead client when it next talks to it."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
                           " and database = (select oid from pg_database where datname = current_database())")  # fmt: skip
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the dead worker still holds its lock")
