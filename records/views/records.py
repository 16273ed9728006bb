"""One record in the workbench with its history, and entering one by form."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies import access
from agencies.models import Agency, Officer
from agencies.selectors import actor_names
from agencies.sign_in import officer_of
from catalog import access as catalog_access
from catalog import selectors as catalog
from catalog.choices import FieldType
from catalog.models import CatalogItem, FieldDefinition
from common.clock import today
from common.components import SummaryRow, TimelineEvent
from common.gates import Refused, refuse
from common.templatetags.credit import cdate
from ledger import selectors as ledger
from ledger.tables import TABLES
from records import selectors
from records.disclosure import marks, split_codes
from records.drafts import services as drafts
from records.drafts.models import RecordDraft
from records.evidence.views.parts import on_record
from records.explanation import explain
from records.forms import RecordForm, prefill
from records.fulfilment.views import events_of, may_report
from records.intake.reference import units_offered
from records.officer_fields import officer_fields
from records.provenance import received_as
from records.services.common import NOT_GRANTED, route_refusal
from records.views.lists import state_chip

_KINDS = {"I": "收下", "U": "变更", "D": "删除", "R": "重新计算摘要", "K": "重新加密"}
_DEEDS = {
    "records.intake": "报送", "records.accept": "核验收下", "records.correct": "更正", "records.withdraw": "撤回",
    "records.end": "提前结束", "records.ended": "期限届满", "records.suspend": "暂停公示", "records.lift_suspension": "恢复公示",
    "records.mark_dispute": "标注异议", "records.mark_proceeding": "标注复议或者诉讼", "records.note_outcome": "登记复议或者诉讼的结果",
    "records.report_status": "登记履行情况", "keys.rotate": "更换加密密钥，内容不变",
}  # fmt: skip


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
        "chip": state_chip(row),
        "document": [
            SummaryRow("文书种类", row.document_kind),
            SummaryRow("文书号", row.document_number),
            SummaryRow("决定机关", row.authority_name, note=row.authority_uscc),
            SummaryRow("决定日期", cdate(row.decision_date)),
            SummaryRow("文书生效日期", cdate(row.effective_date)),
            *([SummaryRow("标注", marks(row))] if marks(row) else []),
        ],
        "explanation": explain(row),
        "contents": officer_fields(row),
        "received_as": received_as(row),
        "may_report": may_report(officer, row),
        "reports": events_of(row),
        "states": [
            SummaryRow(label, f"至 {cdate(until)}" if until else never)
            for label, until, never in (
                ("共享", row.shared_until, "不共享"),
                ("公示", row.published_until, "不向社会公示"),
                ("使用", row.used_until, "不作为使用依据"),
            )
        ],
        "events": [
            TimelineEvent(
                when=entry.at,
                what=f"{_KINDS.get(entry.op, entry.op)}（{_DEEDS.get(entry.action, entry.action) or '未说明'}）",
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
    if item is None or not agencies:
        raise Http404
    if not catalog_access.may_submit_item(officer, item_code):
        return _not_ours(request, agencies[0], item)
    definitions = list(item.fields.all())
    draft = _draft(request, officer, item_code)
    copied = request.GET.get("copy") == "last" and draft is None
    initial: dict[str, object] = {**prefill(definitions, agencies[0])}
    initial |= drafts.from_last(agency=agencies[0], item=item) if copied else {}
    initial |= drafts.opened(draft) if draft else {}
    form = RecordForm(
        item,
        definitions,
        request.POST or None,
        units=units_offered(agencies[0]),
        initial=_as_choices(definitions, initial),
    )
    if request.method == "POST" and form.is_valid():
        done = _taken(request, officer, agencies[0], item, form, draft)
        if done is not None:
            return done
    context = {
        "form": form,
        "item": item,
        "agency": agencies[0],
        "draft": draft.public_id if draft else "",
        "copied": copied,
    }
    return render(request, "workbench/record_new.html", context)


def _not_ours(request: HttpRequest, agency: Agency, item: CatalogItem) -> HttpResponse:
    """No grant for this item: whose it is, where the agency has no route; else who grants it."""
    refusal = route_refusal(agency, item, today())
    refusals = [refusal or refuse("provider_not_authorised", NOT_GRANTED)]
    return render(request, "workbench/record_refused.html", {"item": item, "refusals": refusals}, status=403)


def _draft(request: HttpRequest, officer: Officer, item_code: str) -> RecordDraft | None:
    """The officer's own draft that the form goes on with."""
    public_id = request.POST.get("draft") or request.GET.get("draft")
    if not public_id:
        return None
    return get_object_or_404(drafts.drafts_of(officer), public_id=public_id, item_code=item_code)


def _as_choices(definitions: Iterable[FieldDefinition], initial: dict[str, object]) -> dict[str, object]:
    """Several codes of one field stand joined in a record and apart in the form."""
    for definition in definitions:
        value = initial.get(definition.code)
        if definition.type == FieldType.CODES and isinstance(value, str):
            initial[definition.code] = split_codes(value)
    return initial


def _taken(
    request: HttpRequest,
    officer: Officer,
    agency: Agency,
    item: CatalogItem,
    form: RecordForm,
    draft: RecordDraft | None,
) -> HttpResponse | None:
    """Put it aside, or go on to the page on which everything is looked at once more: nothing is handed in from here.

    None when the form has to be shown with its refusals.
    """
    saving = request.POST.get("do") == "save"
    try:
        if not saving:
            drafts.check(agency=agency, item_code=item.code, form=form, on=today())
    except Refused as refused:
        form.show(refused.refusals)
        return None
    saved = drafts.save_draft(
        officer=officer,
        agency=agency,
        item_code=item.code,
        typed=form.typed(),
        public_id=draft.public_id if draft else "",
    )
    if not saving:
        return redirect("workbench:draft-check", saved.public_id)
    messages.success(request, "已存为草稿，可以从“我的草稿”继续。")
    return redirect("workbench:draft-list")
