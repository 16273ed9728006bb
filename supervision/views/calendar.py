"""The working-day calendar of a year, on which every deadline of the platform rests."""

from calendar import monthcalendar
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.models import Officer
from agencies.sign_in import officer_of
from common.checks import missing_years
from common.clock import today
from common.components import Cell, Chip, Column, Table
from common.models import CalendarDay, CalendarSource
from common.problems import Problem
from common.reference import FIRST_YEAR
from common.selectors import read_calendar
from common.templatetags.credit import cdate
from supervision import services
from supervision.forms import CalendarForm

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid: what is written on it and how it is told to a screen reader."""

    number: int
    mark: str
    works: bool
    title: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks of seven places; None outside the month."""

    number: int
    weeks: list[list[Day | None]]


@login_required
@require_http_methods(["GET", "POST"])
def calendar_year(request: HttpRequest) -> HttpResponse:
    """`?year=`: the year with holidays and make-up days; the credit authority enters what the notice says."""
    officer = officer_of(request)
    edits = officer.has_perm("common.change_calendarday")
    if request.method == "POST" and not edits:
        raise PermissionDenied
    year = _year(request)
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _change(request, officer, form):
        return redirect(f"{reverse('workbench:calendar')}?year={form.cleaned_data['first'].year}")
    rows = list(CalendarDay.objects.filter(date__year=year))
    covered = read_calendar().covered_years
    context = {
        "year": year,
        "years": range(FIRST_YEAR, max([today().year + 1, *covered]) + 1),
        "is_known": year in covered,
        "missing": missing_years(today(), covered),
        "weekdays": _WEEKDAYS,
        "months": [_month(year, month, {row.date: row for row in rows}) for month in range(1, 13)],
        "table": _table(rows),
        "form": form if edits else None,
    }
    return render(request, "workbench/calendar.html", context)


def _year(request: HttpRequest) -> int:
    """The year asked for, this one for anything else."""
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today().year
    return year if FIRST_YEAR <= year <= today().year + 5 else today().year


def _change(request: HttpRequest, officer: Officer, form: CalendarForm) -> bool:
    data = form.cleaned_data
    first, last = data["first"], data["last"] or data["first"]
    try:
        if data["change"] == CalendarForm.REMOVE:
            count = services.remove_days(first=first, last=last, officer=officer, basis=data["basis"])
            messages.success(request, f"已撤回 {count} 天。")
        else:
            count = services.set_days(
                first=first,
                last=last,
                is_workday=data["change"] == CalendarForm.WORK,
                note=data["note"],
                officer=officer,
                basis=data["basis"],
            )
            messages.success(request, f"已录入 {count} 天；其余各天按星期本来如此，不需要录入。")
    except Problem as problem:
        form.add_error("basis" if problem.code == "document_missing" else "last", problem.detail)
        return False
    return True


def _month(year: int, month: int, rows: dict[date, CalendarDay]) -> Month:
    weeks = [
        [_day(date(year, month, number), rows) if number else None for number in week]
        for week in monthcalendar(year, month)
    ]
    return Month(month, weeks)


def _day(day: date, rows: dict[date, CalendarDay]) -> Day:
    row = rows.get(day)
    ordinary = day.weekday() < 5
    works = row.is_workday if row else ordinary
    mark = "" if works == ordinary else "班" if works else "休"
    return Day(day.day, mark, works, row.note if row else "")


def _table(rows: list[CalendarDay]) -> Table:
    return Table(
        caption="放假和调休的日期",
        columns=[Column("日期", tight=True), Column("星期"), Column("安排"), Column("说明"), Column("来源")],
        rows=[
            [
                cdate(row.date),
                f"星期{_WEEKDAYS[row.date.weekday()]}",
                Cell(chip=Chip("上班", "warning") if row.is_workday else Chip("放假", "good")),
                row.note,
                str(CalendarSource(row.source).label),
            ]
            for row in rows
        ],
    )
