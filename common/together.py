"""Questions that arrive while others are being answered are answered together by the next statement.

Who comes first asks at once. Who comes meanwhile waits, and one of those who wait asks for all of them in one go. Nobody waits in order to
be many: alone, a question costs what it always did, and the more there is to do, the more often what a statement costs however little
it is asked (set-up, round trip, commit) is paid once for several. Two groups may be under way, so that one is worked on while the disk
confirms the other; a second one only for two or more.

Rejected: *a pause to gather questions* (a single one would pay for it); *a thread or process that asks for everybody* (one more thing
that may stop, and a hand-over for the single question as well).
"""

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

QuestionT = TypeVar("QuestionT")
AnswerT = TypeVar("AnswerT")
# How many of the other threads that are ready to run may come first: their questions are about to be asked as well.


_LET_PASS: Final = 3


class _Turn(Generic[QuestionT, AnswerT]):
    """One question: waiting until it is answered, or until it is its turn to ask for a group."""

    __slots__ = ("answer", "called", "failure", "leads", "question")

    def __init__(self, question: QuestionT) -> None:
        self.question = question
        self.called = threading.Lock()
        self.leads = False
        self.answer: AnswerT
        self.failure: BaseException | None = None

    def result(self) -> AnswerT:
        if self.failure is not None:
            raise self.failure
        return self.answer


class _Line(Generic[QuestionT, AnswerT]):
    """What is asked under one key."""

    __slots__ = ("gathering", "running", "waiting")

    def __init__(self) -> None:
        self.running = 0  # groups under way
        self.gathering = False  # one of them still takes in who waits
        self.waiting: list[_Turn[QuestionT, AnswerT]] = []

    def start(self, width: int) -> bool:
        """Whether a group sets out now; it takes in who waits."""
        enough = 1 if self.running == 0 else 2
        if self.gathering or self.running >= width or len(self.waiting) < enough:
            return False
        self.running += 1
        self.gathering = True
        return True


class Together(Generic[QuestionT, AnswerT]):
    """Answers questions of the same key in groups, `width` of them at a time; different keys do not wait for each other."""

    def __init__(self, width: int = 2) -> None:
        self._width: Final = width
        self._lock: Final = threading.Lock()
        self._lines: Final[dict[Hashable, _Line[QuestionT, AnswerT]]] = {}

    def ask(
        self,
        key: Hashable,
        question: QuestionT,
        answer: Callable[[list[QuestionT]], Sequence[AnswerT]],
    ) -> AnswerT:
        """The answer to `question`, given by this caller's `answer` or by that of another one with the same key.

        `answer` says as many answers as it is asked questions, in their order. What it raises is raised to everybody it asked for.
        """
        turn: _Turn[QuestionT, AnswerT] = _Turn(question)
        with self._lock:
            if (line := self._lines.get(key)) is None:
                line = self._lines[key] = _Line()
            line.waiting.append(turn)
            turn.leads = line.start(self._width)
            if not turn.leads:
                turn.called.acquire()
        if not turn.leads:
            turn.called.acquire()  # until somebody lets go of it: with an answer, or because it is this one's turn
        if turn.leads:
            self._lead(key, line, turn, answer)
        return turn.result()

    def _lead(
        self,
        key: Hashable,
        line: _Line[QuestionT, AnswerT],
        turn: _Turn[QuestionT, AnswerT],
        answer: Callable[[list[QuestionT]], Sequence[AnswerT]],
    ) -> None:
        for _ in range(_LET_PASS):
            time.sleep(0)
        with self._lock:
            group, line.waiting, line.gathering = line.waiting, [], False
        _ask_for(group, answer)
        with self._lock:
            line.running -= 1
            if line.start(self._width):
                line.waiting[0].leads = True
                line.waiting[0].called.release()
            elif line.running == 0:
                del self._lines[key]
        for other in group:
            if other is not turn:
                other.called.release()


def _ask_for(
    group: list[_Turn[QuestionT, AnswerT]], answer: Callable[[list[QuestionT]], Sequence[AnswerT]]
) -> None:
    try:
        answers = answer([turn.question for turn in group])
        for turn, said in zip(group, answers, strict=True):
            turn.answer = said
    except BaseException as failure:  # everybody waits for an end, whatever it is
        for turn in group:
            turn.failure = failure
