"""Where the credit authority keeps the dated rows of the public site."""

from collections.abc import Callable
from itertools import groupby

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.models import fields_for_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog.forms import RefusableForm, RouteEndForm, basis_field
from catalog.views.parts import pending, span, validity
from common.clock import today
from common.components import Cell, Column, Table
from common.gates import Refused
from common.templatetags.credit import cdate
from common.widgets import DayInput
from portal.site_rows import SiteRow
from portal.site_rules import KINDS, Kind, add_row, change_row, end_row

_LONG = forms.Textarea({"rows": 4})


class RowForm(RefusableForm):
    """The columns of one kind, labelled by its model."""

    def __init__(self, kind: Kind, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        widgets = {"effective_from": DayInput(), "counts": _LONG, "text": _LONG}
        self.fields.update(fields_for_model(kind.model, fields=kind.columns, widgets=widgets))  # type: ignore[arg-type]
        self.fields["basis"] = basis_field("依据")
        self.fields["acting_on"] = forms.CharField(
            label="办理依据", max_length=200, help_text="改变它的文件；记入留痕账本"
        )


@login_required
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """What figures count, the columns, the terms of use: one line a code."""
    if not all(officer_of(request).has_perm(kind.permission) for kind in KINDS.values()):
        raise PermissionDenied
    tables = [
        (kind.name, _table(slug, kind), reverse("workbench:site-rule-new", args=[slug]) if kind.open else "")
        for slug, kind in KINDS.items()
    ]
    return render(request, "workbench/news/rules.html", {"tables": tables})


def _table(slug: str, kind: Kind) -> Table:
    lines: list[list[Cell | str]] = []
    newest = [next(rows) for _, rows in groupby(kind.rows(), key=lambda row: row.code)]
    for row in sorted(newest, key=lambda row: (row.order, row.code)):
        url = reverse("workbench:site-rule", args=[slug, row.code])
        over = row.effective_until is not None and row.effective_until < today()
        chip = validity(row.effective_from, row.effective_until, today()) if over else pending(row.mark)
        lines.append([Cell(row.name, url=url, chip=chip), row.says, row.cites])
    columns = [Column(kind.name), Column("内容"), Column("依据")]
    return Table(kind.name, columns, lines, caption_hidden=True)


def _kind_of(request: HttpRequest, slug: str, *, opens: bool = False) -> Kind:
    known = KINDS.get(slug)
    if known is None or not officer_of(request).has_perm(known.permission) or (opens and not known.open):
        raise PermissionDenied
    return known


def _rows_of(kind: Kind, code: str) -> list[SiteRow]:
    rows = kind.rows(code)
    if not rows:
        raise Http404
    return rows


def _done(form: RefusableForm, act: Callable[[], SiteRow]) -> SiteRow | None:
    """What the service made of a valid form; None when the form comes back with what it says."""
    try:
        return act()
    except Refused as refused:
        form.show(refused.refusals)
    except ValidationError as error:
        form.add_error(None, error)
    return None


@login_required
@require_http_methods(["GET", "POST"])
def rule_page(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """History of one row, and the form that changes it from a day on."""
    known = _kind_of(request, kind)
    rows = _rows_of(known, code)
    start = {name: getattr(rows[0], name) for name in known.columns} | {
        "basis": rows[0].basis.code,
        "effective_from": today(),
    }
    form = RowForm(known, request.POST or None, initial=start)
    if form.is_valid():
        values = dict(form.cleaned_data)
        who = {"officer": officer_of(request), "basis": values.pop("acting_on")}
        row = _done(form, lambda: change_row(**who, kind=known, code=code, values=values))
        if row is not None:
            messages.success(request, f"自{cdate(row.effective_from)}起按新的规定")
            return redirect("workbench:site-rule", kind, code)
    end = reverse("workbench:site-rule-end", args=[kind, code]) if known.open else ""
    context = {"rule": rows[0], "kind": known, "table": _history(rows), "form": form, "end": end}
    return render(request, "workbench/news/rule.html", context)


def _history(rows: list[SiteRow]) -> Table:
    lines: list[list[Cell | str]] = [
        [
            Cell(row.says, chip=pending(row.mark)),
            span(row.effective_from, row.effective_until),
            row.cites,
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in rows
    ]
    heads = [Column("内容"), Column("施行"), Column("依据"), Column("状态", tight=True)]
    return Table("历次规定", heads, lines, caption_hidden=True)


@login_required
@require_http_methods(["GET", "POST"])
def rule_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Add a row to a kind that is open."""
    known = _kind_of(request, kind, opens=True)
    form = RowForm(known, request.POST or None, initial={"effective_from": today()})
    if form.is_valid():
        values = dict(form.cleaned_data)
        who = {"officer": officer_of(request), "basis": values.pop("acting_on")}
        row = _done(form, lambda: add_row(**who, kind=known, values=values))
        if row is not None:
            messages.success(request, f"自{cdate(row.effective_from)}起施行")
            return redirect("workbench:site-rule", kind, row.code)
    return render(
        request, "workbench/news/rule_form.html", {"form": form, "title": "增加一条", "kind": known}
    )


@login_required
@require_http_methods(["GET", "POST"])
def rule_end(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Name the last day of a row of a kind that is open."""
    known = _kind_of(request, kind, opens=True)
    newest = _rows_of(known, code)[0]
    form = RouteEndForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        who = {"officer": officer_of(request), "basis": values["acting_on"]}
        row = _done(form, lambda: end_row(**who, kind=known, code=code, last_day=values["last_day"]))
        if row is not None:
            messages.success(request, f"施行到{cdate(row.effective_until)}为止")
            return redirect("workbench:site-rule", kind, code)
    title = f"结束：{newest.name}"
    return render(request, "workbench/news/rule_form.html", {"form": form, "title": title, "kind": known})
