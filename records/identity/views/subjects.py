"""Finding a subject in the workbench: by exact code, or by a name it has or had."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies.areas import area_name
from agencies.sign_in import officer_of
from catalog.choices import SubjectKind
from common.clock import today
from common.components import Cell, Column, Table
from common.templatetags.credit import cdate
from common.text import normalise_name
from records.identity import selectors
from records.identity.choices import CodeKind
from records.identity.groups import head_of
from records.identity.models import SubjectName
from records.models import Subject
from records.search import Hit, subjects_by_name
from records.typed import Kind, read_query

PAGE: Final = 50
FORMER: Final = 20


@login_required
@require_safe
def subject_list(request: HttpRequest) -> HttpResponse:
    """`?q=`: a code leads straight to its subject; a name to the subjects that have it, and to those that had it."""
    officer = officer_of(request)
    typed = request.GET.get("q", "").replace("\0", "").strip()
    query = read_query(typed)
    if query.kind is Kind.PERSONAL:
        return redirect(f"{reverse('workbench:subject-list')}?refused=personal")
    same = [] if query.kind in (Kind.EMPTY, Kind.LONG) else _by_code(typed)
    if len(same) == 1:
        return redirect("workbench:subject", same[0].public_id)
    by_name: list[Hit] = []
    next_cursor: str | None = None
    former: list[SubjectName] = []
    if query.kind is Kind.NAME and not same:
        cursor = request.GET.get("cursor") or None
        by_name, next_cursor = subjects_by_name(
            query.text, words=query.words, at=today(), cursor=cursor, limit=PAGE, registered=True
        )
        former = [] if cursor else list(selectors.by_former_name(normalise_name(typed))[:FORMER])
    context = {
        "typed": "" if query.kind is Kind.LONG else typed,
        "query": query,
        "refused": request.GET.get("refused") == "personal",
        "same": _table("代码相同的主体", [_row(row) for row in same]) if same else None,
        "found": _table("名称相符的主体", [_hit(hit) for hit in by_name]) if by_name else None,
        "former": _former(former) if former else None,
        "shown": len(by_name),
        "next_cursor": next_cursor,
        "may_see_changes": selectors.may_propose(officer) or officer.has_perm("records.view_all_records"),
    }
    return render(request, "workbench/subject_list.html", context)


def _by_code(typed: str) -> list[Subject]:
    """The bodies that have exactly this code, each once."""
    found = {head_of(row).pk: head_of(row) for row in selectors.by_code(typed, inside_uscc=True)[:FORMER]}
    return list(found.values())


def _table(caption: str, rows: list[list[Cell | str]]) -> Table:
    columns = [Column("名称"), Column("代码", tight=True), Column("地区"), Column("类别")]
    return Table(caption, columns, rows, caption_hidden=True)


def _row(subject: Subject) -> list[Cell | str]:
    code = subject.uscc or next(iter(subject.codes.values()), "")
    return [
        Cell(subject.shown_name, url=reverse("workbench:subject", args=[subject.public_id])),
        code,
        area_name(subject.region),
        str(SubjectKind(subject.kind).label),
    ]


def _hit(hit: Hit) -> list[Cell | str]:
    return [
        Cell(hit.name, url=reverse("workbench:subject", args=[hit.public_id])),
        hit.uscc,
        area_name(hit.region),
        str(SubjectKind(hit.kind).label),
    ]


def period_of(name: SubjectName) -> str:
    """When a name was used, as far as documents say."""
    first = cdate(name.first_on) if name.first_on else ""
    if name.used_until:
        return f"{first + '起，' if first else ''}至 {cdate(name.used_until)} 止"
    if name.first_on == name.last_on:
        return f"见于 {first} 的文书" if first else ""
    return f"见于 {first} 至 {cdate(name.last_on)} 的文书"


def _former(names: list[SubjectName]) -> Table:
    rows: list[list[Cell | str]] = []
    for name in names:
        head = head_of(name.subject)
        url = reverse("workbench:subject", args=[head.public_id])
        rows.append([Cell(name.name, url=url), head.shown_name, period_of(name)])
    columns = [Column("曾用名、其他写法"), Column("现用名称"), Column("使用时间")]
    return Table("曾用名相符的主体", columns, rows, caption_hidden=True)


def code_labels(subject: Subject) -> list[tuple[str, str]]:
    """The six codes with their values, "" where unknown."""
    known = dict(subject.codes) | {CodeKind.USCC.value: subject.uscc}
    return [(str(kind.label), str(known.get(kind.value, ""))) for kind in CodeKind]
