"""Correcting, withdrawing, marking: one form a page, and the page of the record afterwards."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from common.clock import today
from records.contents import all_values
from records.evidence import selectors, services
from records.evidence.forms import (
    CorrectionForm,
    OutcomeForm,
    ProceedingForm,
    WithdrawalForm,
    hidden_from_forms,
)
from records.evidence.services import Author
from records.evidence.views.parts import tried, waiting_table
from records.intake.reference import item_on
from records.models import CreditRecord

correcting = permission_required("records.correct_record", raise_exception=True)
marking = permission_required("records.mark_proceeding", raise_exception=True)


@login_required
@correcting
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the item with what stands in the record; only what differs is a change."""
    officer = officer_of(request)
    record = get_object_or_404(selectors.correctable(officer), pk=pk)
    item = item_on(record.item_code, timezone.localdate(record.received_at))
    definitions = list(item.fields.all())
    values = all_values(record)
    shown = {one.code: values.get(one.code, "") for one in definitions if not hidden_from_forms(one, record)}
    form = CorrectionForm(item, definitions, record, shown, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = tried(
            form,
            lambda: services.correct_record(
                author=Author(record.provider, officer),
                record_id=pk,
                version=form.cleaned_data["version"],
                why=form.why(),
                fields=form.changes(),
                document=form.document(),
                effective_date=form.effective_date(),
            ),
        )
        if done:
            messages.success(request, "已更正。原来的版本保留在历史版本中，公示、共享、使用都以更正后的为准")
            return redirect("workbench:record", pk)
    return render(request, "workbench/evidence/correct.html", {"form": form, "record": record, "item": item})


@login_required
@correcting
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    officer = officer_of(request)
    record = get_object_or_404(selectors.correctable(officer), pk=pk)
    form = WithdrawalForm(request.POST or None, initial={"version": record.version})
    if request.method == "POST" and form.is_valid():
        done = tried(
            form,
            lambda: services.withdraw_record(
                author=Author(record.provider, officer),
                record_id=pk,
                version=form.cleaned_data["version"],
                why=form.why(),
            ),
        )
        if done:
            messages.success(request, "已撤回。这条信息即时停止公示、共享和使用，并已通知省平台")
            return redirect("workbench:record", pk)
    return render(request, "workbench/evidence/withdraw.html", {"form": form, "record": record})


def _author(officer: Officer, record: CreditRecord) -> Author:
    """The providing agency's officer, or the credit authority, which may mark what anybody handed in."""
    everywhere = officer.has_perm("records.view_all_records")
    return Author(None if everywhere else record.provider, officer)


@login_required
@marking
@require_http_methods(["GET", "POST"])
def proceeding_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a record as under review or in court, or enter that its document was corrected of the authority's own motion."""
    officer = officer_of(request)
    record = get_object_or_404(selectors.markable(officer), pk=pk)
    form = ProceedingForm(request.POST or None, initial={"version": record.version})
    if request.method == "POST" and form.is_valid():
        case, version = form.case(), form.cleaned_data["version"]
        author = _author(officer, record)

        def enter() -> object:
            if form.is_own_correction:
                decision = form.decision()
                return services.note_own_correction(
                    author=author, record_id=pk, version=version, case=case, decision=decision
                )
            return services.mark_proceeding(author=author, record_id=pk, version=version, case=case)

        if tried(form, enter):
            messages.success(request, "已登记。公示页面、接口和省平台会随之标明")
            return redirect("workbench:record", pk)
    return render(request, "workbench/evidence/proceeding_new.html", {"form": form, "record": record})


@login_required
@marking
@require_http_methods(["GET", "POST"])
def proceeding(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Enter how a proceeding ended."""
    officer = officer_of(request)
    record = get_object_or_404(selectors.markable(officer), pk=pk)
    row = selectors.open_proceedings(record).filter(pk=number).first()
    if row is None:
        raise Http404
    form = OutcomeForm(request.POST or None, initial={"version": record.version})
    if request.method == "POST" and form.is_valid():
        done = tried(
            form,
            lambda: services.note_outcome(
                author=_author(officer, record),
                proceeding_id=row.pk,
                version=form.cleaned_data["version"],
                decision=form.decision(),
            ),
        )
        if done:
            messages.success(request, "已登记结果")
            return redirect("workbench:record", pk)
    context = {"form": form, "record": record, "proceeding": row}
    return render(request, "workbench/evidence/outcome.html", context)


@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Changed documents whose records wait for a correction, nearest deadline first."""
    table = waiting_table(officer_of(request), today(), limit=200)
    return render(request, "workbench/evidence/waiting.html", {"table": table})
