"""Entries for officers: the list with its history, and what may happen to an entry (谁认定、谁负责)."""

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from blacklist import selectors_cases as cases
from blacklist import services
from blacklist.choices import end_reason_label
from blacklist.forms import EndForm, EntryChangeForm, ShortenForm
from blacklist.models import ListEntry
from blacklist.rules import entries as rules
from blacklist.views.changes import Act, Place, change_page, entries_page, events
from catalog.choices import SubjectKind
from common.clock import today
from common.components import Chip, SummaryRow
from common.templatetags.credit import cdate, cperiod


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
    return entries_page(
        request, PLACE, cases.entries_visible_to(officer_of(request)), state_chip,
        heads=("当事人", "名单", "认定单位", "决定文书", "期限"), template="workbench/lists/entries.html",
    )  # fmt: skip


def _end(officer: Officer, number: int, values: dict[str, Any]) -> object:
    return services.end_entry(
        officer=officer, entry_id=number, on=values["on"], reason=values["reason"], basis=values["basis"]
    )


def _suspend(officer: Officer, number: int, values: dict[str, Any]) -> object:
    return services.suspend_entry(
        officer=officer,
        entry_id=number,
        since=values["on"],
        until=None,
        reason=values["reason"],
        basis=values["basis"],
    )


def _resume(officer: Officer, number: int, values: dict[str, Any]) -> object:
    return services.resume_entry(
        officer=officer, entry_id=number, on=values["on"], reason=values["reason"], basis=values["basis"]
    )


def _modify(officer: Officer, number: int, values: dict[str, Any]) -> object:
    return services.modify_entry(
        officer=officer,
        entry_id=number,
        on=values["on"],
        text=services.EntryText(reason=values["new_reason"] or None, ends_on=values["ends_on"]),
        reason=values["reason"],
        basis=values["basis"],
    )


_GROUND: Final = (
    "鹤信用发〔2022〕1号 第8条、第15条",
    "谁认定、谁负责；认定的严重失信主体符合修复条件的，要按照有关规定及时将其移出严重失信主体名单。",
)
PLACE: Final = Place(
    "名单条目",
    "workbench:list-entries",
    "workbench:list-entry",
    "workbench:list-entry-change",
    {
        "end": Act("移出名单", EndForm, _end),
        "suspend": Act("暂停执行", EntryChangeForm, _suspend),
        "resume": Act("恢复执行", EntryChangeForm, _resume),
        "modify": Act("变更", ShortenForm, _modify),
    },
    lambda _: _GROUND,
)


@login_required
@require_safe
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """One entry with its whole history; the public sees it only while it is in force."""
    officer = officer_of(request)
    row = get_object_or_404(cases.entries_visible_to(officer), public_id=public_id)
    suspended = rules.suspended(row.span(), today())
    offered = ["end", "modify", "resume" if suspended else "suspend"]
    listed = rules.listed(row.span(), today())
    may_change = cases.may_change_entry(officer, row) and listed
    ours = row.subject.kind != SubjectKind.PERSON or row.authority_id == officer.agency_id
    context = {
        "entry": row,
        "chip": state_chip(row),
        "facts": _facts(row),
        "acts": PLACE.offered(row, offered) if may_change else [],
        "is_ground": listed and not suspended and ours,
        "events": events(row),
        "place": PLACE,
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
        facts.append(SummaryRow("移出", cdate(row.ended_on), note=end_reason_label(row.end_reason)))
    return facts


@login_required
@require_http_methods(["GET", "POST"])
def entry_change(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """End, suspend, resume or modify an entry."""
    row = get_object_or_404(cases.entries_visible_to(officer_of(request)), public_id=public_id)
    return change_page(request, PLACE, row, act)
