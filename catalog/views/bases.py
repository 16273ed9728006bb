"""Legal bases: list, one with everything that stands on it, entering, correcting, repealing."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.selectors import actor_names
from agencies.sign_in import officer_of
from catalog import services, standing
from catalog.forms import BasisForm, RefusableForm, RepealForm
from catalog.models import LegalBasis
from catalog.views.parts import MANAGE, managing, pending, signed_in, span, validity
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table, TimelineEvent
from common.gates import Refused
from ledger import selectors as ledger
from ledger.tables import TABLES

_ACTIONS = {
    "catalog.enter_basis": "登记",
    "catalog.revise_basis": "更正",
    "catalog.repeal_basis": "登记失效",
}


@signed_in
@require_safe
def basis_list(request: HttpRequest) -> HttpResponse:
    """Bases by rank; one that has expired while something still stands on it is flagged and comes first."""
    leaning = standing.leaning_on_expired(today())
    bases = sorted(LegalBasis.objects.all(), key=lambda row: (row.pk not in leaning, row.pk))
    table = Table(
        caption="法规政策依据",
        caption_hidden=True,
        columns=[
            Column("名称"),
            Column("文号", plain=True),
            Column("效力层级", plain=True),
            Column("施行", plain=True),
            Column("状态", tight=True, plain=True),
        ],
        rows=[
            [
                Cell(
                    row.name,
                    url=reverse("workbench:catalog-basis", args=[row.code]),
                    chip=pending(row.mark),
                    note=f"失效后仍被引用 {leaning[row.pk]} 处" if row.pk in leaning else "",
                ),
                row.number or "—",
                row.get_level_display(),
                span(row.effective_from, row.effective_until),
                Cell(chip=_state(row, row.pk in leaning)),
            ]
            for row in bases
        ],
    )
    context = {"table": table, "leaning": len(leaning), "manages": officer_of(request).has_perm(MANAGE)}
    return render(request, "workbench/catalog/bases.html", context)


def _state(row: LegalBasis, leaned_on: bool) -> Chip:
    if leaned_on:
        return Chip("失效仍引用", "serious")
    return validity(row.effective_from, row.effective_until, today())


@signed_in
@require_safe
def basis_page(request: HttpRequest, code: str) -> HttpResponse:
    """One basis, what stands on it, and what happened to it."""
    row = get_object_or_404(LegalBasis, code=code)
    groups = standing.standing_on(row, today())
    happened = ledger.history(TABLES["catalog_legalbasis"], row.pk)
    names = actor_names(entry.actor for entry in happened)
    context = {
        "row": row,
        "chip": validity(row.effective_from, row.effective_until, today()),
        "expired": row.effective_until is not None and row.effective_until < today(),
        "facts": [
            SummaryRow("文号", row.number or "未载明"),
            SummaryRow("效力层级", row.get_level_display()),
            SummaryRow("施行", span(row.effective_from, row.effective_until)),
            SummaryRow("核对情况", row.get_mark_display(), chip=pending(row.mark)),
            SummaryRow("代号", row.code),
            *([SummaryRow("说明", row.note)] if row.note else []),
        ],
        "groups": [(f"{group.kind}（{group.column}）", _standing(group)) for group in groups],
        "count": sum(len(group.rows) for group in groups),
        "events": [
            TimelineEvent(
                when=entry.at,
                what=_ACTIONS.get(entry.action, "随基础数据载入"),
                who=names.get(entry.actor, "已停用的账号"),
                document=entry.basis,
            )
            for entry in happened
        ],
        "manages": officer_of(request).has_perm(MANAGE),
    }
    return render(request, "workbench/catalog/basis.html", context)


def _standing(group: standing.Group) -> Table:
    """Rows in words; items lead to their page."""
    lines: list[list[Cell | str]] = [
        [
            Cell(
                str(row),
                url=reverse("workbench:catalog-item", args=[row.code])  # type: ignore[attr-defined]
                if row._meta.label == "catalog.CatalogItem"
                else "",
            ),
            str(getattr(row, "edition", "")) or "—",
        ]
        for row in group.rows
    ]
    return Table(group.kind, [Column(group.kind), Column("所在版本")], lines, caption_hidden=True)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def basis_new(request: HttpRequest) -> HttpResponse:
    form = BasisForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.enter_basis(
                officer=officer_of(request), basis=form.cleaned_data["acting_on"], text=form.text()
            )
        except (Refused, ValidationError) as error:
            show_problems(form, error)
        else:
            messages.success(request, f"已登记：{row}")
            return redirect("workbench:catalog-basis", row.code)
    context = {"form": form, "title": "登记依据", "lead": "登记之后，目录事项、名单和措施才能引用它。"}
    return render(request, "workbench/catalog/basis_form.html", context)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def basis_edit(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(LegalBasis, code=code)
    initial = {name: getattr(row, name) for name in BasisForm().fields if hasattr(row, name)}
    form = BasisForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.revise_basis(
                officer=officer_of(request), basis=form.cleaned_data["acting_on"], code=code, text=form.text()
            )
        except (Refused, ValidationError) as error:
            show_problems(form, error)
        else:
            messages.success(request, "已更正")
            return redirect("workbench:catalog-basis", code)
    context = {
        "form": form,
        "row": row,
        "title": "更正依据",
        "lead": "核对原文后更正名称、文号、层级和日期。",
    }
    return render(request, "workbench/catalog/basis_form.html", context)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def basis_repeal(request: HttpRequest, code: str) -> HttpResponse:
    """What stands on the basis is shown before it is repealed."""
    row = get_object_or_404(LegalBasis, code=code)
    form = RepealForm(request.POST or None, initial={"effective_until": row.effective_until})
    if request.method == "POST" and form.is_valid():
        try:
            services.repeal_basis(
                officer=officer_of(request),
                basis=form.cleaned_data["acting_on"],
                code=code,
                last_day=form.cleaned_data["effective_until"],
            )
        except Refused as error:
            show_problems(form, error)
        else:
            messages.success(request, "已登记失效，下面列出仍以它为依据的事项、名单和措施")
            return redirect("workbench:catalog-basis", code)
    count = sum(len(group.rows) for group in standing.standing_on(row, today()))
    return render(request, "workbench/catalog/basis_repeal.html", {"form": form, "row": row, "count": count})


def show_problems(form: RefusableForm, error: Refused | ValidationError) -> None:
    """Put what a service refused, or a model found malformed, at the fields it concerns."""
    if isinstance(error, Refused):
        form.show(error.refusals)
        return
    for name, found in error.message_dict.items():
        known = name != NON_FIELD_ERRORS and name in form.fields
        form.add_error(name if known else None, found)
