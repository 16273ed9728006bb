"""Items of a draft and their fields: entered, changed, moved, left out."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.sign_in import officer_of
from catalog import content, rows, services
from catalog.content import ItemContent
from catalog.forms import BlockForm, FieldForm, ItemForm
from catalog.models import EditionDraft
from catalog.rules import items as item_rules
from catalog.views.drafts import draft_of, tried, version_of
from catalog.views.parts import fields_table, managing, signed_in, summary

_MOVES = {"up": -1, "down": 1}


def _item_of(draft: EditionDraft, code: str) -> ItemContent:
    if (found := content.find(content.load(draft.items), code)) is None:
        raise Http404
    return found


def _page_version(request: HttpRequest, draft: EditionDraft) -> object:
    """A form that came back keeps the version it was made on, so that a second attempt cannot overwrite either."""
    return request.POST.get("version") or draft.version


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def item_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One item of a draft with its fields. POST `do`: remove, up/down/remove-field with `field`, block."""
    draft = draft_of(pk)
    item = _item_of(draft, code)
    form = BlockForm(request.POST if request.POST.get("do") == "block" else None)
    if request.method == "POST":
        if (answer := _change(request, draft, code, form)) is not None:
            return answer
        draft = draft_of(pk)
    problems = [*item_rules.field_refusals(item), *item_rules.completeness_refusals(item)]
    table = fields_table(item.fields)
    context = {
        "draft": draft,
        "item": item,
        "rows": summary(item, draft.basis),
        "fields": [
            (line, field, reverse("workbench:catalog-draft-field", args=[pk, code, field.code]))
            for line, field in zip(table.lines, item.fields, strict=True)
        ],
        "columns": [column.label for column in table.columns],
        "problems": [one.detail for one in problems],
        "form": form,
        "version": _page_version(request, draft),
    }
    return render(request, "workbench/catalog/draft_item.html", context)


def _change(request: HttpRequest, draft: EditionDraft, code: str, form: BlockForm) -> HttpResponse | None:
    """Carry out what was asked for; None when the block form has to come back."""
    do, field = request.POST.get("do", ""), request.POST.get("field", "")

    def act(service: Callable[..., object], **more: object) -> Callable[[], object]:
        version = version_of(request)
        return partial(service, officer=officer_of(request), draft_id=draft.pk, version=version, **more)

    if do == "remove":
        if tried(request, None, act(services.remove_item, code=code)):
            messages.success(request, "已从草稿中去掉该事项")
            return redirect("workbench:catalog-draft", draft.pk)
    elif do in _MOVES:
        tried(request, None, act(services.move_field, item_code=code, field_code=field, step=_MOVES[do]))
    elif do == "remove-field":
        tried(request, None, act(services.remove_field, item_code=code, field_code=field))
    elif do == "block":
        if not form.is_valid():
            return None
        block, prefix = form.cleaned_data["block"], form.cleaned_data["codes_begin"]
        if not tried(request, form, act(services.add_block, item_code=code, block=block, prefix=prefix)):
            return None
    else:
        raise Http404
    return redirect("workbench:catalog-draft-item", draft.pk, code)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def item_form(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """Enter an item, or change one (`code`)."""
    draft = draft_of(pk)
    old = _item_of(draft, code) if code else None
    initial = {name: getattr(old, name) for name in rows.ITEM_ATTRIBUTES} if old else {"mark": draft.mark}
    form = ItemForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        item = form.content()
        if tried(
            request,
            form,
            lambda: services.put_item(
                officer=officer_of(request),
                draft_id=pk,
                version=version_of(request),
                item=item,
                replaces=code,
            ),
        ):
            return redirect("workbench:catalog-draft-item", pk, item.code)
    context = {"draft": draft, "item": old, "form": form, "version": _page_version(request, draft)}
    return render(request, "workbench/catalog/draft_item_form.html", context)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def field_form(request: HttpRequest, pk: int, code: str, field: str = "") -> HttpResponse:
    """Add a field, or change one (`field`). `again` on the button leads to the next empty form."""
    draft = draft_of(pk)
    item = _item_of(draft, code)
    old = item.field(field) if field else None
    if field and old is None:
        raise Http404
    labels = {one.label: one.code for one in item.fields}
    form = FieldForm(request.POST or None, labels=labels, initial=FieldForm.initial_of(old))
    if request.method == "POST" and form.is_valid():
        wanted = form.content()
        if tried(
            request,
            form,
            lambda: services.put_field(
                officer=officer_of(request),
                draft_id=pk,
                version=version_of(request),
                item_code=code,
                field=wanted,
                replaces=field,
            ),
        ):
            messages.success(request, f"已保存字段“{wanted.label}”")
            if "again" in request.POST:
                return redirect("workbench:catalog-draft-field-new", pk, code)
            return redirect("workbench:catalog-draft-item", pk, code)
    context = {
        "draft": draft,
        "item": item,
        "field": old,
        "form": form,
        "version": _page_version(request, draft),
    }
    return render(request, "workbench/catalog/draft_field.html", context)
