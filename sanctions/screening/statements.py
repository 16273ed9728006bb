"""The statements of this folder, put together from their parts: what stands against somebody is written once (`grounds.sql`) and
used by single questions, files and subscriptions alike."""

import re
from pathlib import Path
from typing import Final

from common.prepared import Plan, Prepared

_FOLDER: Final = Path(__file__).with_name("sql")
_PART: Final = re.compile(r"^ *--< (\w+)$", re.MULTILINE)


# Parts that most statements do without, and how a register row is told of many subjects, or of the one that `counted` knows.
WITHOUT: Final = {"items": "", "same_matter": "", "same_purpose": "", "same_rest": ""}
MANY: Final = {
    "whom": "case when c.asked = 1 then (select a.subject_id from asked a) end,",
    "registering": "from settings, ready, purpose p, counted c",
    "subjects": """array(select a.subject_id from asked a where a.subject_id is not null order by a.ordinal),
        (select json_object_agg(a.ordinal, a.subject_key) from asked a where a.subject_id is null),""",
    "receipting": "from registered l, ready, counted c",
}
SINGLE: Final = {
    "whom": "c.subject_id,",
    "registering": "from counted c cross join lateral (select c.purpose_id as id, c.items) p",
    "subjects": """case when c.subject_id is null then '{}' else array[c.subject_id] end,
        case when c.subject_id is null then json_build_object('1', c.subject_key) end,""",
    "receipting": "from registered l, counted c cross join lateral (select c.version) ready",
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
# Planned once each: planning costs three times as much as running. Single questions have a text of their own, because what is known
# to be one row is planned for one, and most of what a small statement costs is setting up the steps of its plan.
ANSWER: Final = Prepared("sanctions_answer", _ANSWER, text_of("answer", **WITHOUT, **MANY), plan=Plan.ONE)
ONE: Final = Prepared("sanctions_one", _ANSWER, text_of("answer_one", **WITHOUT, **SINGLE), plan=Plan.ONE)
AGAIN: Final = Prepared(
    "sanctions_again",
    (*_ANSWER, "text[]"),
    text_of("answer_one", items="", **SINGLE),
    plan=Plan.ONE,
)
FILE: Final = Prepared(
    "sanctions_file",
    (*_READY, *_REGISTER, *_SETTINGS, "text[]"),
    # told the items beforehand, the planner starts from their records where they are few
    text_of("file", **WITHOUT | {"items": "and r.item_code = any($22)"}, **MANY),
)
SURVEY: Final = Prepared("sanctions_survey", (*_READY, "bigint[]"), text_of("survey", **WITHOUT))
