"""Where the credit authority keeps the dated rows of the public site."""

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
from catalog.forms import RefusableForm, basis_field
from catalog.views.parts import pending, span, validity
from common.clock import today
from common.components import Cell, Column, Table
from common.gates import Refused
from common.templatetags.credit import cdate
from common.widgets import DayInput
from portal.site_rules import KINDS, Kind, Row, change_row


class RowForm(RefusableForm):
    """The columns of one kind, labelled by its model."""

    def __init__(self, kind: Kind, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        widgets = {"effective_from": DayInput(), "counts": forms.Textarea({"rows": 4})}
        self.fields.update(fields_for_model(kind.model, fields=kind.columns, widgets=widgets))  # type: ignore[arg-type]
        self.fields["basis"] = basis_field("依据")
        self.fields["acting_on"] = forms.CharField(
            label="办理依据", max_length=200, help_text="改变它的文件；记入留痕账本"
        )


@login_required
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """What figures count, and the columns: one line a code."""
    if not all(officer_of(request).has_perm(kind.permission) for kind in KINDS.values()):
        raise PermissionDenied
    tables = [(kind.name, _table(slug, kind)) for slug, kind in KINDS.items()]
    return render(request, "workbench/news/rules.html", {"tables": tables})


def _table(slug: str, kind: Kind) -> Table:
    lines: list[list[Cell | str]] = []
    newest = [next(rows) for _, rows in groupby(kind.rows(), key=lambda row: row.code)]
    for row in sorted(newest, key=lambda row: (row.order, row.code)):
        url = reverse("workbench:site-rule", args=[slug, row.code])
        lines.append(
            [Cell(row.name, url=url, chip=pending(row.mark)), _says(row), f"{row.basis}{row.basis_clause}"]
        )
    columns = [Column(kind.name), Column("内容"), Column("依据")]
    return Table(kind.name, columns, lines, caption_hidden=True)


def _says(row: Row) -> str:
    text = getattr(row, "counts", "") or getattr(row, "about", "")
    few = getattr(row, "minimum", 0)
    return f"{text}少于 {few} 的不显示。" if few else text


@login_required
@require_http_methods(["GET", "POST"])
def rule_page(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """History of one row, and the form that changes it from a day on."""
    known = KINDS.get(kind)
    if known is None or not officer_of(request).has_perm(known.permission):
        raise PermissionDenied
    rows = known.rows(code)
    if not rows:
        raise Http404
    start = {name: getattr(rows[0], name) for name in known.columns} | {
        "basis": rows[0].basis.code,
        "effective_from": today(),
    }
    form = RowForm(known, request.POST or None, initial=start)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in known.columns}
        try:
            row = change_row(
                officer=officer_of(request),
                basis=form.cleaned_data["acting_on"],
                kind=known,
                code=code,
                values=values,
            )
        except Refused as refused:
            form.show(refused.refusals)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"自{cdate(row.effective_from)}起按新的规定")
            return redirect("workbench:site-rule", kind, code)
    lines: list[list[Cell | str]] = [
        [
            Cell(_says(row), chip=pending(row.mark)),
            span(row.effective_from, row.effective_until),
            f"{row.basis}{row.basis_clause}",
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in rows
    ]
    heads = [Column("内容"), Column("施行"), Column("依据"), Column("状态", tight=True)]
    table = Table("历次规定", heads, lines, caption_hidden=True)
    return render(
        request, "workbench/news/rule.html", {"rule": rows[0], "kind": known, "table": table, "form": form}
    )
