"""The home page of the workbench: what waits for this officer, from every room, and the figures of the officer's agency.

Each room hands over its tasks (`<room>/desk.py`); this page alone looks across rooms, and asks each room once.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from blacklist import desk as blacklist
from catalog import access as catalog_access
from common.checks import missing_years
from common.clock import today
from common.components import Cell, Chip, Column, Figure, Table
from common.desk import Task
from common.selectors import load_calendar
from common.templatetags.credit import cdate, cdatetime
from portal.news import desk as news
from records import selectors
from records.erasure import desk as erasure
from records.evidence.views.parts import waiting_table
from records.identity import desk as identity
from repair import desk as repair
from sanctions import desk as sanctions
from supervision import desk as supervision

SHOWN: Final = 20
_SOON: Final = 2
ROOMS: Final[Sequence[Callable[..., list[Task]]]] = (
    blacklist.tasks,
    repair.tasks,
    sanctions.tasks,
    identity.tasks,
    erasure.tasks,
    supervision.tasks,
    news.tasks,
)


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this officer by deadline, batches with rows that came back, then the agency's figures."""
    officer = officer_of(request)
    keeps_calendar = officer.has_perm("common.change_calendarday")
    waiting = selectors.batches_needing_attention(officer)[:10]
    figures = selectors.recent_figures(officer, today())
    tasks = tasks_of(officer, today())
    context = {
        "officer": officer,
        "tasks": _task_table(tasks[:SHOWN]),
        "more_tasks": len(tasks) > SHOWN,
        "missing_years": missing_years(today(), load_calendar().covered_years) if keeps_calendar else [],
        "figures": [
            Figure("近30天收下", f"{figures['accepted']:,}", "条"),
            Figure("近30天退回", f"{figures['rejected']:,}", "条", note="改正后可重新报送"),
            Figure("近30天重复", f"{figures['duplicate']:,}", "条", note="以前报送过，没有再记一次"),
        ],
        "waiting": Table(
            caption="有退回行的批次",
            caption_hidden=True,
            columns=[
                Column("文件"),
                Column("事项"),
                Column("退回", numeric=True),
                Column("完成时间", tight=True),
            ],
            rows=[
                [
                    Cell(batch.filename, url=reverse("workbench:batch", args=[batch.public_id])),
                    batch.item.name,
                    f"{batch.rejected:,}",
                    cdatetime(batch.finished_at) if batch.finished_at else "",
                ]
                for batch in waiting
            ],
        ),
        "corrections": waiting_table(officer, today(), limit=5),
        "items": catalog_access.items_submitting(officer, today()),
    }
    return render(request, "workbench/home.html", context)


def tasks_of(officer: Officer, on: date) -> list[Task]:
    """The tasks of all rooms, the nearest deadline first; each room hands over enough to fill the page alone."""
    found = [task for room in ROOMS for task in room(officer, on, limit=SHOWN + 1)]
    return sorted(found, key=lambda task: task.due or date.max)


def _task_table(tasks: Sequence[Task]) -> Table:
    lines: list[list[Cell | str]] = [
        [Cell(task.title, url=task.url, note=task.about), task.what, task.room, _due_cell(task.due)]
        for task in tasks
    ]
    heads = [Column("事项"), Column("要办什么"), Column("类别", tight=True), Column("期限", tight=True)]
    return Table("需要您办理", heads, lines, caption_hidden=True)


def _due_cell(due: date | None) -> Cell | str:
    """The last day with what is left of it in working days."""
    if due is None:
        return ""
    calendar, at = load_calendar(), today()
    if due < at:
        late = max(1, calendar.workdays_between(due, at))
        return Cell(cdate(due), chip=Chip(f"已超{late}个工作日", "serious"))
    left = calendar.workdays_between(at, due)
    words = f"还有{left}个工作日" if left else "今天到期"
    return Cell(cdate(due), chip=Chip(words, "warning" if left <= _SOON else "neutral"))
