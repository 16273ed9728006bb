"""Keeping the measure list: editions, two of them side by side, drafts by form and workbook, publishing."""

from collections.abc import Callable, Iterable
from typing import BinaryIO, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog.choices import Severity
from catalog.forms import RefusableForm
from catalog.selectors import bases_by_code
from catalog.services import DraftChanged
from catalog.views.drafts import CHANGED, version_of
from catalog.views.parts import pending, span, validity
from catalog.workbook import WorkbookRefused
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.gates import Refused
from common.templatetags.credit import cdate, cdatetime
from sanctions import contents, selectors, workbook
from sanctions.choices import MeasureClass, MeasureLevel
from sanctions.forms_list import ListCompareForm, ListHeadForm, ListWorkbookForm, MeasureForm
from sanctions.models import MeasureDraft, MeasureEdition
from sanctions.rules.measures import MeasureContent
from sanctions.services import drafts as services

MANAGE = services.MANAGE
managing = permission_required(MANAGE, raise_exception=True)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _table(rows: Iterable[MeasureContent], caption: str, url: Callable[[str], str] | None = None) -> Table:
    lines: list[list[Cell | str]] = [
        [
            Cell(
                row.name,
                url=url(row.code) if url else "",
                note=f"{row.code} {row.content[:40]}",
                chip=pending(row.mark),
            ),
            MeasureClass(row.measure_class).value,
            Cell(chip=Chip(str(Severity(row.severity).label))),
            row.conduct,
            row.executing_body,
        ]
        for row in rows
    ]
    heads = ("措施", "类别", "力度", "对应的行为", "实施主体")
    return Table(caption, [Column(one) for one in heads], lines, caption_hidden=True)


@login_required
@require_safe
def list_editions(request: HttpRequest) -> HttpResponse:
    """Every edition of every level; drafts for those who keep the list."""
    manages = officer_of(request).has_perm(MANAGE)
    editions = list(selectors.all_editions())
    drafts = list(selectors.drafts()) if manages else []
    table = Table(
        caption="已发布的清单",
        caption_hidden=True,
        columns=[
            Column("清单"),
            Column("层级"),
            Column("施行", tight=True),
            Column("措施", numeric=True),
            Column("状态", tight=True),
        ],
        rows=[
            [
                Cell(
                    one.name, url=reverse("workbench:list-edition", args=[one.code]), chip=pending(one.mark)
                ),
                one.get_level_display(),
                span(one.effective_from, one.effective_until),
                f"{one.rows}",  # type: ignore[attr-defined]  # annotated
                Cell(chip=validity(one.effective_from, one.effective_until, today())),
            ]
            for one in editions
        ],
    )
    drafted = Table(
        caption="草稿",
        caption_hidden=True,
        columns=[Column("草稿"), Column("层级"), Column("拟施行", tight=True), Column("最近修改")],
        rows=[
            [
                Cell(one.name, url=reverse("workbench:list-draft", args=[one.pk])),
                one.get_level_display(),
                cdate(one.effective_from),
                Cell(cdatetime(one.changed_at), note=str(one.changed_by)),
            ]
            for one in drafts
        ],
    )
    form = ListCompareForm()
    form.offer(editions, drafts)
    context = {"table": table, "drafts": drafted, "form": form, "manages": manages}
    return render(request, "workbench/measures/editions.html", context)


@login_required
@require_safe
def list_edition(request: HttpRequest, code: str) -> HttpResponse:
    """One edition; `?download=1` gives it as a workbook."""
    edition = get_object_or_404(MeasureEdition.objects.select_related("basis"), code=code)
    rows = contents.contents(edition)
    if "download" in request.GET:
        return _download(rows, edition.code)
    context = {
        "edition": edition, "table": _table(rows, "措施"), "count": len(rows),
        "chip": validity(edition.effective_from, edition.effective_until, today()),
        "term": span(edition.effective_from, edition.effective_until),
    }  # fmt: skip
    return render(request, "workbench/measures/edition.html", context)


