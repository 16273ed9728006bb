"""Who asks while others are answered is answered with the next group: once, rightly, and whatever happens to the others."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from common.together import Together


class Slow:
    """Answers with the double, and waits to be let go where the first of a group is to be held up."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.held: dict[int, threading.Event] = {}
        self.running = 0

    def hold(self, question: int) -> threading.Event:
        self.held[question] = threading.Event()
        return self.held[question]

    def __call__(self, questions: list[int]) -> list[int]:
        self.running += 1
        assert self.running == 1, "one group at a time"
        self.groups.append(questions)
        if questions[0] in self.held:
            assert self.held[questions[0]].wait(20)
        self.running -= 1
        if 13 in questions:
            raise ZeroDivisionError("thirteen")
        return [2 * one for one in questions]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.001)


def queued(together: Together[int, int], key: str, count: int) -> None:
    until(lambda: key in together._waiting and len(together._waiting[key]) == count)


def in_turn(
    pool: ThreadPoolExecutor, together: Together[int, int], slow: Slow, questions: list[int]
) -> list["Future[int]"]:
    """The first is being answered, the others wait in their order."""
    asked = []
    for place, question in enumerate(questions):
        asked.append(pool.submit(together.ask, "key", question, slow))
        until(lambda: bool(slow.groups))
        queued(together, "key", place)
    return asked


def test_alone_it_is_asked_at_once() -> None:
    together, slow = Together[int, int](), Slow()
    assert [together.ask("key", one, slow) for one in (1, 2, 3)] == [2, 4, 6]
    assert slow.groups == [[1], [2], [3]] and not together._waiting


def test_who_comes_meanwhile_is_answered_by_the_next(pool: ThreadPoolExecutor) -> None:
    together, slow = Together[int, int](), Slow()
    first, second = slow.hold(1), slow.hold(2)
    asked = in_turn(pool, together, slow, [1, 2, 3, 4])
    assert pool.submit(together.ask, "another key", 7, lambda given: [0 for _ in given]).result(20) == 0
    first.set()
    until(lambda: len(slow.groups) == 2)
    late = pool.submit(together.ask, "key", 5, slow)
    queued(together, "key", 1)
    second.set()
    assert [one.result(20) for one in [*asked, late]] == [2, 4, 6, 8, 10]
    assert slow.groups == [[1], [2, 3, 4], [5]] and not together._waiting


def test_a_failure_is_told_to_its_group_and_to_nobody_else(pool: ThreadPoolExecutor) -> None:
    together, slow = Together[int, int](), Slow()
    first, second = slow.hold(1), slow.hold(2)
    asked = in_turn(pool, together, slow, [1, 2, 13])
    first.set()
    until(lambda: len(slow.groups) == 2)
    late = pool.submit(together.ask, "key", 5, slow)
    queued(together, "key", 1)
    second.set()
    for one in asked[1:]:
        with pytest.raises(ZeroDivisionError, match="thirteen"):
            one.result(20)
    assert (asked[0].result(20), late.result(20)) == (2, 10)


def test_too_few_answers_are_a_failure() -> None:
    with pytest.raises(ValueError, match="zip"):
        Together[int, int]().ask("key", 1, lambda _: [])


def test_many_at_once_are_all_answered(pool: ThreadPoolExecutor) -> None:
    together, slow = Together[int, int](), Slow()
    chance = random.Random(7)

    def client(number: int) -> list[tuple[int, int]]:
        questions = [1000 * (number + 1) + turn for turn in range(150)]
        said = []
        for one in questions:
            said.append((one, together.ask("key", one, slow)))
            if chance.random() < 0.1:
                time.sleep(0.0002)
        return said

    answers = [pair for said in pool.map(client, range(8)) for pair in said]
    assert all(answer == 2 * question for question, answer in answers)
    assert sorted(one for group in slow.groups for one in group) == sorted(
        question for question, _ in answers
    )
    assert not together._waiting
