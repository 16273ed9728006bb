"""The two public lists of the 双公示: penalties and licences, narrowed by filters that live in the address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from common.clock import today
from common.components import Cell, Column, Table
from portal import offers, selectors
from portal.forms import ListFilterForm
from portal.freshness import public_page
from portal.paging import page_of
from portal.selectors import LICENCES, PENALTIES, Listing
from portal.wording import document_number, subject_name, window_of
from records.disclosure import display_date, marks, split_codes
from records.models import CreditRecord


@public_page(indexed=False)
def penalties(request: HttpRequest) -> HttpResponse:
    return _list_page(
        request, PENALTIES, kind_label="处罚类别", authority_label="处罚机关", title="行政处罚公示"
    )


@public_page(indexed=False)
def licences(request: HttpRequest) -> HttpResponse:
    return _list_page(
        request, LICENCES, kind_label="许可类别", authority_label="许可机关", title="行政许可公示"
    )


def _list_page(
    request: HttpRequest, listing: Listing, *, kind_label: str, authority_label: str, title: str
) -> HttpResponse:
    at = today()
    form = ListFilterForm(request.GET)
    offered = offers.offer_of(listing, at)
    form.offer(
        kinds=offered.kinds,
        kind_label=kind_label,
        authorities=offered.authorities,
        authority_label=authority_label,
    )
    context: dict[str, object] = {
        "form": form,
        "title": title,
        "is_penalties": listing is PENALTIES,
        "narrowed": any(request.GET.get(name) for name in form.fields),
    }
    if form.is_valid():
        rows = selectors.listed(listing, at, form.filters())
        page = page_of(request, rows, order=("-decision_date", "-id"))
        columns = [
            Column("行政相对人"),
            Column("文书号", tight=True),
            Column(kind_label),
            Column(authority_label),
            Column("决定日期", tight=True),
            Column("公示至", tight=True),
        ]
        table = Table(title, columns, [_row(row, listing) for row in page.rows], caption_hidden=True)
        context |= {"page": page, "table": table, "applied": form.words()}
    return render(request, "portal/listing.html", context)


def _row(record: CreditRecord, listing: Listing) -> list[Cell | str]:
    kinds = split_codes(str(record.data.get(listing.kind_field) or ""))
    window = window_of(record.published_until, today())
    return [
        Cell(subject_name(record), url=reverse("portal:subject", args=[record.subject.public_id])),
        Cell(document_number(record), url=reverse("portal:record", args=[record.pk]), note=marks(record)),
        "、".join(kinds) or "未载明",
        record.authority_name,
        display_date(record.decision_date),
        Cell(window.until, note=window.left),
    ]
