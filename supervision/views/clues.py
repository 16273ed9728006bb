"""Clues: who is asked, about what, until when it should have come, and what was answered."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Agency, Officer
from agencies.sign_in import officer_of
from common.components import Cell, Chip, Column, SummaryRow, Table, TimelineEvent, Tone
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdate
from records.selectors import agencies_of
from supervision import services
from supervision.choices import ClueKind, ClueState
from supervision.forms import CloseForm, ClueFilterForm, ExplainForm
from supervision.models import Clue, NumberGap
from supervision.selectors import clues as selectors
from supervision.selectors.clues import PENDING

PAGE = 50
TONES: dict[str, Tone] = {
    ClueState.OPEN: "warning",
    ClueState.EXPLAINED: "info",
    ClueState.CLOSED: "neutral",
}
_COLUMNS = [
    Column("文书号或号段"), Column("类别", plain=True), Column("单位", plain=True), Column("期限届满日", tight=True), Column("迟报", numeric=True),
    Column("状态", tight=True, plain=True),
]  # fmt: skip


def agencies_offered(officer: Officer) -> list[Agency]:
    """Agencies for the filter: all for those who look across, else the officer's own and those below."""
    rows = Agency.objects.filter(active=True)
    return list(rows if selectors.sees_all(officer) else rows.filter(pk__in=agencies_of(officer)))


@login_required
@require_safe
def clue_list(request: HttpRequest) -> HttpResponse:
    """Clues by due date, oldest first; filters stand in the address, and without any the unfinished ones are shown."""
    officer = officer_of(request)
    form = ClueFilterForm({"state": PENDING, **request.GET.dict()})
    form.offer(agencies_offered(officer))
    rows = selectors.clues_visible_to(officer)
    if form.is_valid():
        rows = selectors.filter_clues(rows, **form.cleaned_data)
    page = keyset_page(
        rows, order=("due", "id"), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line
    )
    table = Table(
        caption="责任线索",
        caption_hidden=True,
        columns=_COLUMNS,
        rows=cast(list[list[Cell | str]], page["items"]),
    )
    context = {
        "form": form,
        "table": table,
        "next_cursor": page["next_cursor"],
        "sees_all": selectors.sees_all(officer),
    }
    return render(request, "workbench/clue_list.html", context)


def _line(clue: Clue) -> list[Cell | str]:
    return [
        Cell(clue.label, url=reverse("workbench:clue", args=[clue.pk])),
        ClueKind(clue.kind).label,
        clue.agency.name,
        cdate(clue.due),
        f"{clue.late_by} 个工作日" if clue.late_by else "",
        Cell(chip=chip(clue)),
    ]


def chip(clue: Clue) -> Chip:
    return Chip(clue.get_state_display(), TONES[clue.state])


@login_required
@require_http_methods(["GET", "POST"])
def clue(request: HttpRequest, pk: int) -> HttpResponse:
    """One clue with what was said about it. POST `do=explain` by the agency's reviewer, `do=close` by the authority."""
    officer = officer_of(request)
    row = get_object_or_404(selectors.clues_visible_to(officer), pk=pk)
    speaks = selectors.may_explain(officer, row.agency_id)
    closes = officer.has_perm("supervision.close_clue")
    if request.method == "POST" and not (speaks or closes):
        raise PermissionDenied
    wanted = request.POST.get("do", "")
    explain = ExplainForm(request.POST if wanted == "explain" else None, prefix="explain")
    close = CloseForm(request.POST if wanted == "close" else None, prefix="close")
    if request.method == "POST" and _handle(request, row, officer, explain, close):
        return redirect("workbench:clue", row.pk)
    is_gap = row.kind == ClueKind.NUMBER_GAP
    if row.batch_id is None:
        del explain.fields["whole_batch"]
    context = {
        "clue": row,
        "chip": chip(row),
        "facts": _facts(row),
        "events": _events(row),
        "explain": explain if speaks and not is_gap and row.state == ClueState.OPEN else None,
        "gap": _gap(row) if speaks and is_gap else None,
        "close": close if closes and row.state != ClueState.CLOSED else None,
    }
    return render(request, "workbench/clue.html", context)


def _handle(
    request: HttpRequest, row: Clue, officer: Officer, explain: ExplainForm, close: CloseForm
) -> bool:
    """Do what was asked; False when the form has to be shown again with what is wrong."""
    form = close if close.is_bound else explain
    if not form.is_valid():
        return False
    try:
        if close.is_bound:
            services.close_clue(clue_id=row.pk, officer=officer, outcome=close.cleaned_data["outcome"])
            messages.success(request, "已办结。")
        else:
            count = services.explain_clue(
                clue_id=row.pk,
                officer=officer,
                text=explain.cleaned_data["text"],
                whole_batch=explain.cleaned_data["whole_batch"],
            )
            messages.success(request, f"已记录说明，共 {count} 条线索。")
    except Problem as problem:
        form.add_error(None, problem.detail)
        return False
    return True


def _gap(row: Clue) -> NumberGap | None:
    """The gap a clue asks about, while it stands."""
    return next(
        (
            gap
            for gap in NumberGap.objects.filter(agency_id=row.agency_id, due=row.due)
            if str(gap) == row.label
        ),
        None,
    )


def _facts(row: Clue) -> list[SummaryRow]:
    facts = [
        SummaryRow("单位", row.agency.name),
        SummaryRow("类别", row.get_kind_display()),
        SummaryRow("期限届满日", cdate(row.due)),
    ]
    if row.late_by:
        label = "收到时已超过" if row.kind == ClueKind.LATE_REPORT else "形成线索时已超过"
        facts.append(SummaryRow(label, f"{row.late_by} 个工作日"))
    if row.record_id:
        facts.append(
            SummaryRow(
                "信用记录", row.label, url=reverse("workbench:record", args=[row.record_id]), action="查看"
            )
        )
    return facts


def _events(row: Clue) -> list[TimelineEvent]:
    events = [TimelineEvent(when=row.raised_at, what="形成线索", who="系统任务", document=row.basis)]
    if row.explained_at:
        who = f"{row.explained_by}（{row.explained_by.agency}）" if row.explained_by else ""
        events.append(TimelineEvent(when=row.explained_at, what="说明", who=who, note=row.explanation))
    if row.closed_at:
        who = str(row.closed_by) if row.closed_by else "系统任务"
        events.append(TimelineEvent(when=row.closed_at, what="办结", who=who, note=row.outcome))
    return events
