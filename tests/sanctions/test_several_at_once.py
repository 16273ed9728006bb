"""Several threads of a server, asked at once by the same client: who waits is answered with the others, and still for himself."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog
from django.db import connection, connections

from records.sharing.models import LookUp
from sanctions.models import Screening, ScreeningHit
from sanctions.screening import again, gate
from tests.factories import invented_uscc, make_subject
from tests.sanctions.samples import ADDRESS, Window, make_entry
from tests.sanctions.test_again import CHANGES
from tests.sanctions.test_faults import elsewhere


class Threads:
    """A server's threads, each with a connection on which it asked before."""

    def __init__(self, url: str, window: Window, bodies: list[dict[str, Any]]) -> None:
        self.url, self.window, self.bodies = url, window, bodies
        self.barrier = threading.Barrier(len(bodies))

    def ask_while_the_first_is_held_up(self, *meanwhile: str, to_the_end: bool = False) -> list[Any]:
        """The answers, in the order of the questions: the others wait for the first, which waits for the database."""
        with ThreadPoolExecutor(len(self.bodies)) as pool:
            assert all(
                one.status_code == 200
                for one in pool.map(self._each, [self._ask] * len(self.bodies), self.bodies)
            )
            with elsewhere(self.url, "lock table blacklist_listentry in access exclusive mode"):
                asked = [pool.submit(self._ask, self.bodies[0])]
                self._wait_for(self._held_up)
                asked += [pool.submit(self._ask, body) for body in self.bodies[1:]]
                self._wait_for(
                    lambda: sum(map(len, again._together._waiting.values())) == len(self.bodies) - 1
                )
                with elsewhere(self.url, *meanwhile, commit=True):
                    pass
                if to_the_end:
                    [one.result(60) for one in asked]
            answers = [one.result(60) for one in asked]
            list(pool.map(self._each, [lambda _: connections.close_all()] * len(self.bodies), self.bodies))
        return answers

    def _each(self, work: Callable[[Any], Any], given: Any) -> Any:
        self.barrier.wait(60)  # every thread takes one
        return work(given)

    def _ask(self, body: dict[str, Any]) -> Any:
        return self.window.post(ADDRESS, body)

    def _held_up(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            return bool(cursor.fetchone())

    @staticmethod
    def _wait_for(what: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not what():
            assert time.monotonic() < end
            time.sleep(0.005)


def bodies_about(window: Window, *codes: str) -> list[dict[str, Any]]:
    return [
        {
            "purpose": window.purpose.code,
            "matter": "zfcg",
            "subjects": {f"第{place}个": {"uscc": code}},
            "application": f"{place}号",
        }
        for place, code in enumerate(codes)
    ]


def test_questions_that_wait_are_answered_together_and_each_for_itself(committed_db: str) -> None:
    window, entry, other = Window(), make_entry(), make_subject()
    codes = [other.uscc, entry.subject.uscc, invented_uscc(99999), entry.subject.uscc]
    expected = ["clear", "hit", "unknown_subject", "hit"]
    threads = Threads(committed_db, window, bodies_about(window, *codes))
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        answers = threads.ask_while_the_first_is_held_up()
    said = [answer.json() for answer in answers]
    assert [one["results"][f"第{place}个"]["status"] for place, one in enumerate(said)] == expected
    assert said[1]["results"]["第1个"] == said[3]["results"]["第3个"] == window.one(entry.subject)
    rows = [Screening.objects.get(public_id=one["id"]) for one in said]
    assert [row.application for row in rows] == ["0号", "1号", "2号", "3号"]
    assert [row.hits for row in rows] == [0, 1, 0, 1] and all(row.asked == 1 for row in rows)
    assert [list(ScreeningHit.objects.filter(screening=row).values_list("ordinal", "subject")) for row in rows] == [
        [], [(1, entry.subject_id)], [], [(1, entry.subject_id)]
    ]  # fmt: skip
    register = [LookUp.objects.get(receipt=one["receipt"]) for one in said]
    assert [row.subject_id for row in register] == [other.pk, entry.subject_id, None, entry.subject_id]
    assert register[1].asked == register[3].asked != register[0].asked
    with connection.cursor() as cursor:
        cursor.execute(
            "select xmin::text from records_lookup where receipt = any(%s)",
            [[one["receipt"] for one in said]],
        )
        assert Counter(Counter(cursor.fetchall()).values()) == {1: 1, 3: 1}, (
            "one transaction for those who waited"
        )
    assert sum("registered_with" in line for line in logged if line["event"] == "request_finished") >= 2
    report = window.report(said[3]["id"], {"第3个": [{"measure": "none"}]})
    assert report.status_code != 404, "the caller's own key was sealed with his receipt"


@pytest.mark.parametrize(
    "name", ["the token is deleted", "the purpose is withdrawn", "the matter has ended", "another release"]
)
def test_what_changed_while_questions_waited_lets_none_of_their_answers_out(
    name: str, committed_db: str
) -> None:
    window, entry = Window(), make_entry()
    change, expected = CHANGES[name]
    threads = Threads(committed_db, window, bodies_about(window, *[entry.subject.uscc] * 4))
    before = Screening.objects.count() + 4  # each asked once before
    first, *others = threads.ask_while_the_first_is_held_up(change)
    assert [(one.status_code, one.json()["code"]) for one in others] == [expected] * 3
    assert Screening.objects.count() == before + (first.status_code == 200)
    assert LookUp.objects.filter(outcome="answered").count() == before + (first.status_code == 200)


def test_a_database_that_is_slow_is_no_answer_to_those_who_wait_either(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, entry = Window(), make_entry()
    threads = Threads(committed_db, window, bodies_about(window, *[entry.subject.uscc] * 3))
    monkeypatch.setattr(gate, "TIMEOUT_MS", 1000)
    answers = threads.ask_while_the_first_is_held_up(to_the_end=True)
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(503, "list_unavailable")] * 3
    assert Screening.objects.count() == LookUp.objects.count() == 3  # each asked once before
    assert window.one(entry.subject)["status"] == "hit"
