"""What a natural person may ask for (个人信息保护法), and the check of a report's number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.deadlines.selectors import rule_on as deadline_on
from common.clock import today
from common.components import SummaryRow
from common.templatetags.credit import cdatetime
from portal.forms import ReportNumberForm
from portal.freshness import public_page
from portal.services import PREFIX, checked
from portal.views.errands import too_often
from portal.views.reports import often
from records.persons.models import PersonReport
from records.persons.report import RIGHTS
from records.persons.selectors import rule_on
from records.persons.window import report_by_number
from records.sharing.selectors import rule_on as sharing_rule_on


@public_page()
def rights(request: HttpRequest) -> HttpResponse:
    """Rights in plain words: what is held, on what ground, how to see it, take a consent back, object."""
    at = today()
    context = {
        "rights": RIGHTS,
        "rule": rule_on(at),
        "register": sharing_rule_on(at),
        "erasure_within": deadline_on("erasure-decision", at).length,
    }
    return render(request, "portal/rights.html", context)


@public_page(shared=False, indexed=False)
def report_verify(request: HttpRequest) -> HttpResponse:
    """Whether a report of this number was issued, when and by whom; nothing about whom it is, where it is a person. That of
    an organisation takes its code as well, and the answer says whether it is still what would be said today."""
    form = ReportNumberForm({name: request.GET.get(name, "") for name in ("number", "code")})
    number = form.cleaned_data["number"] if form.is_valid() else ""
    if number.strip().upper().startswith(PREFIX):
        if often(request):
            return too_often(request)
        return _checked(request, form, number.strip().upper())
    found = report_by_number(number) if number else None
    context = {"form": form, "number": number, "found": found, "facts": _facts(found) if found else []}
    return render(request, "portal/report_verify.html", context)


def _checked(request: HttpRequest, form: ReportNumberForm, number: str) -> HttpResponse:
    found = checked(number, form.cleaned_data["code"], today())
    facts = []
    if found:
        facts = [
            SummaryRow("报告编号", number),
            SummaryRow("主体", found.name),
            SummaryRow("出具时间", cdatetime(found.report.issued_at)),
        ]
    context = {"form": form, "number": number, "found": found, "facts": facts, "of_organisation": True}
    return render(request, "portal/report_verify.html", context)


def _facts(report: PersonReport) -> list[SummaryRow]:
    return [
        SummaryRow("报告编号", report.number),
        SummaryRow("出具时间", cdatetime(report.issued_at)),
        SummaryRow("出具单位", report.lookup.agency.name),
        SummaryRow(
            "文件摘要（SHA-256）", report.sha256, note="收到电子文件的，可以用这个摘要核对内容没有改动"
        ),
    ]
