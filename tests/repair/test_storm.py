"""Many applicants and officers at once while Celery workers are killed (SIGKILL) and database connections cut at random:
nothing that was answered is lost, nothing is decided twice, every deadline is kept, the province ends with what the city holds.

Real Celery workers seal the ledger and push to the real sandbox; whoever loses a connection asks again, as people do. The
suite runs the short form; CREDIT_REPAIR_STORM=1000 the long one.
"""

import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import pytest
from celery import Celery
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection, connections
from django.utils import timezone

from agencies.choices import Role
from agencies.models import Officer
from catalog.deadlines import due
from common.clock import today
from ledger.models import Pending
from ledger.verify import verify
from province.models import Delivery, PushTarget
from records.models import CreditRecord
from repair import services
from repair.choices import State, Step
from repair.models import Case, CaseStep
from repair.services import Filed, Verdict
from supervision.choices import ClueKind
from supervision.models import Clue
from supervision.services import refresh
from tests.province import conftest as exchange
from tests.province.conftest import Sandbox
from tests.province.test_chaos import Victim, all_delivered, repeatedly
from tests.province.test_push import assert_same
from tests.repair import samples
from tests.repair.test_concurrency import online, together

_one_sandbox, sandbox = exchange._one_sandbox, exchange.sandbox
configured, committed_target = exchange.configured, exchange.committed_target

CASES = int(os.environ.get("CREDIT_REPAIR_STORM", "12"))
PATIENCE = 60 + CASES / 2
WORKERS = 1 if CASES < 100 else 2
BROKER_INDEX = 8
WRITTEN = {"repair_case", "repair_casestep", "repair_material", "records_creditrecord", "common_storedfile"}


def broker() -> str:
    return urlunsplit(urlsplit(settings.REDIS_URL)._replace(path=f"/{BROKER_INDEX}"))


@contextmanager
def workers(url: str, sandbox: Sandbox, count: int) -> Iterator[list[Victim]]:
    """Celery worker processes on one queue."""
    environment = {
        "DATABASE_URL": url,
        "REDIS_URL": broker(),
        "PROVINCE_PUSH_URL": sandbox.push_url,
        "PROVINCE_PUSH_SECRET": exchange.SECRET,
    }
    argv = [sys.executable, "-m", "celery", "-A", "hegang_credit", "worker", "--pool", "solo", "-l", "CRITICAL",
            "--without-gossip", "--without-mingle", "--without-heartbeat", "-Q", "storm"]  # fmt: skip
    started = [Victim([*argv, "-n", f"storm{number}@test"], environment) for number in range(count)]
    try:
        yield started
    finally:
        for one in started:
            one.kill()


