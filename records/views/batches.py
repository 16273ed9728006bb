"""Handing in a file: choose, upload, watch, fetch what came back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from agencies import access
from agencies.sign_in import officer_of
from catalog import access as catalog_access
from catalog import selectors as catalog
from catalog.models import CatalogItem
from common.clock import today
from common.components import Column, Figure, Progress, Table
from common.gates import CLAUSES, Refused, refuse
from common.list_files import XLSX
from common.problems import Problem
from records import selectors, services
from records.choices import BatchStatus, Channel
from records.forms import BatchUploadForm
from records.intake import rejections, template
from records.models import IntakeBatch
from records.services.common import NOT_GRANTED, check_route


@login_required
@permission_required("records.add_intakebatch", raise_exception=True)
@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """The upload page. What the sniffing of the file refuses is shown beside the file field, with its clause."""
    officer = officer_of(request)
    agencies = list(access.agencies_submitting(officer))
    initial = selectors.last_handed_in(officer, agencies) if request.method == "GET" else None
    form = BatchUploadForm(request.POST or None, request.FILES or None, initial=initial)
    items = catalog_access.items_submitting(officer, today())
    others = [] if request.method == "GET" else _others(request.POST.get("item", ""), items)
    form.offer(agencies=agencies, items=[*items, *others])
    if request.method == "POST" and form.is_valid():
        chosen = next(a for a in agencies if str(a.pk) == form.cleaned_data["agency"])
        try:
            for item in others:
                check_route(chosen, item, today())
                raise Refused(refuse("provider_not_authorised", NOT_GRANTED))
            batch = services.open_batch(
                agency=chosen,
                officer=officer,
                item_code=form.cleaned_data["item"],
                upload=form.cleaned_data["file"],
                declared_procedure=form.declared_procedure,
                channel=Channel.FILE,
            )
        except Refused as refused:
            for refusal in refused.refusals:
                field = "item" if refusal.code == "provider_not_authorised" else "file"
                form.add_error(field, f"{refusal.detail}（依据：{refusal.basis}）")
        except Problem as problem:
            form.add_error("file", problem.detail)
        else:
            messages.success(request, "文件已收到，正在逐行核验。可以离开本页，核验会继续进行。")
            return redirect("workbench:batch", batch.public_id)
    return render(
        request, "workbench/batch_new.html", {"form": form, "items": items, "can_submit": bool(agencies)}
    )


def _others(code: str, items: list[CatalogItem]) -> list[CatalogItem]:
    """The item somebody asks to hand in without being granted it, so that the answer can say whose it is."""
    return list(catalog.items(today()).filter(code=code).exclude(code__in=[one.code for one in items]))


@login_required
@require_safe
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    """One batch; asked by htmx it answers with the progress part alone."""
    row = get_object_or_404(selectors.batches_visible_to(officer_of(request)), public_id=public_id)
    context = {
        "batch": row,
        "progress": _progress(row),
    }
    if request.headers.get("HX-Request") == "true":
        response = render(request, "workbench/batch_progress.html", context)
        if row.status in {BatchStatus.DONE, BatchStatus.FAILED}:
            response["HX-Refresh"] = "true"
        return response
    if row.status in {BatchStatus.DONE, BatchStatus.FAILED}:
        context |= {"figures": _figures(row), "reasons": _reasons(row)}
    return render(request, "workbench/batch.html", context)


def _progress(row: IntakeBatch) -> Progress:
    live = row.status in {BatchStatus.QUEUED, BatchStatus.RUNNING}
    settled = row.accepted + row.rejected + row.duplicate
    return Progress(
        label=row.get_status_display() if live else "逐行核验",
        done=settled,
        total=(row.expected if row.expected > settled else None) if live else settled,
        poll_url=reverse("workbench:batch", args=[row.public_id]) if live else "",
        detail=f"收下 {row.accepted:,}　退回 {row.rejected:,}　重复 {row.duplicate:,}" if live else "",
        failed=row.status == BatchStatus.FAILED,
    )


def _figures(row: IntakeBatch) -> list[Figure]:
    return [
        Figure("总行数", f"{row.total:,}", "行"),
        Figure("收下", f"{row.accepted:,}", "行", note="已成为信用记录"),
        Figure("退回", f"{row.rejected:,}", "行", note="可下载、改正后重新报送" if row.rejected else ""),
        Figure("重复", f"{row.duplicate:,}", "行", note="以前报送过，没有再记一次" if row.duplicate else ""),
    ]


def _reasons(row: IntakeBatch) -> Table:
    """How often each code came back and for which column, with the clause it rests on."""
    names = rejections.ColumnNames(row)
    return Table(
        caption="退回原因",
        caption_hidden=True,
        columns=[
            Column("原因"),
            Column("栏目"),
            Column("代码", tight=True),
            Column("依据"),
            Column("行数", numeric=True),
            Column("首次出现", tight=True),
        ],
        rows=[
            [
                CLAUSES[one.code].sentence,
                names.of(one.pointer) or "整行",
                one.code,
                one.basis,
                f"{one.rows:,}",
                f"第 {one.first_line} 行",
            ]
            for one in selectors.rejection_reasons(row)
        ],
    )


@login_required
@require_safe
def batch_rejections(request: HttpRequest, public_id: str) -> StreamingHttpResponse | HttpResponse:
    """The rows that came back, in their original columns, as CSV or workbook."""
    row = get_object_or_404(selectors.batches_visible_to(officer_of(request)), public_id=public_id)
    return rejections.download(row, "xlsx" if request.GET.get("format") == "xlsx" else "csv")


@login_required
@require_safe
def item_template(request: HttpRequest, item_code: str) -> HttpResponse:
    """The workbook to fill in for an item, made from its definitions in force today."""
    item = get_object_or_404(catalog.items(today()), code=item_code)
    answer = HttpResponse(template.workbook(item, list(item.fields.all())), content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, f"报送模板-{item.name}.xlsx") or ""
    return answer
