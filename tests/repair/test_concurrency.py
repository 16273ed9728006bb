"""Real parallel transactions: many applications and decisions at once; nothing is lost, nothing is decided twice, and an
export taken afterwards does not hold what was repaired."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import DatabaseError, connections

from common.clock import today
from common.gates import Refused
from common.problems import Problem
from records.models import CreditRecord
from records.sharing.services import decide_export, request_export, take_export
from repair import services
from repair.choices import Channel, Kind, State
from repair.models import Case, CaseStep
from repair.services import Filing, Verdict
from tests.repair import samples
from tests.sharing.samples import approved, chief

WORKERS = 8


def together(tasks: list[Callable[[], object]]) -> list[object]:
    """Run the tasks in threads with a connection of their own each, as a web server does; what one raised stands in its place."""
    answers: list[object] = [None] * len(tasks)
    numbers = iter(range(len(tasks)))

    def run() -> None:
        try:
            for number in numbers:
                try:
                    answers[number] = tasks[number]()
                except (Problem, Refused, DatabaseError) as error:
                    answers[number] = error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        for thread in [pool.submit(run) for _ in range(WORKERS)]:
            thread.result()
    return answers


def online(record_id: int) -> services.Filed:
    filing = Filing(
        kind=Kind.REPAIR,
        applicant=samples.APPLICANT,
        text="罚款已经缴清",
        record_id=record_id,
        papers=samples.papers(),
    )
    return services.file_case(filing=filing, channel=Channel.PORTAL)


def test_many_applications_at_once_each_record_gets_one(committed_db: str) -> None:
    records = [samples.ripe_penalty().pk for _ in range(25)]
    tasks = [lambda pk=pk: online(pk) for pk in records for _ in range(4)]
    random.Random(7).shuffle(tasks)
    answers = together(tasks)
    filed = [one for one in answers if isinstance(one, services.Filed)]
    refused = [one for one in answers if isinstance(one, Problem)]
    assert len(filed) == len(records) and len(filed) + len(refused) == len(tasks)
    assert {one.code for one in refused} == {"case_open"}
    assert Case.objects.count() == len({one.case.number for one in filed}) == len(records)
    assert {case.record_id for case in Case.objects.all()} == set(records)
    assert all(case.materials.count() == 3 and case.due for case in Case.objects.all())


def test_many_officers_decide_at_once_and_each_case_is_decided_once(committed_db: str) -> None:
    officer = samples.reviewer()
    cases = [samples.accepted(samples.ripe_penalty()) for _ in range(12)]
    start = Barrier(WORKERS, timeout=60)
    waits = iter([True] * WORKERS + [False] * (len(cases) * 4))

    def decide(case: Case, grant: bool) -> Callable[[], object]:
        wait = next(waits)

        def act() -> object:
            if wait:
                start.wait()
            verdict = Verdict(grant, "理由" if grant else "尚未缴清")
            return services.decide(officer=officer, case_id=case.pk, verdict=verdict, version=case.version)

        return act

    tasks = [decide(case, grant) for case in cases for grant in (True, False, True, False)]
    answers = together(tasks)
    assert sum(isinstance(one, Case) for one in answers) == len(cases)
    assert all(isinstance(one, Case | Problem) for one in answers)
    for case in Case.objects.select_related("record"):
        assert case.state in (State.GRANTED, State.REFUSED)
        assert case.record is not None
        assert (case.record.ended_on == today()) == (case.state == State.GRANTED)
        assert CaseStep.objects.filter(case=case, step__in=["granted", "refused"]).count() == 1


def test_an_export_taken_after_the_approval_does_not_hold_it(committed_db: str) -> None:
    boss = chief()
    purpose = approved(boss=boss)
    kept, repaired = samples.ripe_penalty(), samples.ripe_penalty()
    asker = samples.officer(samples.Role.SUBMITTER)
    export = request_export(officer=asker, purpose_id=purpose.pk, reason="核对")
    decide_export(officer=boss, export_id=export.pk, grant=True)
    samples.decided(samples.accepted(repaired))
    content = take_export(officer=asker, export_id=export.pk).content.decode("utf-8-sig")
    assert kept.document_number in content and repaired.document_number not in content
    assert CreditRecord.objects.filter(ended_on__isnull=True).count() == 1
