"""One bulk export: decided by a second person, taken once by whoever asked."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencies.models import Officer
from agencies.sign_in import officer_of
from common.clock import today
from common.components import Chip, SummaryRow, Tone
from common.gates import Refusal, Refused
from common.problems import Problem
from common.templatetags.credit import cdate, cdatetime
from records.sharing import selectors
from records.sharing.choices import ExportState
from records.sharing.models import ExportRequest
from records.sharing.services import decide_export, take_export

_TONES: dict[ExportState, Tone] = {ExportState.PENDING: "warning", ExportState.APPROVED: "good"}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, public_id: str) -> HttpResponse:
    officer = officer_of(request)
    row = get_object_or_404(selectors.exports_visible_to(officer), public_id=public_id)
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST":
        try:
            return _act(request, officer, row)
        except Refused as refused:
            refusals = refused.refusals
        except Problem as problem:
            messages.error(request, problem.detail)
            return redirect("workbench:export", row.public_id)
    state = row.state(today())
    context = {
        "export": row,
        "chip": Chip(str(state.label), _TONES.get(state, "neutral")),
        "facts": _facts(row),
        "refusals": refusals,
        "may_decide": state == ExportState.PENDING and selectors.may_decide_export(officer, row),
        "may_take": state == ExportState.APPROVED and row.requested_by_id == officer.pk,
    }
    return render(request, "workbench/export.html", context)


def _act(request: HttpRequest, officer: Officer, row: ExportRequest) -> HttpResponse:
    do = request.POST.get("do", "")
    if do in ("grant", "refuse"):
        decide_export(officer=officer, export_id=row.pk, grant=do == "grant")
        messages.success(request, "已同意，由申请人下载一次。" if do == "grant" else "已记录：不同意导出。")
        return redirect("workbench:export", row.public_id)
    if do == "take":
        taken = take_export(officer=officer, export_id=row.pk)
        headers = {
            "Content-Disposition": f'attachment; filename="export-{taken.receipt}.csv"',
            "X-Record-Count": str(taken.count),
        }
        return HttpResponse(taken.content, content_type="text/csv; charset=utf-8", headers=headers)
    raise PermissionDenied


def _facts(row: ExportRequest) -> list[SummaryRow]:
    facts = [
        SummaryRow("履职目的", row.purpose.name),
        SummaryRow("单位", row.purpose.agency.name),
        SummaryRow("用途", row.reason),
        SummaryRow("申请", str(row.requested_by), note=cdatetime(row.requested_at)),
        SummaryRow("审批", str(row.decided_by or "待审批"), note=cdatetime(row.decided_at)),
    ]
    if row.usable_until is not None:
        facts.append(SummaryRow("可下载至", cdate(row.usable_until), note="只能下载一次"))
    if row.lookup is not None:
        facts.append(
            SummaryRow("下载", f"{row.lookup.record_count:,} 条", note=f"登记号 {row.lookup.receipt}")
        )
    return facts
