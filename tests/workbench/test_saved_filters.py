"""Filters an officer keeps for a list: own, few, of the filter alone."""

import pytest
from django.test import Client

from agencies.choices import Role
from agencies.models import Officer, SavedFilter
from agencies.saved_filters import MOST
from tests import people

pytestmark = pytest.mark.django_db
BOARD = "/workbench/lists/"
KEEP = "/workbench/filters/"


def browser(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def desk() -> Client:
    return browser(people.officer(Role.SUBMITTER))


def test_a_filter_is_kept_used_and_forgotten(desk: Client) -> None:
    assert "我的筛选" not in desk.get(BOARD).content.decode()
    page = desk.get(f"{BOARD}?scheme=spaq&phase=to_answer&cursor=&mine=").content.decode()
    assert 'name="query" value="phase=to_answer&amp;scheme=spaq"' in page
    answer = desk.post(
        KEEP, {"page": "case-list", "query": "phase=to_answer&scheme=spaq&cursor=x", "name": "等我答复的"}
    )
    assert answer.status_code == 302 and answer["Location"] == f"{BOARD}?phase=to_answer&scheme=spaq"
    kept = desk.get(BOARD).content.decode()
    assert '<a href="?phase=to_answer&amp;scheme=spaq">等我答复的</a>' in kept
    used = desk.get(answer["Location"]).content.decode()
    assert 'aria-current="true">等我答复的' in used and 'name="forget" value="等我答复的"' in used
    desk.post(KEEP, {"page": "case-list", "forget": "等我答复的"})
    assert "我的筛选" not in desk.get(BOARD).content.decode()


def test_filters_are_the_officers_own_and_few(desk: Client) -> None:
    for number in range(MOST + 3):
        desk.post(KEEP, {"page": "case-list", "query": f"scheme=s{number}", "name": f"筛选{number}"})
    desk.post(KEEP, {"page": "case-list", "query": "scheme=other", "name": "筛选0"})
    assert SavedFilter.objects.count() == MOST
    assert SavedFilter.objects.get(name="筛选0").query == "scheme=other"
    stranger = browser(people.stranger())
    assert "筛选0" not in stranger.get(BOARD).content.decode()
    stranger.post(KEEP, {"page": "case-list", "forget": "筛选0"})
    assert SavedFilter.objects.filter(name="筛选0").exists()


@pytest.mark.parametrize(
    "body", [{"page": "subject-list", "query": "q=林有田", "name": "x"}, {"page": "", "query": "a=b"}]
)
def test_lists_whose_filters_may_name_a_person_keep_none(desk: Client, body: dict[str, str]) -> None:
    assert desk.post(KEEP, body).status_code == 404
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("page", "address"), [("record-list", "/workbench/records/"), ("batch-list", "/workbench/batches/")]
)
def test_a_free_text_is_not_kept(desk: Client, page: str, address: str) -> None:
    shown = desk.get(f"{address}?item=xzcf&number=林有田&file=林有田").content.decode()
    assert 'name="query" value="item=xzcf"' in shown
    desk.post(KEEP, {"page": page, "query": "number=林有田&file=林有田&q=林有田", "name": "某人"})
    assert not SavedFilter.objects.exists()
    desk.post(KEEP, {"page": page, "query": "file=林有田&item=xzcf", "name": "处罚"})
    assert SavedFilter.objects.get().query == "item=xzcf"
    assert '<a href="?item=xzcf">处罚</a>' in desk.get(address).content.decode()
