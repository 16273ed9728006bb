"""Frames of lists in the workbench: which lists and honours exist, and the refused attempts to set one up."""

from typing import Final, cast

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from blacklist import access, services
from blacklist import selectors_cases as cases
from blacklist import selectors_honours as honours
from blacklist.forms_schemes import HonourFrameForm, SchemeForm
from blacklist.models import HonourScheme, ListScheme, SchemeAttempt
from blacklist.views.frames import Frames, all_frames, new_frame, one_frame
from catalog.views.parts import pending
from common.components import Cell, Column, SummaryRow, Table
from common.gates import CLAUSES
from common.pagination import keyset_page
from common.templatetags.credit import cdatetime

PAGE = 50


def _facts(row: ListScheme) -> list[SummaryRow]:
    competent = [*row.authority_agencies, *row.authority_sectors]
    return [
        SummaryRow("设列领域", row.get_field_display()),
        SummaryRow("层级", row.get_level_display()),
        SummaryRow(
            "认定标准依据",
            f"{row.basis}{row.basis_clause}",
            note=str(row.basis.get_level_display()),
            chip=pending(row.mark),
        ),
        SummaryRow("管理办法", row.procedure_text or "—"),
        SummaryRow(
            "认定单位",
            f"{row.authority}（{row.get_authority_min_level_display()}）",
            note="、".join(competent),
        ),
        SummaryRow("认定情形", row.grounds),
        SummaryRow("列入期限", row.listing_text),
        SummaryRow(
            "最早移出", f"满{row.earliest_removal_months}个月" if row.earliest_removal_months else "—"
        ),
        SummaryRow("移出条件", row.removal_text),
        SummaryRow("移出原因", "；".join(row.end_reasons) or "由经办人写明"),
        SummaryRow("公开内容", "、".join(row.shown_fields)),
        SummaryRow("公开自然人", row.persons_public_clause or "不公开"),
    ]


def _honour_facts(row: HonourScheme) -> list[SummaryRow]:
    return [
        SummaryRow(
            "依据",
            f"{row.basis}{row.basis_clause}",
            note=str(row.basis.get_level_display()),
            chip=pending(row.mark),
        ),
        SummaryRow("评定办法", row.procedure_text or "—"),
        SummaryRow("评定单位", row.authority),
        SummaryRow("评定条件", row.grounds),
        SummaryRow("有效期", row.listing_text),
        SummaryRow("退出情形", row.removal_text),
        SummaryRow("退出原因", "；".join(row.end_reasons) or "由经办人写明"),
        SummaryRow("公开内容", "、".join(row.shown_fields) or "—"),
        SummaryRow("公开自然人", row.persons_public_clause or "不公开"),
    ]


LISTS: Final = Frames(
    title="名单设列",
    lead="哪些领域可以有严重失信主体名单，凭什么设，由谁认定。",
    enter_title="登记名单设列",
    enter_lead="领域只有四类，依据须有足够的层级，市级不得设列。不符合规定的不予登记，并记录在案。",
    revise_lead="自施行日期起适用于新立的案件，已经立案的按原规定办理。",
    end_title="停止设列",
    clause=("鹤信用发〔2022〕1号 第6条、第7条", "设列严重失信主体名单的领域不得擅自增加或扩展。"),
    all_of_them="workbench:list-schemes",
    one="workbench:list-scheme",
    new="workbench:list-scheme-new",
    form=SchemeForm,
    rows=cases.all_schemes,
    cells=(
        ("设列领域", ListScheme.get_field_display),
        ("层级", ListScheme.get_level_display),
        ("认定单位", lambda row: row.authority),
    ),
    facts=_facts,
    enter=services.enter_scheme,
    revise=services.revise_scheme,
    end=services.end_scheme,
)
HONOURS: Final = Frames(
    title="诚信名单设立",
    lead="有哪些诚实守信名单，凭什么设，由谁评定，怎样退出。",
    enter_title="登记诚信名单",
    enter_lead="须有法律、法规或者党中央、国务院政策文件为依据。",
    revise_lead="自施行日期起适用于新评定的主体，已经评定的按原规定。",
    end_title="停止设立",
    clause=(
        "鹤信用发〔2022〕1号 第1条",
        "严格以法律、法规或者党中央、国务院政策文件为依据，实行目录制管理。",
    ),
    all_of_them="workbench:honour-schemes",
    one="workbench:honour-scheme",
    new="workbench:honour-scheme-new",
    form=HonourFrameForm,
    rows=honours.all_schemes,
    cells=(
        ("评定单位", lambda row: row.authority),
        ("依据", lambda row: f"{row.basis}{row.basis_clause}"),
        ("有效期", lambda row: row.listing_text),
    ),
    facts=_honour_facts,
    enter=services.enter_honour_frame,
    revise=services.revise_honour_frame,
    end=services.end_honour_frame,
)


@login_required
@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    sees_attempts = officer_of(request).has_perm("blacklist.view_scheme_attempts")
    return all_frames(request, LISTS, sees_attempts=sees_attempts)


@login_required
@require_http_methods(["GET", "POST"])
def scheme_new(request: HttpRequest) -> HttpResponse:
    """Set up a list. Anybody signed in may try; who may not is told why, and the credit authority sees the attempt."""
    return new_frame(request, LISTS)


@login_required
@require_http_methods(["GET", "POST"])
def scheme(request: HttpRequest, code: str) -> HttpResponse:
    return one_frame(request, LISTS, code)


@login_required
@require_safe
def honour_scheme_list(request: HttpRequest) -> HttpResponse:
    return all_frames(request, HONOURS)


@login_required
@permission_required(access.SCHEMES, raise_exception=True)
@require_http_methods(["GET", "POST"])
def honour_scheme_new(request: HttpRequest) -> HttpResponse:
    return new_frame(request, HONOURS)


@login_required
@require_http_methods(["GET", "POST"])
def honour_scheme(request: HttpRequest, code: str) -> HttpResponse:
    return one_frame(request, HONOURS, code)


@login_required
@permission_required("blacklist.view_scheme_attempts", raise_exception=True)
@require_safe
def attempt_list(request: HttpRequest) -> HttpResponse:
    """Attempts to set up or change a list that G8 refused: who, what, why not."""
    page = keyset_page(
        cases.attempts_visible_to(officer_of(request)),
        order=("-id",),
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=_attempt,
    )
    heads = [
        Column("拟设名单"),
        Column("单位"),
        Column("依据"),
        Column("未予通过的原因"),
        Column("时间", tight=True),
    ]
    context = {
        "table": Table(
            "未通过的设列", heads, cast(list[list[Cell | str]], page["items"]), caption_hidden=True
        ),
        "next_cursor": page["next_cursor"],
    }
    return render(request, "workbench/lists/attempts.html", context)


def _attempt(row: SchemeAttempt) -> list[Cell | str]:
    who = str(row.officer or (row.client.name if row.client else ""))
    reasons = "；".join(CLAUSES[code].sentence for code in row.codes if code in CLAUSES)
    return [
        row.name,
        Cell(str(row.agency or ""), note=who),
        str(row.basis or "未指明"),
        Cell(reasons, note="、".join(row.codes)),
        cdatetime(row.at),
    ]
