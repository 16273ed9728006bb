"""One case on one page: what it is about, its papers, what the rules say, what the law asks next, and the buttons for it.

The form carries the version the officer read; whoever is slower is told instead of overwriting (If-Match of a form).
"""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencies.models import Officer
from agencies.sign_in import officer_of
from catalog.choices import SubjectKind
from catalog.forms import RefusableForm
from common.clock import today
from common.components import Chip, Step, SummaryRow, TimelineEvent
from common.gates import Refused
from common.models import StoredFile
from common.privacy import decrypt
from common.problems import Problem
from common.templatetags.credit import cdate
from repair import documents, forms, services, targets
from repair.choices import DECIDED, Kind, MaterialKind, State
from repair.contents import statement_of
from repair.models import Case, Material, MaterialReading
from repair.papers import papers_of
from repair.rules.procedure import allowed, approval
from repair.selectors import cases as selectors
from repair.selectors.omissions import handed_in
from repair.selectors.rules import Rulebook, barred_until, required_materials
from repair.services import omissions
from repair.services.deciding import bench_of
from repair.services.handling import facts_of
from repair.views.inbox import deadline_cell, state_chip

_BUTTONS: Final[dict[str, tuple[str, type[RefusableForm]]]] = {
    "accept": ("受理", forms.AcceptForm),
    "return": ("一次性告知补正", forms.MissingForm),
    "decline": ("不予受理", forms.ReasonForm),
    "fetch": ("自行查得证明", forms.FetchForm),
    "extend": ("延长办理期限", forms.WhyForm),
    "grant": ("同意", forms.GrantForm),
    "refuse": ("不予同意", forms.ReasonForm),
    "hand_over": ("转交其他单位", forms.HandOverForm),
    "complete": ("重整计划执行完毕", forms.DocumentForm),
    "false": ("认定承诺不实", forms.FalseForm),
}
_DECIDING: Final = frozenset({"grant", "refuse", "complete", "false"})


def _visible(request: HttpRequest, number: str) -> tuple[Officer, Case]:
    officer = officer_of(request)
    return officer, get_object_or_404(selectors.cases_visible_to(officer), number=number)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    officer, case = _visible(request, number)
    steps = _steps_of(officer, case)
    wanted = request.POST.get("do", "") if request.method == "POST" else ""
    bound = None
    if request.method == "POST":
        if wanted == "acknowledge":
            services.acknowledge(officer=officer, case_id=case.pk)
            return redirect("workbench:repair-case", case.number)
        if wanted not in _BUTTONS:
            raise PermissionDenied
        bound = _form(wanted, case, request.POST, officer)
        if done := _act(request, officer, case, wanted, bound):
            return done
    context = {
        **_facts(officer, case),
        "actions": [
            (do, _BUTTONS[do][0], bound if do == wanted and bound else _form(do, case, None, officer))
            for do in steps
        ],
        "may_acknowledge": case.state == State.GRANTED
        and case.acknowledged_at is None
        and officer.has_perm("repair.route_case"),
    }
    return render(request, "workbench/repair/case.html", context, status=422 if bound else 200)


def _steps_of(officer: Officer, case: Case) -> list[str]:
    """What this officer may do now, in the order of the law."""
    able = set(allowed(facts_of(case))) & _BUTTONS.keys()
    if case.state in DECIDED:
        if case.kind == Kind.REORGANISATION and case.state == State.GRANTED and not case.completed_on:
            able.add("complete")
        if case.kind == Kind.REPAIR and not hasattr(case, "false_commitment"):
            able.add("false")
    if not selectors.may_decide(officer, case):
        able -= _DECIDING
    if not selectors.may_handle(officer, case):
        able &= {"hand_over"} if selectors.may_route(officer, case) else set()
    return [do for do in _BUTTONS if do in able]


def _form(do: str, case: Case, data: Any, officer: Officer) -> RefusableForm:
    form = _BUTTONS[do][1](data, prefix=do)
    if isinstance(form, forms.GrantForm):
        if omission := targets.omission_of(case):
            forms.offer_records(form, list(handed_in(omission, officer)[:20]))
        else:
            forms.drop(form, ["supplied"])
    if isinstance(form, forms.HandOverForm):
        forms.offer_agencies(form, but=case.agency_id)
    if do == "accept":
        if case.kind != Kind.OBJECTION:
            forms.drop(form, ["source"])
        else:
            form.initial = {"source": case.source}
    return form


