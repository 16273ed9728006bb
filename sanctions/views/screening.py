"""Screening by people: the question and, on the same address, its answer with the reports; the same as a small box."""

from datetime import date, datetime
from typing import Any

import orjson
from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.gates import Refused
from common.problems import Problem
from common.templatetags.credit import cdate, cdatetime
from records.disclosure import public_name
from records.sharing.forms import show_refusals
from records.sharing.selectors import purposes_in_force
from sanctions import figures, selectors
from sanctions.forms import ReportForm, ScreeningForm
from sanctions.models import Measure, Screening
from sanctions.screening.service import Question, ScreeningRefused, note_refusal, screen
from sanctions.services import Report, give_feedback, keys_of

KEY = "subject"
SCREEN = "sanctions.screen"


@login_required
@permission_required(SCREEN, raise_exception=True)
@sensitive_post_parameters("uscc", "name", "id_number")
@never_cache
@require_http_methods(["GET", "POST"])
def screening(request: HttpRequest) -> HttpResponse:
    """One subject for one matter. The answer stands on the page that asked and on no other."""
    return _ask(request, "workbench/measures/screening.html")


@xframe_options_exempt
@csp_replace({"frame-ancestors": settings.SCREENING_BOX_ORIGINS or [NONE]})
@login_required
@permission_required(SCREEN, raise_exception=True)
@sensitive_post_parameters("uscc", "name", "id_number")
@never_cache
@require_http_methods(["GET", "POST"])
def screening_box(request: HttpRequest) -> HttpResponse:
    """The same question without the frame of the workbench, for business systems of SCREENING_BOX_ORIGINS to embed;
    `?matter=` and `?purpose=` choose beforehand."""
    return _ask(request, "workbench/measures/box.html")


def _ask(request: HttpRequest, template: str) -> HttpResponse:
    officer = officer_of(request)
    if officer.agency is None:
        raise PermissionDenied
    initial = {name: request.GET.get(name, "") for name in ("purpose", "matter")}
    form = ScreeningForm(request.POST or None, initial=initial)
    purposes = list(purposes_in_force(officer.agency, today()).order_by("name"))
    form.offer(purposes=purposes, matters=selectors.matters(today()))
    context: dict[str, object] = {"form": form, "purposes": purposes}
    if request.method == "POST" and form.is_valid():
        try:
            context["answer"] = _answer(officer, form)
        except ScreeningRefused as refused:
            registered = note_refusal(refused)
            context["refused_receipt"] = registered.receipt
            show_refusals(form, registered.refusals)
        except Refused as refused:
            show_refusals(form, refused.refusals)
        except Problem as problem:
            form.add_error(None, problem.detail)
            return render(request, template, context, status=problem.status)
    return render(request, template, context)


def _answer(officer: Officer, form: ScreeningForm) -> dict[str, object]:
    assert officer.agency is not None, "asked before"
    question = Question(
        purpose=form.cleaned_data["purpose"],
        matter=form.cleaned_data["matter"],
        subjects={KEY: form.subject()},
        application=form.cleaned_data["application"].strip(),
    )
    answer: dict[str, Any] = orjson.loads(screen(agency=officer.agency, officer=officer, question=question))
    found = answer["results"][KEY]
    return {
        **answer,
        "as_of": datetime.fromisoformat(answer["as_of"]),
        "feedback_due": date.fromisoformat(answer["feedback_due"]),
        "status": found["status"],
        "asked": form.subject().get("uscc", ""),
        "measures": [(one["measure"]["name"], _measure(one)) for one in found["measures"]],
        "incentives": [(one["measure"]["name"], _measure(one)) for one in found["incentives"]],
    }


def _measure(one: dict[str, Any]) -> list[SummaryRow]:
    measure, ground, period = one["measure"], one["ground"], one["period"]
    last = date.fromisoformat(period["until"]) if period["until"] else None
    until = f"至 {cdate(last)}" if last else "没有预定止日，随依据终止"
    rows = [
        SummaryRow("内容", measure["content"]),
        SummaryRow(
            "所依据的事实", ground["title"], note=f"{ground['authority']} {ground['document_number']}"
        ),
        SummaryRow("法律依据", measure["basis"]),
        SummaryRow("实施主体", measure["executing_body"]),
        SummaryRow("期限", until),
    ]
    if one.get("remedy"):
        rows.append(SummaryRow("救济途径", one["remedy"]))
    return rows


