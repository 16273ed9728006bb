"""What may happen to an article next, and how its words are laid out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import groupby

from common.documents import Heading, Items, Paragraph
from common.gates import Refusal, refuse


class State(Enum):
    """Where an article stands on a day."""

    DRAFT = "草稿"
    SUBMITTED = "待审核"
    WAITING = "已审核，未到发布日期"
    PUBLIC = "已发布"
    OVER = "展示期满"
    WITHDRAWN = "已撤下"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state hangs on."""

    submitted: bool
    reviewed: bool
    withdrawn: bool
    publish_from: date | None
    publish_until: date | None


def state(facts: Facts, on: date) -> State:
    if facts.withdrawn:
        return State.WITHDRAWN
    if not facts.reviewed or facts.publish_from is None:
        return State.SUBMITTED if facts.submitted else State.DRAFT
    if facts.publish_from > on:
        return State.WAITING
    return State.OVER if facts.publish_until is not None and facts.publish_until < on else State.PUBLIC


@dataclass(frozen=True, slots=True)
class Approval:
    """What a reviewer decides on an article that was handed in."""

    own: bool
    anonymous: bool
    names_nobody: bool
    publish_from: date
    publish_until: date | None


def approve(wanted: Approval, on: date) -> list[Refusal]:
    """Everything that stands against publishing it."""
    found = []
    if wanted.own:
        found.append(refuse("article_own_review"))
    if wanted.anonymous and not wanted.names_nobody:
        found.append(refuse("article_names_person", pointer="names_nobody"))
    if wanted.anonymous and wanted.publish_until is None:
        found.append(refuse("article_needs_end", pointer="publish_until"))
    if wanted.publish_from < on:
        found.append(refuse("date_order", "发布日期最早是今天", pointer="publish_from", basis=OWN))
    if wanted.publish_until is not None and wanted.publish_until < wanted.publish_from:
        found.append(refuse("date_order", "展示至不能早于发布日期", pointer="publish_until", basis=OWN))
    return found


OWN = "鹤信用发〔2022〕1号 五（四）"


def blocks(text: str) -> Iterator[Heading | Paragraph | Items]:
    """Plain text as blocks: `# ` begins a heading, `- ` an entry of a list, every other line is a paragraph. Nothing is markup."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for listed, group in groupby(lines, key=lambda line: line.startswith("- ")):
        if listed:
            yield Items([line[2:].strip() for line in group])
            continue
        for line in group:
            yield Heading(line[2:].strip()) if line.startswith("# ") else Paragraph(line)
