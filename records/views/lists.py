"""The two long lists of the workbench, records and batches: filtered by the address, newest or oldest first, taken along as a file.

They are sorted by their day alone: that is the order an index carries at the size of a city.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from catalog import selectors as catalog
from common.clock import today
from common.components import Cell, Chip, Column, Table, Tone
from common.list_files import download
from common.pagination import cursor_behind, keyset_page, page_answer
from common.presentation import address_of
from common.templatetags.credit import cdate, cdatetime
from records import selectors
from records.choices import BatchStatus
from records.disclosure import marks
from records.forms import BatchFilterForm, RecordFilterForm
from records.intake.rejections import safe
from records.models import CreditRecord, IntakeBatch
from records.sharing.services import note_download

PAGE: Final = selectors.LIST_PAGE
TONES: dict[str, Tone] = {
    BatchStatus.QUEUED: "info",
    BatchStatus.RUNNING: "info",
    BatchStatus.DONE: "good",
    BatchStatus.FAILED: "serious",
}
_MOST: Final = f"最多 {selectors.FILE_ROWS:,} 行，更多的请缩小筛选范围、分次下载"
_CUT: Final = f"本表只列出前 {selectors.FILE_ROWS:,} 行，其余的没有列出，请缩小筛选范围、分次下载"
_RECORD_HEADINGS: Final = ("文书号", "主体", "事项", "决定日期", "报送单位", "状态", "标注")
_BATCH_HEADINGS: Final = ("文件", "事项", "单位", "状态", "总行数", "收下", "退回", "重复", "报送时间")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the filters, if they can be read, and the order."""

    form: forms.Form
    valid: bool
    filters: dict[str, object]
    sort: str

    @property
    def narrowed(self) -> bool:
        return any(self.filters.values())

    def order(self, fields: Sequence[str]) -> tuple[str, ...]:
        """The fields in the direction asked for."""
        return tuple(f"-{field}" if self.sort.startswith("-") else field for field in fields)


def _asked(request: HttpRequest, form: RecordFilterForm | BatchFilterForm, key: str) -> Asked:
    form.offer(catalog.items(today()))
    valid = form.is_valid()
    filters = dict(form.cleaned_data) if valid else {}
    return Asked(form, valid, filters, str(filters.pop("sort", "")) or f"-{key}")


def _page_context(asked: Asked, table: Table, file: str, offered: bool) -> dict[str, object]:
    return {
        "form": asked.form,
        "table": table,
        "narrowed": asked.narrowed,
        "export_url": reverse(f"workbench:{file}") if offered and asked.valid and table.rows else "",
        "export_note": _MOST,
    }


def _again(request: HttpRequest, page: str) -> HttpResponse:
    """Back to the list, which says what is wrong with the filters: nobody gets everything for a slip in a date."""
    query = urlencode([(name, value) for name, value in request.GET.items() if name != "format"])
    return redirect(f"{reverse(f'workbench:{page}')}?{query}")


def _file(request: HttpRequest, name: str, rows: Iterator[list[str]]) -> HttpResponseBase:
    form = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    return download(rows, name=f"{name}-{today():%Y%m%d}", sheet=name, form=form)


# --- records ---------------------------------------------------------------------------------------------


def _records(asked: Asked, sight: selectors.Sight) -> QuerySet[CreditRecord]:
    rows = selectors.listed_for(sight)
    return selectors.filter_records(rows, **asked.filters) if asked.narrowed else rows  # type: ignore[arg-type]


