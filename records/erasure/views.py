"""Pages of erasure: requests, one with the fate of every holding and the decision, what should go unasked, and the periods."""

from typing import Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from catalog.views.parts import MANAGE, pending, span, validity
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table, Tone
from common.gates import Refused
from common.masking import mask_identifier, mask_name
from common.pagination import keyset_page
from common.templatetags.credit import cdate
from records.erasure import forms, retention, selectors, services
from records.erasure.choices import ErasureState, Fate, Ground, Holding, Kept
from records.erasure.models import Erasure, RetentionRule
from records.erasure.selectors import Planned
from records.models import CreditRecord
from records.persons.services import Person
from records.sharing.forms import show_refusals

PAGE: Final = 50
_STATES: Final[dict[str, Tone]] = {
    ErasureState.ASKED: "warning",
    ErasureState.PARTLY: "info",
    ErasureState.DONE: "good",
}
_FATES: Final[dict[str, Tone]] = {Fate.ERASE: "good", Fate.STORE: "info", Fate.STAY: "neutral"}
serving = permission_required("records.serve_person", raise_exception=True)


def state_chip(row: Erasure) -> Chip:
    state = row.state()
    return Chip(str(state.label), _STATES.get(state, "neutral"))


def _looks(officer: Officer) -> bool:
    return officer.has_perm("records.serve_person") or officer.has_perm("records.view_all_records")


