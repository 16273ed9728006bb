"""What the rules are: catalog, list schemes and measures in force on a day of the reader's choice."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from blacklist import selectors as schemes
from catalog import selectors as catalog
from catalog.choices import SourceMark, SubjectKind
from catalog.models import CatalogItem
from common.clock import today
from common.components import Cell, Chip, Column, Table
from portal.forms import DayForm
from portal.freshness import public_page
from portal.listed import counts_by_scheme
from sanctions import selectors as sanctions
from sanctions.choices import MeasureClass


def _day(request: HttpRequest) -> tuple[DayForm, date | None]:
    """The form and the day asked for; None when what was typed is no date."""
    form = DayForm(request.GET)
    return form, (form.cleaned_data["on"] or today()) if form.is_valid() else None


def _day_query(on: date) -> str:
    """Keeps another day than today in the links of the page."""
    return "" if on == today() else f"?on={on:%Y-%m-%d}"


@public_page()
def items(request: HttpRequest) -> HttpResponse:
    """The catalog by category, in the catalog's own order."""
    form, on = _day(request)
    found = list(catalog.items(on)) if on else []
    categories: dict[str, list[CatalogItem]] = {}
    for row in sorted(found, key=lambda item: (item.order, item.code)):
        categories.setdefault(row.category, []).append(row)
    groups = [(name, _items(name, rows, on)) for name, rows in categories.items() if on]
    context = {"form": form, "on": on, "groups": groups, "count": len(found)}
    return render(request, "portal/catalog.html", context)


def _items(name: str, rows: Iterable[CatalogItem], on: date) -> Table:
    query = _day_query(on)
    lines: list[list[Cell | str]] = [
        [
            Cell(
                item.name,
                url=reverse("portal:catalog-item", args=[item.code]) + query,
                chip=_pending(item.mark),
            ),
            item.provider,
            item.get_publicity_display(),
            item.period_rule,
        ]
        for item in rows
    ]
    columns = [
        Column("事项"),
        Column("提供单位", plain=True),
        Column("公开属性", plain=True),
        Column("公示期限"),
    ]
    return Table(name, columns, lines, caption_hidden=True)


def _pending(mark: str) -> Chip | None:
    return Chip("来源待核", "warning") if mark == SourceMark.UNVERIFIED else None


@public_page()
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item with its attributes, its basis and its fields."""
    form, on = _day(request)
    found = catalog.items(on).prefetch_related("fields").filter(code=code).first() if on else None
    if found is None and on is not None and not catalog.item_versions(code).exists():
        raise Http404
    context = {
        "form": form,
        "on": on,
        "code": code,
        "item": found,
        "kinds": _kinds(found) if found else "",
        "fields": _fields(found) if found else None,
        "day_query": _day_query(on) if on else "",
    }
    return render(request, "portal/catalog_item.html", context)


def _kinds(found: CatalogItem) -> str:
    return "、".join(str(SubjectKind(kind).label) for kind in found.subject_kinds)


def _fields(found: CatalogItem) -> Table:
    rows: list[list[Cell | str]] = [
        [
            Cell(field.label, note=field.code),
            field.get_type_display(),
            field.get_required_display(),
            field.get_exposure_display(),
            field.rule_text or "—",
        ]
        for field in found.fields.all()
    ]
    columns = [
        Column("字段"),
        *(Column(word, plain=True) for word in ("类型", "是否必填", "公开方式")),
        Column("要求"),
    ]
    return Table("字段", columns, rows, caption_hidden=True)


@public_page()
def lists(request: HttpRequest) -> HttpResponse:
    """Which serious-dishonesty lists exist, and how a listing comes about."""
    form, on = _day(request)
    found = list(schemes.schemes(on)) if on else []
    groups = [
        (label, list(rows)) for label, rows in groupby(found, key=lambda scheme: scheme.get_field_display())
    ]
    context: dict[str, object] = {"form": form, "on": on, "groups": groups, "count": len(found)}
    if on == today():
        context["listed"] = counts = counts_by_scheme(on)
        for scheme in found:
            scheme.shown_count = counts.get(scheme.code, 0)  # type: ignore[attr-defined]
    return render(request, "portal/lists.html", context)


@public_page()
def measures(request: HttpRequest) -> HttpResponse:
    """The measure list by class."""
    form, on = _day(request)
    found = list(sanctions.measures(on)) if on else []
    groups = [
        (MeasureClass(code), list(rows)) for code, rows in groupby(found, key=lambda row: row.measure_class)
    ]
    editions = list(sanctions.editions(on)) if on else []
    context = {"form": form, "on": on, "groups": groups, "editions": editions, "count": len(found)}
    return render(request, "portal/measures.html", context)
