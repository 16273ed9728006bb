"""The window: a person's own report on proof of identity. Nothing typed here ever stands in an address."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agencies.sign_in import officer_of
from common.documents import PDF_TYPE
from common.gates import Refused
from records.persons.forms import PersonForm
from records.persons.services import Person
from records.persons.window import issue_report
from records.sharing.forms import show_refusals


@login_required
@permission_required("records.serve_person", raise_exception=True)
@sensitive_post_parameters("name", "document")
@never_cache
@require_http_methods(["GET", "POST"])
def person_report(request: HttpRequest) -> HttpResponse:
    """The form and, on the same address, the report as a file."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        checked = given.pop("identity_checked")
        verify = request.build_absolute_uri(reverse("portal:report-verify")) + "?number="
        try:
            issued = issue_report(
                officer=officer_of(request),
                person=Person(**given),
                identity_checked=checked,
                verify_at=verify,
            )
        except Refused as refused:
            show_refusals(form, refused.refusals)
        else:
            answer = HttpResponse(issued.content, content_type=PDF_TYPE)
            name = f"个人公共信用信息报告-{issued.report.number}.pdf"
            answer.headers["Content-Disposition"] = content_disposition_header(True, name)
            return answer
    return render(request, "workbench/persons/report.html", {"form": form})
