"""The inbox by deadline, and the figures."""

from datetime import date
from typing import Final, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies.sign_in import officer_of
from common.clock import today
from common.components import Cell, Chip, Column, Figure, Table, Tone
from common.pagination import keyset_page
from common.selectors import load_calendar
from common.templatetags.credit import cdate
from repair import targets
from repair.choices import NO_CLOCK, OPEN, Kind, State
from repair.forms import CaseFilterForm
from repair.models import Case
from repair.rules.procedure import overdue
from repair.selectors import cases as selectors
from repair.selectors.figures import figures

PAGE: Final = 50
_TONES: Final[dict[str, Tone]] = {
    State.FILED: "warning",
    State.RETURNED: "neutral",
    State.ACCEPTED: "info",
    State.GRANTED: "good",
}


def state_chip(case: Case) -> Chip:
    return Chip(case.get_state_display(), _TONES.get(case.state, "neutral"))


def deadline_cell(case: Case, on: date) -> Cell:
    """The running period in working days; what waits for the applicant has none."""
    if case.due == NO_CLOCK:
        return Cell("等待补正" if case.state == State.RETURNED else "")
    if overdue(case.due, State(case.state), on):
        late = load_calendar().workdays_between(case.due, on)
        return Cell(cdate(case.due), chip=Chip(f"超期 {late} 个工作日", "serious"))
    left = load_calendar().workdays_between(on, case.due)
    return Cell(cdate(case.due), chip=Chip(f"剩 {left} 个工作日", "warning" if left <= 2 else "neutral"))


@login_required
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Open cases, the nearest deadline first; with a state chosen, those, the newest first."""
    officer = officer_of(request)
    form = CaseFilterForm(request.GET)
    rows = selectors.cases_visible_to(officer)
    order: tuple[str, ...] = ("due", "id")
    if form.is_valid():
        rows = selectors.filter_cases(rows, on=today(), **form.cleaned_data)
        if form.cleaned_data["state"] not in ("", *OPEN, selectors.OVERDUE):
            order = ("-id",)
    if order[0] == "due" and not request.GET.get("state"):
        rows = rows.filter(state__in=OPEN) if not request.GET.get("number") else rows
    page = keyset_page(rows, order=order, cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line)
    table = Table(
        caption="修复和异议",
        caption_hidden=True,
        columns=[
            Column("受理编号", tight=True),
            Column("信用信息"),
            Column("办理单位"),
            Column("渠道", tight=True),
            Column("期限", tight=True),
            Column("状态", tight=True),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
    )
    context = {
        "form": form,
        "table": table,
        "next_cursor": page["next_cursor"],
        "may_enter": officer.has_perm("repair.enter_case"),
        "unseen": selectors.filter_cases(
            selectors.cases_visible_to(officer), on=today(), state=selectors.UNSEEN
        ).count()
        if officer.has_perm("repair.route_case")
        else 0,
    }
    return render(request, "workbench/repair/list.html", context)


def _line(case: Case) -> list[Cell | str]:
    target = targets.target_of(case)
    return [
        Cell(
            case.number,
            url=reverse("workbench:repair-case", args=[case.number]),
            note=case.get_kind_display(),
        ),
        Cell(target.title, note=target.subject_name),
        case.agency.name,
        case.get_channel_display(),
        deadline_cell(case, today()),
        Cell(chip=state_chip(case)),
    ]


@login_required
@require_safe
def case_figures(request: HttpRequest) -> HttpResponse:
    """Of the last year, by kind, for the cases this officer may see."""
    officer = officer_of(request)
    rows = selectors.cases_visible_to(officer).select_related(None)
    groups = []
    for kind in Kind:
        numbers = figures(rows, kind=kind, on=today())
        median = "—" if numbers.median_days is None else f"{numbers.median_days:g}"
        groups.append(
            (
                str(kind.label),
                [
                    Figure("收到", numbers.filed, "件"),
                    Figure("同意", numbers.granted, "件"),
                    Figure("不予同意", numbers.refused, "件", note="都说明了理由"),
                    Figure("不予受理", numbers.declined, "件"),
                    Figure("正在办理", numbers.open, "件"),
                    Figure("超期", numbers.overdue, "件"),
                    Figure("办理天数中位数", median, "天" if median != "—" else ""),
                ],
            )
        )
    return render(request, "workbench/repair/figures.html", {"groups": groups})
