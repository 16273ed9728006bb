"""The board, opening a case, one case on one page, its documents and files."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from blacklist import access, documents, selectors, standing
from blacklist import selectors_cases as cases
from blacklist.choices import Phase
from blacklist.clauses import refuse
from blacklist.forms import BoardForm, OpenForm, OpenOnDocumentForm
from blacklist.models import CaseFile, CaseStep, ListCase
from blacklist.services import Underlying, by_officer, open_case
from blacklist.services.cases import context_of
from blacklist.services.common import full_name, identity_line
from blacklist.views import parts
from common.clock import today
from common.components import Cell, Chip, Column, Figure, SummaryRow, Table
from common.documents import PDF_TYPE, WORD_TYPE
from common.files import read
from common.gates import Refused
from common.identifiers import normalise_code
from common.pagination import keyset_page
from common.templatetags.credit import cdate
from records.models import CreditRecord, Subject
from records.selectors import visible_to

PAGE = 50


@login_required
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The board: how many cases stand at each step, and the cases by deadline, the nearest first."""
    officer = officer_of(request)
    rows = cases.with_phase(cases.cases_visible_to(officer), today())
    counts = cases.phase_counts(rows)
    form = BoardForm(request.GET)
    form.offer(selectors.schemes(today()))
    shown = cases.filter_cases(rows, officer, **form.cleaned_data) if form.is_valid() else rows.none()
    page = keyset_page(
        shown.prefetch_related("steps__due_rule"),
        order=("opened_on", "id"),
        cursor=request.GET.get("cursor", ""),
        limit=PAGE,
        serialize=_line,
    )
    columns = [
        Column("案号"), Column("当事人"), Column("名单"), Column("步骤", tight=True), Column("最近的期限"), Column("承办人", tight=True),
    ]  # fmt: skip
    context = {
        "form": form,
        "figures": [
            Figure(str(phase.label), counts[phase], "件", url=f"?phase={phase.value}")
            for phase in cases.OPEN_PHASES
            if counts.get(phase)
        ],
        "table": Table("案件", columns, cast(list[list[Cell | str]], page["items"]), caption_hidden=True),
        "next_cursor": page["next_cursor"],
        "may_open": bool(access.agencies_handling(officer)),
        "decides": officer.has_perm(access.DECIDE),
    }
    return render(request, "workbench/lists/board.html", context)


def _line(case: ListCase) -> list[Cell | str]:
    running = standing.clocks(case, sorted(case.steps.all(), key=lambda row: row.pk))
    return [
        Cell(case.number, url=reverse("workbench:case", args=[case.public_id])),
        str(case.subject),
        case.scheme.name,
        Cell(chip=parts.phase_chip(getattr(case, "phase_now"))),  # noqa: B009 - annotated
        parts.clock_cell(running[0]) if running else "",
        str(case.handler or ""),
    ]


@login_required
@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    """Open a case, from a record (`?record=`) or on another document about a subject the platform knows."""
    officer = officer_of(request)
    agencies = access.agencies_handling(officer)
    if not agencies:
        raise PermissionDenied
    record = _record_asked(officer, request.GET.get("record", ""))
    kind = OpenForm if record else OpenOnDocumentForm
    form = kind(
        request.POST or None,
        agencies=agencies,
        schemes=selectors.schemes(today()),
        initial=_initial(record),
    )
    if request.method == "POST" and form.is_valid():
        try:
            case = _open(officer, form, record)
        except Refused as refused:
            form.show(refused.refusals)
        else:
            return redirect("workbench:case", case.public_id)
    return render(request, "workbench/lists/case_new.html", {"form": form, "record": record})


def _record_asked(officer: Officer, key: str) -> CreditRecord | None:
    if not key:
        return None
    if not key.isdigit():
        raise Http404
    return get_object_or_404(visible_to(officer), pk=int(key))


def _initial(record: CreditRecord | None) -> dict[str, object]:
    return {"facts": record.data.get("CF_SY", "")} if record else {}


def _open(officer: Officer, form: OpenForm, record: CreditRecord | None) -> ListCase:
    values = form.cleaned_data
    subject = document = None
    if record is None:
        subject = Subject.objects.filter(uscc=normalise_code(values["uscc"])).exclude(uscc="").first()
        if subject is None:
            detail = "平台上还没有这个主体；请先报送认定失信行为的文书（实施方案第2条），再立案"
            raise Refused(refuse("document_missing", detail, pointer="/uscc"))
        document = Underlying(
            values["document_kind"].name,
            values["document_number"],
            values["document_date"],
            values["document_issuer"],
        )
    return open_case(
        actor=by_officer(officer),
        agency=values["agency"],
        scheme_code=values["scheme"],
        facts=values["facts"],
        basis_clause=values["basis_clause"],
        record=record,
        subject=subject,
        document=document,
    )


