"""The credit report of an organisation: what is public about it, on paper, free, checkable by anybody who holds it."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request
from rest_framework.views import APIView

from common.api import PublicThrottle
from common.clock import today
from portal import reports as contents
from portal.forms import ReportForm
from portal.listed import shown_by_code
from portal.services import check_code, issue_report
from portal.views.errands import paper, too_often


class ReportThrottle(PublicThrottle):
    """So many reports and checks of reports per address: setting one up costs far more than a page."""

    scope = "report"


def often(request: HttpRequest) -> bool:
    return not ReportThrottle().allow_request(Request(request), APIView())


@never_cache
@require_http_methods(["GET", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """GET explains, and asks for a code where no subject is named; POST issues the report."""
    at = today()
    values = request.POST if request.method == "POST" else request.GET
    subject = None
    if public_id := values.get("subject", ""):
        subject = contents.subject_of(public_id, at)
        if subject is None:
            raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (subject is not None or form.is_valid()):
        if often(request):
            return too_often(request)
        code = form.cleaned_data["uscc"] if subject is None else subject.uscc
        found = contents.contents_of(subject or shown_by_code(code, at), code, at)
        return _paper(request, found)
    context = {"subject": subject, "form": form, "explained": contents.EXPLAINED}
    status = 422 if request.method == "POST" else 200
    response = render(request, "portal/reports.html", context, status=status)
    if subject is not None:
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _paper(request: HttpRequest, found: contents.Contents) -> HttpResponse:
    blocks = contents.blocks_of(found)
    report = issue_report(found, blocks)
    query = urlencode({"number": report.number, "code": check_code(report)})
    address = request.build_absolute_uri(f"{reverse('portal:report-verify')}?{query}")
    return paper(request, contents.document_of(report, blocks, address), contents.TITLE)
