"""The page on which both sides' holdings are compared."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agencies.models import Agency
from agencies.sign_in import officer_of
from catalog import selectors as catalog
from common.clock import today
from common.components import Cell, Chip, Column, Table
from common.templatetags.credit import cdate, cdatetime
from province import comparison
from province.models import Comparison, DailyFigure, PushTarget
from province.sources import KINDS

SHOWN = 30


@login_required
@permission_required("province.view_all_deliveries", raise_exception=True)
@require_http_methods(["GET", "POST"])
def reconciliation_page(request: HttpRequest, code: str) -> HttpResponse:
    """POST `compare=1` asks the target now; POST `resend=<item>` sends an item's objects again (credit authority only)."""
    target = get_object_or_404(PushTarget, code=code)
    if request.method == "POST":
        return _act(request, target)
    runs = list(target.comparisons.all()[:SHOWN])
    names = {item.code: item.name for item in catalog.items(today())} | KINDS
    differences = runs[0].differences if runs else []
    context = {
        "target": target,
        "newest": runs[0] if runs else None,
        "differences": [
            {**one, "name": names.get(one["item"], one["item"]), "agencies": _agencies(one)}
            for one in differences
        ],
        "daily": _daily(names),
        "runs": _runs(runs),
        "can_resend": officer_of(request).has_perm("province.retry_delivery"),
        "on_its_way": comparison.open_resends(target),
    }
    return render(request, "workbench/reconciliation.html", context)


def _agencies(difference: dict[str, Any]) -> list[dict[str, Any]]:
    """The agencies of a difference by name."""
    rows = difference.get("agencies", [])
    names = dict(Agency.objects.filter(uscc__in=[one["agency"] for one in rows]).values_list("uscc", "name"))
    return [{**one, "name": names.get(one["agency"], one["agency"])} for one in rows]


def _daily(names: dict[str, str]) -> Table:
    """The newest day kept, by item and agency."""
    newest = DailyFigure.objects.aggregate(day=Max("day"))["day"]
    found = DailyFigure.objects.filter(day=newest).select_related("agency").order_by("kind", "agency__code")
    rows: list[list[Cell | str]] = [
        [
            names.get(one.kind, one.kind),
            one.agency.name if one.agency else "",
            f"{one.count:,}",
            one.digest[:16],
        ]
        for one in found
    ]
    heads = [Column("事项"), Column("单位"), Column("应持有", numeric=True), Column("摘要（前16位）")]
    return Table(f"{cdate(newest)}终了时" if newest else "每日数字", heads, rows)


def _act(request: HttpRequest, target: PushTarget) -> HttpResponse:
    if item := request.POST.get("resend", ""):
        count = comparison.resend(target=target, item=item, officer=officer_of(request))
        messages.success(request, f"已把{count}个对象排入发送；对方已有的不会重复生效。送完后请再对账一次")
        return redirect("workbench:reconciliation", target.code)
    run = comparison.compare(target=target)
    if run.error:
        messages.warning(request, f"没有对成：{run.error}")
    elif run.differences:
        messages.warning(request, f"有{len(run.differences)}个事项不一致，见下表")
    else:
        messages.success(request, f"两边一致：{run.items}个事项，{run.objects_held:,}个对象")
    return redirect("workbench:reconciliation", target.code)


def _runs(runs: list[Comparison]) -> Table:
    rows: list[list[Cell | str]] = [
        [cdatetime(run.at), cdate(run.day), f"{run.objects_held:,}", Cell(run.error, chip=_result(run))]
        for run in runs
    ]
    heads = [Column("对账时间"), Column("对账日期"), Column("应持有", numeric=True), Column("结果")]
    return Table("历次对账", heads, rows, caption_hidden=True)


def _result(run: Comparison) -> Chip:
    if run.error:
        return Chip("没有对成", "warning")
    if run.differences:
        return Chip(f"{len(run.differences)}个事项不一致", "serious" if run.settled else "warning")
    return Chip("一致", "good")
