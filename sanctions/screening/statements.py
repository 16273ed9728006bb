"""The statements of this folder, put together from their parts: what stands against somebody is written once (`grounds.sql`) and
used by single questions, files and subscriptions alike."""

import re
from pathlib import Path
from typing import Final

from common.prepared import Plan, Prepared

_FOLDER: Final = Path(__file__).with_name("sql")
_PART: Final = re.compile(r"^ *--< (\w+)$", re.MULTILINE)


# Parts that most statements do without.
_WITHOUT: Final = {"items": "", "same_matter": "", "same_purpose": "", "same_rest": ""}


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
ANSWER: Final = Prepared(
    "sanctions_answer", _ANSWER, text_of("answer", asked=text_of("asked_many"), **_WITHOUT), plan=Plan.ONE
)
ONE: Final = Prepared(
    "sanctions_one", _ANSWER, text_of("answer", asked=text_of("asked_one"), **_WITHOUT), plan=Plan.ONE
)
AGAIN: Final = Prepared(
    "sanctions_again", (*_ANSWER, "text[]"), text_of("answer", asked=text_of("asked_one"), items=""), plan=Plan.ONE
)
CLEAR: Final = Prepared("sanctions_clear", _ANSWER, text_of("clear", **_WITHOUT), plan=Plan.ONE)
FILE: Final = Prepared(
    "sanctions_file",
    (*_READY, *_REGISTER, *_SETTINGS, "text[]"),
    # told the items beforehand, the planner starts from their records where they are few
    text_of("file", **_WITHOUT | {"items": "and r.item_code = any($22)"}),
)
SURVEY: Final = Prepared("sanctions_survey", (*_READY, "bigint[]"), text_of("survey", **_WITHOUT))
