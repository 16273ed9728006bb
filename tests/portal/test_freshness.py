"""Answers may be kept for a moment and never past midnight; a tag changes with whatever the page is made of."""

from datetime import date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client

from ledger.services import seal_all
from portal import freshness
from records.models import CreditRecord
from tests.factories import make_penalty
from tests.portal.conftest import HEGANG, People


@pytest.fixture(autouse=True)
def sealed(db: None) -> None:
    """The reference data may still wait for sealing, which alone would fill the inbox."""
    seal_all(using="default")


def max_age(header: str) -> int:
    return int(header.split("max-age=")[1].split(",")[0])


@pytest.mark.parametrize(
    ("moment", "expected"),
    [((10, 0, 0), 30), ((23, 59, 30), 30), ((23, 59, 50), 10), ((23, 59, 59), 1), ((0, 0, 0), 30)],
)
def test_no_answer_outlives_the_day(
    client: Client, people: People, today: time_machine.Traveller, moment: tuple[int, int, int], expected: int
) -> None:
    today.move_to(datetime(2026, 11, 23, *moment, tzinfo=HEGANG))
    for address in (
        "/",
        f"/records/{people.penalty.pk}/",
        "/penalties/",
        "/api/v1/public/records/?item=xzcf",
    ):
        header = client.get(address)["Cache-Control"]
        assert max_age(header) == expected, address
        assert header.startswith("public") and header.endswith("must-revalidate")


def test_searches_are_not_kept_for_others(client: Client, people: People) -> None:
    for address in ("/search/?q=农机", "/api/v1/public/subjects/?q=农机"):
        assert client.get(address)["Cache-Control"].startswith("private")


@pytest.mark.django_db
def test_what_is_not_there_is_not_kept(client: Client) -> None:
    assert "max-age" not in client.get("/records/1/").headers.get("Cache-Control", "")
    assert client.get("/api/v1/public/subjects/none/")["Cache-Control"] == "no-store"


def test_an_unchanged_page_costs_no_second_rendering(client: Client, people: People) -> None:
    address = f"/records/{people.penalty.pk}/"
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304 and again.content == b""


def test_the_tag_changes_with_a_record_with_sealing_with_the_day_and_with_the_display(
    client: Client, people: People, today: time_machine.Traveller
) -> None:
    address = f"/records/{people.penalty.pk}/"
    tags = [client.get(address)["ETag"]]
    make_penalty()
    tags.append(client.get(address)["ETag"])
    CreditRecord.objects.filter(pk=people.penalty.pk).update(
        authority_name="鹤岗市应急管理局", authority_uscc=""
    )
    tags.append(client.get(address)["ETag"])
    seal_all(using="default")
    tags.append(client.get(address)["ETag"])
    today.shift(24 * 3600)
    tags.append(client.get(address)["ETag"])
    client.cookies["display"] = "elder"
    tags.append(client.get(address)["ETag"])
    assert len(set(tags)) == len(tags)


def test_a_kept_tag_never_answers_for_a_page_that_is_over(
    client: Client, people: People, today: time_machine.Traveller
) -> None:
    address = f"/records/{people.penalty.pk}/"
    tag = client.get(address)["ETag"]
    today.move_to(datetime(2027, 5, 12, 0, 0, tzinfo=HEGANG))
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 404


def test_a_reader_gets_the_own_display(client: Client, people: People) -> None:
    assert "Cookie" in client.get("/")["Vary"]


def test_during_a_large_import_pages_carry_no_tag(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_pending")
        waiting = cursor.fetchone()[0]
    monkeypatch.setattr(freshness, "_WAITING_LIMIT", waiting)
    assert freshness.data_version() is not None
    monkeypatch.setattr(freshness, "_WAITING_LIMIT", waiting - 1)
    assert freshness.data_version() is None
    assert "ETag" not in client.get("/")


def test_the_front_page_figures_belong_to_their_day(
    client: Client, people: People, today: time_machine.Traveller
) -> None:
    assert '<span class="figures__value">1</span>' in client.get("/").content.decode()
    today.move_to(datetime(2027, 5, 12, 0, 0, tzinfo=HEGANG))
    assert date(2027, 5, 11) == people.penalty.published_until
    assert '<span class="figures__value">0</span>' in client.get("/").content.decode()
