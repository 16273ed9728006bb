"""My drafts, and the page on which everything typed is looked at once more before it is handed in."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog import access as catalog_access
from catalog import selectors as catalog
from catalog.deadlines import rule_on
from catalog.models import CatalogItem
from common.clock import today
from common.components import Cell, Column, SummaryRow, Table
from common.gates import Refused
from common.pagination import keyset_page
from common.templatetags.credit import cdatetime
from records.drafts import services
from records.drafts.models import RecordDraft
from records.forms import RecordForm
from records.intake.reference import units_offered

PAGE = 50
submitter = permission_required("records.add_creditrecord", raise_exception=True)


@login_required
@submitter
@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    names = dict(catalog.items(today()).values_list("code", "name"))

    def line(draft: RecordDraft) -> list[Cell | str]:
        url = f"{reverse('workbench:record-new', args=[draft.item_code])}?draft={draft.public_id}"
        return [
            Cell(names.get(draft.item_code, draft.item_code), url=url),
            draft.agency.name,
            cdatetime(draft.updated_at),
        ]

    rows = services.drafts_of(officer_of(request)).select_related("agency")
    page = keyset_page(rows, order=("-id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=line)
    columns = [Column("事项"), Column("报送单位"), Column("保存时间", tight=True)]
    table = Table("我的草稿", columns, cast(list[list[Cell | str]], page["items"]), caption_hidden=True)
    return render(
        request,
        "workbench/draft_list.html",
        {"table": table, "next_cursor": page["next_cursor"], "kept": rule_on(services.KEPT, today()).length},
    )


@login_required
@submitter
@never_cache
@require_http_methods(["GET", "POST"])
def draft_check(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything typed, with a way back to each field; handing in or discarding."""
    officer = officer_of(request)
    draft = get_object_or_404(services.drafts_of(officer).select_related("agency"), public_id=public_id)
    if request.POST.get("do") == "discard":
        services.discard_draft(officer=officer, public_id=public_id)
        messages.success(request, "草稿已删除。")
        return redirect("workbench:draft-list")
    item = catalog.items(today()).filter(code=draft.item_code).first()
    if item is None or not catalog_access.may_submit_item(officer, item.code):
        raise Http404
    units = units_offered(draft.agency)
    form = RecordForm(item, list(item.fields.all()), services.opened(draft), units=units)
    form.is_valid()
    try:
        if request.method == "POST":
            saved = services.hand_in(officer=officer, draft=draft, form=form, on=today())
            messages.success(request, f"已收下：{saved.document_number}")
            return redirect("workbench:record", saved.pk)
        services.check(agency=draft.agency, item_code=item.code, form=form, on=today())
    except Refused as refused:
        form.show(refused.refusals)
    return render(request, "workbench/draft_check.html", _context(draft, item, form))


def _context(draft: RecordDraft, item: CatalogItem, form: RecordForm) -> dict[str, object]:
    back = f"{reverse('workbench:record-new', args=[draft.item_code])}?draft={draft.public_id}"
    groups = []
    for heading, fields in form.groups():
        rows = [
            SummaryRow(
                str(field.label), form.words_of(field.name) or "未填", url=f"{back}#{field.id_for_label}"
            )
            for field in fields
        ]
        groups.append((heading, rows))
    return {"draft": draft, "item": item, "form": form, "groups": groups, "back": back}
