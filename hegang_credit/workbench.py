"""Workbench pages that look across rooms."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.components import Column, Table
from common.templatetags.credit import cdatetime
from ledger import selectors as ledger

PAGE = 50


@login_required
@require_safe
def ledger_blocks(request: HttpRequest) -> HttpResponse:
    """Sealed blocks, newest first: what was recorded cannot be changed without showing here."""
    blocks, next_cursor = ledger.blocks(cursor=request.GET.get("cursor", ""), limit=PAGE)
    table = Table(
        caption="已封存的区块",
        caption_hidden=True,
        columns=[Column("区块"), Column("留痕位置"), Column("封存时间"), Column("区块摘要（SM3）")],
        rows=[
            [
                f"第 {block.no} 块",
                f"{block.first_position:,}–{block.last_position:,}",
                cdatetime(block.sealed_at),
                bytes(block.hash).hex(),
            ]
            for block in blocks
        ],
    )
    return render(request, "workbench/ledger.html", {"table": table, "next_cursor": next_cursor})
