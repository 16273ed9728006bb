"""Merging, splitting and renaming in the workbench: proposed on a subject's page, decided and undone on a page of its own."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from common.components import Cell, Chip, Column, SummaryRow, Table, Tone
from common.gates import Refusal, Refused
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdate, cdatetime
from records.identity import selectors, services
from records.identity.choices import ChangeKind, ChangeState, CodeKind
from records.identity.clauses import refuse
from records.identity.forms import (
    ChangeFilterForm,
    DecisionForm,
    MergeForm,
    RenameForm,
    SplitForm,
    UndoForm,
)
from records.identity.groups import head_of
from records.identity.models import IdentityChange
from records.identity.services import Target
from records.models import CreditRecord, Subject
from records.selectors import visible_to
from records.sharing.forms import show_refusals

PAGE = 50
OFFERED = 200
TONES: dict[ChangeState, Tone] = {ChangeState.PROPOSED: "warning", ChangeState.IN_EFFECT: "good"}
propose = permission_required("records.propose_identity", raise_exception=True)
decide = permission_required("records.decide_identity", raise_exception=True)


def state_chip(change: IdentityChange) -> Chip:
    return Chip(str(change.state.label), TONES.get(change.state, "neutral"))


@login_required
@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    form = ChangeFilterForm(request.GET)
    rows = selectors.changes_visible_to(officer_of(request))
    if form.is_valid():
        rows = selectors.filter_changes(rows, state=form.cleaned_data["state"])
    page = keyset_page(
        rows, order=("-id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line
    )
    columns = [Column("变更"), Column("理由"), Column("提出"), Column("状态")]
    table = Table("主体识别变更", columns, cast(list[list[Cell | str]], page["items"]), caption_hidden=True)
    context = {"form": form, "table": table, "next_cursor": page["next_cursor"]}
    return render(request, "workbench/identity_changes.html", context)


def title(change: IdentityChange) -> str:
    other = change.other.shown_name if change.other else str(change.target.get("name", ""))
    if change.kind == ChangeKind.MERGE:
        return f"{other} 并入 {change.kept.shown_name}"
    return f"从 {change.kept.shown_name} 拆出 {other}"


def _line(change: IdentityChange) -> list[Cell | str]:
    return [
        Cell(title(change), url=reverse("workbench:identity-change", args=[change.public_id])),
        str(change.get_ground_display()),
        Cell(str(change.proposed_by), note=cdatetime(change.proposed_at)),
        Cell(chip=state_chip(change)),
    ]


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """One change with its evidence; deciding and undoing by role."""
    officer = officer_of(request)
    row = get_object_or_404(selectors.changes_visible_to(officer), public_id=public_id)
    decision = DecisionForm(request.POST if request.POST.get("do") in ("grant", "refuse") else None)
    undo = UndoForm(request.POST if request.POST.get("do") == "undo" else None)
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            if _act(request, officer, row, decision, undo):
                return redirect("workbench:identity-change", public_id)
        except Refused as refused:
            refusals = list(refused.refusals)
        except Problem as problem:
            messages.error(request, problem.detail)
            return redirect("workbench:identity-change", public_id)
    may = selectors.may_decide(officer)
    context = {
        "change": row,
        "title": title(row),
        "chip": state_chip(row),
        "facts": _facts(row),
        "refusals": refusals,
        "decision": decision,
        "undo": undo,
        "may_decide": may and row.state == ChangeState.PROPOSED,
        "may_undo": may and row.state == ChangeState.IN_EFFECT,
    }
    return render(request, "workbench/identity_change.html", context)


def _act(
    request: HttpRequest, officer: Officer, row: IdentityChange, decision: DecisionForm, undo: UndoForm
) -> bool:
    """Do what was asked; False when the form has to be shown again."""
    do = request.POST.get("do", "")
    if do in ("grant", "refuse") and decision.is_valid():
        services.decide_change(
            officer=officer, change_id=row.pk, grant=do == "grant", note=decision.cleaned_data["note"]
        )
        messages.success(request, "已同意，即时生效。" if do == "grant" else "已记为不同意。")
        return True
    if do == "undo":
        if not selectors.may_decide(officer):
            raise PermissionDenied
        if undo.is_valid():
            services.undo_change(officer=officer, change_id=row.pk, **undo.cleaned_data)
            messages.success(request, "已撤销，恢复到变更以前的状态。")
            return True
        return False
    raise PermissionDenied


def _facts(row: IdentityChange) -> list[SummaryRow]:
    facts = [_subject_row("保留的主体" if row.kind == ChangeKind.MERGE else "原主体", row.kept)]
    if row.other is not None:
        facts.append(_subject_row("并入的主体" if row.kind == ChangeKind.MERGE else "拆出的主体", row.other))
    else:
        target = row.target
        label = CodeKind(target["code_kind"]).label
        facts.append(SummaryRow("拆出的主体", target["name"], note=f"{label} {target['code']}"))
    if row.record_ids:
        facts.append(SummaryRow("拆出的记录", f"{len(row.record_ids)} 条"))
    evidence = row.shared_code or f"{row.document_kind} {row.document_number}"
    note = f"{row.document_issuer}，{cdate(row.document_date)}" if row.document_date else ""
    facts += [
        SummaryRow("理由", f"{row.get_ground_display()}：{evidence}", note=note),
        SummaryRow("原因", row.reason),
        SummaryRow("依据", row.basis),
        SummaryRow("提出", f"{row.proposed_by}（{row.proposed_by.agency}）", note=cdatetime(row.proposed_at)),
    ]
    if row.decided_by is not None:
        words = f"{'同意' if row.granted else '不同意'}　{row.decision_note}".strip()
        facts.append(SummaryRow("审核", words, note=f"{row.decided_by}，{cdatetime(row.decided_at)}"))
    if row.undone_by is not None:
        facts.append(
            SummaryRow(
                "撤销", row.undo_reason, note=f"{row.undone_by}，{cdatetime(row.undone_at)}；{row.undo_basis}"
            )
        )
    return facts


def _subject_row(label: str, subject: Subject) -> SummaryRow:
    url = reverse("workbench:subject", args=[subject.public_id])
    code = subject.uscc or "、".join(str(code) for code in subject.codes.values())
    return SummaryRow(label, subject.shown_name, note=code, url=url, action="查看")


def _subject(public_id: str) -> Subject:
    return get_object_or_404(selectors.findable().filter(merged_into__isnull=True), public_id=public_id)


@login_required
@propose
@require_http_methods(["GET", "POST"])
def merge_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Propose that another subject, named by one of its codes, is this one."""
    officer, subject = officer_of(request), _subject(public_id)
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            other = _other(subject, form.cleaned_data["other"])
            row = services.propose_merge(
                officer=officer, kept_id=subject.pk, other_id=other.pk, evidence=form.evidence()
            )
        except Refused as refused:
            show_refusals(form, refused.refusals)
        except Problem as problem:
            form.add_error(None, problem.detail or "")
        else:
            messages.success(request, "已提出，由社会信用主管部门的另一位工作人员审核后生效。")
            return redirect("workbench:identity-change", row.public_id)
    context = {"form": form, "subject": subject, "what": "合并"}
    return render(request, "workbench/identity_new.html", context)


