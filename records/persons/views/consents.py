"""The register of consents: list, registering one, one with its withdrawal."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog import selectors as catalog
from catalog.choices import SubjectKind
from catalog.models import CatalogItem
from common import files
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table, Tone
from common.gates import Refused
from common.masking import mask_identifier, mask_name
from common.pagination import keyset_page
from common.templatetags.credit import cdate, cdatetime
from records.persons import asking, selectors, services
from records.persons.choices import Allowed, ConsentState
from records.persons.forms import AskConsentForm, ConsentFilterForm, ConsentForm, WithdrawForm
from records.persons.models import Consent, ConsentRequest
from records.persons.services import Person, Terms
from records.sharing.forms import show_refusals

PAGE = 50
_TONES: dict[ConsentState, Tone] = {ConsentState.IN_FORCE: "good", ConsentState.UPCOMING: "info"}
_PERSON = ("name", "document_kind", "document")
_PERSONAL = ("name", "document", "giver_name", "giver_document")


def state_chip(consent: Consent) -> Chip:
    state = consent.state(today())
    return Chip(str(state.label), _TONES.get(state, "neutral"))


def items_for_persons() -> list[CatalogItem]:
    return list(catalog.items(today()).filter(subject_kinds__contains=[SubjectKind.PERSON]))


@login_required
@require_safe
def consent_list(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    form = ConsentFilterForm(request.GET)
    items = items_for_persons()
    form.offer(items)
    rows = selectors.visible_to(officer)
    if form.is_valid():
        rows = selectors.filter_consents(rows, **form.cleaned_data, on=today())
    names = {item.code: item.name for item in items}
    page = keyset_page(
        rows,
        order=("-id",),
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=lambda consent: _line(consent, names),
    )
    table = Table(
        caption="同意登记",
        caption_hidden=True,
        columns=[
            Column("同意书编号"),
            Column("本人"),
            Column("内容"),
            Column("取得单位"),
            Column("有效期", tight=True),
            Column("状态"),
        ],
        rows=cast(list[list[Cell | str]], page["items"]),
    )
    context = {
        "form": form,
        "table": table,
        "next_cursor": page["next_cursor"],
        "may_register": officer.agency_id is not None and officer.has_perm("records.register_consent"),
    }
    return render(request, "workbench/persons/consents.html", context)


def _line(consent: Consent, names: dict[str, str]) -> list[Cell | str]:
    return [
        Cell(
            consent.document_number,
            url=reverse("workbench:consent", args=[consent.public_id]),
            note=consent.get_kind_display(),
        ),
        mask_name(services.opened(consent)["name"]),
        "、".join(names.get(code, code) for code in consent.items),
        consent.agency.name,
        Cell(f"{cdate(consent.valid_from)}起", note=f"至{cdate(consent.valid_until)}"),
        Cell(chip=state_chip(consent)),
    ]


@login_required
@permission_required("records.register_consent", raise_exception=True)
@sensitive_post_parameters(*_PERSONAL)
@never_cache
@require_http_methods(["GET", "POST"])
def consent_new(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    if officer.agency is None:
        raise PermissionDenied
    form = ConsentForm(
        request.POST or None, request.FILES or None, initial={"given_on": today(), "valid_from": today()}
    )
    form.offer(items_for_persons())
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        person = Person(**{name: given.pop(name) for name in _PERSON})
        file = given.pop("file")
        try:
            consent = services.register_consent(
                agency=officer.agency, person=person, terms=Terms(**given), officer=officer, file=file
            )
        except Refused as refused:
            show_refusals(form, refused.refusals)
        else:
            messages.success(request, "同意已登记，即时可以据此报送。")
            return redirect("workbench:consent", consent.public_id)
    limit = selectors.rule_on(today()).max_months
    return render(
        request,
        "workbench/persons/consent_new.html",
        {"form": form, "agency": officer.agency, "limit": limit},
    )


@login_required
@permission_required("records.register_consent", raise_exception=True)
@sensitive_post_parameters("name", "document")
@never_cache
@require_http_methods(["GET", "POST"])
def consent_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a consent on line, or see how those asked for stand; number and code are shown once."""
    officer = officer_of(request)
    if officer.agency is None:
        raise PermissionDenied
    form = AskConsentForm(request.POST or None)
    form.offer(items_for_persons())
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        person = Person(**{name: given.pop(name) for name in _PERSON})
        try:
            asked = asking.ask(officer=officer, person=person, terms=asking.wanted(**given))
        except Refused as refused:
            show_refusals(form, refused.refusals)
        else:
            follow = request.build_absolute_uri(reverse("portal:person-errand"))
            context = {"asked": asked.request, "code": asked.code, "follow": follow}
            return render(request, "workbench/persons/consent_asked.html", context)
    page = keyset_page(
        asking.requests_of(officer),
        order=("-id",),
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=_asked_line,
    )
    columns = [
        Column("编号"),
        Column("征求单位"),
        Column("征求时间", tight=True),
        Column("确认期限", tight=True),
        Column("状态", tight=True),
    ]
    rows = cast(list[list[Cell | str]], page["items"])
    context = {
        "form": form,
        "agency": officer.agency,
        "limit": selectors.rule_on(today()).max_months,
        "table": Table("已经征求的", columns, rows, caption_hidden=True),
        "next_cursor": page["next_cursor"],
    }
    return render(request, "workbench/persons/consent_ask.html", context)


