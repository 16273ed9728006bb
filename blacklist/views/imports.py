"""Lists decided elsewhere in the workbench: sources and how fresh they are, handing in, looking at what is held."""

from typing import Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from blacklist.choices import DeliveryStatus
from blacklist.forms_imports import DecisionForm, DeliveryForm, SourceForm
from blacklist.imports import rejections, selectors, services
from blacklist.models import ImportSource, ListDelivery
from blacklist.rules import deliveries
from catalog.views.parts import pending
from common.clock import today
from common.components import Cell, Chip, Column, Figure, Progress, SummaryRow, Table, Tone
from common.gates import CLAUSES, Refused
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdate, cdatetime

PAGE: Final = 50
TONES: Final[dict[str, Tone]] = {
    DeliveryStatus.QUEUED: "info",
    DeliveryStatus.READING: "info",
    DeliveryStatus.APPROVED: "info",
    DeliveryStatus.HELD: "warning",
    DeliveryStatus.APPLIED: "good",
    DeliveryStatus.EMPTY: "serious",
    DeliveryStatus.FAILED: "serious",
}
LIVE: Final = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.READING, DeliveryStatus.APPROVED})


def _status(delivery: ListDelivery) -> Chip:
    return Chip(delivery.get_status_display(), TONES.get(delivery.status, "neutral"))


@login_required
@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """Every source with its freshness, what waits for somebody on top."""
    officer = officer_of(request)
    states = selectors.source_states(today(), selectors.sources_visible_to(officer))
    page = keyset_page(
        selectors.deliveries_visible_to(officer),
        order=("-id",),
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=_delivery_line,
    )
    context = {
        "alarms": [state for state in states if state.alarm],
        "sources": _sources(states),
        "deliveries": Table(
            "来数",
            [
                Column("收到时间", tight=True), Column("来源"), Column("状态", tight=True), Column("行数", numeric=True),
                Column("新增", numeric=True), Column("变更", numeric=True), Column("移出", numeric=True),
            ],
            cast(list[list[Cell | str]], page["items"]),
            caption_hidden=True,
        ),
        "next_cursor": page["next_cursor"],
    }  # fmt: skip
    return render(request, "workbench/lists/sources.html", context)


def _sources(states: list[selectors.SourceState]) -> Table:
    rows: list[list[Cell | str]] = [
        [
            Cell(
                state.source.name,
                url=reverse("workbench:list-source", args=[state.source.code]),
                chip=pending(state.source.mark),
            ),
            state.source.provider.name,
            cdate(state.last_applied) if state.last_applied else "还没有",
            cdate(state.due) if state.due else "没有约定",
            Cell(chip=_freshness(state)),
        ]
        for state in states
    ]
    heads = [
        Column("来源"),
        Column("提供单位"),
        Column("最近采用", tight=True),
        Column("应在此前来数", tight=True),
        Column("状态", tight=True),
    ]
    return Table("名单来源", heads, rows, caption_hidden=True)


def _freshness(state: selectors.SourceState) -> Chip:
    if state.empty:
        return Chip("来数为空", "serious")
    if state.missing:
        return Chip("逾期没有来数", "serious")
    if state.held:
        return Chip("等待核对", "warning")
    return Chip("正常", "good") if state.last_applied else Chip("还没有来数")


def _delivery_line(delivery: ListDelivery) -> list[Cell | str]:
    return [
        Cell(
            cdatetime(delivery.created_at), url=reverse("workbench:list-delivery", args=[delivery.public_id])
        ),
        delivery.source.name,
        Cell(chip=_status(delivery)),
        f"{delivery.total:,}",
        f"{delivery.added:,}",
        f"{delivery.changed:,}",
        f"{delivery.removed:,}",
    ]


@login_required
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, code: str) -> HttpResponse:
    """One source: its frame, handing in, and (for the credit authority) how it is watched."""
    officer = officer_of(request)
    row = get_object_or_404(selectors.sources_visible_to(officer), code=code)
    may_deliver = row in selectors.may_deliver(officer)
    may_watch = officer.has_perm("blacklist.decide_delivery")
    watching = request.method == "POST" and "hold_percent" in request.POST
    deliver_form = DeliveryForm(None if watching else request.POST or None, request.FILES or None)
    watch_form = SourceForm.of(row, request.POST if watching else None)
    if request.method == "POST":
        if not (may_watch if watching else may_deliver):
            raise PermissionDenied
        answer = _watch(request, row, watch_form) if watching else _deliver(request, row, deliver_form)
        if answer is not None:
            return answer
    state = selectors.source_states(today(), selectors.sources_visible_to(officer).filter(pk=row.pk))
    context = {
        "source": row,
        "state": state[0] if state else None,
        "chip": _freshness(state[0]) if state else Chip("已停用", "neutral"),
        "rows": _frame(row),
        "deliver_form": deliver_form if may_deliver else None,
        "watch_form": watch_form if may_watch else None,
    }
    return render(request, "workbench/lists/source.html", context)


