"""Questions that arrive while one is being answered are answered together by the next.

Who comes first asks at once. Who comes meanwhile waits, and then the first of those who wait asks for all of them in one go. Nobody
waits in order to be many: alone, a question costs what it always did, and the more there is to do, the more often what a statement costs
however little it is asked (set-up, round trip, commit) is paid once for several.

Rejected: *a pause to gather questions* (a single one would pay for it); *a thread or process that asks for everybody* (one more thing
that may stop, and a hand-over for the single question as well).
"""

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

QuestionT = TypeVar("QuestionT")
AnswerT = TypeVar("AnswerT")


class _Turn(Generic[QuestionT, AnswerT]):
    """One question: waiting until it is answered, or until it is its turn to ask for a group."""

    __slots__ = ("answer", "called", "failure", "group", "question")

    def __init__(self, question: QuestionT) -> None:
        self.question = question
        self.called = threading.Lock()
        self.group: list[_Turn[QuestionT, AnswerT]] = []
        self.answer: AnswerT
        self.failure: BaseException | None = None

    def result(self) -> AnswerT:
        if self.failure is not None:
            raise self.failure
        return self.answer


class Together(Generic[QuestionT, AnswerT]):
    """Answers questions of the same key one group at a time; groups of different keys do not wait for each other."""

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._waiting: Final[dict[Hashable, list[_Turn[QuestionT, AnswerT]]]] = {}

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
                self._waiting[key] = []
                turn.group = [turn]
            else:
                turn.called.acquire()
                waiting.append(turn)
        if not turn.group:
            turn.called.acquire()  # until somebody lets go of it: with an answer, or because it is this one's turn
        if turn.group:
            self._ask_for(turn.group, answer)
            self._call_next(key)
            for other in turn.group[1:]:
                other.called.release()
        return turn.result()

    @staticmethod
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

    def _call_next(self, key: Hashable) -> None:
        with self._lock:
            if not (following := self._waiting[key]):
                del self._waiting[key]
                return
            self._waiting[key] = []
        following[0].group = following
        following[0].called.release()