def _download(rows: Iterable[MeasureContent], name: str) -> HttpResponse:
    bases = sorted((code, str(row)) for code, row in bases_by_code().items())
    answer = HttpResponse(workbook.write(tuple(rows), bases), content_type=_XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="measures-{name}.xlsx"'
    return answer


@login_required
@require_safe
def list_compare(request: HttpRequest) -> HttpResponse:
    """`?old=&new=`: two lists side by side; drafts for those who keep the list."""
    manages = officer_of(request).has_perm(MANAGE)
    form = ListCompareForm(request.GET or None)
    form.offer(selectors.all_editions(), selectors.drafts() if manages else [])
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        (old, before), (new, after) = (_side(form.cleaned_data[name], manages) for name in ("old", "new"))
        context |= {"old": old, "new": new, **_comparison(before, after)}
    return render(request, "workbench/measures/compare.html", context)


def _side(code: str, manages: bool) -> tuple[object, tuple[MeasureContent, ...]]:
    if code.startswith("draft-"):
        if not manages:
            raise Http404
        draft = get_object_or_404(MeasureDraft, pk=code.removeprefix("draft-"))
        return draft, contents.load(draft.measures)
    edition = get_object_or_404(MeasureEdition, code=code)
    return edition, contents.contents(edition)


def _comparison(before: tuple[MeasureContent, ...], after: tuple[MeasureContent, ...]) -> dict[str, object]:
    found = contents.compare(before, after)
    heads = [Column("变化"), Column("原版本"), Column("新版本")]
    changed = [
        (
            row,
            Table(
                f"{row.name}的变化",
                heads,
                [[one.label, one.before or "—", one.after or "—"] for one in changes],
                caption_hidden=True,
            ),
        )
        for row, changes in found.changed
    ]
    return {
        "difference": found, "changed": changed,
        "added": _table(found.added, "增加的措施"), "removed": _table(found.removed, "减少的措施"),
    }  # fmt: skip


# --- drafts --------------------------------------------------------------------------------------------------


def _tried(request: HttpRequest, form: RefusableForm | None, action: Callable[[], object]) -> bool:
    """Whether the action went through; if not, the form (or a message) says why."""
    try:
        action()
    except DraftChanged:
        words = [CHANGED]
        if form is not None:
            form.add_error(None, CHANGED)
            return False
    except Refused as refused:
        if form is not None:
            form.show(refused.refusals)
            return False
        words = [f"{one.detail}（依据：{one.basis}）" for one in refused.refusals]
    else:
        return True
    for one in words:
        messages.error(request, one)
    return False


def _uploaded(form: RefusableForm) -> tuple[MeasureContent, ...] | None:
    """Rows of the uploaded workbook; None without one, or when the form now says why it could not be read."""
    if (file := form.cleaned_data.get("file")) is None:
        return None
    try:
        return workbook.read(cast(BinaryIO, file))
    except WorkbookRefused as refused:
        for problem in refused.problems[:50]:
            form.add_error("file", problem)
        return None


@login_required
@managing
@require_http_methods(["GET", "POST"])
def list_draft_new(request: HttpRequest) -> HttpResponse:
    """`?level=` chooses the level; a copy of what runs, or a workbook."""
    level = request.GET.get("level", MeasureLevel.CITY.value)
    newest = selectors.newest(level) if level in MeasureLevel.values else None
    initial: dict[str, object] = {"level": level, "effective_from": today(), "mark": "unverified"}
    if newest is not None:
        initial |= {"name": newest.name, "basis": newest.basis.code, "mark": newest.mark}
    form = ListHeadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        rows, opened = _uploaded(form), []
        if not form.errors and _tried(
            request,
            form,
            lambda: opened.append(
                services.open_list_draft(
                    officer=officer_of(request), level=form.cleaned_data["level"], head=form.head(), rows=rows
                )
            ),
        ):
            return redirect("workbench:list-draft", opened[0].pk)
    return render(request, "workbench/measures/draft_form.html", {"form": form, "title": "拟订新版清单"})


@login_required
@managing
@require_http_methods(["GET", "POST"])
def list_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Look over: what changes against the running edition, what is still wrong; publish or throw away."""
    draft = get_object_or_404(selectors.drafts(), pk=pk)
    if request.method == "POST":
        return _decide(request, draft)
    rows = contents.load(draft.measures)
    if "download" in request.GET:
        return _download(rows, f"draft-{pk}")
    newest = selectors.newest(draft.level)
    context = {
        "draft": draft, "newest": newest, "problems": services.list_refusals(draft, on=today()),
        "facts": [
            SummaryRow("层级", draft.get_level_display()),
            SummaryRow("印发依据", str(draft.basis)),
            SummaryRow("施行日期", cdate(draft.effective_from)),
            SummaryRow("措施", f"{len(rows)} 项"),
        ],
        "table": _table(rows, "全部措施", lambda code: reverse("workbench:list-draft-row", args=[pk, code])),
        **_comparison(contents.contents(newest), rows),
    }  # fmt: skip
    return render(request, "workbench/measures/draft.html", context)


def _decide(request: HttpRequest, draft: MeasureDraft) -> HttpResponse:
    officer, version = officer_of(request), version_of(request)
    if request.POST.get("do") == "discard":
        if _tried(
            request,
            None,
            lambda: services.discard_list_draft(officer=officer, draft_id=draft.pk, version=version),
        ):
            messages.success(request, f"草稿“{draft.name}”已删除")
            return redirect("workbench:list-editions")
        return redirect("workbench:list-draft", draft.pk)
    done: list[MeasureEdition] = []
    if _tried(
        request,
        None,
        lambda: done.append(
            services.publish_list(officer=officer, draft_id=draft.pk, version=version, on=today())
        ),
    ):
        messages.success(request, f"已发布，自{cdate(draft.effective_from)}起施行")
        return redirect("workbench:list-edition", done[0].code)
    return redirect("workbench:list-draft", draft.pk)


@login_required
@managing
@require_http_methods(["GET", "POST"])
def list_draft_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """A workbook's rows in the place of the draft's."""
    draft = get_object_or_404(selectors.drafts(), pk=pk)
    form = ListWorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        rows = _uploaded(form) or ()
        version = version_of(request)
        if not form.errors and _tried(
            request,
            form,
            lambda: services.replace_rows(
                officer=officer_of(request), draft_id=pk, version=version, rows=rows
            ),
        ):
            messages.success(request, "已替换草稿中的措施，请核对变化")
            return redirect("workbench:list-draft", pk)
    context = {"form": form, "draft": draft, "title": "用工作簿录入", "version": draft.version}
    return render(request, "workbench/measures/draft_form.html", context)


@login_required
@managing
@require_http_methods(["GET", "POST"])
def list_draft_row(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """One row of a draft, added or changed; `do=remove` leaves it out."""
    draft = get_object_or_404(selectors.drafts(), pk=pk)
    row = next((one for one in contents.load(draft.measures) if one.code == code), None)
    if code and row is None:
        raise Http404
    officer, version = officer_of(request), version_of(request)
    if request.method == "POST" and request.POST.get("do") == "remove":
        _tried(
            request,
            None,
            lambda: services.remove_row(officer=officer, draft_id=pk, version=version, code=code),
        )
        return redirect("workbench:list-draft", pk)
    form = MeasureForm(request.POST or None, initial=MeasureForm.initial_of(row) if row else {"severity": 2})
    if (
        request.method == "POST"
        and form.is_valid()
        and _tried(
            request,
            form,
            lambda: services.put_row(
                officer=officer, draft_id=pk, version=version, row=form.content(), replaces=code
            ),
        )
    ):
        return redirect("workbench:list-draft", pk)
    title = f"修改：{row.name}" if row else "增加措施"
    context = {"form": form, "draft": draft, "title": title, "version": draft.version, "removable": bool(row)}
    return render(request, "workbench/measures/draft_form.html", context)
