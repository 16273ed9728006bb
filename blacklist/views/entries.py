"""Entries for officers: the list with its history, and what may happen to an entry (谁认定、谁负责)."""

from collections.abc import Callable
from typing import Any, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from blacklist import selectors_cases as cases
from blacklist import services
from blacklist.forms import EndForm, EntryChangeForm, ShortenForm
from blacklist.models import ListEntry
from blacklist.rules import entries as rules
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table, TimelineEvent
from common.gates import Refused
from common.pagination import keyset_page
from common.templatetags.credit import cdate, cperiod

PAGE = 50


def state_chip(entry: ListEntry) -> Chip:
    span, at = entry.span(), today()
    if rules.in_force(span, at):
        return Chip("在名单上", "serious")
    if rules.listed(span, at):
        return Chip("暂停执行", "warning")
    return Chip("尚未开始", "info") if at < entry.effective_from else Chip("已移出")


@login_required
@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    rows = cases.entries_visible_to(officer_of(request))
    page = keyset_page(
        rows, order=("-id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line
    )
    columns = [
        Column("当事人"), Column("名单"), Column("认定单位"), Column("决定文书", tight=True), Column("期限"), Column("状态", tight=True),
    ]  # fmt: skip
    context = {
        "table": Table("名单条目", columns, cast(list[list[Cell | str]], page["items"]), caption_hidden=True),
        "next_cursor": page["next_cursor"],
    }
    return render(request, "workbench/lists/entries.html", context)


def _line(entry: ListEntry) -> list[Cell | str]:
    return [
        Cell(str(entry.subject), url=reverse("workbench:list-entry", args=[entry.public_id])),
        entry.scheme.name,
        entry.authority_name,
        entry.decision_number,
        cperiod(entry.effective_from, entry.ends_on),
        Cell(chip=state_chip(entry)),
    ]


def _end(officer: Officer, entry: ListEntry, values: dict[str, Any]) -> None:
    services.end_entry(
        officer=officer,
        entry_id=entry.pk,
        on=values["on"],
        reason=values["reason"],
        basis=values["basis"],
    )


def _suspend(officer: Officer, entry: ListEntry, values: dict[str, Any]) -> None:
    services.suspend_entry(
        officer=officer,
        entry_id=entry.pk,
        since=values["on"],
        until=None,
        reason=values["reason"],
        basis=values["basis"],
    )


def _resume(officer: Officer, entry: ListEntry, values: dict[str, Any]) -> None:
    services.resume_entry(
        officer=officer, entry_id=entry.pk, on=values["on"], reason=values["reason"], basis=values["basis"]
    )


def _modify(officer: Officer, entry: ListEntry, values: dict[str, Any]) -> None:
    services.modify_entry(
        officer=officer,
        entry_id=entry.pk,
        on=values["on"],
        text=services.EntryText(reason=values["new_reason"] or None, ends_on=values["ends_on"]),
        reason=values["reason"],
        basis=values["basis"],
    )


ACTS: Final[dict[str, tuple[str, type[EntryChangeForm], Callable[..., None]]]] = {
    "end": ("移出名单", EndForm, _end),
    "suspend": ("暂停执行", EntryChangeForm, _suspend),
    "resume": ("恢复执行", EntryChangeForm, _resume),
    "modify": ("变更", ShortenForm, _modify),
}


@login_required
@require_safe
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """One entry with its whole history; the public sees it only while it is in force."""
    officer = officer_of(request)
    row = get_object_or_404(cases.entries_visible_to(officer), public_id=public_id)
    changes = row.changes.select_related("officer").order_by("-id")
    suspended = rules.suspended(row.span(), today())
    offered = ["end", "modify", "resume" if suspended else "suspend"]
    may_change = cases.may_change_entry(officer, row) and rules.listed(row.span(), today())
    context = {
        "entry": row,
        "chip": state_chip(row),
        "facts": _facts(row),
        "acts": [
            (ACTS[name][0], reverse("workbench:list-entry-change", args=[public_id, name]))
            for name in offered
        ]
        if may_change
        else [],
        "events": [
            TimelineEvent(
                when=change.on,
                what=change.get_kind_display(),
                who=str(change.officer or "系统任务"),
                document=change.basis,
                note=change.reason,
            )
            for change in changes
        ],
    }
    return render(request, "workbench/lists/entry.html", context)


def _facts(row: ListEntry) -> list[SummaryRow]:
    case = row.decision.case if row.decision else None
    facts = [
        SummaryRow("当事人", str(row.subject)),
        SummaryRow("名单", row.scheme.name),
        SummaryRow("认定单位", row.authority_name),
        SummaryRow(
            "决定文书",
            row.decision_number,
            note=cdate(row.decided_on),
            url=reverse("workbench:case", args=[case.public_id]) if case else "",
            action="查看案件",
        ),
        SummaryRow("列入期限", cperiod(row.effective_from, row.ends_on)),
        SummaryRow("事由", row.reason),
        SummaryRow("依据", row.basis_text),
        SummaryRow("移出条件和程序", row.removal_text or "—"),
        SummaryRow("救济措施", row.remedies or "—"),
    ]
    if row.disputed_since:
        facts.append(SummaryRow("标注", "异议处理中", note=f"{cdate(row.disputed_since)}起"))
    if row.ended_on:
        facts.append(SummaryRow("移出", cdate(row.ended_on), note=row.end_reason))
    return facts


@login_required
@require_http_methods(["GET", "POST"])
def entry_change(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """End, suspend, resume or modify an entry: only by reviewers of the body that decided."""
    if act not in ACTS:
        raise Http404
    officer = officer_of(request)
    row = get_object_or_404(cases.entries_visible_to(officer), public_id=public_id)
    if not cases.may_change_entry(officer, row):
        raise PermissionDenied
    title, kind, service = ACTS[act]
    form = kind(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            service(officer, row, form.cleaned_data)
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"已办理：{title}。门户网站、共享和惩戒措施同时按新的状态执行。")
            return redirect("workbench:list-entry", public_id)
    return render(request, "workbench/lists/entry_change.html", {"entry": row, "form": form, "title": title})
