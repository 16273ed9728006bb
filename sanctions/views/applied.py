"""Measures that were applied: which there are, applying one with its conduct beside it, one with its document and lifting."""

from datetime import date, timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Agency, Officer
from agencies.sign_in import officer_of
from blacklist import selectors as blacklist
from blacklist.models import ListEntry
from catalog.choices import Severity, SubjectKind
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table, Tone
from common.documents import PDF_TYPE, WORD_TYPE, as_pdf, as_word
from common.gates import Refused
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdate
from records.disclosure import public_name
from records.models import CreditRecord
from records.selectors import visible_to
from sanctions import documents, grounds, lifting, selectors
from sanctions.choices import MeasureClass
from sanctions.forms import AppliedFilterForm, ApplyForm, LiftForm
from sanctions.models import AppliedMeasure, Measure
from sanctions.rules import application as rules
from sanctions.services import apply_measure, lift_measure

PAGE = 50
_SOON = timedelta(days=7)
TONES: dict[int, Tone] = {Severity.LIGHT: "info", Severity.MEDIUM: "warning", Severity.HEAVY: "serious"}


def band(severity: int) -> Chip:
    return Chip(str(Severity(severity).label), TONES[severity])


@login_required
@require_safe
def measure_list(request: HttpRequest) -> HttpResponse:
    """What the officer's agencies applied, newest first, and the ways to everything else of this room."""
    officer, on = officer_of(request), today()
    form = AppliedFilterForm(request.GET)
    rows = selectors.applied_visible_to(officer)
    if form.is_valid():
        rows = selectors.filter_applied(rows, on=on, **form.cleaned_data)
    page = keyset_page(
        rows, order=("-id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=lambda row: row
    )
    shown = cast(list[AppliedMeasure], page["items"])
    in_force = set(
        selectors.applied(on).filter(pk__in=[row.pk for row in shown]).values_list("pk", flat=True)
    )
    table = Table(
        caption="实施的措施",
        caption_hidden=True,
        columns=[
            Column("文书号", tight=True), Column("当事人"), Column("措施"), Column("实施单位"), Column("期限", tight=True), Column("状态"),
        ],
        rows=[_line(row, row.pk in in_force, on) for row in shown],
    )  # fmt: skip
    context = {
        "form": form,
        "table": table,
        "next_cursor": page["next_cursor"],
        "to_report": lifting.unreported(until=on + _SOON, agency=officer.agency) if officer.agency else [],
        "to_lift": selectors.to_lift(on)
        .filter(pk__in=selectors.applied_visible_to(officer).values("pk"))
        .count(),
    }
    return render(request, "workbench/measures/list.html", context)


def _line(row: AppliedMeasure, in_force: bool, on: date) -> list[Cell | str]:
    return [
        Cell(row.document_number, url=reverse("workbench:measure-applied", args=[row.public_id])),
        public_name(row.subject),
        Cell(row.measure.name, note=row.measure.content[:40]),
        row.agency.name,
        Cell(f"{cdate(row.starts_on)}起", note=f"至{cdate(row.ends_on)}" if row.ends_on else ""),
        Cell(chip=state_chip(row, in_force, on)),
    ]


def state_chip(row: AppliedMeasure, in_force: bool, on: date) -> Chip:
    if row.lifted_on is not None:
        return Chip("已解除", "neutral")
    if in_force:
        return Chip("正在实施" if row.ordered else "已告知", "good")
    if row.starts_on > on:
        return Chip("尚未开始", "info")
    return Chip(
        "期限届满" if row.ends_on is not None and row.ends_on < on else "依据已终止，待解除", "warning"
    )


@login_required
@require_safe
def lift_list(request: HttpRequest) -> HttpResponse:
    """Measures whose ground has ended, by row; each with its last day."""
    officer, on = officer_of(request), today()
    rows = selectors.to_lift(on).filter(pk__in=selectors.applied_visible_to(officer).values("pk"))
    page = keyset_page(
        rows, order=("id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=lambda row: row
    )
    tasks = lifting.lift_tasks(cast(list[AppliedMeasure], page["items"]))
    table = Table(
        caption="待解除的措施",
        caption_hidden=True,
        columns=[
            Column("文书号"),
            Column("当事人"),
            Column("措施"),
            Column("依据终止"),
            Column("办理期限", tight=True),
        ],
        rows=[
            [
                Cell(
                    task.measure.document_number,
                    url=reverse("workbench:measure-applied", args=[task.measure.public_id]),
                    note=task.measure.agency.name,
                ),
                public_name(task.measure.subject),
                task.measure.measure.name,
                cdate(task.ended_on),
                Cell(cdate(task.due), chip=Chip("已逾期", "serious") if task.due < on else None),
            ]
            for task in tasks
        ],
    )
    return render(
        request, "workbench/measures/lifts.html", {"table": table, "next_cursor": page["next_cursor"]}
    )


# --- applying ---------------------------------------------------------------------------------------------


@login_required
@permission_required("sanctions.apply_measure", raise_exception=True)
@require_http_methods(["GET", "POST"])
def measure_apply(request: HttpRequest) -> HttpResponse:
    """`?record=` or `?entry=` names the ground, `&measure=` the measure: first the choice, then the decision."""
    officer, on = officer_of(request), today()
    if officer.agency is None:
        raise PermissionDenied
    ground = _ground(request, officer, on)
    fact = grounds.of(ground, on)
    fitting = _fitting(officer.agency, fact, on)
    code = request.GET.get("measure", "")
    chosen = next((one for one in fitting if one.code == code), None)
    context: dict[str, object] = {
        "ground": ground, "fact": fact, "party": public_name(ground.subject), "conduct": _conduct(fact),
        "query": request.GET.urlencode(), "choices": _choices(request, fitting),
    }  # fmt: skip
    if chosen is None:
        return render(request, "workbench/measures/choose.html", context)
    return _decide(request, officer, ground, fact, fitting, chosen, context)


def _ground(request: HttpRequest, officer: Officer, on: date) -> CreditRecord | ListEntry:
    record, entry = request.GET.get("record", ""), request.GET.get("entry", "")
    if record.isdigit() and len(record) < 19:
        rows = visible_to(officer).select_related("subject", "item", "tier")
        return get_object_or_404(rows, pk=record)
    found = get_object_or_404(blacklist.in_force(on), public_id=entry)
    if found.subject.kind == SubjectKind.PERSON and found.authority_id != officer.agency_id:
        raise Http404
    return found


def _fitting(agency: Agency, fact: grounds.Fact, on: date) -> list[Measure]:
    """Measures of the list that the agency may apply, or tell of, on this ground; lightest first."""
    bodies = selectors.tokens_of(agency)
    found = []
    for measure in selectors.standing(on).order_by("severity", "code"):
        facts = grounds.facts(measure, on, listed=True)
        told = measure.measure_class == MeasureClass.C
        reached = facts.reaches_head and fact.subject_kind != SubjectKind.PERSON
        fits = rules.is_tied(facts, fact.ground) and (reached or fact.subject_kind in facts.subject_kinds)
        if fits and (told or facts.executors & bodies):
            found.append(measure)
    return found


def _choices(request: HttpRequest, fitting: list[Measure]) -> Table:
    query = request.GET.copy()
    rows: list[list[Cell | str]] = []
    for measure in fitting:
        query["measure"] = measure.code
        rows.append(
            [
                Cell(measure.name, url=f"?{query.urlencode()}", note=measure.content),
                Cell(chip=band(measure.severity)),
                f"{measure.basis}{measure.basis_clause}",
                Cell(
                    measure.period_text,
                    chip=None if measure.can_be_ordered else Chip("只告知、不强制", "warning"),
                ),
            ]
        )
    columns = [Column("措施"), Column("力度"), Column("依据"), Column("期限")]
    return Table("可以采用的措施", columns, rows, caption_hidden=True)


def _conduct(fact: grounds.Fact) -> list[SummaryRow]:
    ends = fact.ground.ends
    return [
        SummaryRow("事实", fact.title, note=fact.number),
        SummaryRow("失信行为", fact.ground.conduct or "见所依据的文书"),
        SummaryRow("认定单位", fact.authority, note=cdate(fact.decided_on)),
        SummaryRow("行为轻重", "", chip=band(fact.ground.severity)),
        SummaryRow("效力至", cdate(ends) if ends else "没有预定止日"),
    ]


def _decide(
    request: HttpRequest,
    officer: Officer,
    ground: CreditRecord | ListEntry,
    fact: grounds.Fact,
    fitting: list[Measure],
    measure: Measure,
    context: dict[str, object],
) -> HttpResponse:
    on = today()
    assert officer.agency is not None, "asked before"
    facts = grounds.facts(measure, on, listed=True)
    latest = rules.last_day(facts, fact.ground, on)
    form = ApplyForm(request.POST or None, initial={"starts_on": on, "ends_on": latest})
    burdens = measure.measure_class != MeasureClass.INCENTIVE
    heavier = burdens and measure.severity > fact.ground.severity
    form.fit(
        measure,
        is_heavier=heavier,
        latest=cdate(latest) if latest else "",
        reaches_head=measure.reaches_head and fact.subject_kind != SubjectKind.PERSON,
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = apply_measure(
                agency=officer.agency, officer=officer, measure_id=measure.pk, ground=ground,
                text=form.text(), on=on,
            )  # fmt: skip
        except Refused as refused:
            form.show(refused.refusals)
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            messages.success(request, "已记入，请下载文书送达。")
            return redirect("workbench:measure-applied", row.public_id)
    others = [grounds.facts(one, on, listed=True) for one in fitting]
    lighter = rules.lighter(
        others, facts, fact.ground, subject_kind=fact.subject_kind, bodies=selectors.tokens_of(officer.agency)
    )
    context |= {
        "form": form, "measure": measure, "lighter": [one.name for one in lighter], "heavier": heavier,
        "decided": [
            SummaryRow("措施", measure.name, note=measure.content),
            SummaryRow("对应的行为", measure.conduct),
            SummaryRow("依据", f"{measure.basis}{measure.basis_clause}"),
            SummaryRow("措施力度", "", chip=band(measure.severity)),
            SummaryRow("期限", measure.period_text),
        ],
    }  # fmt: skip
    return render(request, "workbench/measures/apply.html", context)


# --- one ------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def measure_applied(request: HttpRequest, public_id: str) -> HttpResponse:
    """One applied measure; `?format=pdf|docx` gives its document; the body that applied it reports the lifting."""
    officer, on = officer_of(request), today()
    row = get_object_or_404(selectors.applied_visible_to(officer), public_id=public_id)
    if request.method == "GET" and request.GET.get("format") in ("pdf", "docx"):
        return _document(row, request.GET["format"])
    may_lift = (
        row.lifted_on is None
        and row.agency_id == officer.agency_id
        and officer.has_perm("sanctions.apply_measure")
    )
    form = LiftForm(request.POST or None, initial={"on": on})
    if request.method == "POST":
        if not may_lift:
            raise PermissionDenied
        if form.is_valid():
            try:
                lift_measure(applied_id=row.pk, officer=officer, **form.cleaned_data)
            except Refused as refused:
                form.show(refused.refusals)
            else:
                messages.success(request, "已登记解除。")
                return redirect("workbench:measure-applied", row.public_id)
    in_force = selectors.applied(on).filter(pk=row.pk).exists()
    context = {
        "row": row, "party": public_name(row.subject), "chip": state_chip(row, in_force, on), "facts": _facts(row, on),
        "form": form, "may_lift": may_lift, "task": next(iter(lifting.lift_tasks(list(selectors.to_lift(on).filter(pk=row.pk)))), None),
    }  # fmt: skip
    return render(request, "workbench/measures/applied.html", context)


def _document(row: AppliedMeasure, wanted: str) -> HttpResponse:
    document = documents.decision(row)
    content, kind = (as_pdf(document), PDF_TYPE) if wanted == "pdf" else (as_word(document), WORD_TYPE)
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.public_id}.{wanted}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _facts(row: AppliedMeasure, on: date) -> list[SummaryRow]:
    ground = row.entry or row.record
    assert ground is not None, "an applied measure has a ground"
    fact = grounds.of(ground, on)
    facts = [
        SummaryRow("措施", row.measure.name, note=row.measure.content),
        SummaryRow("依据", f"{row.measure.basis}{row.measure.basis_clause}", note=str(row.measure.edition)),
        SummaryRow("所依据的事实", fact.title, note=fact.number),
        SummaryRow("事由和裁量", row.reason),
        SummaryRow("实施单位", row.agency.name, note=f"办理事项：{row.matter}" if row.matter else ""),
        SummaryRow("期限", f"{cdate(row.starts_on)} 至 {cdate(row.ends_on) if row.ends_on else '依据终止'}"),
    ]
    if row.company is not None:
        facts.insert(3, SummaryRow("事实所属的单位", row.company.name, note="对其法定代表人、主要负责人实施"))
    if row.informed_body:
        facts.append(SummaryRow("告知的组织", row.informed_body))
    if row.lifted_on is not None:
        facts.append(SummaryRow("解除", cdate(row.lifted_on), note=row.lift_document))
    return facts
