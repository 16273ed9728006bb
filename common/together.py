"""Questions that arrive while others are being answered are answered together by the next statement.

Who comes first asks at once. Who comes meanwhile waits, and then the first of those who wait asks for all of them in one go: what a statement
costs however little it is asked (set-up, round trip, commit) is paid once for several, the more often the more there is to do. Alone, a
question costs what it always did and waits for nobody; where the last ones came in company, those whose threads are ready to run are let
come first.

Rejected: *a pause to gather questions* (a single one would pay for it); *a thread or process that asks for everybody* (one more thing
that may stop, and a hand-over for the single question as well); *two groups at a time* (smaller ones, and no more answers).
"""

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

QuestionT = TypeVar("QuestionT")
AnswerT = TypeVar("AnswerT")
_LET_PASS: Final = 3  # threads


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


class Together(Generic[QuestionT, AnswerT]):
    """Answers questions of the same key one group at a time; different keys do not wait for each other."""

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._waiting: Final[
            dict[Hashable, list[_Turn[QuestionT, AnswerT]]]
        ] = {}  # keys that somebody asks under
        self._in_company = False

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
            if (waiting := self._waiting.get(key)) is None:
                self._waiting[key] = [turn]
                turn.leads = True
            else:
                waiting.append(turn)
                turn.called.acquire()
        if not turn.leads:
            turn.called.acquire()  # until somebody lets go of it: with an answer, or because it is this one's turn
        if turn.leads:
            self._lead(key, turn, answer)
        return turn.result()

    def _lead(
        self,
        key: Hashable,
        turn: _Turn[QuestionT, AnswerT],
        answer: Callable[[list[QuestionT]], Sequence[AnswerT]],
    ) -> None:
        if self._in_company:
            for _ in range(_LET_PASS):
                time.sleep(0)
        with self._lock:
            group, self._waiting[key] = self._waiting[key], []
        self._in_company = len(group) > 1
        _ask_for(group, answer)
        with self._lock:
            if following := self._waiting[key]:
                following[0].leads = True
                following[0].called.release()
            else:
                del self._waiting[key]
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
