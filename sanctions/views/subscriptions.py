"""Subscriptions of the officer's agency: which systems are told of whom, until when; one may be ended."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.sign_in import officer_of
from common.clock import today
from common.components import Cell, Chip, Column, Table
from common.pagination import keyset_page
from common.templatetags.credit import cdate, cdatetime
from sanctions import selectors
from sanctions.models import Subscription
from sanctions.services import close_subscription
from sanctions.views.screening import SCREEN

PAGE = 50


@login_required
@permission_required(SCREEN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def subscription_list(request: HttpRequest) -> HttpResponse:
    """POST `end=<id>` ends one before its last day."""
    officer = officer_of(request)
    if officer.agency is None:
        raise PermissionDenied
    if request.method == "POST":
        row = get_object_or_404(Subscription, public_id=request.POST.get("end", ""), agency=officer.agency)
        close_subscription(subscription_id=row.public_id, officer=officer)
        messages.success(request, "已结束订阅。")
        return redirect("workbench:subscriptions")
    page = keyset_page(
        selectors.subscriptions_of(officer.agency), order=("-id",), cursor=request.GET.get("cursor") or None, limit=PAGE,
        serialize=lambda row: row,
    )  # fmt: skip
    rows: list[Subscription] = page["items"]  # type: ignore[assignment]
    running = [one for one in rows if one.closed_at is None and one.ends_on >= today()]
    heads = [
        Column("比对回执"), Column("事项"), Column("主体", numeric=True), Column("期限", tight=True), Column("最近变更", tight=True),
        Column("状态", tight=True),
    ]  # fmt: skip
    table = Table("变更订阅", heads, [_line(one) for one in rows], caption_hidden=True)
    return render(
        request,
        "workbench/measures/subscriptions.html",
        {"table": table, "running": running, "next_cursor": page["next_cursor"]},
    )


def _line(row: Subscription) -> list[Cell | str]:
    receipt = row.screening.public_id
    return [
        Cell(receipt, url=reverse("workbench:screening-receipt", args=[receipt]), note=row.client.name),
        Cell(row.matter.name, note=row.screening.application),
        f"{row.watched}",  # type: ignore[attr-defined]
        f"{cdate(row.starts_on)} 至 {cdate(row.ends_on)}",
        cdatetime(row.last_change) if row.last_change else "没有变更",  # type: ignore[attr-defined]
        Cell(chip=_state(row)),
    ]


def _state(row: Subscription) -> Chip:
    if row.closed_at is not None:
        return Chip("已办结", "neutral")
    return Chip("订阅中", "good") if row.ends_on >= today() else Chip("期限届满", "neutral")
