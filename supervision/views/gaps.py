"""Gaps in number series: what seems to be missing, and the place to say why."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdate
from supervision import services
from supervision.choices import GapReason
from supervision.forms import GapFilterForm, GapForm
from supervision.models import NumberGap
from supervision.rules.numbers import looks_mistyped
from supervision.selectors import clues as selectors
from supervision.views.clues import agencies_offered

PAGE = 50


@login_required
@require_safe
def gap_list(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    form = GapFilterForm(request.GET)
    form.offer(agencies_offered(officer))
    rows = selectors.gaps_visible_to(officer)
    if form.is_valid():
        if form.cleaned_data["agency"]:
            rows = rows.filter(agency_id=int(form.cleaned_data["agency"]))
        if form.cleaned_data["year"]:
            rows = rows.filter(year=form.cleaned_data["year"])
    page = keyset_page(
        rows, order=("due", "id"), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line
    )
    table = Table(
        caption="疑似漏报的文号",
        caption_hidden=True,
        columns=[
            Column("号段"),
            Column("缺号", numeric=True),
            Column("单位", plain=True),
            Column("应报期限", tight=True),
            Column("状态", tight=True, plain=True),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
    )
    return render(
        request,
        "workbench/gap_list.html",
        {"form": form, "table": table, "next_cursor": page["next_cursor"]},
    )


def _line(gap: NumberGap) -> list[Cell | str]:
    return [
        Cell(str(gap), url=reverse("workbench:gap", args=[gap.pk])),
        f"{gap.size:,}",
        gap.agency.name,
        cdate(gap.due),
        Cell(chip=_chip(gap)),
    ]


def _chip(gap: NumberGap) -> Chip:
    if looks_mistyped(gap.size, gap.received):
        return Chip("可能是文号录入有误", "info")
    return Chip("请说明", "warning") if gap.due < today() else Chip("尚在报送期限内")


@login_required
@require_http_methods(["GET", "POST"])
def gap(request: HttpRequest, pk: int) -> HttpResponse:
    """One gap; the agency's reviewer explains the whole of it or some of its numbers."""
    officer = officer_of(request)
    row = get_object_or_404(selectors.gaps_visible_to(officer), pk=pk)
    speaks = selectors.may_explain(officer, row.agency_id)
    if request.method == "POST" and not speaks:
        raise PermissionDenied
    form = GapForm(request.POST or None, initial={"first": row.first, "last": row.last})
    if request.method == "POST" and form.is_valid() and _explain(request, row, officer, form):
        return redirect("workbench:gap-list")
    context = {
        "gap": row,
        "chip": _chip(row),
        "facts": [
            SummaryRow("单位", row.agency.name),
            SummaryRow("缺少", f"{row.size:,} 个号"),
            SummaryRow("同一序列已收到", f"{row.received:,} 件"),
            SummaryRow("下一号的决定日期", cdate(row.next_decided)),
            SummaryRow("应报期限", cdate(row.due), note="按下一号的决定日期推算"),
        ],
        "form": form if speaks else None,
    }
    return render(request, "workbench/gap.html", context)


def _explain(request: HttpRequest, row: NumberGap, officer: Officer, form: GapForm) -> bool:
    data = form.cleaned_data
    try:
        services.explain_gap(
            gap_id=row.pk,
            officer=officer,
            first=data["first"],
            last=data["last"],
            reason=GapReason(data["reason"]),
            note=data["note"],
        )
    except Problem as problem:
        form.add_error("note" if problem.code == "field_required" else "first", problem.detail)
        return False
    messages.success(request, "已记录说明，感谢核对。没有说明的号码仍列在清单中。")
    return True
