"""错报 by agency and period, as table and CSV. An officer sees the own agencies; the authority and auditors see all."""

import csv
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.sign_in import officer_of
from catalog import selectors as catalog
from common.clock import today
from common.components import Cell, Column, Table
from common.templatetags.credit import cdate
from records.selectors import agencies_of
from repair.selectors.rules import list_items
from supervision.forms import FiguresFilterForm
from supervision.selectors.clues import sees_all
from supervision.selectors.errors import Errors, errors
from supervision.selectors.reconciled import by_item
from supervision.views.figures import percent

HEADINGS = (
    "单位", "文件收下（行）", "核验退回（行）", "异议成立（件）", "省平台退回（条）", "公示不一致（条）", "对账差异（条）", "错报合计",
    "错报率",
)  # fmt: skip


@login_required
@require_safe
def error_figures(request: HttpRequest) -> HttpResponse:
    """Of this year without a period; `?format=csv` downloads."""
    officer = officer_of(request)
    start = {"since": today().replace(month=1, day=1).isoformat(), "until": today().isoformat(), "item": ""}
    query = {name: request.GET.get(name) or value for name, value in start.items()}
    form = FiguresFilterForm(query)
    items = list(catalog.items(today()).values_list("code", "name"))
    names = dict(items)
    form.offer(items)
    form.fields["item"].choices = [("", "全部事项"), *items]  # type: ignore[attr-defined]
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        data = form.cleaned_data
        lines = errors(
            since=data["since"],
            until=data["until"],
            items=[data["item"]] if data["item"] else [code for code, _ in items],
            agencies=None if sees_all(officer) else agencies_of(officer),
        )
        if sees_all(officer):
            context["items_table"] = _items_table(data["since"], data["until"], names, data["item"])
        if request.GET.get("format") == "csv":
            return _csv(lines, f"errors-{data['since']:%Y%m%d}-{data['until']:%Y%m%d}.csv")
        context |= {
            "table": _table(lines),
            "csv_url": f"{request.path}?{urlencode({**query, 'format': 'csv'})}",
        }
    return render(request, "workbench/supervision_errors.html", context)


def _cells(line: Errors) -> list[str]:
    numbers = (
        line.accepted, line.rejected, line.upheld, line.turned_down, line.differing, line.unreconciled, line.total,
    )  # fmt: skip
    rate = percent(min(line.total, line.judged), line.judged)
    return [line.agency, *map(str, numbers), rate]


def _table(lines: list[Errors]) -> Table:
    rows: list[list[Cell | str]] = [
        [
            text if index in (0, len(HEADINGS) - 1) else f"{int(text):,}"
            for index, text in enumerate(_cells(line))
        ]
        for line in lines
    ]
    columns = [Column(heading, numeric=index > 0) for index, heading in enumerate(HEADINGS)]
    return Table("各单位错报", columns, rows, caption_hidden=True)


def _items_table(since: date, until: date, names: dict[str, str], item: str) -> Table:
    """What reconciliation found, by item: for those who see all agencies, for an item may be handed in by several."""
    asked = [item] if item else [*names, *list_items(today())]
    rows: list[list[Cell | str]] = [
        [
            names.get(one.item, one.item),
            one.target,
            cdate(one.day),
            f"{one.ours:,}",
            f"{one.theirs:,}",
            f"{one.wrong:,}",
        ]
        for one in by_item(since=since, until=until, items=asked)
    ]
    heads = [Column("事项"), Column("对方"), Column("差异最大的一天", tight=True)]
    heads += [Column(word, numeric=True) for word in ("我方持有", "对方持有", "没有原因的差异")]
    return Table("对账差异（按事项）", heads, rows)


def _csv(lines: list[Errors], name: str) -> HttpResponse:
    """With a byte order mark, so that spreadsheet programs read it as UTF-8."""
    answer = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(answer)
    writer.writerow(HEADINGS)
    writer.writerows(_cells(line) for line in lines)
    return answer
