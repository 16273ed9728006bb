"""Duty purposes: which there are, registering one, one with its approval, withdrawal and exports."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.selectors import is_under_credit_authority
from agencies.sign_in import officer_of
from catalog import selectors as catalog
from catalog.choices import Sharing, SubjectKind
from catalog.models import LegalBasis
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table, Tone
from common.gates import Refused
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdate, cdatetime
from records.sharing import selectors
from records.sharing.choices import PurposeState
from records.sharing.forms import PurposeFilterForm, PurposeForm, ReasonForm, show_refusals
from records.sharing.models import DutyPurpose, ExportRequest
from records.sharing.services import approve_purpose, register_purpose, request_export, withdraw_purpose

PAGE = 50
TONES: dict[PurposeState, Tone] = {
    PurposeState.PENDING: "warning",
    PurposeState.UPCOMING: "info",
    PurposeState.IN_FORCE: "good",
}


def state_chip(purpose: DutyPurpose, on: date) -> Chip:
    state = purpose.state(on)
    return Chip(str(state.label), TONES.get(state, "neutral"))


@login_required
@require_safe
def purpose_list(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    form = PurposeFilterForm(request.GET)
    rows = selectors.purposes_visible_to(officer)
    if form.is_valid():
        rows = selectors.filter_purposes(rows, state=form.cleaned_data["state"], on=today())
    page = keyset_page(
        rows, order=("-id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line
    )
    table = Table(
        caption="履职目的",
        caption_hidden=True,
        columns=[
            Column("目的"),
            Column("单位"),
            Column("职责依据"),
            Column("有效期", tight=True),
            Column("状态"),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
    )
    context = {
        "form": form,
        "table": table,
        "next_cursor": page["next_cursor"],
        "may_register": selectors.may_register(officer),
    }
    return render(request, "workbench/purpose_list.html", context)


def _line(purpose: DutyPurpose) -> list[Cell | str]:
    return [
        Cell(purpose.name, url=reverse("workbench:purpose", args=[purpose.code]), note=purpose.code),
        purpose.agency.name,
        f"{purpose.basis}{purpose.basis_clause}",
        Cell(f"{cdate(purpose.valid_from)}起", note=f"至{cdate(purpose.valid_until)}"),
        Cell(chip=state_chip(purpose, today())),
    ]


@login_required
@permission_required("records.register_purpose", raise_exception=True)
@require_http_methods(["GET", "POST"])
def purpose_new(request: HttpRequest) -> HttpResponse:
    officer, on = officer_of(request), today()
    form = PurposeForm(request.POST or None, initial={"valid_from": on})
    form.offer(
        bases=LegalBasis.objects.filter(Q(effective_until__isnull=True) | Q(effective_until__gte=on)),
        items=catalog.items(on).exclude(sharing=Sharing.NONE),
    )
    if request.method == "POST" and form.is_valid():
        try:
            purpose = register_purpose(officer=officer, **form.cleaned_data)
        except Refused as refused:
            show_refusals(form, refused.refusals)
        else:
            messages.success(request, "已登记，等待社会信用主管部门审核；审核通过后可以使用。")
            return redirect("workbench:purpose", purpose.code)
    return render(request, "workbench/purpose_new.html", {"form": form, "agency": officer.agency})


@login_required
@require_http_methods(["GET", "POST"])
def purpose(request: HttpRequest, code: str) -> HttpResponse:
    """One purpose; approving, withdrawing and asking for an export by role."""
    officer, on = officer_of(request), today()
    row = get_object_or_404(selectors.purposes_visible_to(officer), code=code)
    reason = ReasonForm(request.POST if request.POST.get("do") in ("withdraw", "export") else None)
    refusals: list[object] = []
    if request.method == "POST":
        try:
            if (done := _act(request, officer, row, reason)) is not None:
                return done
        except Refused as refused:
            refusals = list(refused.refusals)
        except Problem as problem:
            messages.error(request, problem.detail)
            return redirect("workbench:purpose", row.code)
    state = row.state(on)
    context = {
        "purpose": row,
        "chip": state_chip(row, on),
        "facts": _facts(row),
        "refusals": refusals,
        "reason": reason,
        "may_approve": state == PurposeState.PENDING and _may_approve(officer),
        "may_withdraw": state != PurposeState.WITHDRAWN and selectors.may_withdraw(officer, row),
        "may_use": selectors.may_use(officer, row),
        "exports": _exports(officer, row),
    }
    return render(request, "workbench/purpose.html", context)


def _may_approve(officer: Officer) -> bool:
    agency = officer.agency
    return (
        agency is not None
        and is_under_credit_authority(agency)
        and officer.has_perm("records.approve_purpose")
    )


def _act(request: HttpRequest, officer: Officer, row: DutyPurpose, reason: ReasonForm) -> HttpResponse | None:
    """Do what was asked; None when the form has to be shown again."""
    do = request.POST.get("do", "")
    if do == "approve":
        approve_purpose(officer=officer, purpose_id=row.pk)
        messages.success(request, "已审核通过，该单位可以按此目的查询。")
        return redirect("workbench:purpose", row.code)
    if do == "withdraw" and selectors.may_withdraw(officer, row):
        if not reason.is_valid():
            return None
        withdraw_purpose(officer=officer, purpose_id=row.pk, reason=reason.cleaned_data["reason"])
        messages.success(request, "已撤销，即时起不能再按此目的查询。")
        return redirect("workbench:purpose", row.code)
    if do == "export" and selectors.may_use(officer, row):
        if not reason.is_valid():
            return None
        export = request_export(officer=officer, purpose_id=row.pk, reason=reason.cleaned_data["reason"])
        messages.success(request, "已提出申请，请由另一位有权审批的工作人员审批。")
        return redirect("workbench:export", export.public_id)
    raise PermissionDenied


def _facts(row: DutyPurpose) -> list[SummaryRow]:
    names = dict(catalog.items(today()).filter(code__in=row.items).values_list("code", "name"))
    facts = [
        SummaryRow("单位", row.agency.name),
        SummaryRow("职责依据", f"{row.basis}{row.basis_clause}"),
        SummaryRow("可查事项", "、".join(names.get(code, code) for code in row.items)),
        SummaryRow("主体类别", "、".join(str(SubjectKind(kind).label) for kind in row.subject_kinds)),
        SummaryRow("自然人查询凭据", row.get_person_proof_display()),
        SummaryRow("内容范围", row.get_detail_display()),
        SummaryRow("有效期", f"{cdate(row.valid_from)} 至 {cdate(row.valid_until)}"),
        SummaryRow("登记", str(row.registered_by), note=cdatetime(row.registered_at)),
        SummaryRow("审核", str(row.approved_by or "待审核"), note=cdatetime(row.approved_at)),
    ]
    if row.withdrawn_at is not None:
        facts.append(SummaryRow("撤销", row.withdrawn_why, note=cdatetime(row.withdrawn_at)))
    return facts


def _exports(officer: Officer, row: DutyPurpose) -> Table:
    newest = selectors.exports_visible_to(officer).filter(purpose=row).order_by("-id")[:20]
    return Table(
        caption="批量导出申请",
        caption_hidden=True,
        columns=[Column("用途"), Column("申请人"), Column("申请时间", tight=True), Column("状态")],
        rows=[_export_line(export) for export in newest],
    )


def _export_line(export: ExportRequest) -> list[Cell | str]:
    return [
        Cell(export.reason, url=reverse("workbench:export", args=[export.public_id])),
        str(export.requested_by),
        cdatetime(export.requested_at),
        str(export.state(today()).label),
    ]
