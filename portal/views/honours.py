"""The honour list: who holds one now, and one of them. Over is over here too."""

from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.areas import area_name
from blacklist import selectors_honours as honours
from blacklist.disclosure import public_honour
from blacklist.models import HonourEntry
from common.clock import today
from common.components import Cell, Column, SummaryRow, Table
from common.frozen import Frozen
from common.presentation import address_of
from portal.freshness import public_page
from portal.paging import page_of
from portal.wording import kind_words, window_of
from records.disclosure import display_date, public_name
from records.identity.groups import about
from records.models import Subject

_UNSHOWN = ("secret", "subject__grams", "subject__pinyin", "subject__secret")


@public_page(indexed=False)
def entries(request: HttpRequest) -> HttpResponse:
    """Everybody with an honour in force, newest first; `?scheme=` for one list."""
    at = today()
    schemes = list(honours.schemes(at))
    rows = honours.published(at).defer(*_UNSHOWN)
    if scheme := request.GET.get("scheme", ""):
        rows = rows.filter(scheme__code=scheme)
    page = page_of(request, rows, order=("-effective_from", "-id"))
    context = {"schemes": schemes, "chosen": scheme, "page": page, "table": honour_table(page.rows)}
    return render(request, "portal/honours.html", context)


def honours_of(subject: Subject) -> list[HonourEntry]:
    """The honour part of a subject's page."""
    return _HONOURS.rows(subject=subject.pk, at=today())


def _honours_of(subject: int, at: date) -> QuerySet[HonourEntry]:
    rows = honours.published(at).filter(about(Subject(pk=subject))).defer(*_UNSHOWN)
    return rows.order_by("-effective_from", "-id")


_HONOURS: Final = Frozen("portal_subject_honours", _honours_of, subject="bigint", at="date")


def honour_table(rows: list[HonourEntry]) -> Table:
    at = today()
    lines: list[list[Cell | str]] = []
    for row in rows:
        window = window_of(row.ends_on, at)
        lines.append(
            [
                Cell(
                    public_name(row.subject),
                    url=address_of("portal:honour", row.public_id),
                    note=row.subject.uscc,
                ),
                row.scheme.name,
                row.authority_name,
                display_date(row.effective_from),
                Cell(window.until, note=window.left),
            ]
        )
    heads = [
        Column("主体"),
        Column("名单"),
        Column("评定单位"),
        Column("起算日期", tight=True),
        Column("有效期至", tight=True),
    ]
    return Table("诚实守信名单", heads, lines, caption_hidden=True)


@public_page(indexed=False)
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """One honour: what for, by whom, on what basis, until when, how it ends."""
    at = today()
    found = honours.published(at).select_related("scheme__basis").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    window = window_of(found.ends_on, at)
    subject, shown = found.subject, public_honour(found)
    region = area_name(subject.region)
    rows = [
        SummaryRow("主体", shown.name, note="，".join(filter(None, (kind_words(subject), region)))),
        SummaryRow("统一社会信用代码", shown.uscc or "—"),
        SummaryRow("评定结果", shown.reason),
        SummaryRow("评定单位", found.authority_name),
        SummaryRow("文号", shown.decision_number, note=f"{display_date(found.decided_on)}评定"),
        SummaryRow("有效期", f"{display_date(found.effective_from)} 至 {window.until}", note=window.left),
        SummaryRow("依据", found.basis_text),
        SummaryRow("怎样退出", found.scheme.removal_text),
    ]
    rows += [SummaryRow(label, value) for label, value in shown.fields]
    context = {
        "entry": found,
        "name": shown.name,
        "rows": rows,
        "unverified": found.scheme.mark == "unverified",
    }
    return render(request, "portal/honour.html", context)