def cut_a_connection() -> None:
    """Any connection to this database but the one that says so: an applicant's, an officer's, a worker's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() order by random() limit 1"
        )


def insistent(task: Callable[[], object]) -> Callable[[], object]:
    """The task, asked for again whenever the connection broke; the caller never knows whether it was done before."""

    def act() -> object:
        while True:
            try:
                return task()
            except (OperationalError, InterfaceError):
                connections.close_all()

    return act


@contextmanager
def torment(victims: list[Victim], seed: int) -> Iterator[None]:
    """Strike a worker or cut a connection now and then; each worker at least once, all alive again at the end."""
    chance, stop = random.Random(seed), threading.Event()

    def strike() -> None:
        if chance.random() < 0.4:
            chance.choice(victims).strike()
        else:
            with suppress(Error):
                cut_a_connection()

    killer = threading.Thread(target=repeatedly, args=(stop, strike, lambda: chance.uniform(0.1, 1.2)))
    killer.start()
    try:
        yield
    finally:
        stop.set()
        killer.join()
    for victim in victims:
        if not victim.deaths:
            victim.strike()


@contextmanager
def beat() -> Iterator[None]:
    """What beat does, faster; the pauses between attempts are struck out, so that a short test meets many of them."""
    tasks, stop = Celery(broker=broker(), set_as_current=False), threading.Event()
    waiting_ones = Delivery.objects.filter(next_try__isnull=False)

    def wake() -> None:
        insistent(lambda: waiting_ones.update(next_try=timezone.now()))()
        for name in ("ledger.tasks.seal_ledger", "province.tasks.push_pending"):
            tasks.send_task(name, queue="storm", ignore_result=True, expires=3)

    thread = threading.Thread(target=repeatedly, args=(stop, wake, lambda: 0.3))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def shuffled(tasks: Sequence[Callable[[], object]]) -> list[Callable[[], object]]:
    return [insistent(task) for task in random.Random(len(tasks)).sample(tasks, len(tasks))]


def staff() -> list[Officer]:
    """Two reviewers of the unit that has the cases, and one of another."""
    second = samples.officer(Role.REVIEWER, username="reviewer-two")
    return [samples.reviewer(), second, samples.officer(Role.REVIEWER, "hg-yingji")]


def everything(records: list[int], officers: list[Officer]) -> list[Filed]:
    """Two applicants for each record; three officers who take it up; then the three decide, not all alike."""
    answers = together(shuffled([partial(online, pk) for pk in records for _ in range(2)]))
    cases: list[int] = insistent(lambda: list(Case.objects.values_list("pk", flat=True)))()  # type: ignore[assignment]
    together(
        shuffled([partial(services.accept, officer=who, case_id=pk) for pk in cases for who in officers])
    )
    decisions = [
        partial(services.decide, officer=who, case_id=pk, verdict=Verdict(grant, "已经核实"))
        for pk in cases
        for who, grant in zip(officers, (True, False, True), strict=True)
    ]
    together(shuffled(decisions))
    return [one for one in answers if isinstance(one, Filed)]


def waiting(target: PushTarget) -> str:
    """What has not arrived, for whoever reads the failure."""
    deliveries = Delivery.objects.exclude(state="done").values("state", "attempts", "last_error")
    return f"{Pending.objects.count()} unsealed, read up to {target.position}, {list(deliveries)}"


@pytest.mark.long
@pytest.mark.parametrize("seed", [20261127])
def test_nothing_is_lost_nothing_decided_twice_and_every_deadline_kept(
    committed_db: str, committed_target: PushTarget, sandbox: Sandbox, seed: int
) -> None:
    start, begun = committed_target.position, time.monotonic()
    records, officers = [samples.ripe_penalty().pk for _ in range(CASES)], staff()
    with workers(committed_db, sandbox, WORKERS) as victims, beat():
        with torment(victims, seed):
            answered = everything(records, officers)
        connections.close_all()  # this thread's own may be cut as well
        busy, until = time.monotonic() - begun, time.monotonic() + PATIENCE
        while not all_delivered(committed_target):
            assert time.monotonic() < until, waiting(committed_target)
            time.sleep(0.1)
        assert all(victim.deaths for victim in victims)
        deaths = sum(victim.deaths for victim in victims)
    whole = time.monotonic() - begun
    sys.stdout.write(
        f"\n{CASES} records, {2 * CASES} applications: decided {busy:.1f} s, told {whole:.1f} s; {deaths} deaths\n"
    )

    cases = list(Case.objects.select_related("record"))
    assert sorted(case.record_id for case in cases) == sorted(records)
    assert {one.case.number for one in answered} <= {case.number for case in cases}
    steps = list(CaseStep.objects.order_by("id").values_list("case_id", "step"))
    for case in cases:
        assert case.state in (State.GRANTED, State.REFUSED) and case.materials.count() == 3
        assert [step for pk, step in steps if pk == case.pk] == [Step.FILED, Step.ACCEPTED, case.state]
        assert case.decided_by is not None and case.decided_by.agency_id == case.agency_id
        assert case.accepted_on <= due("repair-accept", case.filed_on).day
        assert case.decided_on <= case.decide_by == due("repair-decide", case.filed_on).day
        assert (case.record.ended_on == today()) == (case.state == State.GRANTED)
    refresh(on=today())
    assert not Clue.objects.filter(kind=ClueKind.LATE_CASE).exists()
    found = [one for one in verify() if one.table in WRITTEN or not one.table]
    assert not found, found[:3]
    assert_same(sandbox, start)
    ended = set(CreditRecord.objects.filter(ended_on__isnull=False).values_list("pk", flat=True))
    objects = sandbox.state(full=True)["objects"]
    assert {int(key) for key, value in objects.items() if value["action"] == "withdraw"} == ended
