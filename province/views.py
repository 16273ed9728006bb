"""The exchange page: what the province has not got yet and why, what it sent back, what a person has to take up."""

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agencies.models import Officer
from agencies.sign_in import officer_of
from common.components import Cell, Chip, Column, Figure, Table, Tone
from common.pagination import keyset_page
from common.templatetags.credit import cdatetime
from province import selectors, services
from province.choices import DeliveryState
from province.models import Delivery, DeliveryRejection, PushTarget
from province.naming import record_id

PAGE = 30
_REJECTIONS_SHOWN = 100
_TONES: dict[str, Tone] = {
    DeliveryState.QUEUED: "info",
    DeliveryState.SENDING: "info",
    DeliveryState.WAITING: "warning",
    DeliveryState.DONE: "good",
    DeliveryState.PARKED: "serious",
}


@login_required
@require_http_methods(["GET", "POST"])
def exchange(request: HttpRequest) -> HttpResponse:
    """State of the push. POST `retry=<batch id>` sends a parked batch once more (credit authority only)."""
    officer = officer_of(request)
    if request.method == "POST":
        return _retry(request, officer)
    rejected = list(selectors.rejections_visible_to(officer)[: _REJECTIONS_SHOWN + 1])
    context: dict[str, object] = {
        "rejections": _rejections(rejected[:_REJECTIONS_SHOWN]),
        "more_rejections": len(rejected) > _REJECTIONS_SHOWN,
        "sees_deliveries": selectors.can_see_deliveries(officer),
    }
    if context["sees_deliveries"]:
        context |= _deliveries(request, officer)
    return render(request, "workbench/exchange.html", context)


def _retry(request: HttpRequest, officer: Officer) -> HttpResponse:
    if not officer.has_perm("province.retry_delivery"):
        raise PermissionDenied
    parked = selectors.deliveries_visible_to(officer)
    delivery = get_object_or_404(parked, pk=_number(request.POST.get("retry", "")))
    if services.retry_parked(delivery=delivery, officer=officer):
        messages.success(request, f"批次 {delivery.batch_id} 已排入发送，几秒后刷新本页查看结果")
    else:
        messages.info(request, "该批次已经不在搁置状态，不需要重试")
    return redirect("workbench:exchange")


def _number(text: str) -> int:
    """A row number from a form; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


def _deliveries(request: HttpRequest, officer: Officer) -> dict[str, object]:
    page = keyset_page(
        selectors.deliveries_visible_to(officer),
        order=("-id",),
        cursor=request.GET.get("cursor") or None,
        limit=PAGE,
        serialize=_line,
    )
    targets = list(PushTarget.objects.filter(active=True, client__isnull=True))
    return {
        "targets": [(target, _figures(target)) for target in targets],
        "unready": [target for target in targets if not services.is_ready(target)],
        "parked": selectors.parked_visible_to(officer),
        "can_retry": officer.has_perm("province.retry_delivery"),
        "deliveries": Table(
            caption="推送批次",
            caption_hidden=True,
            columns=[
                Column("留痕位置"),
                Column("变更", numeric=True),
                Column("状态"),
                Column("尝试", numeric=True),
                Column("形成时间"),
                Column("送达时间"),
            ],
            rows=cast(list[list[Cell | str]], page["items"]),
        ),
        "next_cursor": page["next_cursor"],
    }


def _line(delivery: Delivery) -> list[Cell | str]:
    state = DeliveryState(delivery.state)
    note = f"下次 {cdatetime(delivery.next_try)}" if delivery.next_try else ""
    return [
        f"{delivery.first_position:,}–{delivery.last_position:,}",
        f"{delivery.event_count:,}",
        Cell(delivery.last_error, chip=Chip(str(state.label), _TONES[state]), note=note),
        f"{delivery.attempts:,}",
        cdatetime(delivery.created_at),
        cdatetime(delivery.finished_at) if delivery.finished_at else "",
    ]


def _figures(target: PushTarget) -> list[Figure]:
    waiting, took = selectors.backlog(target), selectors.dwell(target)
    capped = waiting.events >= selectors.COUNT_CAP
    oldest = spoken(waiting.age(timezone.now())) if waiting.oldest_at else "无"
    return [
        Figure(
            "尚未送达",
            f"{waiting.events:,}" + ("以上" if capped else ""),
            "条",
            note=f"最早一条已等待：{oldest}",
        ),
        Figure("搁置待处理", waiting.parked, "条"),
        Figure("送达用时中位数", spoken(took.p50), note=f"近24小时 {took.batches:,} 批"),
        Figure(
            "送达用时第95百分位",
            spoken(took.p95),
            note=f"从写入到对方确认；最长 {spoken(took.longest)}",
        ),
        Figure(
            "退回占比",
            f"{took.rejected / took.events:.1%}" if took.events else "暂无",
            note=f"近24小时 {took.events:,} 条中退回 {took.rejected:,} 条",
        ),
    ]


def spoken(length: timedelta | None) -> str:
    """A length of time the way people say it: 3 秒, 12 分钟, 5 小时, 2 天."""
    if length is None:
        return "暂无"
    seconds = round(length.total_seconds())
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} 秒"


def _object(row: DeliveryRejection) -> Cell:
    """The rejected object; a record leads to its page."""
    record = record_id(row.object_id)
    if record is None:
        return Cell(f"{row.item_code or '对象'} 第 {row.object_id} 号")
    url = reverse("workbench:record", args=[record])
    return Cell(f"{row.item_code or '记录'} 第 {record} 号", url=url)


def _rejections(rows: list[DeliveryRejection]) -> Table:
    return Table(
        caption="省平台退回的记录",
        caption_hidden=True,
        columns=[Column("记录"), Column("报送单位"), Column("退回原因"), Column("退回时间")],
        rows=[
            [
                _object(row),
                row.provider.name if row.provider else "",
                Cell(row.reason, note=row.code),
                cdatetime(row.created_at),
            ]
            for row in rows
        ],
    )
