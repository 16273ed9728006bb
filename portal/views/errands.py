"""Errands without an account: apply for repair, object, ask for masking during reorganisation."""

from typing import Any, Final
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import today
from common.documents import PDF_TYPE, WORD_TYPE, OfficialDocument, as_pdf, as_word
from common.gates import Refused
from common.problems import Problem
from portal.errand_forms import ERRAND_FORMS
from portal.humans import allowed
from repair import documents, targets
from repair.choices import Channel, Kind
from repair.public import public_target
from repair.rules.eligibility import Answer
from repair.selectors.cases import refused_before, under_way
from repair.selectors.rules import Rulebook, barred_until, clock_words
from repair.services import Filed, file_case
from repair.targets import Target

_SENSITIVE: Final = ("name", "phone", "text", "changes", "number", "code", "token")
_TITLES: Final = {
    Kind.REPAIR: "申请信用修复",
    Kind.OBJECTION: "提出异议",
    Kind.REORGANISATION: "申请重整期间临时屏蔽",
}


def target_of(request: HttpRequest) -> Target | None:
    """The public record (`?record=`) or list entry (`?entry=`) a page is about; 404 for what is not public."""
    record, entry = request.GET.get("record", ""), request.GET.get("entry", "")
    if not record and not entry:
        return None
    number = int(record) if record.isascii() and record.isdigit() and len(record) < 19 else None
    if record and number is None:
        raise Http404
    found = public_target(number, entry, today())
    if found is None:
        raise Http404
    return found


@never_cache
@sensitive_post_parameters(*_SENSITIVE)
@require_http_methods(["GET", "POST"])
def repair_apply(request: HttpRequest) -> HttpResponse:
    return _apply(request, Kind.REPAIR)


@never_cache
@sensitive_post_parameters(*_SENSITIVE)
@require_http_methods(["GET", "POST"])
def objection_apply(request: HttpRequest) -> HttpResponse:
    return _apply(request, Kind.OBJECTION)


@never_cache
@sensitive_post_parameters(*_SENSITIVE)
@require_http_methods(["GET", "POST"])
def reorganisation_apply(request: HttpRequest) -> HttpResponse:
    return _apply(request, Kind.REORGANISATION)


def too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


def _apply(request: HttpRequest, kind: Kind) -> HttpResponse:
    target = target_of(request)
    if target is None:
        found = {"title": _TITLES[kind], "kind": kind.value}
        return render(request, "portal/errand_find.html", found)
    answer = _answer(target) if kind == Kind.REPAIR else None
    form = ERRAND_FORMS[kind](request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not allowed(request):
            return too_often(request)
        if form.is_valid():
            done = _file(request, form, target)
            if done is not None:
                return done
    if kind == Kind.REPAIR and not refused_before(target.record, target.entry):
        del form.fields["changes"]
    context: dict[str, object] = {
        "title": _TITLES[kind],
        "kind": kind.value,
        "target": target,
        "answer": answer,
        "form": form,
        "clock": clock_words(kind.value, today()),
        "commitment": documents.COMMITMENT if kind == Kind.REPAIR else (),
        "back": _back(target),
        "under_way": kind != Kind.OBJECTION and under_way(kind, target.record, target.entry),
    }
    status = 422 if form.errors or (request.method == "POST" and answer and answer.refusal) else 200
    return render(request, "portal/errand_apply.html", context, status=status)


def _answer(target: Target) -> Answer:
    on = today()
    return targets.answer_of(target, Rulebook.load(on), barred_until(target.subject, on))


def _back(target: Target) -> str:
    if target.record is not None:
        return reverse("portal:record", args=[target.record.pk])
    return reverse("portal:list-entry", args=[target.entry.public_id]) if target.entry else ""


def _file(request: HttpRequest, form: Any, target: Target) -> HttpResponse | None:
    """File what the form holds; None when it has to be shown again with what is wrong."""
    try:
        filed = file_case(filing=form.wanted(target), channel=Channel.PORTAL)
    except Refused as refused:
        form.show(refused.refusals)
    except Problem as problem:
        form.add_error(None, problem.detail)
    else:
        return confirmation(request, filed)
    form.ask()  # the answer was used up
    return None


def confirmation(request: HttpRequest, filed: Filed) -> HttpResponse:
    """Number and query code, said once; the page is not kept by anybody."""
    return render(request, "portal/errand_done.html", {"case": filed.case, "code": filed.code})


# --- papers that anybody may have ------------------------------------------------------------------------


@require_safe
def repair_notice(request: HttpRequest) -> HttpResponse:
    """信用修复告知书 of a public record or entry (两书同达)."""
    target = _needed(request)
    on = today()
    rule = targets.rule_of(target, Rulebook.load(on))
    if rule is None:
        raise Http404
    return paper(request, documents.repair_notice(target, rule, on), "信用修复告知书")


@require_safe
def repair_commitment(request: HttpRequest) -> HttpResponse:
    """信用修复承诺书 with what is known filled in, to be signed and sealed."""
    return paper(request, documents.commitment(_needed(request), today()), "信用修复承诺书")


def _needed(request: HttpRequest) -> Target:
    target = target_of(request)
    if target is None:
        raise Http404
    return target


def paper(request: HttpRequest, document: OfficialDocument, name: str) -> HttpResponse:
    """A document as PDF, or as Word with `?format=word`."""
    word = request.GET.get("format") == "word"
    content = as_word(document) if word else as_pdf(document)
    response = HttpResponse(content, content_type=WORD_TYPE if word else PDF_TYPE)
    response.headers["Content-Disposition"] = _attachment(name, "docx" if word else "pdf")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _attachment(name: str, ending: str) -> str:
    return f"attachment; filename=\"document.{ending}\"; filename*=UTF-8''{quote(f'{name}.{ending}')}"
