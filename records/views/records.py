"""Records in the workbench: home, list, one record with its history, entering one by form."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies import access
from agencies.selectors import actor_names
from agencies.sign_in import officer_of
from catalog import access as catalog_access
from catalog import selectors as catalog
from common.checks import missing_years
from common.clock import today
from common.components import Cell, Chip, Column, Figure, SummaryRow, Table, TimelineEvent
from common.gates import Refused
from common.pagination import keyset_page
from common.selectors import load_calendar
from ledger import selectors as ledger
from ledger.tables import TABLES
from records import selectors, services
from records.choices import Channel
from records.evidence.views.parts import on_record
from records.explanation import explain
from records.forms import RecordFilterForm, RecordForm, prefill
from records.models import CreditRecord
from records.officer_fields import officer_fields

PAGE = 50
_KINDS = {"I": "收下", "U": "变更", "D": "删除", "R": "重新计算摘要"}


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs this officer today: batches with rows that came back, then the agency's figures."""
    officer = officer_of(request)
    keeps_calendar = officer.has_perm("common.change_calendarday")
    waiting = selectors.batches_needing_attention(officer)[:10]
    figures = selectors.recent_figures(officer, today())
    context = {
        "officer": officer,
        "missing_years": missing_years(today(), load_calendar().covered_years) if keeps_calendar else [],
        "figures": [
            Figure("近30天收下", figures["accepted"], "条"),
            Figure("近30天退回", figures["rejected"], "条", note="改正后可重新报送"),
            Figure("近30天重复", figures["duplicate"], "条", note="没有重复记录"),
        ],
        "waiting": Table(
            caption="有退回行的批次",
            caption_hidden=True,
            columns=[Column("文件"), Column("事项"), Column("退回", numeric=True), Column("完成时间")],
            rows=[
                [
                    Cell(batch.filename, url=reverse("workbench:batch", args=[batch.public_id])),
                    batch.item.name,
                    f"{batch.rejected:,}",
                    f"{batch.finished_at.astimezone():%Y-%m-%d %H:%M}" if batch.finished_at else "",
                ]
                for batch in waiting
            ],
        ),
        "items": catalog_access.items_submitting(officer, today()),
    }
    return render(request, "workbench/home.html", context)


@login_required
@require_safe
def record_list(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    form = RecordFilterForm(request.GET)
    form.offer(catalog.items(today()))
    rows = selectors.visible_to(officer)
    if form.is_valid():
        rows = selectors.filter_records(rows, **form.cleaned_data)
    page = keyset_page(
        rows,
        order=("-decision_date", "-id"),
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=_line,
    )

    table = Table(
        caption="信用记录",
        caption_hidden=True,
        columns=[
            Column("文书号"),
            Column("主体"),
            Column("事项"),
            Column("决定日期"),
            Column("报送单位"),
            Column("状态"),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
    )
    context = {"form": form, "table": table, "next_cursor": page["next_cursor"]}
    return render(request, "workbench/record_list.html", context)


def _line(record: CreditRecord) -> list[Cell | str]:
    return [
        Cell(record.document_number, url=reverse("workbench:record", args=[record.pk])),
        record.subject.shown_name,
        record.item.name,
        f"{record.decision_date:%Y-%m-%d}",
        record.provider.name,
        Cell(chip=_state(record)),
    ]


def _state(record: CreditRecord) -> Chip:
    state = selectors.state(record, today())
    return Chip(state.label, "good" if state.published else "info" if state.shared else "neutral")


@login_required
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: contents (masked), the document it rests on, its four states with their ends, everything that happened."""
    officer = officer_of(request)
    row = get_object_or_404(selectors.visible_to(officer).select_related("regime", "tier"), pk=pk)
    happened = ledger.history(TABLES["records_creditrecord"], row.pk)
    names = actor_names(entry.actor for entry in happened)
    context = {
        "record": row,
        "chip": _state(row),
        "document": [
            SummaryRow("文书种类", row.document_kind),
            SummaryRow("文书号", row.document_number),
            SummaryRow("决定机关", row.authority_name, note=row.authority_uscc),
            SummaryRow("决定日期", f"{row.decision_date:%Y-%m-%d}"),
            SummaryRow("文书生效日期", f"{row.effective_date:%Y-%m-%d}"),
        ],
        "explanation": explain(row),
        "contents": officer_fields(row),
        "states": [
            SummaryRow(label, f"至 {until:%Y-%m-%d}" if until else never)
            for label, until, never in (
                ("共享", row.shared_until, "不共享"),
                ("公示", row.published_until, "不向社会公示"),
                ("使用", row.used_until, "不作为使用依据"),
            )
        ],
        "events": [
            TimelineEvent(
                when=entry.at,
                what=f"{_KINDS.get(entry.op, entry.op)}（{entry.action or '未说明'}）",
                who=names.get(entry.actor, "已停用的账号"),
                document=entry.basis,
                note=f"留痕位置 {entry.position}" if entry.position else "待封存",
            )
            for entry in happened
        ],
        **on_record(officer, row),
    }
    return render(request, "workbench/record.html", context)


@login_required
@permission_required("records.add_creditrecord", raise_exception=True)
@require_http_methods(["GET", "POST"])
def record_new(request: HttpRequest, item_code: str) -> HttpResponse:
    """The form of an item, made from its field definitions; refusals come back to the field they concern."""
    officer = officer_of(request)
    item = catalog.items(today()).filter(code=item_code).first()
    agencies = access.agencies_submitting(officer)
    if item is None or not agencies or not catalog_access.may_submit_item(officer, item_code):
        raise Http404
    definitions = list(item.fields.all())
    form = RecordForm(item, definitions, request.POST or None, initial=prefill(definitions, agencies[0]))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.accept_record(
                agency=agencies[0],
                officer=officer,
                item_code=item_code,
                fields=form.values(),
                document=None,
                effective_date=form.cleaned_data["_effective_date"],
                procedure=form.cleaned_data.get("_procedure", ""),
                minor=form.cleaned_data.get("_minor", ""),
                channel=Channel.FORM,
                on=today(),
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"已收下：{saved.document_number}")
            return redirect("workbench:record", saved.pk)
    return render(request, "workbench/record_new.html", {"form": form, "item": item, "agency": agencies[0]})