def _frame(row: ImportSource) -> list[SummaryRow]:
    return [
        SummaryRow("提供单位", row.provider.name),
        SummaryRow("类别", row.get_polarity_display()),
        SummaryRow("名单代号", row.scheme_code),
        SummaryRow("来数周期", f"{row.rhythm_days} 天"),
        SummaryRow(
            "须人工核对",
            f"新增、变更或者移出超过原有条目的 {row.hold_percent}%",
            note=f"不超过 {row.hold_floor} 行的变化除外；首次来数一律核对",
        ),
        SummaryRow("说明", row.note or "无"),
    ]


def _deliver(request: HttpRequest, row: ImportSource, form: DeliveryForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    officer = officer_of(request)
    assert officer.agency is not None, "only an agency's officers may deliver"
    try:
        delivery = services.receive(
            source_code=row.code, agency=officer.agency, upload=form.cleaned_data["file"], officer=officer
        )
    except Refused as refused:
        form.show(refused.refusals)
    except Problem as problem:
        form.add_error("file", problem.detail)
    else:
        messages.success(request, "文件已收到，正在逐行核验。可以离开本页，核验会继续进行。")
        return redirect("workbench:list-delivery", delivery.public_id)
    return None


def _watch(request: HttpRequest, row: ImportSource, form: SourceForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        services.change_source(officer=officer_of(request), code=row.code, **form.cleaned_data)
    except Refused as refused:
        form.show(refused.refusals)
        return None
    messages.success(request, "已保存。")
    return redirect("workbench:list-source", row.code)


@login_required
@require_http_methods(["GET", "POST"])
def delivery(request: HttpRequest, public_id: str) -> HttpResponse:
    """One delivery: how far it is, what it would change, and the decision where a person must look."""
    officer = officer_of(request)
    row = get_object_or_404(selectors.deliveries_visible_to(officer), public_id=public_id)
    decides = officer.has_perm("blacklist.decide_delivery")
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        if not decides:
            raise PermissionDenied
        if form.is_valid() and (answer := _decide(request, row, form)):
            return answer
    held = row.status == DeliveryStatus.HELD
    context = {
        "delivery": row,
        "chip": _status(row),
        "progress": _progress(row) if row.status in LIVE else None,
        "figures": _figures(row) if row.status not in LIVE else None,
        "reasons": _reasons(row) if row.rejected else None,
        "samples": _samples(row) if held else [],
        "form": form if held and decides and row.officer_id != officer.pk else None,
        "own": held and decides and row.officer_id == officer.pk,
    }
    return render(request, "workbench/lists/delivery.html", context)


def _decide(request: HttpRequest, row: ListDelivery, form: DecisionForm) -> HttpResponse | None:
    try:
        services.decide(
            officer=officer_of(request),
            delivery_id=row.pk,
            approve=form.cleaned_data["approve"] == "yes",
            reason=form.cleaned_data["reason"],
        )
    except Refused as refused:
        form.show(refused.refusals)
        return None
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, "核对意见已记录。")
    return redirect("workbench:list-delivery", row.public_id)


def _progress(row: ListDelivery) -> Progress:
    return Progress(
        label=f"核验 {row.source.name}",
        done=row.total,
        total=None,
        detail=f"已核验 {row.total:,} 行，退回 {row.rejected:,} 行",
    )


def _figures(row: ListDelivery) -> list[Figure]:
    figures = [
        Figure("原有条目", row.standing, "条"),
        Figure("新增", row.added, "条"),
        Figure("变更", row.changed, "条"),
        Figure("移出", row.removed, "条"),
        Figure("不变", row.same, "条"),
        Figure("退回", row.rejected, "行"),
    ]
    if row.kept_off:
        figures.append(
            Figure("本平台已移出，未恢复", row.kept_off, "条", note="来源仍列示，请与提供单位核对")
        )
    return figures


def _reasons(row: ListDelivery) -> Table:
    heads = [Column("原因"), Column("代码"), Column("依据"), Column("行数", numeric=True), Column("首次出现")]
    lines: list[list[Cell | str]] = [
        [CLAUSES[code].sentence, code, deliveries.refuse(code).basis, f"{count:,}", f"第 {line} 行"]
        for code, count, line in selectors.refusal_reasons(row)
    ]
    return Table("退回原因", heads, lines, caption_hidden=True)


def _samples(row: ListDelivery) -> list[tuple[str, int, Table]]:
    """What applying would do, kind by kind, with the first rows of each."""
    found = selectors.sample(row)
    wanted = (
        ("将新增", row.added, "added"),
        ("将变更", row.changed, "changed"),
        ("将移出", row.removed, "removed"),
    )
    heads = [
        Column("主体"),
        Column("文书号"),
        Column("认定单位"),
        Column("列入日期", tight=True),
        Column("至", tight=True),
    ]
    return [
        (
            words,
            count,
            Table(
                words,
                heads,
                [
                    [
                        line.name,
                        line.number,
                        line.authority,
                        cdate(line.since),
                        cdate(line.until) if line.until else "长期",
                    ]
                    for line in found[name]
                ],
                caption_hidden=True,
            ),
        )
        for words, count, name in wanted
        if count
    ]


@login_required
@require_safe
def delivery_refusals(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The rows that came back, in their original columns, ready to be corrected at the source."""
    row = get_object_or_404(selectors.deliveries_visible_to(officer_of(request)), public_id=public_id)
    return rejections.download(row)
