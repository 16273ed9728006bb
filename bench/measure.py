"""Measuring: kinds of run take turns, their medians are compared in the same run, and each ratio has its goal.

A figure of one machine says little; a ratio to a limit and to a peer measured beside it says something anywhere. A
missed goal is reported and is no failure, because a machine may be crowded; a wrong result is one.
"""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Seconds = dict[str, list[float]]
WARM_UP: Final = 1


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(
    kinds: Mapping[str, Callable[[], object]], repeats: int, *, warm_up: int = WARM_UP, calls: int = 1
) -> Seconds:
    """Seconds per call of each kind. Every round runs all kinds, in turning order, so that noise meets all alike."""
    found: Seconds = {name: [] for name in kinds}
    names = list(kinds)
    gc.collect()
    for turn in range(-warm_up, repeats):
        for name in names if turn % 2 else reversed(names):
            work = kinds[name]
            seconds = timed(lambda work=work: [work() for _ in range(calls)]) / calls  # type: ignore[misc]
            if turn >= 0:
                found[name].append(seconds)
    return found


def medians(found: Seconds) -> dict[str, float]:
    return {name: statistics.median(runs) for name, runs in found.items() if runs}


def percentile(runs: Sequence[float], share: float) -> float:
    """The value below which `share` of the runs lie."""
    return sorted(runs)[min(len(runs) - 1, int(len(runs) * share))]


@dataclass(frozen=True)
class Ratio:
    """One goal: `value` at most (or at least) `goal`; `unit` for the few that are no ratio."""

    code: str
    text: str
    value: float
    goal: float
    at_least: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def cells(self) -> list[str]:
        sign = "≥" if self.at_least else "≤"
        verdict = "达到" if self.met else "未达到"
        return [
            self.code,
            self.text,
            f"{_short(self.value)}{self.unit}",
            f"{sign} {_short(self.goal)}{self.unit}",
            verdict,
        ]


@dataclass
class Report:
    """What a measurement found. `wrong` lists results that are not right; only they make it fail. `part` sets apart a
    run of another size, which stands in a section of its own."""

    title: str
    head: Sequence[str] = ("路径", "耗时")
    rows: list[Sequence[str]] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    part: str = ""

    def row(self, label: str, seconds: float, *more: str) -> None:
        self.rows.append((label, spent(seconds), *more))

    def check(self, holds: bool, otherwise: str) -> None:
        """A result that must be right, whatever it cost."""
        if not holds:
            self.wrong.append(otherwise)

    def at_most(self, code: str, text: str, value: float, goal: float, unit: str = "") -> None:
        self.ratios.append(Ratio(code, text, value, goal, unit=unit))

    def at_least(self, code: str, text: str, value: float, goal: float, unit: str = "") -> None:
        self.ratios.append(Ratio(code, text, value, goal, at_least=True, unit=unit))

    def markdown(self) -> str:
        parts = [f"**{self.title}**"]
        if self.rows:
            parts.append(_table(self.head, self.rows))
        if self.ratios:
            head = ("目标", "比较", "测得", "要求", "结论")
            parts.append(_table(head, [ratio.cells() for ratio in self.ratios]))
        lines = [*self.notes, *(f"**结果不正确**：{one}" for one in self.wrong)]
        parts.append("\n".join(f"- {line}" for line in lines))
        return "\n\n".join(parts)


def options(parser: argparse.ArgumentParser, *, repeats: int = 5) -> None:
    """The options every measurement knows."""
    parser.add_argument("--repeats", type=int, default=repeats, help="每种做法各测几次")
    parser.add_argument("--template", help="已迁移并装好基准数据的数据库，不给则新建")


def spent(seconds: float) -> str:
    """A time in the unit people read it in."""
    return f"{seconds:,.2f} s" if seconds >= 1 else f"{seconds * 1000:,.2f} ms"


def say(text: str) -> None:
    """Where the measurement stands; to the side, so that the report stays clean."""
    print(f"· {text}", file=sys.stderr, flush=True)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
