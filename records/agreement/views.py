"""Comparisons with a department's own publication: list, a new one, one with its differences, one difference."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies import access
from agencies.models import Agency, Officer
from agencies.sign_in import officer_of
from catalog import selectors as catalog
from catalog.choices import Publicity
from catalog.models import CatalogItem
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.files.errors import FileRefused
from common.gates import Refused
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdate, cdatetime
from records.agreement import selectors, services
from records.agreement.forms import CompareForm, DifferenceFilterForm, SettleForm
from records.agreement.models import Comparison, PublicationDifference
from records.sharing.forms import show_refusals

PAGE = 50


@login_required
@require_safe
def comparison_list(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    names = dict(catalog.items(today()).values_list("code", "name"))
    page = keyset_page(
        selectors.comparisons_visible_to(officer),
        order=("-id",),
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=lambda row: _line(row, names),
    )
    table = Table(
        caption="公示一致性比对",
        caption_hidden=True,
        columns=[
            Column("认定单位"),
            Column("事项"),
            Column("截至", tight=True),
            Column("对方公示", numeric=True),
            Column("本平台公示", numeric=True),
            Column("差异"),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
    )
    context = {
        "table": table,
        "next_cursor": page["next_cursor"],
        "may_compare": officer.has_perm("records.compare_publication"),
    }
    return render(request, "workbench/agreement/list.html", context)


def _line(row: Comparison, names: dict[str, str]) -> list[Cell | str]:
    found, waiting = row.found, row.waiting  # type: ignore[attr-defined]
    chip = (
        Chip("一致", "good")
        if not found
        else Chip(f"待处理 {waiting}", "warning")
        if waiting
        else Chip("已处理", "neutral")
    )
    return [
        Cell(row.agency.name, url=reverse("workbench:comparison", args=[row.public_id])),
        names.get(row.item_code, row.item_code),
        cdate(row.as_of),
        f"{row.stated:,}",
        f"{row.held:,}",
        Cell(f"{found} 处" if found else "", chip=chip),
    ]


def _agencies(officer: Officer) -> "list[int]":
    if officer.has_perm("records.view_all_records"):
        return list(Agency.objects.filter(active=True).values_list("pk", flat=True))
    return list(access.agencies_for(officer, "review_for").values_list("pk", flat=True))


def _items() -> list[CatalogItem]:
    return list(catalog.items(today()).filter(publicity=Publicity.PUBLIC))


@login_required
@permission_required("records.compare_publication", raise_exception=True)
@require_http_methods(["GET", "POST"])
def comparison_new(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    form = CompareForm(
        request.POST or None, request.FILES or None, initial={"as_of": today(), "agency": officer.agency_id}
    )
    form.offer(Agency.objects.filter(pk__in=_agencies(officer)).order_by("name"), _items())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            comparison = services.compare_list(
                officer=officer,
                agency=data["agency"],
                item_code=data["item"],
                as_of=data["as_of"],
                complete=data["complete"],
                upload=data["file"],
                row={name: data[name] for name in ("number", "uscc", "until")},
            )
        except Refused as refused:
            show_refusals(form, refused.refusals)
        except FileRefused as refused:
            form.add_error("file", refused.detail)
        else:
            messages.success(request, "比对完成。")
            return redirect("workbench:comparison", comparison.public_id)
    return render(request, "workbench/agreement/new.html", {"form": form})


@login_required
@require_safe
def comparison(request: HttpRequest, public_id: str) -> HttpResponse:
    officer = officer_of(request)
    row = get_object_or_404(selectors.comparisons_visible_to(officer), public_id=public_id)
    form = DifferenceFilterForm(request.GET)
    rows = selectors.differences_visible_to(officer).filter(comparison=row)
    if form.is_valid() and form.cleaned_data["kind"]:
        rows = rows.filter(kind=form.cleaned_data["kind"])
    page = keyset_page(
        rows, order=("id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_difference
    )
    item = catalog.items(today()).filter(code=row.item_code).first()
    context = {
        "comparison": row,
        "facts": [
            SummaryRow("事项", item.name if item else row.item_code),
            SummaryRow("公示情况截至", cdate(row.as_of)),
            SummaryRow("对方公示", f"{row.stated:,} 条", note="清单完整" if row.complete else "部分"),
            SummaryRow("本平台公示", f"{row.held:,} 条"),
            SummaryRow("比对", str(row.compared_by), note=cdatetime(row.compared_at)),
        ],
        "form": form,
        "table": Table(
            caption="差异",
            caption_hidden=True,
            columns=[Column("文书号"), Column("差异"), Column("认定单位"), Column("本平台"), Column("处理")],
            rows=cast(list[list[Cell | str]], page["items"]),
        ),
        "next_cursor": page["next_cursor"],
    }
    return render(request, "workbench/agreement/comparison.html", context)


def _difference(row: PublicationDifference) -> list[Cell | str]:
    return [
        Cell(row.number, url=reverse("workbench:difference", args=[row.pk]), note=row.uscc),
        Cell(str(row.get_kind_display()), note=row.field),
        row.theirs or "—",
        row.ours or "—",
        Cell(chip=_chip(row)),
    ]


def _chip(row: PublicationDifference) -> Chip:
    return Chip(str(row.get_verdict_display()), "good") if row.verdict else Chip("待处理", "warning")


@login_required
@require_http_methods(["GET", "POST"])
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference: both sides, our record, and what was done about it."""
    officer = officer_of(request)
    row = get_object_or_404(selectors.differences_visible_to(officer), pk=pk)
    may = selectors.may_compare(officer, row.comparison.agency_id)
    form = SettleForm(request.POST or None)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if form.is_valid():
            try:
                services.settle_difference(officer=officer, difference=row, **form.cleaned_data)
            except Problem as problem:
                messages.error(request, problem.detail)
            else:
                messages.success(request, "已记下处理结果。")
            return redirect("workbench:difference", row.pk)
    facts = [
        SummaryRow("差异", row.get_kind_display(), note=row.field),
        SummaryRow("统一社会信用代码", row.uscc or "无"),
        SummaryRow("认定单位的公示", row.theirs or ("没有" if row.kind == "missing_there" else "见其公示")),
        SummaryRow("本平台的公示", row.ours or ("没有" if row.kind == "missing_here" else "见记录")),
    ]
    if row.verdict:
        facts += [
            SummaryRow("处理结果", row.get_verdict_display()),
            SummaryRow("说明", row.explanation, note=f"{row.explained_by}，{cdatetime(row.explained_at)}"),
        ]
    context = {
        "difference": row,
        "chip": _chip(row),
        "facts": facts,
        "form": form,
        "may_settle": may and not row.verdict,
    }
    return render(request, "workbench/agreement/difference.html", context)
