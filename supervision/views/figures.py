"""及时率, 合规率 and 疑似漏报 by agency, as table, chart and CSV."""

import csv
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from catalog import selectors as catalog
from common.clock import today
from common.components import Bar, BarChart, Cell, Column, Table
from common.gates import CLAUSES
from supervision.forms import FiguresFilterForm
from supervision.selectors import quality
from supervision.selectors.figures import Line, figures, monthly
from supervision.selectors.timeliness import Timeliness, timeliness

KEEP_SECONDS = 600
HEADINGS = (
    "单位", "收到（条）", "按期（条）", "迟报（条）", "待工作日历确定（条）", "及时率", "平均迟报（工作日）", "最长迟报（工作日）",
    "文件收下（行）", "文件退回（行）", "合规率", "公示不一致（条）", "疑似漏报（号）", "待说明线索（条）",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """What the figures are about."""

    since: date
    until: date
    items: tuple[str, ...]


@login_required
@permission_required("supervision.view_all_clues", raise_exception=True)
@require_safe
def supervision_figures(request: HttpRequest) -> HttpResponse:
    """Figures of all agencies for decisions (and files) of a period; without one, of this year. `?format=csv` downloads."""
    start = {"since": today().replace(month=1, day=1).isoformat(), "until": today().isoformat(), "item": ""}
    query = {name: request.GET.get(name) or value for name, value in start.items()}
    form = FiguresFilterForm(query)
    items = list(catalog.items(today()).values_list("code", "name"))
    form.offer(items)
    if not form.is_valid():
        return render(request, "workbench/supervision_figures.html", {"form": form})
    data = form.cleaned_data
    since, until = data["since"], data["until"]
    chosen = (data["item"],) if data["item"] else catalog.double_publicity(since, until)
    period = Period(since, until, chosen)
    rows = _timeliness(period)
    lines = figures(rows, since=period.since, until=period.until, items=period.items, on=today())
    if request.GET.get("format") == "csv":
        return _csv(lines, period)
    context = {
        "form": form,
        "csv_url": f"{request.path}?{urlencode({**query, 'format': 'csv'})}",
        "table": _table(lines),
        "timely": _by_agency(lines),
        "months": _by_month(rows),
        "faults": _faults(period),
    }
    return render(request, "workbench/supervision_figures.html", context)


def _timeliness(period: Period) -> list[Timeliness]:
    """Kept for ten minutes: at two million records the statement takes seconds, and nobody's decision hangs on the last one."""
    key = f"supervision:timeliness:{period.since}:{period.until}:{','.join(period.items)}:{today()}"
    with suppress(RedisError):  # without the cache the page is slower, not gone
        rows: list[Timeliness] | None = cache.get(key)
        if rows is not None:
            return rows
    rows = timeliness(since=period.since, until=period.until, items=period.items)
    with suppress(RedisError):
        cache.set(key, rows, KEEP_SECONDS)
    return rows


def percent(part: int, whole: int) -> str:
    """98.3%; 无数据 where nothing was judged, which is not the same as 0% or 100%. Rounded down: 99.99 is not 100."""
    return f"{part * 1000 // whole / 10:.1f}%" if whole else "无数据"


def _cells(line: Line) -> list[str]:
    average = f"{line.late_days / line.late:.1f}" if line.late else ""
    return [
        line.agency, str(line.on_time + line.late + line.uncertain), str(line.on_time), str(line.late), str(line.uncertain),
        percent(line.on_time, line.on_time + line.late), average, str(line.latest) if line.late else "",
        str(line.accepted), str(line.rejected), percent(line.accepted, line.accepted + line.rejected),
        str(line.disagreeing), str(line.missing), str(line.open_clues),
    ]  # fmt: skip


def _grouped(text: str) -> str:
    """Thousands marked for reading; the file keeps plain digits for calculating."""
    return f"{int(text):,}" if text.isdigit() else text


def _csv(lines: list[Line], period: Period) -> HttpResponse:
    """With a byte order mark, so that spreadsheet programs read it as UTF-8."""
    name = f"supervision-{period.since:%Y%m%d}-{period.until:%Y%m%d}.csv"
    answer = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(answer)
    writer.writerow(HEADINGS)
    writer.writerows(_cells(line) for line in lines)
    return answer


def _table(lines: list[Line]) -> Table:
    shown = (0, 1, 5, 3, 10, 11, 12, 13)
    rows: list[list[Cell | str]] = []
    for line in lines:
        cells: list[Cell | str] = [_grouped(_cells(line)[index]) for index in shown]
        cells[0] = Cell(line.agency, url=f"{reverse('workbench:supervision')}?agency={line.agency_id}")
        cells[3] = Cell(f"{line.late:,}", note=f"最长 {line.latest} 个工作日" if line.late else "")
        rows.append(cells)
    return Table(
        caption="各单位报送质量",
        caption_hidden=True,
        columns=[Column(HEADINGS[index], numeric=index > 0) for index in shown],
        rows=rows,
    )


def _bar(label: str, on_time: int, late: int) -> Bar:
    judged = on_time + late
    return Bar(label, on_time * 100 / judged, percent(on_time, judged))


def _by_agency(lines: list[Line]) -> BarChart | None:
    bars = [_bar(line.agency, line.on_time, line.late) for line in lines if line.on_time + line.late]
    if not bars:
        return None
    return BarChart("各单位及时率", bars, unit="%", label_heading="单位", chart_id="timely")


def _by_month(rows: list[Timeliness]) -> BarChart | None:
    bars = [_bar(f"{month:%Y-%m}", on_time, late) for month, on_time, late in monthly(rows)]
    if not bars:
        return None
    return BarChart("各月及时率（按决定日期）", bars, unit="%", label_heading="月份", chart_id="months")


def _faults(period: Period) -> Table:
    rows = quality.faults_by_code(since=period.since, until=period.until, items=period.items)
    return Table(
        caption="退回原因",
        caption_hidden=True,
        columns=[Column("原因"), Column("依据"), Column("行数", numeric=True)],
        rows=[[CLAUSES[code].sentence, CLAUSES[code].basis, f"{count:,}"] for code, count in rows],
    )
