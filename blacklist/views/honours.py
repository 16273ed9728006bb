"""Honours for officers: who holds which, with its history; withdrawn and put right by the body that evaluated."""

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from blacklist import selectors_cases as cases
from blacklist import selectors_honours as honours
from blacklist import services
from blacklist.forms import EndForm, HonourModifyForm
from blacklist.models import HonourEntry
from blacklist.rules import entries as rules
from blacklist.views.changes import Act, Place, change_page, entries_page, events
from common.clock import today
from common.components import Chip, SummaryRow
from common.templatetags.credit import cdate, cperiod


def _end(officer: Officer, number: int, values: dict[str, Any]) -> object:
    return services.end_honour(
        officer=officer, honour_id=number, on=values["on"], reason=values["reason"], basis=values["basis"]
    )


def _modify(officer: Officer, number: int, values: dict[str, Any]) -> object:
    return services.modify_honour(
        officer=officer,
        honour_id=number,
        on=values["on"],
        text=services.EntryText(
            reason=values["new_reason"] or None,
            basis_text=values["new_basis"] or None,
            ends_on=values["ends_on"],
        ),
        reason=values["reason"],
        basis=values["basis"],
    )


PLACE: Final = Place(
    "诚实守信名单",
    "workbench:honours",
    "workbench:honour",
    "workbench:honour-change",
    {"end": Act("撤销或者退出", EndForm, _end), "modify": Act("更正、变更", HonourModifyForm, _modify)},
    lambda row: (f"{row.scheme.basis}{row.scheme.basis_clause}", row.scheme.removal_text),
)


@login_required
@require_safe
def honour_list(request: HttpRequest) -> HttpResponse:
    return entries_page(
        request, PLACE, honours.visible_to(officer_of(request)), _chip,
        heads=("主体", "名单", "评定单位", "文号", "有效期"), template="workbench/lists/honours.html",
    )  # fmt: skip


def _chip(honour: HonourEntry) -> Chip:
    span, at = honour.span(), today()
    if rules.over(span, at):
        return Chip("已退出")
    return Chip("在名单上", "good") if rules.listed(span, at) else Chip("尚未开始", "info")


@login_required
@require_safe
def honour(request: HttpRequest, public_id: str) -> HttpResponse:
    """One honour with its whole history; the public sees it only while it is in force."""
    officer = officer_of(request)
    row = get_object_or_404(honours.visible_to(officer), public_id=public_id)
    may_change = cases.may_change_entry(officer, row) and not rules.over(row.span(), today())
    may_change = may_change and row.ended_on is None  # a day to end on that is still to come is set already
    context = {
        "entry": row,
        "chip": _chip(row),
        "facts": _facts(row),
        "acts": PLACE.offered(row, PLACE.acts) if may_change else [],
        "events": events(row),
        "place": PLACE,
    }
    return render(request, "workbench/lists/entry.html", context)


def _facts(row: HonourEntry) -> list[SummaryRow]:
    facts = [
        SummaryRow("主体", str(row.subject)),
        SummaryRow("名单", row.scheme.name),
        SummaryRow("评定单位", row.authority_name),
        SummaryRow("文号", row.decision_number, note=f"{cdate(row.decided_on)}评定"),
        SummaryRow("有效期", cperiod(row.effective_from, row.ends_on)),
        SummaryRow("评定结果", row.reason),
        SummaryRow("依据", row.basis_text),
        SummaryRow("怎样退出", row.scheme.removal_text),
    ]
    if row.ended_on:
        facts.append(SummaryRow("退出", cdate(row.ended_on), note=row.end_reason))
    return facts


@login_required
@require_http_methods(["GET", "POST"])
def honour_change(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Withdraw or put right an honour."""
    rows = honours.visible_to(officer_of(request)).select_related("scheme__basis")
    row = get_object_or_404(rows, public_id=public_id)
    return change_page(request, PLACE, row, act)
