"""Editions being prepared: opened, given items by workbook, looked over, published or thrown away."""

from collections.abc import Callable
from typing import BinaryIO, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.sign_in import officer_of
from catalog import content, rows, selectors, services, workbook
from catalog.choices import EditionLevel
from catalog.content import ItemContent
from catalog.differences import compare
from catalog.forms import DraftForm, HeadForm, RefusableForm, WorkbookForm
from catalog.models import EditionDraft
from catalog.views.parts import comparison, items_table, managing, signed_in, workbook_answer
from common.clock import today
from common.components import SummaryRow
from common.gates import Refusal, Refused
from common.templatetags.credit import cdate

CHANGED = "另一位工作人员刚刚改过这份草稿，您的改动没有保存。请核对最新内容后再改"


def version_of(request: HttpRequest) -> int:
    """The version the officer's page was made of; 0, which no draft has, for anything else."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def tried(request: HttpRequest, form: RefusableForm | None, action: Callable[[], object]) -> bool:
    """Whether the action went through; if not, the form (or a message) says why."""
    try:
        action()
    except services.DraftChanged:
        if form is None:
            messages.error(request, CHANGED)
        else:
            form.add_error(None, CHANGED)
    except Refused as refused:
        if form is None:
            for refusal in refused.refusals:
                messages.error(request, f"{refusal.detail}（依据：{refusal.basis}）")
        else:
            form.show(refused.refusals)
    else:
        return True
    return False


def draft_of(pk: int) -> EditionDraft:
    return get_object_or_404(selectors.drafts(), pk=pk)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def draft_new(request: HttpRequest) -> HttpResponse:
    """`?level=` chooses the level; `?item=1` is for one more item: the copy is made and the item's form comes next."""
    level = request.GET.get("level", "")
    if level not in EditionLevel.values:
        level = EditionLevel.NATIONAL.value
    one_item = request.GET.get("item") == "1"
    form = DraftForm(request.POST or None, request.FILES or None, initial=_proposal(level, one_item))
    if request.method == "POST" and form.is_valid():
        items, opened = _items_of(form), []
        if not form.errors and tried(
            request,
            form,
            lambda: opened.append(
                services.open_draft(
                    officer=officer_of(request),
                    level=form.cleaned_data["level"],
                    head=form.head(),
                    items=items,
                )
            ),
        ):
            name = "workbench:catalog-draft-item-new" if one_item else "workbench:catalog-draft"
            return redirect(name, opened[0].pk)
    return render(request, "workbench/catalog/draft_new.html", {"form": form, "one_item": one_item})


def _proposal(level: str, one_item: bool) -> dict[str, object]:
    """What the system knows: the running edition's name and basis, today."""
    newest = selectors.newest(level)
    known: dict[str, object] = {"level": level, "effective_from": today(), "mark": "unverified"}
    if newest is None:
        return known
    base = newest.name.split("（增补")[0]
    name = f"{base}（增补，{today():%Y年%m月%d日}）" if one_item else base
    return known | {"basis": newest.basis.code, "name": name, "mark": newest.mark}


def _items_of(form: DraftForm | WorkbookForm) -> tuple[ItemContent, ...] | None:
    """Items of the uploaded workbook; None without one, or when it could not be read and the form now says why."""
    if (file := form.cleaned_data["file"]) is None:
        return None
    try:
        return workbook.read(cast(BinaryIO, file))
    except workbook.WorkbookRefused as refused:
        for problem in refused.problems[:50]:
            form.add_error("file", problem)
        return None


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def draft_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Check before publishing: the edition, what changes against the running one, what is still wrong."""
    draft = draft_of(pk)
    if request.method == "POST":
        return _decide(request, draft)
    items = content.load(draft.items)
    newest = selectors.newest(draft.level)
    problems = services.publication_refusals(draft, on=today())
    urls = {one.code: reverse("workbench:catalog-draft-item", args=[pk, one.code]) for one in items}
    context = {
        "draft": draft,
        "newest": newest,
        "facts": [
            SummaryRow("层级", draft.get_level_display()),
            SummaryRow("印发依据", str(draft.basis)),
            SummaryRow("施行日期", cdate(draft.effective_from)),
            SummaryRow("核对情况", draft.get_mark_display()),
            SummaryRow("事项", f"{len(items)} 项"),
        ],
        "table": items_table(items, urls),
        "problems": [(_place(one, items), one) for one in problems],
        **comparison(compare(rows.contents(newest) if newest else (), items)),
    }
    return render(request, "workbench/catalog/draft.html", context)


def _place(refusal: Refusal, items: tuple[ItemContent, ...]) -> str:
    """The item a problem belongs to, by name."""
    parts = refusal.pointer.split("/")
    found = content.find(items, parts[1]) if parts[0] == "items" and len(parts) > 1 else None
    field = found.field(parts[3]) if found and len(parts) > 3 else None
    return "，".join(
        one for one in (found.name if found else "", f"字段“{field.label}”" if field else "") if one
    )


def _decide(request: HttpRequest, draft: EditionDraft) -> HttpResponse:
    officer, version = officer_of(request), version_of(request)
    if request.POST.get("do") == "discard":
        if tried(
            request,
            None,
            lambda: services.discard_draft(officer=officer, draft_id=draft.pk, version=version),
        ):
            messages.success(request, f"草稿“{draft.name}”已删除")
            return redirect("workbench:catalog-editions")
        return redirect("workbench:catalog-draft", draft.pk)
    done = []
    if tried(
        request,
        None,
        lambda: done.append(
            services.publish(officer=officer, draft_id=draft.pk, version=version, on=today())
        ),
    ):
        messages.success(request, f"已发布，自{cdate(draft.effective_from)}起施行")
        return redirect("workbench:catalog-edition", done[0].code)
    return redirect("workbench:catalog-draft", draft.pk)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def draft_edit(request: HttpRequest, pk: int) -> HttpResponse:
    draft = draft_of(pk)
    initial = {
        "name": draft.name,
        "basis": draft.basis.code,
        "effective_from": draft.effective_from,
        "mark": draft.mark,
        "note": draft.note,
    }
    form = HeadForm(request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request,
            form,
            lambda: services.revise_draft(
                officer=officer_of(request), draft_id=pk, version=version_of(request), head=form.head()
            ),
        )
    ):
        return redirect("workbench:catalog-draft", pk)
    context = {"form": form, "draft": draft, "version": request.POST.get("version") or draft.version}
    return render(request, "workbench/catalog/draft_edit.html", context)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def draft_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `?download=1` gives the draft as a workbook; POST puts a workbook's items in the place of the draft's."""
    draft = draft_of(pk)
    if "download" in request.GET:
        return workbook_answer(content.load(draft.items), f"draft-{pk}")
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        items = _items_of(form) or ()
        if not form.errors and tried(
            request,
            form,
            lambda: services.replace_items(
                officer=officer_of(request), draft_id=pk, version=version_of(request), items=items
            ),
        ):
            messages.success(request, "已替换草稿中的事项，请核对下面的变化")
            return redirect("workbench:catalog-draft", pk)
    context = {"form": form, "draft": draft, "version": request.POST.get("version") or draft.version}
    return render(request, "workbench/catalog/draft_workbook.html", context)
