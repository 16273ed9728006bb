"""信用动态: 贺明远 writes, 舒映江 reviews; what the public sees, and what the database refuses."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from agencies.choices import Role
from agencies.models import Officer
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from ledger.models import Pending
from ledger.tables import TABLES
from portal.news import services
from portal.news.models import Article
from tests import people
from tests.news.samples import approve, handed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> Officer:
    return people.officer(Role.AUTHORITY)


@pytest.fixture
def reviewer() -> Officer:
    return people.officer(Role.AUTHORITY, username="shu-yingjiang")


def test_an_article_is_public_from_its_first_day_to_its_last(
    client: Client, writer: Officer, reviewer: Officer
) -> None:
    article = handed_in(writer)
    page = f"/news/{article.pk}/"
    assert client.get(page).status_code == 404 and "窗口可以当场" not in client.get("/news/").content.decode()
    approve(reviewer, article, publish_from=today() + timedelta(days=1), publish_until=None)
    assert client.get(page).status_code == 404
    other = approve(reviewer, handed_in(writer, title="新的承诺书"), publish_until=today())
    shown = client.get(f"/news/{other.pk}/").content.decode()
    assert "<title>新的承诺书 - 信用动态 - " in shown and "来源：鹤岗市营商环境建设监督局" in shown
    assert "新的承诺书" in client.get("/").content.decode()
    assert "新的承诺书" in client.get("/news/?column=dongtai").content.decode()
    assert "新的承诺书" not in client.get("/news/?column=anli").content.decode()


def test_words_are_never_markup(client: Client, writer: Officer, reviewer: Officer) -> None:
    body = "<script>alert(1)</script>\n# 怎样<b>办</b>\n- 第一[项](javascript:alert(1))"
    article = approve(reviewer, handed_in(writer, body=body))
    page = client.get(f"/news/{article.pk}/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    assert "<h2>怎样&lt;b&gt;办&lt;/b&gt;</h2>" in page and "<li>第一[项](javascript:alert(1))</li>" in page


def test_two_officers_and_a_case_names_nobody_and_has_an_end(writer: Officer, reviewer: Officer) -> None:
    article = handed_in(writer, "anli")
    with pytest.raises(Refused) as refused:
        approve(writer, article, names_nobody=False, publish_until=None)
    codes = [refusal.code for refusal in refused.value.refusals]
    assert codes == ["article_own_review", "article_names_person", "article_needs_end"]
    approved = approve(reviewer, article)
    assert approved.names_nobody and approved.reviewed_by == reviewer
    assert Pending.objects.filter(tbl=TABLES["portal_article"], object_id=article.pk).count() == 3


def test_a_case_stays_out_of_search_engines(client: Client, writer: Officer, reviewer: Officer) -> None:
    case, news = approve(reviewer, handed_in(writer, "anli")), approve(reviewer, handed_in(writer))
    assert "noindex" in client.get(f"/news/{case.pk}/").headers["X-Robots-Tag"]
    assert "X-Robots-Tag" not in client.get(f"/news/{news.pk}/").headers


def test_sent_back_changed_and_looked_at_again(writer: Officer, reviewer: Officer) -> None:
    article = handed_in(writer)
    with pytest.raises(Refused):
        services.return_article(officer=reviewer, article_id=article.pk, why=" ")
    back = services.return_article(officer=reviewer, article_id=article.pk, why="写明带什么证件")
    assert back.returned_why == "写明带什么证件"
    changed = services.change_article(
        officer=writer, article_id=article.pk, version=1, words=words(body="带上身份证。")
    )
    with pytest.raises(Problem, match="version_conflict"):
        services.change_article(officer=writer, article_id=article.pk, version=1, words=words())
    services.submit_article(officer=writer, article_id=article.pk)
    with pytest.raises(Problem, match="version_conflict"):
        approve(reviewer, changed, version=1)
    with pytest.raises(Problem, match="already_handled"):
        services.submit_article(officer=writer, article_id=article.pk)
    assert approve(reviewer, changed).body == "带上身份证。"


def test_withdrawn_with_its_reason_and_gone_at_once(
    client: Client, writer: Officer, reviewer: Officer
) -> None:
    article = approve(reviewer, handed_in(writer))
    assert client.get(f"/news/{article.pk}/").status_code == 200
    gone = services.withdraw_article(officer=reviewer, article_id=article.pk, why="内容已经变化")
    assert gone.withdrawn_why == "内容已经变化" and client.get(f"/news/{article.pk}/").status_code == 404
    assert "窗口可以当场" not in client.get("/").content.decode()


def test_others_than_the_authority_write_nothing(writer: Officer) -> None:
    article = handed_in(writer)
    stranger = people.officer(Role.REVIEWER)
    with pytest.raises(PermissionDenied):
        services.write_article(officer=stranger, words=words())
    with pytest.raises(PermissionDenied):
        approve(stranger, article)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("article_stays", {"title": "另一个标题"}),
        ("article_stays", {"publish_until": date(2099, 1, 1)}),
        ("article_withdrawn_says_why", {"withdrawn_why": "没有写谁撤下"}),
    ],
)
def test_the_database_keeps_what_was_approved(
    writer: Officer, reviewer: Officer, constraint: str, change: dict[str, object]
) -> None:
    article = approve(reviewer, handed_in(writer))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**change)
    with pytest.raises(IntegrityError, match="article_stays"), transaction.atomic():
        Article.objects.filter(pk=article.pk).delete()


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("article_four_eyes", {"names_nobody": True}),
        ("article_case_names_nobody", {"reviewed_by": "reviewer"}),
        ("article_case_has_an_end", {"reviewed_by": "reviewer", "names_nobody": True, "publish_until": None}),
        ("article_public_is_reviewed", {"reviewed_by": None, "names_nobody": True}),
    ],
)
def test_the_database_refuses_what_the_rules_refuse(
    writer: Officer, reviewer: Officer, constraint: str, change: dict[str, object]
) -> None:
    article = handed_in(writer, "anli")
    whole: dict[str, object] = {
        "reviewed_by": writer, "reviewed_at": article.submitted_at, "publish_from": today(), "publish_until": today(), **change,
    }  # fmt: skip
    if whole["reviewed_by"] == "reviewer":
        whole["reviewed_by"] = reviewer
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**whole)


def test_the_pages_of_the_workbench(client: Client, writer: Officer, reviewer: Officer) -> None:
    form = {
        "column": "anli",
        "title": "守信的商户",
        "summary": "一件小事。",
        "body": "他把钱退了。",
        "source": "本局",
    }
    client.force_login(writer)
    assert client.post("/workbench/news/new/", {**form, "title": ""}).status_code == 200
    page = client.post("/workbench/news/new/", form, follow=True).content.decode()
    article = Article.objects.get()
    assert "草稿已保存" in page and "送审" in page
    page = client.post(
        f"/workbench/news/{article.pk}/edit/", {**form, "title": "守信的店", "version": 1}, follow=True
    )
    assert "守信的店" in page.content.decode()
    assert (
        "有人刚刚改过"
        in client.post(f"/workbench/news/{article.pk}/edit/", {**form, "version": 1}).content.decode()
    )
    page = client.post(f"/workbench/news/{article.pk}/", {"act": "submit"}, follow=True)
    assert "写稿的人不能审核自己的文章" in page.content.decode()
    assert "守信的店" not in client.get("/workbench/").content.decode()
    client.force_login(reviewer)
    assert f'href="/workbench/news/{article.pk}/"' in client.get("/workbench/").content.decode()
    day = today().isoformat()
    wanted = {"act": "approve", "publish_from": day, "publish_until": day, "version": 2}
    refused = client.post(f"/workbench/news/{article.pk}/", wanted).content.decode()
    assert "不得出现自然人的姓名" in refused and "第13条" in refused
    page = client.post(f"/workbench/news/{article.pk}/", {**wanted, "names_nobody": "on"}, follow=True)
    assert "已发布" in page.content.decode() and "确认没有自然人姓名" in page.content.decode()
    assert "守信的店" in client.get("/workbench/news/").content.decode()
    client.post(f"/workbench/news/{article.pk}/", {"act": "nothing", "why": "过时"})
    assert client.get(f"/news/{article.pk}/").status_code == 200  # no step, nothing done
    page = client.post(f"/workbench/news/{article.pk}/", {"act": "withdraw", "why": "过时"}, follow=True)
    assert "已撤下" in page.content.decode() and client.get(f"/news/{article.pk}/").status_code == 404
