"""开放数据: what may be taken along, for people and for programs."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from catalog import selectors as catalog
from catalog.choices import Publicity
from common.clock import today
from common.components import Cell, Column, Table
from portal import open_data
from portal.freshness import public_page
from portal.open_data import Dataset, Item
from portal.open_terms import terms

_DCAT = "https://www.w3.org/ns/dcat#"


@public_page()
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every data set with its address, fields, basis and limits; the terms of use; how to ask."""
    sets = [(one, _table(one.parameters, "参数"), _table(one.fields, "字段")) for one in open_data.datasets()]
    context = {
        "sets": sets,
        "items": _items(),
        "terms": terms(today()),
        "example": request.build_absolute_uri(_example()),
    }
    return render(request, "portal/open_data.html", context)


def _example() -> str:
    return f"{reverse('api:public-records')}?item=xzcf&limit=100"


def _table(items: tuple[Item, ...], heading: str) -> Table:
    rows: list[list[Cell | str]] = [[one.name, one.kind, one.text or "—"] for one in items]
    return Table(heading, [Column(heading), Column("类型"), Column("说明")], rows, caption_hidden=True)


def _items() -> Table:
    """Items of the catalog in force that are published, with the address of each."""
    records = reverse("api:public-records")
    rows: list[list[Cell | str]] = [
        [
            Cell(item.name, url=reverse("portal:catalog-item", args=[item.code])),
            Cell(f"{records}?item={item.code}", url=f"{records}?item={item.code}"),
            item.period_rule,
        ]
        for item in sorted(catalog.items(today()), key=lambda one: (one.order, one.code))
        if item.publicity == Publicity.PUBLIC
    ]
    columns = [Column("目录事项"), Column("取数地址"), Column("公示期限")]
    return Table("按事项取在公示的信息", columns, rows, caption_hidden=True)


@public_page()
def catalogue_file(request: HttpRequest) -> HttpResponse:
    """The same catalogue for programs, in the words of DCAT 2 (JSON-LD)."""
    home = request.build_absolute_uri(reverse("portal:open-data"))
    publisher = {"@type": "foaf:Organization", "foaf:name": settings.CREDIT_AUTHORITY_NAME}
    answer = {
        "@context": {
            "dcat": _DCAT,
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@id": home,
        "@type": "dcat:Catalog",
        "dct:title": f"{settings.CREDIT_SITE_NAME}开放数据",
        "dct:language": "zh",
        "dct:publisher": publisher,
        "dct:license": f"{home}#terms",
        "dct:rights": [f"{term.name}{term.text}" for term in terms(today())],
        "dcat:dataset": [_dcat(request, one, home) for one in open_data.datasets()],
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _dcat(request: HttpRequest, one: Dataset, home: str) -> dict[str, object]:
    return {
        "@id": f"{home}#{one.code}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.code,
        "dct:title": one.title,
        "dct:description": one.text,
        "dct:provenance": one.basis,
        "dct:accrualPeriodicity": one.updated,
        "dct:accessRights": one.persons,
        "dct:license": f"{home}#terms",
        "dcat:distribution": {
            "@type": "dcat:Distribution",
            "dcat:accessURL": request.build_absolute_uri(one.path),
            "dcat:mediaType": "application/json",
            "dct:conformsTo": request.build_absolute_uri(reverse("api:schema")),
            "dct:description": one.rate,
        },
        "fields": [
            {"name": field.name, "type": field.kind, "description": field.text} for field in one.fields
        ],
    }
