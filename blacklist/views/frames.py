"""The frame of a list as pages, of either sort: all of them, a new one, one with its history, changed or ended by the credit authority."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from agencies.sign_in import officer_of
from blacklist import access
from blacklist.forms_schemes import EndFrameForm, FrameForm
from blacklist.services import by_officer
from catalog.views.bases import show_problems
from catalog.views.parts import pending, span, validity
from common.clock import today
from common.components import Cell, Column, SummaryRow, Table
from common.gates import Refused


@dataclass(frozen=True, slots=True)
class Frames:
    """One sort of lists: its words, the names of its addresses, its form, and the services that keep it."""

    title: str
    lead: str
    enter_title: str  # of the page and of the button that leads there
    enter_lead: str
    revise_lead: str
    end_title: str
    clause: tuple[str, str]  # under the list of all, with its words
    all_of_them: str
    one: str
    new: str
    form: type[Any]  # a FrameForm that says its text
    rows: Callable[[], QuerySet[Any]]  # newest first within a code
    cells: tuple[tuple[str, Callable[[Any], str]], ...]  # columns of the list of all between name and state
    facts: Callable[[Any], list[SummaryRow]]
    enter: Callable[..., Any]
    revise: Callable[..., Any]
    end: Callable[..., Any]


def all_frames(request: HttpRequest, frames: Frames, *, sees_attempts: bool = False) -> HttpResponse:
    """Every list, the newest frame of each."""
    newest: dict[str, Any] = {}
    for row in frames.rows():
        newest.setdefault(row.code, row)
    lines: list[list[Cell | str]] = [
        [
            Cell(row.name, url=reverse(frames.one, args=[row.code]), chip=pending(row.mark)),
            *(said(row) for _, said in frames.cells),
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in newest.values()
    ]
    heads = [Column("名单"), *(Column(head) for head, _ in frames.cells), Column("状态", tight=True)]
    context = {
        "frames": frames,
        "table": Table(frames.title, heads, lines, caption_hidden=True),
        "keeps": officer_of(request).has_perm(access.SCHEMES),
        "sees_attempts": sees_attempts,
    }
    return render(request, "workbench/lists/schemes.html", context)


def new_frame(request: HttpRequest, frames: Frames) -> HttpResponse:
    form = frames.form(request.POST or None, initial={"effective_from": today()})
    if request.method == "POST" and form.is_valid():
        try:
            row = frames.enter(
                actor=by_officer(officer_of(request)), basis=form.cleaned_data["acting_on"], text=form.text()
            )
        except (Refused, ValidationError) as error:
            show_problems(form, error)
        else:
            messages.success(request, f"已登记：{row.name}")
            return redirect(frames.one, row.code)
    return render(request, "workbench/lists/scheme_form.html", {"form": form, "frames": frames})


def one_frame(request: HttpRequest, frames: Frames, code: str) -> HttpResponse:
    """One list with its history; the credit authority changes it here (POST do=revise) or ends it (do=end)."""
    rows = list(frames.rows().filter(code=code))
    if not rows:
        raise Http404
    do = request.POST.get("do", "")
    revise = frames.form(request.POST if do == "revise" else None, initial=frames.form.initial_of(rows[0]))
    end = EndFrameForm(request.POST if do == "end" else None, prefix="end")
    if request.method == "POST" and _change(request, frames, code, revise, end):
        messages.success(request, "已保存")
        return redirect(frames.one, code)
    keeps = officer_of(request).has_perm(access.SCHEMES)
    context = {
        "frames": frames,
        "scheme": rows[0],
        "facts": frames.facts(rows[0]),
        "history": _history(rows),
        "revise": revise if keeps else None,
        "end": end if keeps else None,
    }
    return render(request, "workbench/lists/scheme.html", context)


def _change(request: HttpRequest, frames: Frames, code: str, revise: FrameForm, end: EndFrameForm) -> bool:
    form = end if end.is_bound else revise
    if not form.is_valid():
        return False
    actor, basis = by_officer(officer_of(request)), form.cleaned_data["acting_on"]
    try:
        if end.is_bound:
            frames.end(actor=actor, basis=basis, code=code, last_day=end.cleaned_data["last_day"])
        else:
            frames.revise(actor=actor, basis=basis, code=code, text=revise.text())  # type: ignore[attr-defined]
    except (Refused, ValidationError) as error:
        show_problems(form, error)
        return False
    return True


def _history(rows: list[Any]) -> Table:
    lines: list[list[Cell | str]] = [
        [
            span(row.effective_from, row.effective_until),
            f"{row.basis}{row.basis_clause}",
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in rows
    ]
    heads = [Column("施行", tight=True), Column("依据"), Column("状态", tight=True)]
    return Table("历次规定", heads, lines, caption_hidden=True)
