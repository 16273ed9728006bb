"""Front page and the page on the ledger."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from common.clock import today
from common.components import Cell, Column, Figure, Table
from common.templatetags.credit import cdatetime
from ledger.models import Block
from portal.freshness import public_page
from portal.news.selectors import newest
from portal.paging import page_of
from portal.selectors import COUNT_CAP, SiteFigures, site_figures

ON_HOME = 3


@public_page()
def home(request: HttpRequest) -> HttpResponse:
    """One search box, the errands, the figures of the day."""
    figures = site_figures(today())
    context = {"figures": _figures(figures), "counted_on": figures.day, "articles": newest(today(), ON_HOME)}
    return render(request, "portal/home.html", context)


def _figures(numbers: SiteFigures) -> list[Figure]:
    return [
        Figure("在公示的行政处罚", _number(numbers.penalties), "条", url=reverse("portal:penalties")),
        Figure("在公示的行政许可", _number(numbers.licences), "条", url=reverse("portal:licences")),
        Figure("近30天新作出的", _number(numbers.recent), "条"),
        Figure("信用目录事项", _number(numbers.items), "项", url=reverse("portal:catalog")),
    ]


def _number(count: int) -> str:
    return f"{COUNT_CAP:,}+" if count >= COUNT_CAP else f"{count:,}"


@public_page()
def transparency(request: HttpRequest) -> HttpResponse:
    """The block heads of the ledger and how anybody can check them."""
    page = page_of(request, Block.objects.all(), order=("-no",))
    return render(request, "portal/transparency.html", {"page": page, "table": _blocks(page.rows)})


def _blocks(blocks: list[Block]) -> Table:
    rows: list[list[Cell | str]] = [
        [
            Cell(f"第 {block.no} 块", url=reverse("api:ledger-block", args=[block.no])),
            f"{block.first_position:,} 至 {block.last_position:,}",
            cdatetime(block.sealed_at),
            bytes(block.hash).hex(),
        ]
        for block in blocks
    ]
    columns = [Column("区块"), Column("记录序号"), Column("封存时间"), Column("区块哈希（SM3）")]
    return Table("已封存的区块，新的在前", columns, rows)
