"""Which papers an application must carry: the rows, asking for one from a day on, no longer asking for one."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.sign_in import officer_of
from catalog.forms import RouteEndForm
from catalog.views.parts import pending, span, validity
from common.components import Cell, Column, Table
from common.gates import Refused
from common.templatetags.credit import cdate
from repair.required import RequiredMaterial
from repair.rule_forms import MaterialForm
from repair.selectors.rules import material_rows
from repair.services import end_material, require_material
from repair.services.rule_keeping import MANAGE

_managing = permission_required(MANAGE, raise_exception=True)
_PAGE = "workbench/repair/required_material.html"


def materials_table(on: date, *, manages: bool) -> Table:
    """Every row, ended ones too; whoever keeps the rules ends one here."""
    lines: list[list[Cell | str]] = []
    for row in material_rows():
        end = reverse("workbench:required-material-end", args=[row.pk])
        open_ended = row.effective_until is None or row.effective_until >= on
        lines.append(
            [
                Cell(row.get_material_display(), chip=pending(row.mark)),
                row.get_kind_display(),
                f"{row.basis}{row.basis_clause}",
                span(row.effective_from, row.effective_until),
                Cell(chip=validity(row.effective_from, row.effective_until, on)),
                *([Cell("结束", url=end) if open_ended else ""] if manages else []),
            ]
        )
    heads = [Column("材料"), Column("类别"), Column("依据"), Column("申请日期"), Column("状态", tight=True)]
    heads += [Column("操作", tight=True)] if manages else []
    return Table("应当提交的材料", heads, lines)


@login_required
@_managing
@require_http_methods(["GET", "POST"])
def material_new(request: HttpRequest) -> HttpResponse:
    form = MaterialForm(request.POST or None)
    if form.is_valid():
        try:
            row = require_material(
                officer=officer_of(request), basis=form.cleaned_data["acting_on"], text=form.text()
            )
        except Refused as refused:
            form.show(refused.refusals)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"自{cdate(row.effective_from)}起提出的申请应当提交：{row}")
            return redirect("workbench:repair-rules")
    return render(request, _PAGE, {"form": form, "title": "增加应当提交的材料"})


@login_required
@_managing
@require_http_methods(["GET", "POST"])
def material_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(RequiredMaterial, pk=pk)
    form = RouteEndForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            end_material(
                officer=officer_of(request), basis=values["acting_on"], row_id=pk, last_day=values["last_day"]
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"{row}，到{cdate(values['last_day'])}提出的申请为止")
            return redirect("workbench:repair-rules")
    return render(request, _PAGE, {"form": form, "title": f"结束：{row}"})
