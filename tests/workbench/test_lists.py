"""The lists of records and batches: filtered and turned round by the address, taken along as what the page shows."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from agencies.choices import Role
from agencies.models import Officer
from ledger.models import Context
from records import selectors
from records.models import CreditRecord, IntakeBatch
from records.sharing.models import LookUp
from tests import people
from tests.factories import make_licence, make_penalty, make_person, make_subject

pytestmark = pytest.mark.django_db
RECORDS, BATCHES = "/workbench/records/", "/workbench/batches/"


@pytest.fixture
def submitter() -> Officer:
    return people.officer(Role.SUBMITTER)


@pytest.fixture
def desk(submitter: Officer) -> Client:
    client = Client()
    client.force_login(submitter)
    return client


def lines(client: Client, address: str) -> list[list[str]]:
    """The rows of a CSV answer, the heading first."""
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    return list(csv.reader(StringIO(text)))


def batch(
    officer: Officer, name: str, *, days_ago: int = 0, status: str = "done", item: str = "xzcf"
) -> None:
    row = IntakeBatch.objects.create(
        item=selectors.CatalogItem.objects.filter(code=item).latest("id"),
        agency=people.agency(),
        officer=officer,
        channel="file",
        filename=name,
        format="csv",
        size=1,
        status=status,
    )
    IntakeBatch.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=days_ago))


def in_order(page: str, *words: str) -> bool:
    places = [page.find(f">{word}<") for word in words]
    return -1 not in places and places == sorted(places)


def test_records_are_taken_along_as_shown_and_registered(desk: Client, submitter: Officer) -> None:
    company = make_penalty(make_subject("=危险公式有限公司"))
    person = make_licence(make_person("林有田"))
    page = desk.get(RECORDS).content.decode()
    assert f'href="{RECORDS}file/?format=xlsx"' in page and "最多 5,000 行" in page
    head, *rows = lines(desk, f"{RECORDS}file/?format=csv")
    assert head[:4] == ["文书号", "主体", "事项", "决定日期"]
    shown = {row[0]: row[1] for row in rows}
    assert shown == {
        company.document_number: "'=危险公式有限公司",
        person.document_number: person.subject.shown_name,
    }
    assert "林有田" not in str(rows), "masked as on the page"
    [noted] = LookUp.objects.all()
    assert (noted.kind, noted.record_count, noted.officer, noted.agency) == (
        "list",
        2,
        submitter,
        people.agency(),
    )
    assert Context.objects.filter(action="sharing.download_list", actor=submitter.pk).exists()
    reviewer = Client()
    reviewer.force_login(people.officer(Role.REVIEWER))
    register = reviewer.get("/workbench/sharing/lookups/?kind=list").content.decode()
    assert noted.receipt in register and "下载工作台所列的信用记录" in register


def test_the_file_holds_what_the_filter_shows(desk: Client) -> None:
    first, second = make_penalty(make_subject("甲有限公司")), make_penalty(make_subject("乙有限公司"))
    query = f"number={second.document_number}"
    assert [row[0] for row in lines(desk, f"{RECORDS}file/?{query}")[1:]] == [second.document_number]
    assert first.document_number not in desk.get(f"{RECORDS}?{query}").content.decode()
    answer = desk.get(f"{RECORDS}file/?format=xlsx&{query}")
    book = load_workbook(BytesIO(b"".join(answer)))  # type: ignore[arg-type]
    assert [row[0].value for row in book.worksheets[0].iter_rows()] == ["文书号", second.document_number]


def test_a_slip_in_the_filter_hands_out_nothing(desk: Client) -> None:
    make_penalty()
    for page in (RECORDS, BATCHES):
        answer = desk.get(f"{page}file/?since=昨天&format=csv", follow=True)
        assert answer.redirect_chain and "请更正以下内容" in answer.content.decode()
        assert f"{page}file/" not in answer.content.decode()
    assert not LookUp.objects.exists()


def test_a_file_that_is_cut_says_so(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_penalty(make_subject("甲有限公司"))
    make_penalty(make_subject("乙有限公司"))
    assert "其余的没有列出" not in str(lines(desk, f"{RECORDS}file/"))
    monkeypatch.setattr(selectors, "FILE_ROWS", 1)
    _, record, said = lines(desk, f"{RECORDS}file/")
    assert len(record) > 1 and "其余的没有列出" in said[0]
    assert LookUp.objects.latest("id").record_count == 1


def test_another_agencys_records_and_batches_are_in_no_file(desk: Client, submitter: Officer) -> None:
    record = make_penalty()
    batch(submitter, "本单位.csv")
    assert len(lines(desk, f"{RECORDS}file/")) == len(lines(desk, f"{BATCHES}file/")) == 2
    stranger = Client()
    stranger.force_login(people.stranger())
    assert record.document_number not in str(lines(stranger, f"{RECORDS}file/"))
    assert "本单位.csv" not in str(lines(stranger, f"{BATCHES}file/"))


def test_lists_are_turned_round_page_by_page(
    desk: Client, submitter: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = []
    for days in (30, 10, 20):
        record = make_penalty(make_subject(f"第{days}有限公司"))
        CreditRecord.objects.filter(pk=record.pk).update(
            decision_date=record.decision_date - timedelta(days=days)
        )
        numbers.append((days, record.document_number))
    newest = [number for _, number in sorted(numbers)]
    assert in_order(desk.get(RECORDS).content.decode(), *newest)
    turned = desk.get(f"{RECORDS}?sort=decided").content.decode()
    assert in_order(turned, *reversed(newest)) and 'aria-sort="ascending"' in turned
    assert [row[0] for row in lines(desk, f"{RECORDS}file/?sort=decided")[1:]] == newest[::-1]
    for name in ("一.csv", "二.csv", "三.csv"):
        batch(submitter, name)
    assert in_order(desk.get(BATCHES).content.decode(), "三.csv", "二.csv", "一.csv")
    assert in_order(desk.get(f"{BATCHES}?sort=handed").content.decode(), "一.csv", "二.csv", "三.csv")
    monkeypatch.setattr("records.views.lists.PAGE", 2)
    assert list(_pages(desk, f"{RECORDS}?sort=decided&item=xzcf", newest)) == [newest[:0:-1], newest[:1]]
    assert list(_pages(desk, f"{BATCHES}?sort=handed", ["一.csv", "二.csv", "三.csv"])) == [
        ["一.csv", "二.csv"],
        ["三.csv"],
    ]


def _pages(client: Client, address: str, names: list[str]) -> Iterator[list[str]]:
    """What stands on each page, in its order."""
    while address:
        answer = client.get(address)
        page = answer.content.decode()
        yield sorted((name for name in names if f">{name}<" in page), key=page.index)
        path, _, query = address.partition("?")
        kept = "&".join(part for part in query.split("&") if not part.startswith("cursor="))
        cursor = answer.context["next_cursor"]
        address = f"{path}?{kept}&cursor={cursor}" if cursor else ""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"九月许可.csv", "十月处罚.xlsx", "十一月处罚.csv"}),
        ("item=xzxk", {"九月许可.csv"}),
        ("status=failed", {"十月处罚.xlsx"}),
        ("file=处罚", {"十月处罚.xlsx", "十一月处罚.csv"}),
        ("file=CSV", {"九月许可.csv", "十一月处罚.csv"}),
        ("since={5}", {"十一月处罚.csv"}),
        ("until={20}", {"九月许可.csv"}),
        ("since={40}&until={10}", {"九月许可.csv", "十月处罚.xlsx"}),
        ("item=xzcf&status=done", {"十一月处罚.csv"}),
        ("file=%25", set()),
    ],
)
def test_batches_are_filtered_by_the_address(
    desk: Client, submitter: Officer, query: str, found: set[str]
) -> None:
    batch(submitter, "九月许可.csv", days_ago=20, item="xzxk")
    batch(submitter, "十月处罚.xlsx", days_ago=10, status="failed")
    batch(submitter, "十一月处罚.csv")
    for days in (5, 10, 20, 40):
        day = timezone.localdate() - timedelta(days=days)
        query = query.replace(f"{{{days}}}", day.isoformat())
    page = desk.get(f"{BATCHES}?{query}").content.decode()
    assert {name for name in ("九月许可.csv", "十月处罚.xlsx", "十一月处罚.csv") if name in page} == found
    assert {row[0] for row in lines(desk, f"{BATCHES}file/?{query}")[1:]} == found
    assert ("没有符合条件的批次" in page) == (not found)


def test_files_cost_the_same_however_many_rows(
    desk: Client, submitter: Officer, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        make_penalty(make_subject(f"第{number}有限公司"))
        batch(submitter, f"{number}.csv")
    for address, limit in ((f"{RECORDS}file/", 13), (f"{BATCHES}file/", 6)):
        lines(desk, address)
        with django_assert_max_num_queries(limit):  # type: ignore[operator]
            assert len(lines(desk, address)) == 13
