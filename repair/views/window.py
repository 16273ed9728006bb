"""The service window: find the thing, enter the application for whoever stands there, print the receipt with its code.

Besides what is public the window also takes applications about what is shared but not shown (warnings, persons, what is
masked during a reorganisation or an objection): the party stands there with its identity paper.
"""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from blacklist import selectors as lists
from common.clock import today
from common.components import Cell, Column, Table
from common.gates import Refused
from common.identifiers import normalise_code
from common.problems import Problem
from records import selectors as records
from records.identity.selectors import about_code
from records.models import CreditRecord
from repair import documents, targets
from repair.choices import Channel, Kind
from repair.forms import PUBLIC_FORMS, FindForm, drop
from repair.omission_forms import OmissionForm
from repair.selectors.cases import refused_before
from repair.selectors.rules import Rulebook, barred_until, clock_words, objection_clock_words
from repair.services import Filed, file_case
from repair.targets import Target
from repair.views.downloads import document_response

_entering = permission_required("repair.enter_case", raise_exception=True)


@login_required
@_entering
@never_cache
@require_safe
def case_find(request: HttpRequest) -> HttpResponse:
    """By the number of the decision, and for organisations the code beside it."""
    form = FindForm(request.GET if "number" in request.GET else None)
    table = None
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        lines = [_line(target, kind) for target in _found(**form.cleaned_data)]
        table = Table("查到的信息", [Column("信用信息"), Column("当事人"), Column("认定单位")], lines)
    return render(request, "workbench/repair/find.html", {"form": form, "table": table})


def _found(number: str, uscc: str, kind: str) -> list[Target]:
    """What is in effect under a document number, at most twenty of each sort."""
    on, code = today(), normalise_code(uscc)
    rows = records.shared(on).filter(document_number=number.strip())
    entries = lists.listed(on).filter(decision_number=number.strip())
    if code:
        rows, entries = rows.filter(about_code(code)), entries.filter(about_code(code))
    found = [Target(row.subject, record=row) for row in rows.order_by("id")[:20]]
    return found + [Target(entry.subject, entry=entry) for entry in entries.order_by("id")[:20]]


def _line(target: Target, kind: str) -> list[Cell | str]:
    about = (
        f"record={target.record.pk}" if target.record else f"entry={target.entry.pk if target.entry else ''}"
    )
    url = f"{reverse('workbench:repair-new', args=[kind])}?{about}"
    return [Cell(target.title, url=url), target.subject_name, target.authority]


def _target(request: HttpRequest) -> Target:
    on = today()
    for name in ("record", "entry"):
        typed = request.GET.get(name, "")
        if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
            continue
        if name == "record":
            rows = records.shared(on).select_related("regime__basis", "provider")
            record: CreditRecord | None = rows.filter(pk=int(typed)).first()
            if record is not None:
                return Target(record.subject, record=record)
        elif entry := lists.listed(on).filter(pk=int(typed)).select_related("scheme__basis").first():
            return Target(entry.subject, entry=entry)
    raise Http404


@login_required
@_entering
@sensitive_post_parameters("name", "phone", "text", "changes")
@never_cache
@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter an application; the answer is the receipt, which is printed once."""
    if kind not in PUBLIC_FORMS:
        raise Http404
    target, on = _target(request), today()
    form = PUBLIC_FORMS[Kind(kind)](request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            filed = file_case(filing=form.wanted(target), channel=Channel.WINDOW, officer=officer_of(request))
        except Refused as refused:
            form.show(refused.refusals)
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            return _receipt(request, filed)
    answer = None
    if kind == Kind.REPAIR:
        answer = targets.answer_of(target, Rulebook.load(on), barred_until(target.subject, on))
        if not refused_before(target.record, target.entry):
            drop(form, ["changes"])
    context: dict[str, object] = {
        "kind": Kind(kind),
        "target": target,
        "form": form,
        "answer": answer,
        "clock": clock_words(kind, on),
        "commitment": documents.COMMITMENT if kind == Kind.REPAIR else (),
    }
    return render(request, "workbench/repair/new.html", context, status=422 if form.errors else 200)


@login_required
@_entering
@sensitive_post_parameters("name", "phone", "text", "party_name", "party_code", "document_number")
@never_cache
@require_http_methods(["GET", "POST"])
def omission_new(request: HttpRequest) -> HttpResponse:
    """Enter an objection that something was never handed in."""
    form = OmissionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            filed = file_case(filing=form.wanted(), channel=Channel.WINDOW, officer=officer_of(request))
        except Refused as refused:
            form.show(refused.refusals)
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            return _receipt(request, filed)
    context = {"form": form, "clock": objection_clock_words(today())}
    return render(request, "workbench/repair/omission.html", context, status=422 if form.errors else 200)


def _receipt(request: HttpRequest, filed: Filed) -> HttpResponse:
    """The receipt as a page to print; the code stands on it and nowhere else."""
    paper = documents.receipt(filed.case, filed.code, request.build_absolute_uri(reverse("portal:progress")))
    context = {"case": filed.case, "code": filed.code, "paper": paper}
    return render(request, "workbench/repair/receipt.html", context)


@login_required
@never_cache
@require_safe
def record_notice(request: HttpRequest) -> HttpResponse:
    """信用修复告知书 of any record in effect, to be served with the decision (两书同达)."""
    target, on = _target(request), today()
    rule = targets.rule_of(target, Rulebook.load(on))
    if rule is None:
        raise Http404
    return document_response(request, documents.repair_notice(target, rule, on), "repair-notice")
