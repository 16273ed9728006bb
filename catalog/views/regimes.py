"""Publication regimes: which there are, one with its tiers, entering one from a day on, ending one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog import selectors, services
from catalog.forms_regimes import RegimeEndForm, RegimeForm, TierFormSet, contents_of, tier_initial
from catalog.models import PublicationRegime
from catalog.views.parts import MANAGE, managing, pending, signed_in, span, validity
from common.clock import today
from common.components import Cell, Column, SummaryRow, Table
from common.gates import Refused
from common.templatetags.credit import cdate


@signed_in
@require_safe
def regime_list(request: HttpRequest) -> HttpResponse:
    table = Table(
        caption="公示期限规定",
        caption_hidden=True,
        columns=[
            Column("规定"),
            Column("适用领域"),
            Column("适用的决定日期"),
            Column("起算日"),
            Column("状态", tight=True),
        ],
        rows=[
            [
                Cell(
                    row.name,
                    url=reverse("workbench:catalog-regime", args=[row.code]),
                    chip=pending(row.mark),
                    note=str(row.basis),
                ),
                row.sector or "全部",
                span(row.effective_from, row.effective_until),
                str(row.get_start_from_display()),
                Cell(chip=validity(row.effective_from, row.effective_until, today())),
            ]
            for row in selectors.regimes()
        ],
    )
    context = {"table": table, "manages": officer_of(request).has_perm(MANAGE)}
    return render(request, "workbench/catalog/regimes.html", context)


@signed_in
@require_safe
def regime_page(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(selectors.regimes(), code=code)
    running = row.effective_until is None or row.effective_until >= today()
    context = {
        "row": row,
        "chip": validity(row.effective_from, row.effective_until, today()),
        "facts": [
            SummaryRow("依据", str(row.basis)),
            SummaryRow("适用领域", row.sector or "全部；写明领域的规定先于它适用"),
            SummaryRow("适用的决定日期", span(row.effective_from, row.effective_until)),
            SummaryRow("公示期起算", row.get_start_from_display(), note=row.start_text),
            SummaryRow("核对情况", row.get_mark_display(), chip=pending(row.mark)),
            *([SummaryRow("说明", row.note)] if row.note else []),
        ],
        "tiers": tiers_table(row),
        "manages": officer_of(request).has_perm(MANAGE),
        "running": running,
    }
    return render(request, "workbench/catalog/regime.html", context)


def tiers_table(row: PublicationRegime) -> Table:
    columns = [
        Column("档次"),
        Column("处罚类别"),
        Column("公示"),
        Column("最短", tight=True),
        Column("最长", tight=True),
        Column("依据条款"),
    ]
    rows: list[list[Cell | str]] = [
        [
            Cell(tier.name, chip=pending(tier.mark), note=f"轻重：{tier.get_severity_display()}"),
            Cell(
                "、".join(tier.penalty_types), note=f"限{'、'.join(tier.sectors)}领域" if tier.sectors else ""
            ),
            "公示" if tier.shown else "不公示，只共享",
            f"{tier.min_months} 个月",
            f"{tier.max_months} 个月",
            tier.basis_clause,
        ]
        for tier in row.tiers.all()
    ]
    return Table("档次", columns, rows, caption_hidden=True)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def regime_new(request: HttpRequest) -> HttpResponse:
    """A new regime from a day on; `?copy=` fills the form from a running one."""
    on = today()
    template = selectors.regimes().filter(code=request.GET.get("copy", "")).first()
    types, sectors = selectors.penalty_types(on), selectors.sectors()
    form = RegimeForm(request.POST or None, initial=RegimeForm.initial_of(template))
    form.offer(sectors)
    tiers = TierFormSet(
        request.POST or None,
        initial=tier_initial(template),
        form_kwargs={"types": types, "sectors": sectors},
        prefix="tier",
    )
    if request.method == "POST" and form.is_valid() and tiers.is_valid():
        try:
            row = services.enter_regime(
                officer=officer_of(request),
                basis=form.cleaned_data["acting_on"],
                content=form.content(contents_of(tiers)),
                on=on,
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(
                request, f"已录入，适用于{cdate(row.effective_from)}起作出的决定；此前的决定仍用原来的规定"
            )
            return redirect("workbench:catalog-regime", row.code)
    context: dict[str, Any] = {"form": form, "tiers": tiers, "template": template}
    return render(request, "workbench/catalog/regime_new.html", context)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def regime_end(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(PublicationRegime, code=code)
    form = RegimeEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        last_day: date = form.cleaned_data["last_day"]
        try:
            services.end_regime(
                officer=officer_of(request),
                basis=form.cleaned_data["acting_on"],
                code=code,
                last_day=last_day,
                on=today(),
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"适用到{cdate(last_day)}作出的决定为止")
            return redirect("workbench:catalog-regime", code)
    return render(request, "workbench/catalog/regime_end.html", {"form": form, "row": row})