@login_required
@require_safe
def erasure_list(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    if not _looks(officer):
        raise PermissionDenied
    form = forms.StateForm(request.GET)
    rows = selectors.erasures()
    if form.is_valid():
        rows = selectors.filter_erasures(rows, form.cleaned_data["state"])
    page = keyset_page(
        rows, order=("-id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line
    )
    columns = [
        Column("受理编号"),
        Column("情形"),
        Column("提出", tight=True),
        Column("决定期限", tight=True),
        Column("状态"),
    ]
    context = {
        "form": form,
        "table": Table(
            "删除个人信息", columns, cast(list[list[Cell | str]], page["items"]), caption_hidden=True
        ),
        "next_cursor": page["next_cursor"],
        "serves": officer.has_perm("records.serve_person"),
    }
    return render(request, "workbench/erasure/list.html", context)


def _line(row: Erasure) -> list[Cell | str]:
    return [
        Cell(
            row.number, url=reverse("workbench:erasure", args=[row.number]), note=row.get_asked_by_display()
        ),
        str(row.get_ground_display()),
        cdate(row.asked_on),
        cdate(row.due) if row.granted is None else "",
        Cell(chip=state_chip(row)),
    ]


@login_required
@serving
@sensitive_post_parameters("name", "document", "words")
@never_cache
@require_http_methods(["GET", "POST"])
def erasure_new(request: HttpRequest) -> HttpResponse:
    """The request of somebody at the window; the receipt shows the code once."""
    form = forms.AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        person = Person(**{name: given.pop(name) for name in ("name", "document_kind", "document")})
        try:
            asked = services.ask(officer=officer_of(request), person=person, **given)
        except Refused as refused:
            show_refusals(form, refused.refusals)
        else:
            follow = request.build_absolute_uri(reverse("portal:person-errand"))
            context = {"erasure": asked.erasure, "code": asked.code, "follow": follow}
            return render(request, "workbench/erasure/receipt.html", context)
    return render(request, "workbench/erasure/new.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def erasure(request: HttpRequest, number: str) -> HttpResponse:
    """One request: what is held, what would become of it, the decision, and afterwards what did."""
    officer = officer_of(request)
    if not _looks(officer):
        raise PermissionDenied
    row = get_object_or_404(selectors.erasures(), number=number)
    form = forms.DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide(officer=officer, number=row.number, **form.cleaned_data)
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(
                request, "决定已登记，到期的已经删除。" if form.cleaned_data["granted"] else "决定已登记。"
            )
            return redirect("workbench:erasure", row.number)
    open_ = row.granted is None
    context = {
        "erasure": row,
        "chip": state_chip(row),
        "facts": _facts(row),
        "table": _plan_table(selectors.plan(row, today())) if open_ else _lines_table(row),
        "form": form if open_ and services.may_decide(officer) and officer.pk != row.officer_id else None,
        "own": open_ and officer.pk == row.officer_id,
    }
    return render(request, "workbench/erasure/erasure.html", context)


def _facts(row: Erasure) -> list[SummaryRow]:
    opened = services.opened(row)
    who = mask_name(opened["name"]) if opened else "已删除"
    document = f"{opened['document_kind']} {mask_identifier(opened['document'])}" if opened else ""
    facts = [
        SummaryRow("本人", who, note=document),
        SummaryRow("情形", row.get_ground_display()),
        SummaryRow("提出", row.get_asked_by_display(), note=cdate(row.asked_on)),
        SummaryRow("受理", f"{row.agency.name} {row.officer}"),
    ]
    if opened.get("words"):
        facts.append(SummaryRow("说明", opened["words"]))
    if row.granted is None:
        facts.append(SummaryRow("决定期限", cdate(row.due)))
    else:
        decision = "同意删除" if row.granted else "不予删除"
        facts += [
            SummaryRow("决定", decision, note=cdate(row.decided_on)),
            SummaryRow("决定人", str(row.decided_by)),
            SummaryRow("理由", row.reason),
            SummaryRow("依据", row.basis),
        ]
    return facts


_COLUMNS: Final = ("保存处", "内容", "处理", "理由")


def _plan_table(planned: list[Planned]) -> Table:
    rows: list[list[Cell | str]] = [
        [
            str(one.holding.label),
            one.label,
            Cell(chip=Chip(str(Fate(one.verdict.fate).label), _FATES[one.verdict.fate])),
            one.verdict.why,
        ]
        for one in planned
    ]
    return Table("同意以后怎样处理", [Column(word) for word in _COLUMNS], rows)


def _lines_table(row: Erasure) -> Table:
    rows: list[list[Cell | str]] = [
        [
            str(Holding(line.holding).label),
            f"编号 {line.object_id}",
            Cell(
                chip=Chip(str(Fate(line.fate).label), _FATES[line.fate]),
                note=f"已于{cdate(line.erased_at)}删除" if line.erased_at else "",
            ),
            line.why,
        ]
        for line in row.lines.all()
    ]
    return Table("处理结果", [Column(word) for word in _COLUMNS], rows)


@login_required
@serving
@never_cache
@require_http_methods(["GET", "POST"])
def overdue(request: HttpRequest) -> HttpResponse:
    """What nobody may keep any longer (应当主动删除). Choosing a line puts everything of its person up for a decision."""
    if request.method == "POST":
        return _propose(request)
    page = keyset_page(
        selectors.overdue(today()),
        order=("id",),
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=_due_line,
    )
    context = {"rows": page["items"], "next_cursor": page["next_cursor"]}
    return render(request, "workbench/erasure/overdue.html", context)


def _due_line(record: CreditRecord) -> dict[str, object]:
    by_law = record.item.person_basis_id is not None
    ground = Ground.RETENTION if by_law else Ground.WITHDRAWN
    return {
        "record": record,
        "why": "保存期限已届满" if by_law else "所依据的同意已经终止",
        "form": forms.ProposeForm(initial={"record": record.pk, "ground": ground}, auto_id=False),
    }


def _propose(request: HttpRequest) -> HttpResponse:
    form = forms.ProposeForm(request.POST)
    if not form.is_valid():
        raise Http404
    record = get_object_or_404(selectors.overdue(today()), pk=form.cleaned_data["record"])
    asked = services.ask_for(
        officer=officer_of(request), subject=record.subject, ground=form.cleaned_data["ground"], words=""
    )
    messages.success(request, "已提出，由另一位工作人员决定。")
    return redirect("workbench:erasure", asked.erasure.number)


@login_required
@require_safe
def retention_list(request: HttpRequest) -> HttpResponse:
    rows: list[list[Cell | str]] = [
        [
            Cell(
                row.get_kept_display(),
                url=reverse("workbench:retention-rule", args=[row.kept]),
                chip=pending(row.mark),
                note=row.note,
            ),
            f"{row.keep_months} 个月" if row.keep_months else "立即删除",
            row.cited,
            span(row.effective_from, row.effective_until),
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in selectors.rules()
    ]
    heads = [
        Column("保存对象"),
        Column("处理结束后保存", tight=True),
        Column("依据"),
        Column("施行"),
        Column("状态", tight=True),
    ]
    table = Table("个人信息保存期限", heads, rows, caption_hidden=True)
    return render(request, "workbench/erasure/retention.html", {"table": table})


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def retention_rule(request: HttpRequest, kept: str) -> HttpResponse:
    newest = RetentionRule.objects.filter(kept=kept).order_by("-effective_from").first()
    if newest is None:
        raise Http404
    form = forms.RetentionForm(
        request.POST or None,
        initial={"keep_months": newest.keep_months, "effective_from": today(), "mark": newest.mark},
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        acting_on = values.pop("acting_on")
        try:
            retention.change_retention(
                officer=officer_of(request),
                basis=acting_on,
                kept=kept,
                text=retention.RetentionText(**values),
                on=today(),
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, "已录入。")
            return redirect("workbench:retention")
    return render(request, "workbench/erasure/retention_rule.html", {"form": form, "name": Kept(kept).label})
