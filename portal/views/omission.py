"""An objection that something is missing (遗漏): there is no page to object from, so the applicant names what it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.clock import today
from common.gates import Refused
from common.problems import Problem
from portal.errand_forms import PublicOmissionForm
from portal.humans import allowed
from portal.views.errands import confirmation, too_often
from repair.choices import Channel
from repair.selectors.rules import objection_clock_words
from repair.services import file_case


@never_cache
@sensitive_post_parameters("name", "phone", "text", "party_name", "party_code", "document_number")
@require_http_methods(["GET", "POST"])
def omission_apply(request: HttpRequest) -> HttpResponse:
    form = PublicOmissionForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not allowed(request):
            return too_often(request)
        if form.is_valid():
            try:
                return confirmation(request, file_case(filing=form.wanted(), channel=Channel.PORTAL))
            except Refused as refused:
                form.show(refused.refusals)
            except Problem as problem:
                form.add_error(None, problem.detail)
            form.ask()  # the answer was used up
    context = {"form": form, "clock": objection_clock_words(today())}
    return render(request, "portal/omission_apply.html", context, status=422 if form.errors else 200)
