"""开放数据: the catalogue says of every open interface what the interface itself does."""

import json

import pytest
from django.test import Client
from django.urls import resolve, reverse
from drf_spectacular.generators import SchemaGenerator

from common.clock import today
from portal.open_data import datasets, rate_words
from portal.open_terms import terms
from tests.factories import make_entry, make_licence, make_penalty, make_person, make_subject

# Open without being a data set: one thing of a set, or a search that needs a name.
NOT_SETS = {"catalog_item", "ledger_block", "ledger_proof", "public_subject", "public_subjects"}


def test_every_open_list_is_in_the_catalogue() -> None:
    document = SchemaGenerator().get_schema(request=None, public=True)
    everybody = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if operation.get("security") == [{}]
    }
    assert {one.code.replace("-", "_") for one in datasets()} == everybody - NOT_SETS


def test_each_set_says_what_it_is_by_whom_and_for_how_long() -> None:
    for one in datasets():
        assert one.title and one.text and one.basis and one.updated and one.persons and one.fields, one.code
        assert "每个网络地址每分钟" in one.rate, one.code
        known = resolve(one.path).func.view_class.query_parameters  # type: ignore[attr-defined]
        assert {parameter.name for parameter in one.parameters} == known, one.code


@pytest.mark.django_db
def test_the_fields_are_those_of_the_answer(client: Client) -> None:
    company = make_subject("鹤岗市青松岭农机销售有限公司")
    make_penalty(company), make_entry(company), make_licence(make_person())
    queries = {
        "public-records": "?item=xzcf",
        "public-list-entries": "?scheme=sxbzxr",
        "public-honours": None,
    }
    for one in datasets():
        query = queries.get(one.code, "")
        items = [] if query is None else client.get(one.path + query).json()["items"]
        fields = {field.name for field in one.fields if "." not in field.name}
        assert all(set(item) == fields for item in items), one.code


@pytest.mark.django_db
def test_the_page_and_the_file_name_the_same_sets(client: Client) -> None:
    page = client.get("/open-data/").content.decode()
    answer = client.get("/open-data/catalog.json")
    catalogue = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/json"
    assert [one["dct:identifier"] for one in catalogue["dcat:dataset"]] == [one.code for one in datasets()]
    for one in datasets():
        assert f'id="{one.code}"' in page and one.path in page
    for one in catalogue["dcat:dataset"]:
        assert one["dcat:distribution"]["dcat:accessURL"].startswith("http://testserver/api/v1/")
    said = list(terms(today()))
    assert len(said) == 6 and all(term.text in page and f"依据：{term.cites}" in page for term in said)
    assert catalogue["dct:rights"] == [f"{term.name}{term.text}" for term in said]
    assert catalogue["dct:rights"][0].startswith("免费，不用注册。可以复制、传播、加工")
    section = page[page.index('id="terms"') : page.index('id="how"')]
    assert "依据：鹤信用发〔2022〕1号 第12条、第15条" in section and section.count("来源待核") == 2
    assert f"{reverse('api:public-records')}?item=xzcf" in page and "不提供整库下载" in page


def test_a_limit_in_words() -> None:
    assert rate_words("120/min") == "每个网络地址每分钟 120 次"
    assert rate_words("1200/hour") == "每个网络地址每小时 1,200 次"
