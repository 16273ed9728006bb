"""All clocks on one page, and the page of one clock with its history."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog.deadlines import selectors, services
from catalog.deadlines.forms import DeadlineForm
from catalog.deadlines.models import DeadlineRule
from catalog.views.bases import show_problems
from catalog.views.parts import MANAGE, managing, pending, signed_in, span, validity
from common.clock import today
from common.components import Cell, Column, Table
from common.gates import Refused
from common.templatetags.credit import cdate


@signed_in
@require_safe
def deadline_list(request: HttpRequest) -> HttpResponse:
    """One line a clock: the row in force today, or the next one."""
    lines: list[list[Cell | str]] = []
    for code, rows in groupby(selectors.rules(), key=lambda row: row.code):
        row = _current(list(rows))
        url = reverse("workbench:catalog-deadline", args=[code])
        note = f"只适用于{row.sector}领域" if row.sector else ""
        lines.append([Cell(row.name, url=url, chip=pending(row.mark), note=note), row.length, _clause(row)])
    table = Table("办理期限", [Column("期限"), Column("长度"), Column("依据")], lines, caption_hidden=True)
    return render(request, "workbench/catalog/deadlines.html", {"table": table})


@signed_in
@require_http_methods(["GET", "POST"])
def deadline_page(request: HttpRequest, code: str) -> HttpResponse:
    """History of a clock; those who keep the catalog change it here (POST)."""
    rows = list(selectors.rules().filter(code=code))
    if not rows:
        raise Http404
    if request.method == "POST":
        return _change(request, rows)
    form = DeadlineForm(initial={"unit": rows[0].unit, "effective_from": today(), "mark": rows[0].mark})
    return _page(request, rows, form)


@managing
def _change(request: HttpRequest, rows: list[DeadlineRule]) -> HttpResponse:
    form = DeadlineForm(request.POST)
    if form.is_valid():
        try:
            row = services.change_deadline(
                officer=officer_of(request),
                basis=form.cleaned_data["acting_on"],
                code=rows[0].code,
                text=form.text(),
            )
        except (Refused, ValidationError) as error:
            show_problems(form, error)
        else:
            messages.success(request, f"自{cdate(row.effective_from)}起，{row.name}：{row.length}")
            return redirect("workbench:catalog-deadline", row.code)
    return _page(request, rows, form)


def _page(request: HttpRequest, rows: list[DeadlineRule], form: DeadlineForm) -> HttpResponse:
    lines: list[list[Cell | str]] = [
        [
            Cell(row.length, chip=pending(row.mark), note=row.note),
            span(row.effective_from, row.effective_until),
            _clause(row),
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in rows
    ]
    heads = [Column("长度"), Column("施行"), Column("依据"), Column("状态", tight=True)]
    context = {
        "rule": _current(rows),
        "table": Table("历次规定", heads, lines, caption_hidden=True),
        "form": form if officer_of(request).has_perm(MANAGE) else None,
    }
    return render(request, "workbench/catalog/deadline.html", context)


def _current(rows: list[DeadlineRule]) -> DeadlineRule:
    """The row in force today, else the newest."""
    day = today()
    running = (r for r in rows if r.effective_from <= day and (r.effective_until or day) >= day)
    return next(running, rows[0])


def _clause(row: DeadlineRule) -> str:
    return f"{row.basis}{row.basis_clause}"