# --- receipts and reports --------------------------------------------------------------------------------


@login_required
@permission_required(SCREEN, raise_exception=True)
@require_safe
def screening_list(request: HttpRequest) -> HttpResponse:
    """Screenings of the officer's agency that hit, the newest first, with what is still to be reported."""
    officer = officer_of(request)
    rows = Screening.objects.filter(agency=officer.agency, hits__gt=0).select_related("matter")
    shown = list(rows.order_by("-id")[:50])
    waiting = figures.waiting([one.pk for one in shown])
    table = Table(
        caption="比中的查询",
        caption_hidden=True,
        columns=[
            Column("回执号"), Column("事项"), Column("时间", tight=True), Column("待反馈", numeric=True), Column("反馈期限", tight=True),
        ],
        rows=[
            [
                Cell(one.public_id, url=reverse("workbench:screening-receipt", args=[one.public_id])),
                Cell(one.matter.name, note=one.application),
                cdatetime(one.at),
                f"{waiting.get(one.pk, 0)}",
                Cell(
                    cdate(one.feedback_due),
                    chip=Chip("已逾期", "serious") if waiting.get(one.pk) and one.feedback_due < today() else None,
                ),
            ]
            for one in shown
        ],
    )  # fmt: skip
    return render(request, "workbench/measures/screenings.html", {"table": table})


@login_required
@permission_required(SCREEN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def screening_receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """One receipt: the hits with their measures and a report for each that nobody gave yet."""
    officer = officer_of(request)
    if officer.agency is None:
        raise PermissionDenied
    row = get_object_or_404(
        Screening.objects.select_related("matter"),
        public_id=public_id,
        agency=officer.agency,
    )
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _report(request, officer, row, form):
        return redirect("workbench:screening-receipt", public_id)
    hits = _hits(row)
    context = {
        "row": row,
        "form": form,
        "lead": _what_is_asked(row, hits),
        "hits": hits,
        "asked": request.POST.get("place") or request.GET.get("place", ""),
    }
    return render(request, "workbench/measures/receipt.html", context)


def _what_is_asked(row: Screening, hits: list[dict[str, object]]) -> str:
    left = sum(hit["feedback"] is None for hit in hits)
    if not left:
        return "各项都已反馈。"
    return f"还有 {left} 项没有反馈，请在{cdate(row.feedback_due)}前办完反馈。"


def _report(request: HttpRequest, officer: Officer, row: Screening, form: ReportForm) -> bool:
    assert officer.agency is not None, "asked before"
    ordinal, _, code = request.POST.get("place", "").partition(":")
    keys = keys_of(row)
    if not ordinal.isdigit() or not 0 < int(ordinal) <= len(keys):
        raise PermissionDenied
    report = Report(
        key=keys[int(ordinal) - 1], measure=code, applied=form.cleaned_data["applied"] == "yes",
        document=form.cleaned_data["document"], reason=form.cleaned_data["reason"],
    )  # fmt: skip
    try:
        give_feedback(agency=officer.agency, officer=officer, screening_id=row.public_id, reports=[report])
    except Refused as refused:
        form.show(refused.refusals)
    except Problem as problem:
        form.add_error(None, problem.detail)
    else:
        messages.success(request, "已收到反馈。")
        return True
    return False


def _hits(row: Screening) -> list[dict[str, object]]:
    hits = list(
        row.hit_rows.select_related("subject").prefetch_related("feedback__measure").order_by("ordinal")
    )
    codes = {one["measure"] for hit in hits for one in hit.grounds}
    measures = {one.pk: one for one in Measure.objects.filter(pk__in=codes).select_related("basis")}
    found: list[dict[str, object]] = []
    for hit in hits:
        given = {one.measure_code: one for one in hit.feedback.all()}
        named = {one["code"]: measures[one["measure"]] for one in hit.grounds}
        for code, measure in named.items():
            found.append(
                {
                    "place": f"{hit.ordinal}:{code}", "party": public_name(hit.subject), "measure": measure,
                    "feedback": given.get(code),
                }
            )  # fmt: skip
    return found


@login_required
@permission_required("sanctions.view_all_measures", raise_exception=True)
@require_safe
def feedback_figures(request: HttpRequest) -> HttpResponse:
    """How often hits led to a measure, by agency, matter and measure."""
    context = {"tables": [figures.table(name, rows) for name, rows in figures.by_everything().items()]}
    return render(request, "workbench/measures/figures.html", context)
