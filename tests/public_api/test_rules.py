"""The rules as data: catalog items, measures and list schemes in force on a day."""

import pytest
from django.test import Client

from catalog.models import CatalogItem

pytestmark = pytest.mark.django_db
LISTS = ["/api/v1/catalog/items/", "/api/v1/measures/", "/api/v1/list-schemes/"]
EIGHT_ATTRIBUTES = {
    "conduct",
    "provider",
    "data_source",
    "nature",
    "sharing",
    "publicity",
    "period_rule",
    "update_cycle",
}


def everything(client: Client, address: str, limit: int) -> list[dict[str, object]]:
    items: list[dict[str, object]] = []
    cursor = None
    while True:
        answer = client.get(address, {"limit": limit, **({"cursor": cursor} if cursor else {})}).json()
        assert set(answer) == {"items", "next_cursor"} and len(answer["items"]) <= limit
        items += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return items


@pytest.mark.parametrize("address", LISTS)
def test_pages_join_to_the_whole_list(client: Client, address: str) -> None:
    whole = everything(client, address, 1000)
    assert len(whole) >= 10
    assert everything(client, address, 7) == whole


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?on=2026-02-30", "query_invalid"),
        ("?on=20260101", "query_invalid"),
        ("?On=2026-01-01", "query_unknown"),
        ("?page=2", "query_unknown"),
        ("?limit=0", "query_invalid"),
        ("?limit=1001", "query_invalid"),
        ("?cursor=nonsense", "cursor_invalid"),
        ("?on=2026-01-01&on=2025-01-01", "query_invalid"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(
    client: Client, address: str, query: str, code: str
) -> None:
    answer = client.get(address + query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code


@pytest.mark.parametrize("address", LISTS)
def test_a_day_before_everything_is_an_empty_list(client: Client, address: str) -> None:
    assert client.get(f"{address}?on=1990-01-01").json() == {"items": [], "next_cursor": None}


def test_an_item_has_its_eight_attributes_fields_and_basis(client: Client) -> None:
    item = client.get("/api/v1/catalog/items/xzcf/").json()
    assert item.keys() >= EIGHT_ATTRIBUTES
    assert all(item[name] for name in EIGHT_ATTRIBUTES)
    assert item["basis"]["level"] == "law" and item["basis_clause"]
    fields = {field["code"]: field for field in item["fields"]}
    assert fields["CF_WSH"]["max_length"] == 128 and fields["CF_WSH"]["required"] == "yes"
    assert "罚款" in fields["CF_CFLB"]["values"]
    assert fields["CF_XDR_ZJHM"]["exposure"] == "secret"


def test_an_item_is_that_of_the_day_asked_for(client: Client) -> None:
    versions = CatalogItem.objects.filter(code="xzcf").order_by("effective_from")
    assert versions.count() > 1
    for version in versions:
        answer = client.get("/api/v1/catalog/items/xzcf/", {"on": version.effective_from.isoformat()}).json()
        assert answer["effective_from"] == version.effective_from.isoformat()
        assert answer["edition"]["code"] == version.edition.code


@pytest.mark.parametrize(
    "address", ["/api/v1/catalog/items/none/", "/api/v1/catalog/items/xzcf/?on=1990-01-01"]
)
def test_an_item_that_is_not_in_force_is_not_found(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (404, "item_unknown")


def test_class_c_can_be_told_but_not_ordered(client: Client) -> None:
    measures = everything(client, "/api/v1/measures/", 1000)
    assert {measure["measure_class"] for measure in measures} == {"A", "B", "C", "I"}
    assert all(measure["can_be_ordered"] == (measure["measure_class"] != "C") for measure in measures)
    assert all(measure["basis_clause"] for measure in measures)


def test_lists_exist_in_the_four_fields_only_and_never_by_the_city(client: Client) -> None:
    schemes = everything(client, "/api/v1/list-schemes/", 1000)
    four = {"health_and_life", "market_order", "refused_obligation", "national_defence"}
    assert {scheme["field"] for scheme in schemes} <= four
    assert {scheme["level"] for scheme in schemes} <= {"national", "provincial"}


def test_the_interfaces_are_described(client: Client) -> None:
    answer = client.get("/api/v1/schema/")
    assert answer.status_code == 200
    paths = answer.json()["paths"]
    for address in (
        *LISTS,
        "/api/v1/public/subjects/",
        "/api/v1/public/records/",
        "/api/v1/catalog/items/{code}/",
    ):
        operation = paths[address]["get"]
        assert operation["summary"] and operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert "400" in operation["responses"]
