"""The party's side of a listing case, without an account: the code of the notice opens it, on a phone as at a desk.

The code travels in the body of a POST only, never in an address, and guessing is slowed down by address.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request
from rest_framework.views import APIView

from blacklist import services, standing
from blacklist.choices import StepKind
from blacklist.forms import CodeForm, StatementForm
from blacklist.models import CaseStep, ListCase
from blacklist.rules import procedure
from common.api import PublicThrottle
from common.clock import today
from common.components import SummaryRow, TimelineEvent
from common.gates import Refused
from common.templatetags.credit import cdate

TEMPLATE = "portal/list_statement.html"


class CodeThrottle(PublicThrottle):
    """Twenty attempts a minute and address: enough for a family, useless against 59 bits."""

    scope = "case-code"

    def get_rate(self) -> str | None:
        return "20/min"


@never_cache
@require_http_methods(["GET", "POST"])
def statement(request: HttpRequest) -> HttpResponse:
    """Type the code, read what it is about, say what one has to say."""
    if request.method == "GET":
        return render(request, TEMPLATE, {"code_form": CodeForm()})
    if not CodeThrottle().allow_request(Request(request), APIView()):
        return render(request, "429.html", status=429)
    code_form = CodeForm(request.POST)
    if not code_form.is_valid():
        return render(request, TEMPLATE, {"code_form": code_form})
    try:
        case = services.case_of_code(code_form.cleaned_data["code"])
    except Refused as refused:
        code_form.show(refused.refusals)
        return render(request, TEMPLATE, {"code_form": code_form})
    return _case(request, case, code_form.cleaned_data["code"])


def _case(request: HttpRequest, case: ListCase, code: str) -> HttpResponse:
    sending = request.POST.get("do") == "send"
    form = StatementForm(
        request.POST if sending else None,
        request.FILES if sending else None,
        initial={"code": code, "kind": StepKind.OBJECTION},
    )
    if not case.scheme.hearing:
        del form.fields["wants_hearing"]
    if sending and form.is_valid():
        values = form.cleaned_data
        files = [(values["file"], "当事人提交的材料")] if values.get("file") else []
        try:
            step = services.speak(
                case_id=case.pk,
                text=values["text"],
                objects=values["kind"] == StepKind.OBJECTION,
                wants_hearing=values.get("wants_hearing", False),
                contact=values["contact"],
                files=files,
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            return render(request, TEMPLATE, {"case": case, "sent": step})
    rows = list(case.steps.select_related("due_rule").order_by("id"))
    now = standing.fold(case, rows)
    open_for = [
        kind
        for kind in (StepKind.OBJECTION, StepKind.STATEMENT)
        if not procedure.refusals(now, kind, today(), hearing_due=case.scheme.hearing)
    ]
    context = {
        "case": case,
        "form": form if open_for else None,
        "late": StepKind.OBJECTION not in open_for,
        "facts": _facts(case, now),
        "events": _events(standing.running(case, rows)),
    }
    return render(request, TEMPLATE, context)


def _facts(case: ListCase, now: procedure.Standing) -> list[SummaryRow]:
    scheme = case.scheme
    window = cdate(now.window_until) if now.window_until else "自送达之日起计算"
    return [
        SummaryRow("办理单位", case.agency.name),
        SummaryRow("拟列入的名单", scheme.name),
        SummaryRow("事由", case.facts),
        SummaryRow("依据", f"{scheme.basis}{scheme.basis_clause}；{case.basis_clause}"),
        SummaryRow("可以提出异议至", "中止期间不计算" if now.suspended else window),
    ]


_TOLD = {
    StepKind.NOTICE: "作出事先告知",
    StepKind.SERVED: "告知书送达",
    StepKind.STATEMENT: "您提交了陈述、申辩",
    StepKind.OBJECTION: "您提出了异议",
    StepKind.ANSWER: "答复异议",
    StepKind.HEARING: "听证",
    StepKind.DECIDED: "作出列入决定",
    StepKind.SUSPENDED: "案件中止",
    StepKind.RESUMED: "案件恢复",
    StepKind.CLOSED: "决定不予列入",
}


def _events(rows: list[CaseStep]) -> list[TimelineEvent]:
    """What the party may know of its case: its own words and what was addressed to it, no inner minutes."""
    addressed = {StepKind.ANSWER, StepKind.CLOSED}
    return [
        TimelineEvent(
            when=row.on,
            what=_TOLD[StepKind(row.kind)],
            document=row.number,
            note="：".join(filter(None, (row.get_outcome_display() if row.outcome else "", row.text)))
            if row.kind in addressed
            else "",
        )
        for row in reversed(rows)
        if row.kind in _TOLD
    ]