@login_required
@require_safe
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    """One case: what is missing before the next step, what can be done now, what happened, every document."""
    officer = officer_of(request)
    row = get_object_or_404(cases.with_rival(cases.cases_visible_to(officer)), public_id=public_id)
    rows = cases.steps_of(row)
    phase = standing.phase(row, rows, today())
    steps = parts.next_steps(
        row,
        rows,
        today(),
        handles=access.may(officer, row.agency_id, deciding=False),
        decides=access.may(officer, row.agency_id, deciding=True),
    )
    context = {
        "case": row,
        "chip": parts.phase_chip(phase),
        "facts": _facts(row),
        "clocks": [parts.clock_cell(clock) for clock in standing.clocks(row, rows)],
        "requirements": []
        if phase in (Phase.LISTED, Phase.CLOSED)
        else parts.requirements(row, rows, today()),
        "steps": steps,
        "events": parts.events(row, rows),
        "documents": _documents(row, rows),
        "other": None if phase in (Phase.LISTED, Phase.CLOSED) else cases.rival(row),
        "entry": getattr(row.decisions.select_related("entry").order_by("-round").first(), "entry", None),
    }
    return render(request, "workbench/lists/case.html", context)


def _facts(row: ListCase) -> list[SummaryRow]:
    label, number = identity_line(row.subject)
    scheme = row.scheme
    mark = Chip("来源待核", "warning") if scheme.mark == "unverified" else None
    return [
        SummaryRow("当事人", full_name(row.subject), note=f"{label} {number}"),
        SummaryRow("名单", scheme.name, note=f"{scheme.basis}{scheme.basis_clause}", chip=mark),
        SummaryRow("认定单位", row.agency.name),
        SummaryRow("事由", row.facts),
        SummaryRow("适用的情形和条款", row.basis_clause),
        SummaryRow(
            "认定失信行为的文书",
            f"{row.document_kind} {row.document_number}",
            note=f"{row.document_issuer}，{cdate(row.document_date)}",
            url=reverse("workbench:record", args=[row.record_id]) if row.record_id else "",
            action="查看记录",
        ),
        SummaryRow("承办人", str(row.handler or "")),
    ]


def _documents(row: ListCase, rows: list[CaseStep]) -> list[dict[str, object]]:
    """Every document and file of the case, in the order in which they came."""
    found: list[dict[str, object]] = []
    for step in rows:
        if step.document is not None:
            urls = {
                ending: reverse("workbench:case-document", args=[row.public_id, step.pk, ending])
                for ending in ("pdf", "docx")
            }
            name = parts.DOCUMENTS.get(step.kind, "文书")
            found.append({"name": f"{name} {step.number}", "on": step.on, **urls})
        found += [
            {
                "name": file.label,
                "on": step.on,
                "file": reverse("workbench:case-file", args=[row.public_id, file.pk]),
            }
            for file in step.files.all()
        ]
    return found


@login_required
@require_safe
def case_document(request: HttpRequest, public_id: str, step: int, ending: str) -> HttpResponse:
    """A document of the case as PDF or Word, rendered from its sealed content."""
    row = get_object_or_404(cases.cases_visible_to(officer_of(request)), public_id=public_id)
    found = get_object_or_404(row.steps.filter(document__isnull=False), pk=step)
    assert found.document is not None, "filtered"
    if ending not in ("pdf", "docx"):
        raise Http404
    content = documents.unseal(found.document, context=context_of(row))
    kind = PDF_TYPE if ending == "pdf" else WORD_TYPE
    return _download(documents.render(content, ending), kind, f"{found.kind}-{found.pk}.{ending}")


@login_required
@require_safe
def case_file(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    """A file of the case, for those who see the case."""
    row = get_object_or_404(cases.cases_visible_to(officer_of(request)), public_id=public_id)
    file = get_object_or_404(CaseFile.objects.select_related("stored").filter(step__case=row), pk=pk)
    ending = file.stored.media_type.rsplit("/", 1)[-1].rsplit(".", 1)[-1]
    names = {"jpeg": "jpg", "document": "docx"}
    return _download(read(file.stored), file.stored.media_type, f"file-{file.pk}.{names.get(ending, ending)}")


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
