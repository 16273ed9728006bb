"""Reporting the state of a commitment or contract in the workbench."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agencies import access
from agencies.models import Officer
from agencies.sign_in import officer_of
from catalog.choices import Nature
from common.clock import today
from common.components import TimelineEvent
from common.gates import Refused
from records import selectors
from records.fulfilment import services
from records.fulfilment.forms import StatusForm
from records.fulfilment.models import StatusReport
from records.models import CreditRecord
from records.sharing.forms import show_refusals


def may_report(officer: Officer, record: CreditRecord) -> bool:
    """A submitter of the agency that handed it in, for an item whose state goes on."""
    return (
        record.item.nature != Nature.DISHONEST
        and officer.has_perm("records.add_creditrecord")
        and services.status_field(record) is not None
        and access.may_submit(officer, record.provider_id)
    )


def events_of(record: CreditRecord) -> list[TimelineEvent]:
    """What was reported, newest first."""
    rows = (
        StatusReport.objects.filter(record=record).select_related("officer", "client").order_by("-on", "-id")
    )
    return [
        TimelineEvent(
            when=row.on,
            what=f"{row.before or '未载明'} → {row.status}",
            who=str(row.officer or row.client),
            document=row.document_number,
            note=row.note,
        )
        for row in rows
    ]


@login_required
@permission_required("records.add_creditrecord", raise_exception=True)
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, pk: int) -> HttpResponse:
    officer = officer_of(request)
    row = get_object_or_404(selectors.visible_to(officer), pk=pk)
    field = services.status_field(row)
    if field is None or not may_report(officer, row):
        raise Http404
    form = StatusForm(request.POST or None, initial={"on": today()})
    form.offer(field.values)
    if request.method == "POST" and form.is_valid():
        try:
            services.report_status(record_id=row.pk, officer=officer, **form.cleaned_data)
        except Refused as refused:
            show_refusals(form, refused.refusals)
        else:
            messages.success(request, "已续报，各渠道即时显示新的状态。")
            return redirect("workbench:record", row.pk)
    context = {
        "form": form,
        "record": row,
        "label": field.label,
        "now": row.data.get(field.code, "未载明"),
        "events": events_of(row),
    }
    return render(request, "workbench/record_status.html", context)