def _other(subject: Subject, typed: str) -> Subject:
    """The one other body with this code."""
    found = {row.pk: row for row in map(head_of, selectors.by_code(typed)) if row.pk != subject.pk}
    if len(found) != 1:
        words = "没有查到另一个有这个代码的主体" if not found else "有几个主体写有这个代码，请换用其他代码"
        raise Refused(refuse("identity_evidence_missing", words, pointer="/other"))
    return next(iter(found.values()))


@login_required
@propose
@require_http_methods(["GET", "POST"])
def split_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Propose that some of a subject's records belong to another body."""
    officer, subject = officer_of(request), _subject(public_id)
    records = visible_to(officer).filter(subject=subject).order_by("-decision_date", "-id")[:OFFERED]
    form = SplitForm(request.POST or None, initial={"kind": subject.kind})
    form.offer(cast(list[CreditRecord], records))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        target = Target(data["kind"], data["code_kind"], data["code"], data["name"].strip())
        try:
            row = services.propose_split(
                officer=officer,
                subject_id=subject.pk,
                record_ids=[int(pk) for pk in data["records"]],
                target=target,
                evidence=form.evidence(),
            )
        except Refused as refused:
            show_refusals(form, refused.refusals)
        else:
            messages.success(request, "已提出，由社会信用主管部门的另一位工作人员审核后生效。")
            return redirect("workbench:identity-change", row.public_id)
    context = {"form": form, "subject": subject, "what": "拆分"}
    return render(request, "workbench/identity_new.html", context)


@login_required
@decide
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, public_id: str) -> HttpResponse:
    """Enter a registered change of name."""
    officer, subject = officer_of(request), _subject(public_id)
    form = RenameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_subject(officer=officer, subject_id=subject.pk, **form.cleaned_data)
        except Refused as refused:
            show_refusals(form, refused.refusals)
        else:
            messages.success(request, "已登记更名，原名称作为曾用名保留。")
            return redirect("workbench:subject", subject.public_id)
    context = {"form": form, "subject": subject, "what": "更名登记"}
    return render(request, "workbench/identity_new.html", context)
