"""The short road of a single question: whoever asked before is answered by one statement.

Most questions come from the same few machines, under the same purposes. What token, purpose, matter and clocks said is kept with
the versions of the rows it was read from (`sql/standing.sql`), as long as the connection it was read through. For each question the
same pure rules judge it anew, and the statement that answers demands in its own snapshot that every one of these rows still
stands in that very version (`sql/same_*.sql`). Where one does not, nothing is written, nothing is said here, and the question is
asked from the beginning: nothing that was kept can let an answer out.

Questions that arrive while the same client's are being answered, on the same versions, are answered together by the next statement
(`common.together`), each with a register row, a receipt and an answer of its own.

Rejected: *keeping it for a time* (revoked is revoked); *a counter raised by whatever changes tokens or purposes* (a table forgotten
would be a hole, and every token issued would wait for the last one); *token and facts in one statement before the answer* (a round
trip more, and the rooms' statements tied together).
"""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import structlog
from django.db import connection
from django.http import HttpRequest

from agencies.api_clients import checksum, is_in_order, load_token, permits
from agencies.choices import Scope
from common.clock import today
from common.lent import Lent
from common.prepared import Given, Mark, Plan, Prepared, Value
from common.selectors import load_calendar
from common.together import Together
from common.workdays import Calendar
from records.sharing.services.lookups import Asker
from sanctions.screening import gate, identities
from sanctions.screening.service import Question, answer_values, moment, own_values, request_number
from sanctions.screening.statements import AGAIN, text_of

_KEPT: Final = 500
_LATER: Final = (8, 9, 11, 12, 15, 16, 17, 18, 19, 23)  # $n of answer_each.sql that are another each time
_STANDING: Final = Prepared(
    "sanctions_standing", ("date", "text", "text", "text", "text"), text_of("standing"), plan=Plan.ONE
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows said."""

    token: Any
    facts: gate.Facts
    calendar: Calendar
    versions: str
    statement: Given  # the one that answers, told all that does not change


_Key: TypeAlias = tuple[str, str, str, date]
# What own_values says, the caller's key, the subject key, the request.
_Own: TypeAlias = tuple[str, bytes, bytes | None, str, str, str, str, str, str]
_Said: TypeAlias = tuple[bytes | None, str]  # the answer, and the request it was registered with
_known: Final[WeakKeyDictionary[object, dict[_Key, Known]]] = WeakKeyDictionary()
_together: Final[Together[_Own, _Said]] = Together()
_lent: Final = Lent()


def answer(question: Question, *, token: str, request: HttpRequest) -> bytes | None:
    """The answer as JSON, registered and receipted; None where the question has to be asked from the beginning."""
    if not (asked := _single(question)):
        return None
    on = today()
    key = checksum(token), question.purpose, question.matter, on
    memory = _memory()
    known = memory.get(key)
    if known is None or known.calendar is not load_calendar():
        known = _read(key, question, asked)
    if known is None or not _passes(known, question, asked, request):
        return None
    one, number = asked[0], request_number()
    own = *own_values(question, [one.caller_key], one.subject_key), one.caller_key, one.subject_key, number
    # in a transaction of somebody's own nobody else's question is asked: a rollback would take it along
    if connection.in_atomic_block:
        [(said, registered_with)] = _answer_all(known, on, connection, [own])
    else:
        said, registered_with = _together.ask((key, known.versions), own, partial(_answer_outside, known, on))
    if said is None:
        memory.pop(key, None)
    elif registered_with != number:
        structlog.contextvars.bind_contextvars(registered_with=registered_with)
    return said


def _answer_outside(known: Known, on: date, questions: list[_Own]) -> list[_Said]:
    with _lent.connection() as link:
        return _answer_all(known, on, link, questions)


def _answer_all(known: Known, on: date, link: Any, questions: list[_Own]) -> list[_Said]:
    """The answers in their order, registered with the request of the first; none where nothing may be said on what is known."""
    public_ids, *others, numbers = map(list, zip(*questions, strict=True))
    nothing: list[_Said] = [(None, numbers[0])] * len(questions)
    if today() != on:  # midnight passed while somebody waited
        return nothing
    values = [public_ids, moment(), *others, numbers[0]]
    rows = known.statement.rows(values, timeout_ms=gate.TIMEOUT_MS, connection=link)
    return [(str(row[0]).encode(), numbers[0]) for row in rows] or nothing


def _passes(known: Known, question: Question, asked: list[identities.Identity], request: HttpRequest) -> bool:
    """Whether the token lets its client in here and now, and gate G11 the question through."""
    if not (is_in_order(known.token, request) and permits(known.token, Scope.SCREENING_QUERY)):
        return False
    agency_id = known.token.application.agency_id
    refused = gate.judge(known.facts, agency_id=agency_id, purpose=question.purpose, matter=question.matter)
    return not refused and not gate.judge_kinds(known.facts, asked)


def _single(question: Question) -> list[identities.Identity]:
    """The one organisation asked about; nothing for several, for persons and for what is no identifier."""
    if len(question.subjects) != 1:
        return []
    [(key, given)] = question.subjects.items()
    one = identities.identity(key, given)
    return [one] if isinstance(one, identities.Identity) and not one.is_person else []


def _memory() -> dict[_Key, Known]:
    connection.ensure_connection()
    return _known.setdefault(connection.connection, {})


def _read(key: _Key, question: Question, asked: list[identities.Identity]) -> Known | None:
    """Versions first: what is read after them may be newer, and then these versions will not be found to stand."""
    token_sum, purpose, matter, on = key
    row = _STANDING.row([on, purpose, matter, token_sum, gate.DEADLINE], timeout_ms=gate.TIMEOUT_MS)
    token: Any = load_token(token_sum) if row else None
    if row is None or token is None or token.user_id is not None:
        return None
    client, calendar = token.application, load_calendar()
    facts = gate.read_facts(agency_id=client.agency_id, purpose=purpose, matter=matter, on=on)
    values: list[Value | Mark] = [
        *answer_values(Asker(client.agency, None, client), question, facts, asked, on), str(row[0]),
    ]  # fmt: skip
    for place in _LATER:
        values[place - 1] = Mark.LATER
    memory = _memory()
    if len(memory) >= _KEPT:
        memory.clear()
    memory[key] = Known(token, facts, calendar, str(row[0]), AGAIN.given(values))
    return memory[key]
