"""One's own case, by number and query code: where it stands, what is missing, the decision and its papers; and the check of a
certificate by anybody who holds it. Everything is POST: nothing that opens a case ever stands in an address."""

from dataclasses import replace
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from catalog.deadlines import due
from common.clock import today
from common.components import TimelineEvent
from common.gates import Refused
from common.problems import Problem
from portal.errand_forms import CheckForm, ProgressForm
from portal.humans import allowed
from portal.views.errands import confirmation, paper, too_often
from repair import documents
from repair.choices import NO_CLOCK, Channel, Kind, MaterialKind, State
from repair.forms import ReviewForm, SupplementForm
from repair.models import Case
from repair.papers import PAPERS, papers_of
from repair.public import case_of_token, certificate_checked, token_of
from repair.selectors.cases import case_of_applicant
from repair.services import Paper, file_case, supplement, withdraw
from repair.targets import target_of

_LOST: Final = "页面停留时间过长，请重新输入受理编号和查询码"


@never_cache
@sensitive_post_parameters("number", "code", "token", "name", "phone", "text")
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """GET asks for number and code; POST shows the case, or does what `do` says with it."""
    form = ProgressForm(request.POST if request.method == "POST" and "token" not in request.POST else None)
    if request.method == "GET":
        return render(request, "portal/progress.html", {"form": form})
    if not allowed(request):
        return too_often(request)
    if token := request.POST.get("token", ""):
        case = case_of_token(token)
        if case is None:
            return render(request, "portal/progress.html", {"form": ProgressForm(), "lost": _LOST})
        return _act(request, case)
    case = case_of_applicant(**form.cleaned_data) if form.is_valid() else None
    if case is None:
        if form.is_valid():
            form.add_error(None, "受理编号和查询码对不上，请核对后重新输入")
        return render(request, "portal/progress.html", {"form": form}, status=422)
    return _page(request, case)


def _act(request: HttpRequest, case: Case) -> HttpResponse:
    do = request.POST.get("do", "")
    if do in PAPERS:
        kind = PAPERS[do]
        if not kind.exists(case):
            raise Http404
        return paper(request, kind.make(case, request.build_absolute_uri), kind.name)
    if do == "withdraw":
        return _withdraw(request, case)
    if do == "supplement":
        return _supplement(request, case)
    if do == "review":
        return _review(request, case)
    return _page(request, case)


def _withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    try:
        case = withdraw(case_id=case.pk)
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, "已撤回。需要时可以重新申请。")
    return _page(request, _again(case))


def _supplement(request: HttpRequest, case: Case) -> HttpResponse:
    form = SupplementForm(request.POST, request.FILES)
    kind = MaterialKind.EVIDENCE if case.kind == Kind.OBJECTION else MaterialKind.FULFILMENT
    if form.is_valid():
        papers = [Paper(kind, one) for one in form.cleaned_data["papers"]]
        try:
            supplement(case_id=case.pk, papers=papers, text=form.cleaned_data["text"])
        except Refused as refused:
            form.show(refused.refusals)
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            messages.success(request, "补正材料已收到，办理期限从今天重新起算。")
            return _page(request, _again(case))
    return _page(request, case, supplement=form, status=422)


def _review(request: HttpRequest, case: Case) -> HttpResponse:
    form = ReviewForm(request.POST, request.FILES)
    if form.is_valid():
        filing = form.filing(None, previous=case)
        filing = replace(filing, record_id=case.record_id, entry_id=case.entry_id)
        try:
            return confirmation(request, file_case(filing=filing, channel=Channel.PORTAL))
        except Refused as refused:
            form.show(refused.refusals)
        except Problem as problem:
            form.add_error(None, problem.detail)
    return _page(request, case, review=form, status=422)


def _again(case: Case) -> Case:
    found = case_of_token(token_of(case))
    assert found is not None, "the case was there a moment ago"
    return found


def _page(
    request: HttpRequest,
    case: Case,
    *,
    supplement: SupplementForm | None = None,
    review: ReviewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reviewable = _may_ask_review(case)
    context = {
        "case": case,
        "target": target_of(case),
        "token": token_of(case),
        "events": [
            TimelineEvent(step.at, step.get_step_display(), str(step.agency or ""), note=step.note)
            for step in case.steps.select_related("agency")
        ],
        "due": case.due if case.due != NO_CLOCK else None,
        "outcome": documents.outcome_words(case) if case.decided_on else "",
        "remedies": documents.REMEDIES,
        "supplement": (supplement or SupplementForm()) if case.state == State.RETURNED else None,
        "review": (review or ReviewForm()) if reviewable else None,
        "papers": papers_of(case),
    }
    return render(request, "portal/progress_case.html", context, status=status)


def _may_ask_review(case: Case) -> bool:
    if case.kind != Kind.OBJECTION or case.state != State.REFUSED or case.decided_on is None:
        return False
    return due("objection-review", case.decided_on).day >= today() and not case.later.exists()


@never_cache
@require_safe
def repair_verify(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is what it says. Number and code stand on the paper and in its QR code; a person is masked."""
    asked = "number" in request.GET or "code" in request.GET
    form = CheckForm(request.GET if asked else None)
    found = None
    if asked and not allowed(request):
        return too_often(request)
    if form.is_valid():
        found = certificate_checked(**form.cleaned_data)
    response = render(
        request,
        "portal/repair_verify.html",
        {"form": form, "found": found, "asked": asked and form.is_valid()},
    )
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response
