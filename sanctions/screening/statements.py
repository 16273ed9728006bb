"""The statements of this folder, put together from their parts: what stands against somebody is written once (`grounds.sql`) and
used by single questions, files and subscriptions alike."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from common.prepared import Plan, Prepared, Value

_FOLDER: Final = Path(__file__).with_name("sql")
_PART: Final = re.compile(r"^ *--< (\w+)$", re.MULTILINE)


# Parts that most statements do without; how a register row is told of many subjects, or, where `counted` has a row for each question,
# of the one subject that it knows.
_ONE_QUESTION: Final = "(select $8 as public_id, $11 as keys, $12 as digest, $15 as document, $16 as application, $17 as receipt) q"
WITHOUT: Final = {"items": "", "same_matter": "", "same_purpose": "", "same_rest": ""}
MANY: Final = {
    "whom": "case when c.asked = 1 then (select a.subject_id from asked a) end,",
    "registering": f"from settings, ready, purpose p, counted c, {_ONE_QUESTION}",
    "subjects": """array(select a.subject_id from asked a where a.subject_id is not null order by a.ordinal),
        (select json_object_agg(a.ordinal, a.subject_key) from asked a where a.subject_id is null),""",
    "receipting": f"from registered l, ready, counted c, {_ONE_QUESTION}",
}
EACH_OF: Final = {
    "whom": "c.subject_id,",
    "registering": "from counted c, lateral (select c.purpose_id as id, c.items) p, lateral (select c.*) q",
    "subjects": """case when c.subject_id is null then '{}' else array[c.subject_id] end,
        case when c.subject_id is null then json_build_object('1', c.subject_key) end,""",
    "receipting": "from (select count(*) from registered) l, counted c, lateral (select c.version) ready, lateral (select c.*) q",
}


def text_of(name: str, **more: str) -> str:
    """A statement with the parts it names (`--< part`) in their places: files of this folder, or what `more` says."""
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    while found := _PART.search(text):
        part = more[found[1]] if found[1] in more else text_of(found[1], **more).rstrip()
        text = f"{text[: found.start()]}{part}{text[found.end() :]}"
    return text


_READY: Final = ("date", "bigint", "bigint", "bigint", "smallint")
_REGISTER: Final = (
    "bigint", "bigint", "text", "text", "text", "bytea", "bytea", "date", "date", "text", "text", "text",
)  # fmt: skip
_SETTINGS: Final = ("text", "text", "text", "text")

_ANSWER: Final = (*_READY, *_REGISTER, "text[]", "text[]", *_SETTINGS, "text")
# Planned once each: planning costs three times as much as running. Questions about one subject have a text of their own, because most of
# what a small statement costs is setting up the steps of its plan: two at once cost little more than one.
ANSWER: Final = Prepared("sanctions_answer", _ANSWER, text_of("answer", **WITHOUT, **MANY), plan=Plan.ONE)
OWN: Final = (8, 11, 12, 15, 16, 17)  # $n that are arrays there
_EACH: Final = tuple(f"{one}[]" if place in OWN else one for place, one in enumerate(_ANSWER, start=1))
EACH: Final = Prepared("sanctions_each", _EACH, text_of("answer_each", **WITHOUT, **EACH_OF), plan=Plan.ONE)
AGAIN: Final = Prepared(
    "sanctions_again", (*_EACH, "text[]"), text_of("answer_each", items="", **EACH_OF), plan=Plan.ONE
)


def for_each(values: Sequence[Value]) -> list[Value]:
    """What answer.sql is told about one subject, as EACH is told of one question."""
    return [cast(Value, [one]) if place in OWN else one for place, one in enumerate(values, start=1)]


FILE: Final = Prepared(
    "sanctions_file",
    (*_READY, *_REGISTER, *_SETTINGS, "text[]"),
    # told the items beforehand, the planner starts from their records where they are few
    text_of("file", **WITHOUT | {"items": "and r.item_code = any($22)"}, **MANY),
)
SURVEY: Final = Prepared("sanctions_survey", (*_READY, "bigint[]"), text_of("survey", **WITHOUT))
