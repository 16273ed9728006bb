"""How the figures of a day are laid out: headline, tables and charts of the page, lines of the file."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from common.components import Bar, BarChart, Cell, Column, Table
from common.components import Figure as ShownFigure
from portal.statistics.models import Figure, FigureRule, StatisticDay

Found = dict[str, list[Figure]]
HEADINGS: Final = (
    "截止日期", "指标代号", "指标", "分类代号", "分类", "时间", "数值", "单位", "说明", "怎样统计", "依据",
)  # fmt: skip
_CHARTS: Final = (("xzcf", "行政处罚"), ("xzxk", "行政许可"))
# (heading, what it is about, the series that stand in it)
PARTS: Final = (
    ("records", ("published", "published-persons", "published-year", "published-month")),
    ("lists", ("listed", "listed-persons", "honoured", "honoured-persons")),
    ("repairs", ("repairs", "repair-days", "objections", "applications-persons")),
    ("quality", ("handed-in", "providers", "timely", "compliant")),
)


def drawn(found: Found, day: StatisticDay) -> dict[str, object]:
    """What the page shows of a day, part by part."""
    return {
        "headline": _headline(found, day),
        "records": _side_by_side(found, "published", "事项", "在公示的信息"),
        "years": _by_period(found.get("published-year", []), "事项", "在公示的信息，按决定年份"),
        "months": [_chart(found, item, name) for item, name in _CHARTS],
        "listed": _side_by_side(found, "listed", "名单", "在列的严重失信主体"),
        "honoured": _side_by_side(found, "honoured", "名单", "诚实守信名单"),
        "cases": _cases(found),
        "applications": _by_period(found.get("applications-persons", []), "类别", "自然人提出的修复和异议"),
        "hand_ins": _hand_ins(found),
        "timely": _timely(found.get("timely", [])),
    }


def line_of(figure: Figure, on: date, rule: FigureRule) -> list[str]:
    """One figure in the file, under `HEADINGS`."""
    withheld = figure.value is None
    return [
        on.isoformat(), figure.series, rule.name, figure.key, figure.label, figure.period,
        "" if withheld else _plain(figure.value), rule.unit, f"少于{figure.minimum}，不显示" if withheld else "",
        rule.counts, rule.cites,
    ]  # fmt: skip


def _plain(value: Decimal | None) -> str:
    """Without a decimal that says nothing."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def _words(figure: Figure | None) -> Cell | str:
    """A number for reading; 少于 10 where it is withheld; a dash where there is none."""
    if figure is None:
        return "—"
    if figure.value is None:
        few = f"不足 {figure.minimum} 件" if figure.series == "repair-days" else f"少于 {figure.minimum}"
        return Cell(few)
    whole, dot, rest = _plain(figure.value).partition(".")
    return f"{int(whole):,}{dot}{rest}"


def _sum(figures: Iterable[Figure]) -> str:
    """Of figures that are never withheld."""
    return f"{sum(int(figure.value or 0) for figure in figures):,}"


def _headline(found: Found, day: StatisticDay) -> list[ShownFigure]:
    year = str(day.day.year)
    decided = [one for one in found.get("repairs", []) if one.period == year]
    took = next((one for one in found.get("repair-days", []) if one.period == year), None)
    right = next(iter(found.get("compliant", [])), None)
    numbers = [
        ShownFigure("单位在公示的信息", _sum(found.get("published", [])), "条", note="含个体工商户"),
        ShownFigure("单位在列的严重失信名单条目", _sum(found.get("listed", [])), "条"),
        ShownFigure("今年决定的信用修复", _sum(decided), "件"),
    ]
    if took is not None and took.value is not None:
        numbers.append(ShownFigure("修复办理天数", _plain(took.value), "天", note="一半的申请比它快"))
    if right is not None and right.value is not None:
        numbers.append(ShownFigure("今年双公示合规率", f"{right.value:.1f}", "%"))
    return numbers


def _side_by_side(found: Found, series: str, heading: str, caption: str) -> Table:
    """Units and persons in columns of their own; no column adds them up."""
    persons = {one.key: one for one in found.get(f"{series}-persons", [])}
    rows = [[one.label, _words(one), _words(persons.get(one.key))] for one in found.get(series, [])]
    columns = [Column(heading), Column("单位和个体工商户", numeric=True), Column("自然人", numeric=True)]
    return Table(caption, columns, rows, caption_hidden=True)


def _by_period(figures: list[Figure], heading: str, caption: str) -> Table:
    """One line a key, one column a year, the newest first; years before the newest four in one column."""
    periods = sorted({one.period for one in figures}, reverse=True)
    single, before = periods[:4], periods[4:]
    cells = {(one.key, one.period): one for one in figures}
    rows: list[list[Cell | str]] = []
    for key, label in sorted({one.key: one.label for one in figures}.items()):
        line: list[Cell | str] = [label, *(_words(cells.get((key, period))) for period in single)]
        if before:
            line.append(
                _sum(found) if (found := [cells[key, one] for one in before if (key, one) in cells]) else "—"
            )
        rows.append(line)
    columns = [Column(heading), *(Column(f"{period}年", numeric=True) for period in single)]
    if before:
        columns.append(Column(f"{before[0]}年以前" if len(before) > 1 else f"{before[0]}年", numeric=True))
    return Table(caption, columns, rows, caption_hidden=True)


def _chart(found: Found, item: str, name: str) -> BarChart | None:
    bars = [
        Bar(_month(one.period), int(one.value or 0))
        for one in found.get("published-month", [])
        if one.key == item
    ]
    if not bars:
        return None
    return BarChart(
        f"{name}：按决定月份",
        bars,
        unit="条",
        label_heading="决定月份",
        layout="columns",
        chart_id=f"m-{item}",
    )


def _month(period: str) -> str:
    return f"{period[2:4]}年{int(period[5:])}月"


def _cases(found: Found) -> Table:
    """Repairs and objections by year, with the days repairs took."""
    numbers = {
        (series, one.key, one.period): one
        for series in ("repairs", "objections", "repair-days")
        for one in found.get(series, [])
    }
    wanted = (
        ("repairs", "granted"), ("repairs", "refused"), ("repair-days", "median"), ("objections", "granted"), ("objections", "refused"),
    )  # fmt: skip
    years = sorted({year for _, _, year in numbers}, reverse=True)
    rows = [[f"{year}年", *(_words(numbers.get((*which, year))) for which in wanted)] for year in years]
    heads = (
        "修复：同意（件）",
        "修复：不予同意（件）",
        "修复：天数的中位数",
        "异议：成立（件）",
        "异议：不成立（件）",
    )
    columns = [Column("决定年份"), *(Column(head, numeric=True) for head in heads)]
    return Table("决定的修复和异议", columns, rows, caption_hidden=True)


def _hand_ins(found: Found) -> Table:
    units = {one.key: one for one in found.get("providers", [])}
    rows = [[one.label, _words(units.get(one.key)), _words(one)] for one in found.get("handed-in", [])]
    columns = [
        Column("单位性质"),
        Column("报送单位（家）", numeric=True),
        Column("收到的信息（条）", numeric=True),
    ]
    return Table("今年收到的信息", columns, rows, caption_hidden=True)


def _timely(figures: list[Figure]) -> BarChart | None:
    bars = [
        Bar(_month(one.period), one.value, f"{one.value:.1f}%") for one in figures if one.value is not None
    ]
    if not bars:
        return None
    return BarChart("双公示及时率", bars, unit="%", label_heading="决定月份", chart_id="timely")
