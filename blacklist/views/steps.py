"""One page per step of a case: a form, the service it calls, and what is missing when the step is not possible."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.models import Officer
from agencies.sign_in import officer_of
from blacklist import access, forms, services, standing
from blacklist import selectors_cases as cases
from blacklist.choices import Channel, Outcome, ServiceKind, StepKind
from blacklist.hints import hints_for
from blacklist.models import CaseStep, ListCase
from blacklist.rules import procedure
from blacklist.services import by_officer
from blacklist.services.cases import CaseChanged, unchanged_since, version_of
from blacklist.services.common import DECIDING
from blacklist.views.parts import TITLES, who
from common.clock import today
from common.gates import Refused
from common.templatetags.credit import cdate

Act = Callable[[HttpRequest, Officer, ListCase, Any], object]


def _notice(request: HttpRequest, officer: Officer, case: ListCase, form: forms.NoticeForm) -> object:
    where = request.build_absolute_uri(reverse("portal:list-statement"))
    return services.give_notice(actor=by_officer(officer), case_id=case.pk, where=where, **form.moment())


def _service(request: HttpRequest, officer: Officer, case: ListCase, form: forms.ServiceForm) -> object:
    return services.record_service(
        actor=by_officer(officer),
        case_id=case.pk,
        service_kind=ServiceKind(form.cleaned_data["service_kind"]),
        proof=form.cleaned_data["proof"],
        **form.moment(),
    )


def _decision_service(
    request: HttpRequest, officer: Officer, case: ListCase, form: forms.ServiceForm
) -> object:
    return services.serve_decision(
        actor=by_officer(officer),
        case_id=case.pk,
        service_kind=ServiceKind(form.cleaned_data["service_kind"]),
        proof=form.cleaned_data["proof"],
        **form.moment(),
    )


def _speak(request: HttpRequest, officer: Officer, case: ListCase, form: forms.SpeakForm) -> object:
    values = form.cleaned_data
    return services.speak(
        actor=by_officer(officer, Channel(values["channel"])),
        case_id=case.pk,
        text=values["text"],
        objects=values["kind"] == StepKind.OBJECTION,
        wants_hearing=values["wants_hearing"],
        contact=values["contact"],
        **form.moment(),
    )


def _answer(request: HttpRequest, officer: Officer, case: ListCase, form: forms.AnswerForm) -> object:
    values = form.cleaned_data
    return services.answer_objection(
        actor=by_officer(officer),
        case_id=case.pk,
        objection_id=values["objection"],
        outcome=Outcome(values["outcome"]),
        reasons=values["text"],
        **form.moment(),
    )


def _words(name: str, argument: str) -> Act:
    """A step that consists of words, and perhaps of an outcome: the service `name` takes the text as `argument`."""
    service = getattr(services, name)

    def act(request: HttpRequest, officer: Officer, case: ListCase, form: forms.WordsForm) -> object:
        said = {argument: form.cleaned_data["text"], **form.moment()}
        if "outcome" in form.cleaned_data:
            said["outcome"] = Outcome(form.cleaned_data["outcome"])
        return service(actor=by_officer(officer), case_id=case.pk, **said)

    return act


def _decide(request: HttpRequest, officer: Officer, case: ListCase, form: forms.DecisionForm) -> object:
    return services.decide(
        actor=by_officer(officer), case_id=case.pk, text=form.text(), on=form.cleaned_data.get("on")
    )


STEPS: Final[dict[str, tuple[type[forms.StepForm], Act]]] = {
    StepKind.NOTICE: (forms.NoticeForm, _notice),
    StepKind.SERVED: (forms.ServiceForm, _service),
    StepKind.OBJECTION: (forms.SpeakForm, _speak),
    StepKind.VERIFIED: (forms.VerifyForm, _words("verify", "findings")),
    StepKind.ANSWER: (forms.AnswerForm, _answer),
    StepKind.HEARING: (forms.HearingForm, _words("record_hearing", "minutes")),
    StepKind.REVIEW: (forms.ReviewForm, _words("review", "minutes")),
    StepKind.DECIDED: (forms.DecisionForm, _decide),
    StepKind.DECISION_SERVED: (forms.ServiceForm, _decision_service),
    StepKind.SUSPENDED: (forms.SuspendForm, _words("suspend", "reason")),
    StepKind.RESUMED: (forms.ReasonForm, _words("resume", "reason")),
    StepKind.CLOSED: (forms.CloseForm, _words("close_case", "reasons")),
    StepKind.REOPENED: (forms.ReasonForm, _words("reopen_case", "reason")),
}


@login_required
@require_http_methods(["GET", "POST"])
def case_step(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """Take one step. What stands against it is shown before anything is typed, with the clause."""
    if kind not in STEPS:
        raise Http404
    officer = officer_of(request)
    visible = cases.with_rival(cases.cases_visible_to(officer)).select_related("scheme__basis")
    case = get_object_or_404(visible, public_id=public_id)
    if not access.may(officer, case.agency_id, deciding=kind in DECIDING):
        raise PermissionDenied
    (kind_of_form, act), title = STEPS[kind], TITLES[kind]
    rows = list(case.steps.select_related("officer", "client").order_by("id"))
    known = {"version": version_of(rows), **_initial(case, kind)}
    form = kind_of_form(request.POST or None, request.FILES or None, initial=known)
    now = standing.fold(case, rows)
    _offer(form, case, now)
    if request.method == "POST" and form.is_valid():
        try:
            with unchanged_since(case.pk, form.cleaned_data["version"]):
                act(request, officer, case, form)
        except Refused as refused:
            form.show(refused.refusals)
        except CaseChanged as changed:
            form.add_error(None, _changed_words(changed.step))
            form.renew(changed.step.pk if changed.step else 0)
        else:
            messages.success(request, f"已办理：{title}")
            return redirect("workbench:case", case.public_id)
    against = (
        []
        if form.is_bound
        else procedure.refusals(now, kind, today(), hearing_due=case.scheme.hearing, rival=cases.rival(case))
    )
    context = {"case": case, "form": form, "title": title, "against": against, "kind": kind}
    return render(request, "workbench/lists/step.html", context)


def _changed_words(step: CaseStep | None) -> str:
    """Who was quicker, and what the officer does now."""
    if step is None:
        return "案件已经有变化，您的内容没有保存。请核对后再办理"
    return (
        f"这个页面打开以后，{who(step)}已经办理“{step.get_kind_display()}”（{cdate(step.on)}），"
        "您的内容没有保存。请先核对案件，仍要办理的再提交一次"
    )


def _offer(form: forms.StepForm, case: ListCase, now: procedure.Standing) -> None:
    if isinstance(form, forms.AnswerForm):
        form.offer(case.steps.filter(pk__in=[step.id for step in now.unanswered]))
    elif isinstance(form, forms.DecisionForm):
        form.offer(hints_for(case.scheme.code, case.subject.kind, today()))


def _initial(case: ListCase, kind: str) -> dict[str, object]:
    """What the system knows already."""
    if kind != StepKind.DECIDED:
        return {}
    scheme = case.scheme
    hints = hints_for(scheme.code, case.subject.kind, today())
    return {
        "reason": case.facts,
        "basis_text": f"{scheme.basis}{scheme.basis_clause}；{case.basis_clause}",
        "measures": [hint.code for hint in hints],
        "removal_text": f"{scheme.removal_text}。符合条件的，向{case.agency.name}提出申请；期限届满的自动移出，不需要申请。",
        "remedies": forms.REMEDIES,
    }