def _act(
    request: HttpRequest, officer: Officer, case: Case, do: str, form: RefusableForm
) -> HttpResponse | None:
    """Do it; None when the page has to be shown again with what is wrong."""
    if not form.is_valid():
        return None
    version = request.POST.get("version", "")
    try:
        _DO[do](officer, case, int(version) if version.isdigit() else case.version, form.cleaned_data)
    except Refused as refused:
        form.show(refused.refusals)
        return None
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, f"{_BUTTONS[do][0]}：已办理。")
    return redirect("workbench:repair-case", case.number)


_Doing = Callable[[Officer, Case, int, dict[str, Any]], object]


def _decide(grant: bool) -> _Doing:
    return lambda officer, case, version, values: services.decide(
        officer=officer,
        case_id=case.pk,
        version=version,
        verdict=services.Verdict(grant, values["reasons"], int(values.get("supplied") or 0) or None),
    )


_DO: Final[dict[str, _Doing]] = {
    "accept": lambda officer, case, version, values: services.accept(
        officer=officer, case_id=case.pk, version=version, source=values.get("source", "")
    ),
    "return": lambda officer, case, version, values: services.return_once(
        officer=officer, case_id=case.pk, version=version, missing=values["missing"].splitlines()
    ),
    "decline": lambda officer, case, version, values: services.decline(
        officer=officer, case_id=case.pk, version=version, reasons=values["reasons"]
    ),
    "fetch": lambda officer, case, version, values: services.fetch_material(
        officer=officer,
        case_id=case.pk,
        version=version,
        kind=MaterialKind(values["kind"]),
        found=values["found"],
    ),
    "extend": lambda officer, case, version, values: services.extend(
        officer=officer, case_id=case.pk, version=version, why=values["why"]
    ),
    "hand_over": lambda officer, case, version, values: services.hand_over(
        officer=officer, case_id=case.pk, version=version, agency=values["agency"], why=values["why"]
    ),
    "grant": _decide(True),
    "refuse": _decide(False),
    "complete": lambda officer, case, version, values: services.complete_reorganisation(
        officer=officer, case_id=case.pk, document=values["document"]
    ),
    "false": lambda officer, case, version, values: services.record_false_commitment(
        officer=officer, case_id=case.pk, facts=values["facts"]
    ),
}


# --- what the page shows ----------------------------------------------------------------------------------


def _facts(officer: Officer, case: Case) -> dict[str, object]:
    target = targets.target_of(case)
    on = today()
    book = Rulebook.load(on)
    rule = targets.rule_of(target, book)
    reads = selectors.may_read_materials(officer, case) or case.entered_by_id == officer.pk
    materials = list(case.materials.select_related("file", "added_by"))
    required = required_materials(Kind(case.kind), case.filed_on) if case.is_open else []
    return {
        "case": case,
        "chip": state_chip(case),
        "target": target,
        "facts": _summary(case, target, reads),
        "rule": rule,
        "checks": _checks(officer, case, target, book, required) if case.is_open else [],
        "law": _law(case, materials, required),
        "papers": [
            _paper(material, reads, opens=selectors.may_read_materials(officer, case))
            for material in materials
        ],
        "readings": _readings(case) if reads or officer.has_perm("repair.view_all_cases") else [],
        "reads": reads,
        "statement": statement_of(case) if reads else None,
        "deadline": deadline_cell(case, on) if case.is_open else None,
        "documents": [
            (name, reverse("workbench:repair-paper", args=[case.number, do]))
            for do, name in (papers_of(case) if reads else ())
        ],
        "events": [
            TimelineEvent(
                step.at,
                step.get_step_display(),
                " ".join(filter(None, [str(step.agency or ""), str(step.officer or "")])) or "申请人",
                note=step.note,
            )
            for step in case.steps.select_related("agency", "officer")
        ],
        "previous": case.previous,
    }


