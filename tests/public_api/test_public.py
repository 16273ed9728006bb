"""Published subjects and records as data: the same gates and masks as the pages."""

from datetime import date

import pytest
import time_machine
from django.test import Client

from tests.factories import make_licence, make_penalty, make_subject
from tests.portal.conftest import ID_NUMBER, People, people, today

__all__ = ["people", "today"]  # the fixtures of the portal's tests

SUBJECTS, RECORDS = "/api/v1/public/subjects/", "/api/v1/public/records/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "query_required"),
        ({"q": "煤"}, "query_too_short"),
        ({"q": "字" * 101}, "query_too_long"),
        ({"q": ID_NUMBER}, "query_personal"),
        ({"q": "91230402MA1XN00018"}, "identifier_invalid"),
        ({"q": "煤业", "sort": "name"}, "query_unknown"),
        ({"q": "煤业", "cursor": "x"}, "cursor_invalid"),
        ({"q": "煤\0业"}, "query_invalid"),
    ],
)
def test_a_search_that_cannot_be_answered_says_why(client: Client, query: dict[str, str], code: str) -> None:
    answer = client.get(SUBJECTS, query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert ID_NUMBER not in answer.content.decode()


def test_a_subject_is_found_by_name_and_by_code(client: Client, people: People) -> None:
    expected = {
        "id": people.company.public_id,
        "name": "鹤岗市青松岭农机销售有限公司",
        "kind": "organisation",
        "kind_label": "法人及非法人组织",
        "uscc": people.company.uscc,
        "region": "230402",
        "records": 2,
        "list_entries": 0,
    }
    assert client.get(SUBJECTS, {"q": "农机"}).json() == {"items": [expected], "next_cursor": None}
    assert client.get(SUBJECTS, {"q": people.company.uscc}).json() == {
        "items": [expected],
        "next_cursor": None,
    }


def test_a_subject_in_numbers(client: Client, people: People) -> None:
    answer = client.get(f"{SUBJECTS}{people.company.public_id}/").json()
    assert (answer["records"], answer["dishonest"], answer["repairable"]) == (2, 1, 1)


def test_records_come_newest_first_and_page_by_page(client: Client, db: None) -> None:
    company = make_subject()
    days = [date(2026, 2, 1), date(2026, 9, 1), date(2026, 5, 1), date(2026, 5, 1)]
    wanted = [make_penalty(company, decision_date=day).pk for day in days]
    found: list[int] = []
    cursor = None
    while True:
        query = {"item": "xzcf", "limit": 1, **({"cursor": cursor} if cursor else {})}
        answer = client.get(RECORDS, query).json()
        found += [item["id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert found == [wanted[1], wanted[3], wanted[2], wanted[0]]


def test_a_record_as_data(client: Client, people: People) -> None:
    [record] = client.get(RECORDS, {"item": "xzcf"}).json()["items"]
    assert record["document_number"] == people.penalty.document_number
    assert (record["decision_date"], record["published_until"], record["minimum_until"]) == (
        "2026-05-11",
        "2027-05-11",
        "2026-08-11",
    )
    assert record["tier"] == "一般" and "36号" in record["regime"]
    assert record["subject"]["id"] == people.company.public_id
    values = {field["code"]: field["value"] for field in record["fields"]}
    assert values["CF_FRDB"] == "王**" and values["CF_NR_FK"] == "0.2"


def test_records_of_one_subject(client: Client, people: People) -> None:
    make_licence()
    answer = client.get(RECORDS, {"subject": people.company.public_id}).json()["items"]
    assert {record["id"] for record in answer} == {people.penalty.pk, people.licence.pk}
    only = client.get(RECORDS, {"subject": people.company.public_id, "item": "xzxk"}).json()["items"]
    assert [record["id"] for record in only] == [people.licence.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "query_required"),
        ({"item": "none"}, 404, "item_unknown"),
        ({"subject": "none"}, 404, "not_found"),
        ({"item": "xzcf", "limit": "many"}, 400, "query_invalid"),
        ({"item": "xzcf", "offset": "5"}, 400, "query_unknown"),
    ],
)
def test_what_records_cannot_be_asked_for(
    client: Client, query: dict[str, str], status: int, code: str
) -> None:
    answer = client.get(RECORDS, query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_subject_without_anything_published_does_not_exist(
    client: Client, people: People, today: time_machine.Traveller
) -> None:
    quiet = make_subject("鹤岗市静静商贸有限公司")
    make_penalty(quiet, decision_date=date(2025, 1, 1), published_until=date(2026, 11, 22))
    for address in (f"{SUBJECTS}{quiet.public_id}/", f"{RECORDS}?subject={quiet.public_id}"):
        assert client.get(address).status_code == 404
    assert client.get(SUBJECTS, {"q": "静静"}).json()["items"] == []
    assert client.get(SUBJECTS, {"q": quiet.uscc}).json()["items"] == []


def test_writing_is_not_possible(client: Client, people: People) -> None:
    for address in (SUBJECTS, RECORDS, f"{SUBJECTS}{people.company.public_id}/"):
        for call in (client.post, client.put, client.delete):
            assert call(address).status_code == 405
