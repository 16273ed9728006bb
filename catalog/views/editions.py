"""What is and was in force: the catalog on a day, editions, two editions side by side, one item. For everybody signed in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies.models import Officer
from agencies.sign_in import officer_of
from catalog import content, rows, selectors
from catalog.content import ItemContent
from catalog.differences import compare
from catalog.forms import CompareForm
from catalog.models import CatalogEdition, CatalogItem, EditionDraft
from catalog.views.parts import (
    MANAGE,
    comparison,
    day_of,
    fields_table,
    item_urls,
    items_table,
    pending,
    signed_in,
    span,
    summary,
    validity,
    workbook_answer,
)
from common.clock import today
from common.components import Cell, Column, Table
from common.templatetags.credit import cdate, cdatetime


@signed_in
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The catalog on a day: editions in force and their items."""
    form, on = day_of(request)
    groups = []
    for edition in selectors.editions(on).order_by("level"):
        items = rows.contents(edition)
        groups.append((edition, items_table(items, item_urls(items, on), edition.name)))
    context = {
        "form": form,
        "on": on,
        "groups": groups,
        "is_today": on == today(),
        "manages": _manages(request),
    }
    return render(request, "workbench/catalog/overview.html", context)


def _manages(request: HttpRequest) -> bool:
    return officer_of(request).has_perm(MANAGE)


@signed_in
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    """Every edition; whoever keeps the catalog sees the drafts too."""
    manages = _manages(request)
    editions = list(selectors.all_editions())
    table = Table(
        caption="已发布的版本",
        caption_hidden=True,
        columns=[
            Column("版本"),
            Column("层级"),
            Column("施行", tight=True),
            Column("事项", numeric=True),
            Column("状态", tight=True),
        ],
        rows=[
            [
                Cell(
                    one.name,
                    url=reverse("workbench:catalog-edition", args=[one.code]),
                    chip=pending(one.mark),
                ),
                one.get_level_display(),
                span(one.effective_from, one.effective_until),
                f"{one.item_count}",  # type: ignore[attr-defined]  # annotated
                Cell(chip=validity(one.effective_from, one.effective_until, today())),
            ]
            for one in editions
        ],
    )
    drafts = list(selectors.drafts()) if manages else []
    form = CompareForm()
    form.offer(editions, drafts)
    context = {"table": table, "drafts": _drafts(drafts), "form": form, "manages": manages}
    return render(request, "workbench/catalog/editions.html", context)


def _drafts(drafts: list[EditionDraft]) -> Table:
    heads = [Column(word) for word in ("草稿", "层级", "拟施行", "最近修改")]
    return Table(
        "草稿",
        heads,
        [
            [
                Cell(one.name, url=reverse("workbench:catalog-draft", args=[one.pk])),
                one.get_level_display(),
                cdate(one.effective_from),
                Cell(cdatetime(one.changed_at), note=str(one.changed_by)),
            ]
            for one in drafts
        ],
        caption_hidden=True,
    )


@signed_in
@require_safe
def edition_page(request: HttpRequest, code: str) -> HttpResponse:
    """One edition with its items."""
    edition = get_object_or_404(CatalogEdition.objects.select_related("basis"), code=code)
    items = rows.contents(edition)
    on = max(edition.effective_from, min(today(), edition.effective_until or today()))
    context = {
        "edition": edition,
        "table": items_table(items, item_urls(items, on)),
        "count": len(items),
        "chip": validity(edition.effective_from, edition.effective_until, today()),
        "term": span(edition.effective_from, edition.effective_until),
    }
    return render(request, "workbench/catalog/edition.html", context)


@signed_in
@require_safe
def edition_workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The edition as a workbook: to read, or to fill in as the next edition."""
    edition = get_object_or_404(CatalogEdition, code=code)
    return workbook_answer(rows.contents(edition), edition.code)


@signed_in
@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    """`?old=&new=`: two editions side by side; drafts for those who keep the catalog."""
    officer = officer_of(request)
    drafts = list(selectors.drafts()) if officer.has_perm(MANAGE) else []
    form = CompareForm(request.GET or None)
    form.offer(selectors.all_editions(), drafts)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        old, new = (_side(form.cleaned_data[name], officer) for name in ("old", "new"))
        context |= {"old": old[0], "new": new[0], **comparison(compare(old[1], new[1]))}
    return render(request, "workbench/catalog/compare.html", context)


def _side(code: str, officer: Officer) -> tuple[CatalogEdition | EditionDraft, tuple[ItemContent, ...]]:
    if code.startswith("draft-"):
        if not officer.has_perm(MANAGE):
            raise Http404
        draft = get_object_or_404(EditionDraft, pk=code.removeprefix("draft-"))
        return draft, content.load(draft.items)
    edition = get_object_or_404(CatalogEdition, code=code)
    return edition, rows.contents(edition)


@signed_in
@require_safe
def item_page(request: HttpRequest, code: str) -> HttpResponse:
    """One item as it stands on a day, and every version it had."""
    form, on = day_of(request)
    versions = list(selectors.item_versions(code).select_related("edition__basis").prefetch_related("fields"))
    if not versions:
        raise Http404
    found = next(
        (
            row
            for row in versions
            if row.effective_from <= on and (row.effective_until is None or row.effective_until >= on)
        ),
        None,
    )
    item = rows.item_content(found, found.edition) if found else None
    context = {
        "form": form,
        "on": on,
        "code": code,
        "name": (found or versions[-1]).name,
        "item": item,
        "edition": found.edition if found else None,
        "chip": pending(found.mark) if found else None,
        "rows": summary(item, found.edition.basis) if item and found else [],
        "fields": fields_table(item.fields) if item else None,
        "versions": _versions(versions),
        "manages": _manages(request),
    }
    return render(request, "workbench/catalog/item.html", context)


def _versions(versions: list[CatalogItem]) -> Table:
    lines: list[list[Cell | str]] = [
        [
            Cell(row.edition.name, url=reverse("workbench:catalog-edition", args=[row.edition.code])),
            span(row.effective_from, row.effective_until),
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in reversed(versions)
    ]
    heads = [Column("目录版本"), Column("施行"), Column("状态", tight=True)]
    return Table("历次版本", heads, lines, caption_hidden=True)