def _summary(case: Case, target: targets.Target, reads: bool) -> list[SummaryRow]:
    rows = [
        SummaryRow("当事人", target.subject_name, note=target.subject.uscc),
        SummaryRow(
            "信用信息", target.title, note=f"{cdate(target.decided_on)}作出" if target.decided_on else ""
        ),
        SummaryRow("认定单位", target.authority),
        SummaryRow("办理单位", case.agency.name, note=case.handed_over_why),
        SummaryRow("渠道", case.get_channel_display(), note=case.external_number),
        SummaryRow("申请日期", cdate(case.filed_on)),
    ]
    if case.kind == Kind.OBJECTION:
        rows.append(
            SummaryRow("异议理由", case.get_grounds_display(), note=f"差错来源：{case.get_source_display()}")
        )
    if reads:
        statement = statement_of(case)
        rows.append(SummaryRow("申请人", statement.applicant.name, note=statement.applicant.phone))
        if statement.party and target.subject.kind == SubjectKind.PERSON:
            rows.append(SummaryRow("当事人姓名", statement.party))
        rows.append(SummaryRow("陈述", statement.text))
        if statement.changes:
            rows.append(SummaryRow("与上次相比", statement.changes))
    if case.decided_on:
        rows.append(SummaryRow("决定", documents.outcome_words(case), note=case.reasons))
    if target.omission and (record := target.omission.record):
        rows.append(
            SummaryRow(
                "报送的记录", f"{record.item.name} {record.document_number}", note=str(record.provider)
            )
        )
    return rows


def _checks(
    officer: Officer, case: Case, target: targets.Target, book: Rulebook, required: list[MaterialKind]
) -> list[tuple[Chip, str, str]]:
    """What stands against granting today, with the clause; or that nothing does."""
    answer = None
    if case.kind == Kind.REPAIR and case.subject is not None:
        answer = targets.answer_of(target, book, barred_until(case.subject, book.on))
    refusals = approval(facts_of(case), bench_of(officer, case), answer, required)
    omission = targets.omission_of(case)
    if omission is not None and not handed_in(omission, officer).exists():
        refusals.append(omissions.not_handed_in())
    if not refusals:
        return [(Chip("符合", "good"), "规则检查没有发现不符合之处，是否属实由您核实", "")]
    return [(Chip("不符合", "warning"), refusal.detail, refusal.basis) for refusal in refusals]


def _law(case: Case, materials: list[Material], required: list[MaterialKind]) -> list[Step]:
    """The steps of the law and what is missing before the next."""
    given = {material.kind for material in materials}
    lacking = [str(kind.label) for kind in required if kind not in given]
    opened, closed = case.state in (State.FILED, State.RETURNED), not case.is_open
    return [
        Step("提出申请", "done", cdate(case.filed_on)),
        Step(
            "决定是否受理",
            "current" if opened else "done",
            "材料不齐的一次性告知；补正期间不计期限",
            missing=(list(case.missing) if case.state == State.RETURNED else lacking) if opened else (),
        ),
        Step(
            "核实并作出决定",
            "todo" if opened else "done" if closed else "current",
            "由认定单位的审核人员决定，写明理由",
        ),
        Step(
            "告知结果",
            "done" if closed else "todo",
            "申请人用受理编号和查询码查看、下载；信用主管部门同时知悉",
        ),
    ]


def _readings(case: Case) -> list[TimelineEvent]:
    """Who opened which paper, when and for what, and who was refused."""
    rows = MaterialReading.objects.filter(material__case=case)
    return [
        TimelineEvent(
            row.at,
            f"{row.material.get_kind_display()}：{'未获准查阅' if row.refused else row.get_purpose_display()}",
            " ".join(filter(None, [str(row.agency or ""), str(row.officer)])),
            note=f"{timezone.localtime(row.at):%H:%M}",
        )
        for row in rows.select_related("material", "agency", "officer").order_by("-id")[:50]
    ]


def _paper(material: Material, reads: bool, *, opens: bool) -> SummaryRow:
    name = _file_name(material.file) if material.file else material.note
    url = reverse("workbench:repair-material", args=[material.pk]) if opens and material.file else ""
    note = (
        f"{material.get_origin_display()} · SHA-256 {material.file.sha256}"
        if material.file
        else material.get_origin_display()
    )
    return SummaryRow(
        material.get_kind_display(),
        name if reads else "只有办理单位能够查看",
        note=note,
        url=url,
        action="下载",
    )


def _file_name(stored: StoredFile) -> str:
    if stored.secret_name is None:
        return "已按规定清除"
    return decrypt(bytes(stored.secret_name), context=StoredFile.NAME_CONTEXT)
