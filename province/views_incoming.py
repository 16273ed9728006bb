"""What came down from the province, and the editions that wait for somebody to open them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agencies.sign_in import officer_of
from common.components import Cell, Chip, Column, Table, Tone
from common.gates import Refused
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdatetime
from province import inbox
from province.choices import IncomingStatus
from province.incoming import handlers, held_handler
from province.models import Incoming

PAGE = 50
_TONES: dict[str, Tone] = {"accepted": "good", "held": "warning", "rejected": "serious"}


@login_required
@permission_required("province.view_all_deliveries", raise_exception=True)
@require_http_methods(["GET", "POST"])
def incoming_page(request: HttpRequest) -> HttpResponse:
    """POST `open=<id>` makes a held edition a draft (those who keep the catalog or the list)."""
    officer = officer_of(request)
    if request.method == "POST":
        return _open(request)
    page = keyset_page(
        inbox.visible_to(officer),
        order=("-id",),
        cursor=request.GET.get("cursor") or None,
        limit=PAGE,
        serialize=_line,
    )
    heads = [Column("收到时间"), Column("内容"), Column("发送方"), Column("结果")]
    context = {
        "held": inbox.visible_to(officer).filter(status=IncomingStatus.HELD)[:PAGE],
        "manages": officer.has_perm("catalog.manage_catalog"),
        "table": Table("收到的消息", heads, page["items"], caption_hidden=True),  # type: ignore[arg-type]
        "next_cursor": page["next_cursor"],
    }
    return render(request, "workbench/incoming.html", context)


def _open(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("open", "")
    known = inbox.visible_to(officer_of(request))
    row = get_object_or_404(
        known, pk=int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
    )
    try:
        row, draft = inbox.open_held(officer=officer_of(request), message_id=row.pk)
    except Refused as refused:
        messages.error(request, "；".join(one.detail for one in refused.refusals))
        return redirect("workbench:incoming")
    except Problem as problem:
        messages.info(request, problem.detail)
        return redirect("workbench:incoming")
    messages.success(request, "已作为草稿打开，请核对后发布")
    return redirect(held_handler(row.kind).PAGE, draft.pk)


def _line(row: Incoming) -> list[Cell | str]:
    status = IncomingStatus(row.status)
    return [
        cdatetime(row.received_at),
        Cell(handlers()[row.kind].TITLE, note=row.message_id),
        row.client.agency.name,
        Cell(row.detail, chip=Chip(str(status.label), _TONES[status]), note=row.code or row.reference),
    ]
