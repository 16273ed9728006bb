"""Typed parameters of the shared page components.

A view fills one of these, the include or tag of the same name under `templates/components/` draws it. They hold only
what is shown: texts, addresses, tones. Whoever fills them has already decided visibility and masking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import floor, log10
from typing import Literal

Tone = Literal["neutral", "info", "good", "warning", "serious"]
StepState = Literal["done", "current", "todo", "blocked"]
Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Chip:
    """A state in words; the tone only supports them."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of a breadcrumb; the last one has no address because the reader is there."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of a summary list: what it is, its value, and perhaps where to change it."""

    label: str
    value: object
    note: str = ""
    url: str = ""
    action: str = "更改"
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A table column. `sort` is the value the page understands in `?sort=` (descending with a leading minus);
    `tight` columns (dates, document numbers, states) are never broken over two lines. The values of a `plain` column say by
    themselves what they are: on the card a row becomes on a narrow screen they stand side by side without their label.
    """

    label: str
    sort: str = ""
    numeric: bool = False
    tight: bool = False
    plain: bool = False

    @property
    def css(self) -> str:
        names = (
            ("is-numeric", self.numeric),
            ("is-tight", self.tight and not self.numeric),
            ("is-plain", self.plain),
        )
        return " ".join(name for name, applies in names if applies)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: text, or a link, or a chip, with an optional quiet second line."""

    text: object = ""
    url: str = ""
    chip: Chip | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A data table. Every row has one value (a `Cell` or plain text) per column; the first one names the row."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]
    sort: str = ""
    caption_hidden: bool = False

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Rows as (column, cell) pairs, so that the template needs no index arithmetic."""
        return [
            [
                (column, value if isinstance(value, Cell) else Cell(value))
                for column, value in zip(self.columns, row, strict=True)
            ]
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """What happened: when, what, by whom and by which document."""

    when: date | datetime
    what: str
    who: str = ""
    document: str = ""
    document_url: str = ""
    note: str = ""
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a task; `missing` names what is still needed before it can be taken."""

    title: str
    state: StepState
    detail: str = ""
    missing: Sequence[str] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its unit, the day it was counted on said in `note`."""

    label: str
    value: Number | str
    unit: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long task has got. `poll_url` answers with the same component; empty once it is over."""

    label: str
    done: int
    total: int | None  # None = not known
    unit: str = "行"
    poll_url: str = ""
    detail: str = ""
    failed: bool = False

    @property
    def finished(self) -> bool:
        return not self.failed and self.total is not None and self.done >= self.total

    @property
    def percent(self) -> int:
        if self.total is None:
            return 0
        return min(100, floor(self.done * 100 / self.total)) if self.total else 100

    @property
    def announcement(self) -> str:
        """What a screen reader hears: changes every tenth only, so that it does not talk without end."""
        if self.failed:
            return f"{self.label}：未完成"
        if self.finished:
            return f"{self.label}：已完成"
        if self.total is None:
            return self.label
        return f"{self.label}：已完成约 {self.percent // 10 * 10}%"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `text` replaces the plain number beside it."""

    label: str
    value: Number
    text: str = ""


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar with its place in the drawing: percentages across, pixels down (as SVG attributes)."""

    label: str
    text: str
    x: str
    centre: str
    width: str
    share: str
    y: str
    height: str
    text_y: str


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A grid line of a column chart."""

    text: str
    y: str
    text_y: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars across (`layout="bars"`, for ranking names) or columns (`"columns"`, for time); always with its table."""

    title: str
    bars: Sequence[Bar]
    unit: str = ""
    note: str = ""
    label_heading: str = "项目"
    layout: Literal["bars", "columns"] = "bars"
    chart_id: str = field(default="chart")

    PLOT_HEIGHT = 200
    TOP = 24

    @property
    def ceiling(self) -> float:
        """The top of the scale: a round number not below the largest bar."""
        largest = max((float(bar.value) for bar in self.bars), default=0.0)
        if largest <= 0:
            return 1.0
        power = 10.0 ** floor(log10(largest))
        return next(step * power for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if step * power >= largest)

    @property
    def drawn(self) -> list[DrawnBar]:
        """Bars with their geometry. Widths in per cent keep labels at reading size on every screen."""
        slot = 100 / len(self.bars) if self.bars else 100.0
        largest = max((float(bar.value) for bar in self.bars), default=0.0)
        return [self._draw(bar, index, slot, largest) for index, bar in enumerate(self.bars)]

    def _draw(self, bar: Bar, index: int, slot: float, largest: float) -> DrawnBar:
        value = max(0.0, float(bar.value))
        height = value / self.ceiling * self.PLOT_HEIGHT
        top = self.TOP + self.PLOT_HEIGHT - height
        across = value / largest * 100 if largest > 0 else 0.0
        return DrawnBar(
            label=bar.label,
            text=bar.text or f"{bar.value:,}",
            x=f"{index * slot + slot * 0.2:.2f}%",
            centre=f"{index * slot + slot / 2:.2f}%",
            width=f"{slot * 0.6:.2f}%",
            share=f"{across:.2f}%",
            y=f"{top:.1f}",
            height=f"{height:.1f}",
            text_y=f"{top - 6:.1f}",
        )

    @property
    def baseline(self) -> int:
        return self.TOP + self.PLOT_HEIGHT

    @property
    def label_y(self) -> int:
        return self.baseline + 22

    @property
    def total_height(self) -> int:
        return self.baseline + 32

    @property
    def grid(self) -> list[DrawnLine]:
        """Half and full height, enough to judge a column without drowning it in lines."""
        lines = []
        for share in (0.5, 1.0):
            y = self.TOP + self.PLOT_HEIGHT * (1 - share)
            lines.append(DrawnLine(text=f"{self.ceiling * share:,g}", y=f"{y:.1f}", text_y=f"{y - 4:.1f}"))
        return lines