@login_required
@require_safe
def record_list(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    asked = _asked(request, RecordFilterForm(request.GET), "decided")
    sight = selectors.sight_of(officer)
    rows = _records(asked, sight)
    total = selectors.counted(rows) if asked.narrowed else selectors.count_for(sight)
    cursor = request.GET.get("cursor", "")
    order = asked.order(("decision_date", "id"))
    if asked.narrowed or cursor or order != selectors.LIST_ORDER:
        page = keyset_page(rows, order=order, cursor=cursor, limit=PAGE, serialize=_record_line)
    else:
        newest = selectors.newest_for(sight)
        page = page_answer(
            [_record_line(row) for row in newest[:PAGE]], cursor_behind(newest, selectors.LIST_ORDER, PAGE)
        )
    table = Table(
        caption="信用记录",
        caption_hidden=True,
        columns=[
            Column("文书号"),
            Column("主体", plain=True),
            Column("事项", plain=True),
            Column("决定日期", sort="decided", tight=True, plain=True),
            Column("报送单位", plain=True),
            Column("状态", plain=True),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
        sort=asked.sort,
    )
    context = _page_context(asked, table, "record-list-file", officer.agency_id is not None)
    context |= {"next_cursor": page["next_cursor"], "total": _total(total)}
    return render(request, "workbench/record_list.html", context)


def _total(count: int) -> str:
    return f"{count:,} 条以上" if count >= selectors.COUNT_CAP else f"{count:,} 条"


def _record_line(record: CreditRecord) -> list[Cell | str]:
    return [
        Cell(record.document_number, url=address_of("workbench:record", record.pk)),
        record.subject.shown_name,
        record.item.name,
        cdate(record.decision_date),
        record.provider.name,
        Cell(chip=state_chip(record), note=marks(record)),
    ]


def state_chip(record: CreditRecord) -> Chip:
    """The state of a record today as lists and its page show it."""
    state = selectors.state(record, today())
    return Chip(state.label, "good" if state.published else "info" if state.shared else "neutral")


@login_required
@never_cache
@require_GET
def record_file(request: HttpRequest) -> HttpResponseBase:
    """What the list shows under these filters, as a file; registered before it is handed out."""
    officer = officer_of(request)
    if officer.agency_id is None:
        raise PermissionDenied
    asked = _asked(request, RecordFilterForm(request.GET), "decided")
    if not asked.valid:
        return _again(request, "record-list")
    rows = _records(asked, selectors.sight_of(officer)).order_by(*asked.order(("decision_date", "id")))
    found = list(rows[: selectors.FILE_ROWS + 1])
    item = str(asked.filters["item"])
    note_download(
        officer=officer,
        item_codes=[item] if item else [],
        record_count=min(len(found), selectors.FILE_ROWS),
    )
    return _file(request, "信用记录", _record_rows(found))


def _record_rows(found: list[CreditRecord]) -> Iterator[list[str]]:
    yield [*_RECORD_HEADINGS]
    for record in found[: selectors.FILE_ROWS]:
        yield [
            safe(record.document_number), safe(record.subject.shown_name), record.item.name,
            cdate(record.decision_date), record.provider.name, state_chip(record).text, marks(record),
        ]  # fmt: skip
    if len(found) > selectors.FILE_ROWS:
        yield [_CUT]


# --- batches ---------------------------------------------------------------------------------------------


def _batches(asked: Asked, officer: Officer) -> QuerySet[IntakeBatch]:
    rows = selectors.batches_visible_to(officer)
    return selectors.filter_batches(rows, **asked.filters) if asked.narrowed else rows  # type: ignore[arg-type]


@login_required
@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    asked = _asked(request, BatchFilterForm(request.GET), "handed")
    page = keyset_page(
        _batches(asked, officer_of(request)),
        order=asked.order(("id",)),  # in the order of hand-in
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=_batch_line,
    )
    table = Table(
        caption="报送批次",
        caption_hidden=True,
        columns=[
            Column("文件"), Column("事项", plain=True), Column("单位", plain=True), Column("状态", plain=True),
            Column("收下", numeric=True), Column("退回", numeric=True), Column("重复", numeric=True),
            Column("报送时间", sort="handed", tight=True),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
        sort=asked.sort,
    )  # fmt: skip
    context = _page_context(asked, table, "batch-list-file", offered=True)
    context["next_cursor"] = page["next_cursor"]
    return render(request, "workbench/batch_list.html", context)


def _batch_line(batch: IntakeBatch) -> list[Cell | str]:
    return [
        Cell(batch.filename, url=reverse("workbench:batch", args=[batch.public_id])),
        batch.item.name,
        batch.agency.name,
        Cell(chip=Chip(batch.get_status_display(), TONES[batch.status])),
        f"{batch.accepted:,}",
        f"{batch.rejected:,}",
        f"{batch.duplicate:,}",
        cdatetime(batch.created_at),
    ]


@login_required
@never_cache
@require_GET
def batch_file(request: HttpRequest) -> HttpResponseBase:
    """What the list of batches shows under these filters, as a file: counts of hand-ins, nothing about anybody."""
    asked = _asked(request, BatchFilterForm(request.GET), "handed")
    if not asked.valid:
        return _again(request, "batch-list")
    rows = _batches(asked, officer_of(request)).order_by(*asked.order(("id",)))
    return _file(request, "报送批次", _batch_rows(list(rows[: selectors.FILE_ROWS + 1])))


def _batch_rows(found: list[IntakeBatch]) -> Iterator[list[str]]:
    yield [*_BATCH_HEADINGS]
    for batch in found[: selectors.FILE_ROWS]:
        yield [
            safe(batch.filename), batch.item.name, batch.agency.name, batch.get_status_display(), str(batch.total),
            str(batch.accepted), str(batch.rejected), str(batch.duplicate), cdatetime(batch.created_at),
        ]  # fmt: skip
    if len(found) > selectors.FILE_ROWS:
        yield [_CUT]
