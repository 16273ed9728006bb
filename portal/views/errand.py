"""A natural person's own errands by number and code: a consent that is asked of them, or the erasure they asked for.

Everything is POST: neither number nor code ever stands in an address. Giving needs the own document number as well;
refusing and withdrawing need nothing more, for they only protect.
"""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from catalog import selectors as catalog
from common.clock import today
from common.components import SummaryRow
from common.gates import Refused
from common.templatetags.credit import cdate
from portal.humans import allowed
from portal.views.errands import too_often
from records.erasure.models import Erasure
from records.erasure.selectors import erasure_of_person
from records.persons import asking
from records.persons.choices import Allowed, ConsentKind, RequestState
from records.persons.forms import ErrandForm, GiveForm
from records.persons.models import ConsentRequest
from records.persons.report import RIGHTS
from records.sharing.forms import show_refusals

_LAW: Final = "不向平台提供虚假的身份信息；这是您的义务。"


@never_cache
@sensitive_post_parameters("number", "code", "document")
@require_http_methods(["GET", "POST"])
def person_errand(request: HttpRequest) -> HttpResponse:
    """GET asks for number and code; POST shows the errand, or does what `do` says with it."""
    if request.method == "GET":
        return render(request, "portal/person_errand.html", {"form": ErrandForm()})
    if not allowed(request):
        return too_often(request)
    form = ErrandForm(request.POST)
    if form.is_valid():
        if asked := asking.request_of_person(**form.cleaned_data):
            return _consent(request, form, asked)
        if erasure := erasure_of_person(**form.cleaned_data):
            return _erasure(request, erasure)
        form.add_error(None, "编号和查询码对不上，请核对后重新输入")
    return render(request, "portal/person_errand.html", {"form": form}, status=422)


def _consent(request: HttpRequest, form: ErrandForm, asked: ConsentRequest) -> HttpResponse:
    do, status = request.POST.get("do", ""), 200
    give = GiveForm(request.POST if do == "give" else None)
    try:
        if do == "give" and give.is_valid():
            asking.give(request=asked, document=give.cleaned_data["document"])
            messages.success(request, "已收到您的同意。随时可以在这里撤回。")
        elif do == "refuse":
            asking.refuse_consent(request=asked)
            messages.success(request, "已记下您不同意。征求时登记的姓名和证件号码已经清除。")
        elif do == "withdraw":
            asking.withdraw(request=asked)
            messages.success(request, "已撤回，即时生效：只依据这份同意的信息停止归集、共享、公开和使用。")
        elif do:
            status = 422
    except Refused as refused:
        status = 422
        show_refusals(give, refused.refusals)
    row = asking.request_of_person(**form.cleaned_data)
    assert row is not None, "it was there a moment ago"
    return render(request, "portal/person_consent.html", _context(form, row, give), status=status)


def _context(form: ErrandForm, row: ConsentRequest, give: GiveForm) -> dict[str, object]:
    state = row.state(today())
    withdrawn = row.consent is not None and row.consent.withdrawn_at is not None
    return {
        "number": row.number,
        "code": form.cleaned_data["code"],
        "request": row,
        "state": "您已经撤回" if withdrawn else state.label,
        "facts": _facts(row),
        "rights": RIGHTS,
        "duty": _LAW,
        "give": give if state == RequestState.OPEN else None,
        "may_withdraw": row.consent is not None and not withdrawn,
    }


def _facts(row: ConsentRequest) -> list[SummaryRow]:
    terms = asking.terms_of(row)
    names = dict(catalog.items(today()).filter(code__in=terms.items).values_list("code", "name"))
    allowed_ = "、".join(str(Allowed(one).label) for one in terms.allows)
    public = terms.kind == ConsentKind.PUBLICATION
    return [
        SummaryRow("谁征求", row.agency.name),
        SummaryRow("目的", terms.purpose),
        SummaryRow("内容", "、".join(names.get(code, code) for code in terms.items)),
        SummaryRow("方式", terms.method),
        SummaryRow("用途和范围", terms.scope),
        SummaryRow(
            "同意的处理",
            "向社会公开（单独同意），姓名只留姓"
            if public
            else f"保存{'、' + allowed_ if allowed_ else '，不共享、不使用'}",
        ),
        SummaryRow("有效期", f"自您同意之日起，至{cdate(terms.valid_until)}；到期自动停止"),
        SummaryRow("确认期限", cdate(row.open_until), note="逾期没有确认的，视为不同意"),
    ]


def _erasure(request: HttpRequest, row: Erasure) -> HttpResponse:
    context = {"erasure": row, "state": row.state().label, "lines": row.lines.all()}
    return render(request, "portal/person_erasure.html", context)
