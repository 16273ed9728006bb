"""Who stood on a list on a day: the question and, on the same address, its answer."""

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agencies.sign_in import officer_of
from blacklist import history
from blacklist.forms_history import AsOfForm
from common.clock import today
from common.components import Cell, Chip, Column, Table
from common.gates import Refused
from common.masking import mask_identifier
from common.templatetags.credit import cdate
from records.disclosure import public_name
from records.sharing import selectors as sharing
from records.sharing.services import LookUpRefused


@login_required
@permission_required("records.look_up", raise_exception=True)
@sensitive_post_parameters("codes", "document_number")
@never_cache
@require_http_methods(["GET", "POST"])
def as_of(request: HttpRequest) -> HttpResponse:
    """Codes and a day in, an answer per subject out; every code becomes a row of the register of look-ups."""
    officer = officer_of(request)
    if officer.agency is None:
        raise PermissionDenied
    purposes = list(sharing.purposes_in_force(officer.agency, today()).order_by("name"))
    form = AsOfForm(request.POST or None, request.FILES or None)
    form.offer(purposes)
    context: dict[str, object] = {"form": form, "purposes": purposes}
    if request.method == "POST" and form.is_valid():
        try:
            answer = history.ask(
                agency=officer.agency,
                officer=officer,
                purpose_code=form.cleaned_data["purpose"],
                codes=form.all_codes(),
                on=form.cleaned_data["on"],
                document_number=form.cleaned_data["document_number"],
            )
        except Refused as refused:
            form.show(refused.refusals)
            context["refused_receipt"] = refused.receipt if isinstance(refused, LookUpRefused) else ""
        else:
            context |= {
                "answer": answer,
                "table": _table(answer),
                "listed": sum(one.listed for one in answer.answers),
                "differing": any(standing.differs for one in answer.answers for standing in one.standings),
            }
    return render(request, "workbench/lists/as_of.html", context)


def _table(answer: history.AsOf) -> Table:
    lines: list[list[Cell | str]] = []
    for one, receipt in zip(answer.answers, answer.receipts, strict=True):
        lines += _lines(one, receipt)
    heads = [
        Column("主体"),
        Column("名单和决定"),
        Column("按现在掌握的情况"),
        Column("按当时掌握的情况"),
        Column("登记号", tight=True),
    ]
    return Table(f"{cdate(answer.on)}的名单情况", heads, lines, caption_hidden=True)


def _lines(one: history.Answered, receipt: str) -> list[list[Cell | str]]:
    person = one.subject is not None and one.subject.kind == "person"
    code = mask_identifier(one.code) if person or one.subject is None else one.code
    name = Cell(public_name(one.subject) if one.subject else "平台没有这个主体的信息", note=code)
    if not one.standings:
        return [[name, "—", Cell(chip=Chip("不在列", "good")), Cell(chip=Chip("不在列", "good")), receipt]]
    return [
        [
            name,
            Cell(
                standing.entry.scheme.name,
                url=reverse("workbench:list-entry", args=[standing.entry.public_id]),
                note=f"{standing.entry.authority_name} {standing.entry.decision_number}",
            ),
            Cell(chip=_chip(standing.now)),
            Cell(chip=_chip(standing.then)),
            receipt,
        ]
        for standing in one.standings
    ]


def _chip(words: str) -> Chip:
    return Chip(words, "good" if words == "不在列" else "serious" if words == "在列" else "warning")
