"""Schemes in the workbench: which lists exist, setting one up, changing it, ending it, and the refused attempts."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from blacklist import access, services
from blacklist import selectors_cases as cases
from blacklist.forms_schemes import EndSchemeForm, SchemeForm
from blacklist.models import ListScheme, SchemeAttempt
from blacklist.services import by_officer
from catalog.views.bases import show_problems
from catalog.views.parts import pending, span, validity
from common.clock import today
from common.components import Cell, Column, SummaryRow, Table
from common.gates import CLAUSES, Refused
from common.pagination import keyset_page
from common.templatetags.credit import cdatetime

PAGE = 50


@login_required
@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Every list, the newest frame of each."""
    newest: dict[str, ListScheme] = {}
    for row in cases.all_schemes():
        newest.setdefault(row.code, row)
    lines: list[list[Cell | str]] = [
        [
            Cell(row.name, url=reverse("workbench:list-scheme", args=[row.code]), chip=pending(row.mark)),
            row.get_field_display(),
            row.get_level_display(),
            row.authority,
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in newest.values()
    ]
    heads = [
        Column("名单"),
        Column("设列领域"),
        Column("层级"),
        Column("认定单位"),
        Column("状态", tight=True),
    ]
    officer = officer_of(request)
    context = {
        "table": Table("名单设列", heads, lines, caption_hidden=True),
        "keeps": officer.has_perm(access.SCHEMES),
        "sees_attempts": officer.has_perm("blacklist.view_scheme_attempts"),
    }
    return render(request, "workbench/lists/schemes.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def scheme_new(request: HttpRequest) -> HttpResponse:
    """Set up a list. Anybody signed in may try; who may not is told why, and the credit authority sees the attempt."""
    form = SchemeForm(request.POST or None, initial={"effective_from": today()})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.enter_scheme(
                actor=by_officer(officer_of(request)),
                basis=form.cleaned_data["acting_on"],
                text=form.text(),
            )
        except (Refused, ValidationError) as error:
            show_problems(form, error)
        else:
            messages.success(request, f"已登记：{row.name}")
            return redirect("workbench:list-scheme", row.code)
    return render(request, "workbench/lists/scheme_form.html", {"form": form, "title": "登记名单设列"})


@login_required
@require_http_methods(["GET", "POST"])
def scheme(request: HttpRequest, code: str) -> HttpResponse:
    """One list with its history; the credit authority changes it here (POST do=revise) or ends it (do=end)."""
    rows = list(cases.all_schemes().filter(code=code))
    if not rows:
        raise Http404
    officer = officer_of(request)
    do = request.POST.get("do", "")
    revise = SchemeForm(request.POST if do == "revise" else None, initial=SchemeForm.initial_of(rows[0]))
    end = EndSchemeForm(request.POST if do == "end" else None, prefix="end")
    if request.method == "POST" and _change(request, code, revise, end):
        messages.success(request, "已保存")
        return redirect("workbench:list-scheme", code)
    keeps = officer.has_perm(access.SCHEMES)
    context = {
        "scheme": rows[0],
        "facts": _facts(rows[0]),
        "history": _history(rows),
        "revise": revise if keeps else None,
        "end": end if keeps else None,
    }
    return render(request, "workbench/lists/scheme.html", context)


def _change(request: HttpRequest, code: str, revise: SchemeForm, end: EndSchemeForm) -> bool:
    form = end if end.is_bound else revise
    if not form.is_valid():
        return False
    actor, basis = by_officer(officer_of(request)), form.cleaned_data["acting_on"]
    try:
        if end.is_bound:
            services.end_scheme(actor=actor, basis=basis, code=code, last_day=end.cleaned_data["last_day"])
        else:
            services.revise_scheme(actor=actor, basis=basis, code=code, text=revise.text())
    except (Refused, ValidationError) as error:
        show_problems(form, error)
        return False
    return True


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


def _history(rows: list[ListScheme]) -> Table:
    lines: list[list[Cell | str]] = [
        [
            span(row.effective_from, row.effective_until),
            f"{row.basis}{row.basis_clause}",
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in rows
    ]
    return Table(
        "历次规定", [Column("施行"), Column("依据"), Column("状态", tight=True)], lines, caption_hidden=True
    )


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
