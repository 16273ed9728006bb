"""What several pages of the catalog draw: tables of items and fields, summaries, comparisons, and who may change things."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from catalog import columns, selectors, workbook
from catalog.choices import BasisLevel, Nature, Publicity, SourceMark
from catalog.content import FieldContent, ItemContent
from catalog.differences import Change, Difference, ItemChange
from catalog.forms import DayForm
from catalog.models import LegalBasis
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.templatetags.credit import cdate

MANAGE = "catalog.manage_catalog"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NONE = "—"

managing = permission_required(MANAGE, raise_exception=True)
signed_in = login_required


def day_of(request: HttpRequest) -> tuple[DayForm, date]:
    """The day picker and the day asked for; today when what was typed is no date (the form then says so)."""
    form = DayForm(request.GET)
    return form, (form.cleaned_data["on"] if form.is_valid() else None) or today()


def span(first: date | None, last: date | None) -> str:
    """Validity in words, both days included."""
    begin = f"{cdate(first)}起" if first else "施行日期未载明"
    return f"{begin}，至{cdate(last)}" if last else begin


def validity(first: date | None, last: date | None, on: date) -> Chip:
    if last is not None and last < on:
        return Chip("已失效", "neutral")
    if first is not None and first > on:
        return Chip("尚未施行", "info")
    return Chip("有效", "good")


def pending(mark: str) -> Chip | None:
    return Chip("来源待核", "warning") if mark == SourceMark.UNVERIFIED else None


def items_table(items: Iterable[ItemContent], urls: dict[str, str], caption: str = "目录事项") -> Table:
    """One line an item; `urls` by code."""
    rows: list[list[Cell | str]] = [
        [
            Cell(item.name, url=urls.get(item.code, ""), chip=pending(item.mark), note=item.code),
            item.category,
            item.provider,
            str(Nature(item.nature).label),
            str(Publicity(item.publicity).label),
            f"{len(item.fields)}",
        ]
        for item in items
    ]
    heads = [Column(word, plain=True) for word in ("类别", "提供单位", "性质", "公开属性")]
    return Table(caption, [Column("事项"), *heads, Column("字段", numeric=True)], rows, caption_hidden=True)


def fields_table(fields: Iterable[FieldContent]) -> Table:
    shown = {one.name: one for one in columns.FIELD}
    rows: list[list[Cell | str]] = [
        [
            Cell(field.label, note=field.code),
            shown["type"].shown(field),
            shown["required"].shown(field),
            shown["role"].shown(field) or _NONE,
            shown["exposure"].shown(field),
            field_demands(field) or _NONE,
        ]
        for field in fields
    ]
    heads = ("字段", "类型", "必填", "用途", "公开方式", "取值和条件")
    speaking = ("类型", "公开方式")
    return Table("字段", [Column(word, plain=word in speaking) for word in heads], rows, caption_hidden=True)


def field_demands(field: FieldContent) -> str:
    """Values and conditions in one line."""
    shown = {one.name: one for one in columns.FIELD}
    lines = [shown["values"].shown(field), *shown["conditions"].shown(field).splitlines()]
    return "。".join(line for line in lines if line)


def summary(item: ItemContent, of_the_edition: LegalBasis) -> list[SummaryRow]:
    """All attributes of an item; bases and kinds of documents by their full name."""
    bases, kinds = selectors.bases_by_code(), selectors.document_kinds()
    rows = []
    for attribute in columns.ITEM:
        value = attribute.shown(item)
        note = ""
        if attribute.name in ("basis", "person_basis", "person_publication_basis"):
            row = bases.get(getattr(item, attribute.name))
            if attribute.name == "basis" and not item.basis:
                row, note = of_the_edition, "与目录版本的依据相同"
            value = str(row) if row else value
            note = note or (str(BasisLevel(row.level).label) if row else "")
        if attribute.name == "document_kind":
            value = kinds.get(value, value)
        if value:
            rows.append(SummaryRow(attribute.label, value, note=note))
    return rows


# --- what changed ------------------------------------------------------------------------------------------


def comparison(found: Difference) -> dict[str, object]:
    """Context of `workbench/catalog/comparison.html`."""
    return {
        "difference": found,
        "added": items_table(found.added, {}, "增加的事项"),
        "removed": items_table(found.removed, {}, "减少的事项"),
        "changed": [(change, _changes(change)) for change in found.changed],
    }


def _changes(change: ItemChange) -> Table:
    """Attributes, then fields, old and new side by side."""
    lines = [_side_by_side(one.label, one) for one in change.changes]
    lines += [[f"增加字段“{one.label}”", _NONE, _written(one)] for one in change.fields_added]
    lines += [[f"减少字段“{one.label}”", _written(one), _NONE] for one in change.fields_removed]
    lines += [
        _side_by_side(f"字段“{field.label}”的{one.label}", one)
        for field in change.fields_changed
        for one in field.changes
    ]
    if change.reordered:
        orders = ["、".join(field.label for field in item.fields) for item in (change.before, change.after)]
        lines.append(["字段次序", *orders])
    heads = [Column("变化"), Column("原版本"), Column("新版本")]
    return Table(f"{change.after.name}的变化", heads, lines, caption_hidden=True)


def _side_by_side(label: str, change: Change) -> list[Cell | str]:
    return [label, change.before or _NONE, change.after or _NONE]


def _written(field: FieldContent) -> str:
    kind = {one.name: one for one in columns.FIELD}["type"].shown(field)
    return f"{field.code}，{kind}"


# --- files -------------------------------------------------------------------------------------------------


def workbook_answer(items: Sequence[ItemContent], name: str) -> HttpResponse:
    """The workbook as a download."""
    known = [("依据", code, str(row)) for code, row in selectors.bases_by_code().items()]
    known += [("默认文书种类", code, kind) for code, kind in selectors.document_kinds().items()]
    answer = HttpResponse(workbook.write(items, known), content_type=_XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def item_urls(items: Iterable[ItemContent], on: date) -> dict[str, str]:
    query = "" if on == today() else f"?on={on:%Y-%m-%d}"
    return {item.code: reverse("workbench:catalog-item", args=[item.code]) + query for item in items}
