"""What becomes of one holding when erasure is granted (个人信息保护法第四十七条). Pure."""

from dataclasses import dataclass
from datetime import date

from catalog.publication import add_months
from records.erasure.choices import Fate, Ground


@dataclass(frozen=True, slots=True)
class Held:
    """One holding: whether a clause of law carries it, and the last day of its handling (None: it goes on)."""

    by_law: bool
    over_on: date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`until` is the last day of mere storage; `why` the sentence that the person is told."""

    fate: Fate
    until: date | None
    why: str


def verdict(held: Held, ground: str, *, keep_months: int, basis: str, on: date) -> Verdict:
    """The fate of a holding on `on`.

    What was handled unlawfully has no period to be kept for. What a law carries and still lets be handled stays: neither
    a withdrawn consent nor an achieved purpose takes a legal duty away. Everything else stops now and goes when the
    retention rule lets it.
    """
    if ground == Ground.UNLAWFUL:
        return Verdict(Fate.ERASE, None, "违法处理的信息没有保存期限，立即删除")
    over_on = held.over_on
    if held.by_law and (over_on is None or over_on >= on):
        return Verdict(Fate.STAY, None, "法律规定的处理期限未届满，不以本人同意为依据，仍依法处理")
    if not keep_months:
        return Verdict(Fate.ERASE, None, f"没有保存期限，立即删除（{basis}）")
    until = add_months(min(over_on or on, on), keep_months)
    if until < on:
        return Verdict(Fate.ERASE, None, f"保存期限至{until:%Y-%m-%d}，已届满（{basis}）")
    return Verdict(Fate.STORE, until, f"停止处理，只保存至{until:%Y-%m-%d}，期满删除（{basis}）")


def of_the_person(lines: list[Verdict]) -> Verdict:
    """The fate of the row that records and cases refer to: it goes with the last of them that is kept."""
    if any(line.fate == Fate.STAY for line in lines):
        return Verdict(Fate.STAY, None, "还有依法处理的信息，主体登记一并保留")
    days = [line.until for line in lines if line.until is not None]
    if days:
        until = max(days)
        return Verdict(Fate.STORE, until, f"与保存期最长的信息一并保存至{until:%Y-%m-%d}")
    return Verdict(Fate.ERASE, None, "没有需要保存的信息，立即删除")