def _asked_line(row: ConsentRequest) -> list[Cell | str]:
    state = row.state(today())
    url = reverse("workbench:consent", args=[row.consent.public_id]) if row.consent else ""
    return [
        Cell(row.number, url=url),
        row.agency.name,
        cdatetime(row.asked_at),
        cdate(row.open_until),
        Cell(chip=Chip(str(state.label), "good" if row.consent else "neutral")),
    ]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """One consent; its withdrawal takes effect with this very request."""
    officer = officer_of(request)
    row = get_object_or_404(selectors.visible_to(officer), public_id=public_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST":
        if not services.may_withdraw(officer, row):
            raise PermissionDenied
        if form.is_valid():
            services.withdraw_consent(consent=row, means=form.cleaned_data["means"], officer=officer)
            messages.success(request, "撤回已登记，只依据这份同意的信息即时停止归集、共享、公开和使用。")
            return redirect("workbench:consent", row.public_id)
    names = dict(catalog.items(today()).filter(code__in=row.items).values_list("code", "name"))
    context = {
        "consent": row,
        "chip": state_chip(row),
        "facts": _facts(row, names),
        "form": form,
        "may_withdraw": row.withdrawn_at is None and services.may_withdraw(officer, row),
        "records": selectors.records_on(row).count(),
    }
    return render(request, "workbench/persons/consent.html", context)


def _facts(row: Consent, names: dict[str, str]) -> list[SummaryRow]:
    opened = services.opened(row)
    by = str(row.get_given_by_display())
    if row.relation:
        by += f"（{row.relation} {mask_name(opened['giver_name'])}）"
    allowed = "、".join(str(Allowed(one).label) for one in row.allows)
    facts = [
        SummaryRow(
            "本人",
            mask_name(opened["name"]),
            note=f"{opened['document_kind']} {mask_identifier(opened['document'])}",
        ),
        SummaryRow("种类", row.get_kind_display()),
        SummaryRow("目的", row.purpose),
        SummaryRow("内容", "、".join(names.get(code, code) for code in row.items)),
        SummaryRow("方式", row.method),
        SummaryRow("用途和范围", row.scope),
        SummaryRow("同意的处理", allowed or ("公开" if row.kind == "publication" else "只保存")),
        SummaryRow("权利和义务", "已告知"),
        SummaryRow("由谁同意", by, note=str(row.get_means_display())),
        SummaryRow("同意日期", cdate(row.given_on)),
        SummaryRow("有效期", f"{cdate(row.valid_from)} 至 {cdate(row.valid_until)}"),
        SummaryRow("取得单位", row.agency.name),
        SummaryRow("登记", str(row.recorded_by or row.client), note=cdatetime(row.recorded_at)),
    ]
    if row.file_id is not None:
        url = reverse("workbench:consent-file", args=[row.public_id])
        facts.append(SummaryRow("同意书扫描件", "已保存", url=url, action="打开"))
    if row.withdrawn_at is not None:
        facts.append(
            SummaryRow("撤回", str(row.get_withdrawn_means_display()), note=cdatetime(row.withdrawn_at))
        )
    return facts


@login_required
@never_cache
@require_safe
def consent_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The signed paper, for those who see the consent."""
    row = get_object_or_404(
        selectors.visible_to(officer_of(request)).select_related("file").filter(file__isnull=False),
        public_id=public_id,
    )
    assert row.file is not None, "the query asks for one with a file"
    answer = HttpResponse(files.read(row.file), content_type=row.file.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"同意书-{row.public_id}")
    return answer
