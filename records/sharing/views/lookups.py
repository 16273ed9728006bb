"""Looking somebody up, and the register of look-ups."""

from typing import Final, cast

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Agency
from agencies.sign_in import officer_of
from catalog import selectors as catalog
from catalog.choices import FieldRole
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.gates import CLAUSES, Refused
from common.pagination import keyset_page
from common.templatetags.credit import cdate, cdatetime
from records.disclosure import marks, public_fields, public_name
from records.models import CreditRecord
from records.selectors import agencies_of
from records.sharing import selectors
from records.sharing.choices import Detail, LookUpKind, Outcome
from records.sharing.forms import LookUpFilterForm, LookUpForm, show_refusals
from records.sharing.models import LookUp
from records.sharing.services import Answer, LookUpRefused, look_up

PAGE = 50
_SAID_ALREADY: Final = frozenset(
    {
        FieldRole.SUBJECT_NAME,
        FieldRole.SUBJECT_KIND,
        FieldRole.SUBJECT_USCC,
        FieldRole.DOCUMENT_NUMBER,
        FieldRole.AUTHORITY_NAME,
        FieldRole.DECISION_DATE,
    }
)
_WITHOUT_PURPOSE: Final[dict[str, str]] = {
    LookUpKind.SELF: "本人查询",
    LookUpKind.LIST: "下载工作台所列的信用记录",
}


@login_required
@permission_required("records.look_up", raise_exception=True)
@sensitive_post_parameters("uscc", "name", "id_number", "document_number")
@never_cache
@require_http_methods(["GET", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """The question and, on the same address, its answer: nothing typed here ever stands in an address."""
    officer = officer_of(request)
    if officer.agency is None:
        raise PermissionDenied
    purposes = list(selectors.purposes_in_force(officer.agency, today()).order_by("name"))
    form = LookUpForm(request.POST or None, initial={"purpose": request.GET.get("purpose", "")})
    form.offer(purposes=purposes, items=list(catalog.items(today())))
    context: dict[str, object] = {"form": form, "purposes": purposes}
    if request.method == "POST" and form.is_valid():
        asked = {
            ("purpose_code" if name == "purpose" else name): value
            for name, value in form.cleaned_data.items()
        }
        try:
            context["answer"] = _shown(look_up(agency=officer.agency, officer=officer, **asked))
        except Refused as refused:
            show_refusals(form, refused.refusals)
            context["refused_receipt"] = refused.receipt if isinstance(refused, LookUpRefused) else ""
    return render(request, "workbench/lookup.html", context)


def _shown(answer: Answer) -> dict[str, object]:
    """The answer as the page draws it: only what the purpose needs, persons masked."""
    purpose, subject = answer.lookup.purpose, answer.subject
    assert purpose is not None, "an answer has a purpose"
    with_contents = purpose.detail == Detail.CONTENTS
    return {
        "receipt": answer.lookup.receipt,
        "more": answer.more,
        "count": len(answer.records),
        "purpose": purpose,
        "subject": [
            SummaryRow("主体", public_name(subject), note=subject.get_kind_display()),
            SummaryRow("统一社会信用代码", subject.uscc or "无"),
        ]
        if subject
        else [],
        "records": [(record.document_number, _rows(record, with_contents)) for record in answer.records],
    }


def _rows(record: CreditRecord, with_contents: bool) -> list[SummaryRow]:
    rows = [
        SummaryRow("目录事项", record.item.name),
        SummaryRow("文书", record.document_kind, note=record.document_number),
        SummaryRow("决定机关", record.authority_name),
        SummaryRow("决定日期", cdate(record.decision_date)),
        SummaryRow("共享至", cdate(record.shared_until)),
    ]
    if said := marks(record):
        rows.append(SummaryRow("标注", said, note="请谨慎使用"))
    if with_contents:
        rows += [
            SummaryRow(shown.label, shown.display)
            for shown in public_fields(record)
            if shown.role not in _SAID_ALREADY
        ]
    return rows


@login_required
@permission_required("records.view_lookups", raise_exception=True)
@require_safe
def lookup_list(request: HttpRequest) -> HttpResponse:
    """The register, newest first; filters stand in the address."""
    officer = officer_of(request)
    form = LookUpFilterForm(request.GET)
    agencies = Agency.objects.filter(active=True)
    if not officer.has_perm("records.view_all_records"):
        agencies = agencies.filter(pk__in=agencies_of(officer, "review_for"))
    form.offer((str(pk), name) for pk, name in agencies.values_list("pk", "name"))
    rows = selectors.lookups_visible_to(officer)
    if form.is_valid():
        rows = selectors.filter_lookups(rows, **form.cleaned_data)
    page = keyset_page(
        rows, order=("-id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line
    )
    table = Table(
        caption="查询登记",
        caption_hidden=True,
        columns=[
            Column("登记号", tight=True),
            Column("时间", tight=True),
            Column("查询单位和查询人"),
            Column("履职目的"),
            Column("主体"),
            Column("记录数", numeric=True),
            Column("结果"),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
    )
    context = {"form": form, "table": table, "next_cursor": page["next_cursor"]}
    return render(request, "workbench/lookup_list.html", context)


def _line(row: LookUp) -> list[Cell | str]:
    who = row.officer or (row.client.name if row.client else "")
    return [
        Cell(row.receipt, note=row.get_kind_display()),
        cdatetime(row.at),
        Cell(row.agency.name, note=str(who)),
        _purpose(row),
        Cell(public_name(row.subject) if row.subject else "", note=row.document_number),
        f"{row.record_count:,}",
        _outcome(row),
    ]


def _purpose(row: LookUp) -> Cell | str:
    if row.purpose is not None:
        return Cell(row.purpose.name, url=reverse("workbench:purpose", args=[row.purpose.code]))
    return _WITHOUT_PURPOSE.get(row.kind, "没有说明")


def _outcome(row: LookUp) -> Cell:
    if row.outcome == Outcome.ANSWERED:
        return Cell(chip=Chip("已答复", "good"))
    return Cell(CLAUSES[row.refusal_code].sentence, chip=Chip("未予答复", "warning"))
