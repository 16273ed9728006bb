"""Pages as a reader meets them: what they say, where they lead, and that odd input never breaks them."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_licence, make_penalty, make_subject
from tests.portal.conftest import People

STATIC_PAGES = [
    "home",
    "search",
    "penalties",
    "licences",
    "lists",
    "catalog",
    "measures",
    "repair",
    "transparency",
]


def text_of(client: Client, address: str) -> str:
    """What the page says; the marks that keep a date on one line are no words."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r'<span class="whole">([^<]*)</span>', r"\1", answer.content.decode())


@pytest.mark.parametrize("name", STATIC_PAGES)
def test_every_page_opens_without_records_and_with_them(client: Client, people: People, name: str) -> None:
    assert "<h1" in text_of(client, reverse(f"portal:{name}"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", STATIC_PAGES)
def test_pages_are_only_read(client: Client, name: str) -> None:
    assert client.post(reverse(f"portal:{name}")).status_code == 405


def test_the_front_page_counts_what_is_published(client: Client, people: People) -> None:
    make_penalty(published_until=date(2026, 8, 11), decision_date=date(2026, 5, 11))
    page = text_of(client, "/")
    assert "在公示的行政处罚" in page
    assert page.count('<span class="figures__value">1</span>') == 1  # the penalty; licences are two
    assert '<span class="figures__value">2</span>' in page


def test_a_subject_begins_with_a_plain_summary(client: Client, people: People) -> None:
    page = text_of(client, f"/subjects/{people.company.public_id}/")
    summary, records = page.index("现在的情况"), page.index(people.penalty.document_number)
    assert summary < records
    assert "在公示的信息：<strong>2 条" in page
    assert "其中失信信息：<strong>1 条" in page
    assert "现在可以申请修复：<strong>1 条" in page
    assert people.company.uscc in page


def test_a_record_says_why_until_when_and_how_to_repair(client: Client, people: People) -> None:
    page = text_of(client, f"/records/{people.penalty.pk}/")
    assert "这条信息公示到2027年5月11日，还有 169 天。现在就可以申请修复，不收费。" in page
    assert "为什么在这里公示" in page and "国家发展改革委令第36号" in page
    assert "3 个工作日内决定是否受理，10 个工作日内办结" in page
    assert "信用承诺书" in page and "不收费" in page
    assert "0.2 万元（2,000 元）" in page
    assert "来源待核" not in page


def test_a_rule_nobody_verified_says_so(client: Client, db: None) -> None:
    record = make_penalty(types="暂扣许可证件")  # this tier's source is unverified in the reference data
    assert record.tier is not None and record.tier.mark == "unverified"
    assert "来源待核" in text_of(client, f"/records/{record.pk}/")


def test_repair_opens_on_the_day_after_the_minimum_period(client: Client, db: None) -> None:
    today = make_penalty(decision_date=date(2026, 8, 23))  # three months end on 23 November, today
    assert today.minimum_until == date(2026, 11, 23)
    assert "2026年11月24日起可以申请" in text_of(client, f"/records/{today.pk}/")
    yesterday = make_penalty(decision_date=date(2026, 8, 22))
    assert "现在就可以申请修复" in text_of(client, f"/records/{yesterday.pk}/")


def test_where_the_minimum_is_the_whole_period_it_ends_by_itself(client: Client, db: None) -> None:
    record = make_penalty(minimum_until=date(2027, 5, 11), published_until=date(2027, 5, 11))
    assert "到期自动停止公示，不用申请" in text_of(client, f"/records/{record.pk}/")


@pytest.mark.parametrize(("types", "said"), [("罚款;没收违法所得", False), ("罚款;限制从业", True)])
def test_the_headline_says_what_happened(client: Client, db: None, types: str, said: bool) -> None:
    record = make_penalty(make_subject("鹤岗市甲甲商贸有限公司"), types=types, data={"CF_YXQ": "2099-12-31"})
    page = text_of(client, f"/records/{record.pk}/")
    assert f"<h1>鹤岗市甲甲商贸有限公司：{types.replace(';', '、')}</h1>" in page
    assert f"<dd>{record.document_number}</dd>" in page
    assert ("处罚有效期" in page) is said, "a fine is done with once it is paid"


def test_filters_offer_what_there_is(client: Client, db: None) -> None:
    record, other = make_penalty(authority="鹤岗市应急管理局"), make_penalty(ended_on=date(2026, 11, 1))
    page = text_of(client, "/penalties/")
    assert f'<option value="{record.authority_uscc}">' in page
    assert f'<option value="{other.authority_uscc}">' not in page, "nothing of it is in publication"
    assert '<option value="罚款">' in page and "警告</option>" not in page and "通报批评</option>" not in page
    assert "<option" in text_of(client, "/licences/") and record.authority_uscc not in text_of(
        client, "/licences/"
    )
    narrowed = text_of(client, "/penalties/?since=2026-01-01&until=2026-11-01")
    assert "决定日期2026年1月1日起至2026年11月1日" in narrowed


def test_a_licence_needs_no_repair(client: Client, people: People) -> None:
    page = text_of(client, f"/records/{people.licence.pk}/")
    assert "这不是失信信息" in page
    assert "怎样修复" not in page
    endless = make_licence(valid_until=date(2099, 12, 31))
    assert "长期有效" in text_of(client, f"/records/{endless.pk}/")


def test_search_leads_from_two_characters_to_the_subject(client: Client, people: People) -> None:
    page = text_of(client, "/search/?q=青松")
    assert reverse("portal:subject", args=[people.company.public_id]) in page


def test_an_exact_code_goes_straight_to_the_subject(client: Client, people: People) -> None:
    answer = client.get("/search/", {"q": f" {people.company.uscc.lower()} "})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("portal:subject", args=[people.company.public_id])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("煤", "请至少输入两个字"),
        ("", "怎样查得准"),
        ("没有这家", "没有查到名称里有这几个字"),
        ("91230402MA1XN00018", "校验码"),
        ("字" * 101, "输入的内容太长"),
        ("230402198603050017", "请不要输入身份证号码"),
        ("%", "请至少输入两个字"),
        ("%%", "没有查到"),
        ("__", "没有查到"),
        ("\0\0", "怎样查得准"),
    ],
)
def test_search_explains_itself(client: Client, people: People, typed: str, said: str) -> None:
    answer = client.get("/search/", {"q": typed}, follow=True)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_natural_persons_are_not_found_by_name(client: Client, people: People) -> None:
    assert "没有查到" in text_of(client, "/search/?q=林有田")


def test_lists_are_narrowed_in_the_address(client: Client, db: None) -> None:
    fine = make_penalty(
        make_subject("鹤岗市甲甲商贸有限公司", region="230402"), decision_date=date(2026, 6, 1)
    )
    both = make_penalty(
        make_subject("萝北县乙乙粮油有限公司", region="230421"),
        decision_date=date(2026, 9, 1),
        types="罚款;没收违法所得",
        authority="鹤岗市应急管理局",
    )

    def shown(query: str) -> set[int]:
        page = text_of(client, f"/penalties/{query}")
        return {record.pk for record in (fine, both) if f"/records/{record.pk}/" in page}

    assert shown("") == {fine.pk, both.pk}
    assert shown("?kind=没收违法所得") == {both.pk}
    assert shown("?kind=罚款") == {fine.pk, both.pk}
    assert shown("?region=230421") == {both.pk}
    assert shown("?since=2026-07-01") == {both.pk}
    assert shown("?until=2026-07-01") == {fine.pk}
    assert shown(f"?authority={both.authority_uscc}") == {both.pk}


@pytest.mark.parametrize(
    "query", ["?since=2026-13-01", "?region=999999", "?kind=没有的", "?since=2026-09-01&until=2026-01-01"]
)
def test_a_filter_that_cannot_be_read_stops_the_list(client: Client, people: People, query: str) -> None:
    page = text_of(client, f"/penalties/{query}")
    assert "请更正以下内容" in page
    assert f"/records/{people.penalty.pk}/" not in page


def test_lists_are_walked_by_cursor_to_the_end_without_gaps(client: Client, db: None) -> None:
    company = make_subject()
    wanted = {make_penalty(company, decision_date=date(2026, 1 + n % 9, 1)).pk for n in range(45)}
    seen: list[int] = []
    address = "/penalties/"
    for _ in range(3):
        answer = client.get(address)
        page = answer.context["page"]
        seen += [row.pk for row in page.rows]
        address = f"/penalties/?cursor={page.next_cursor}"
    assert page.next_cursor is None
    assert len(seen) == 45 and set(seen) == wanted


@pytest.mark.parametrize("address", ["/penalties/", "/search/?q=农机", "/transparency/"])
def test_a_foreign_cursor_leads_to_the_first_page(client: Client, people: People, address: str) -> None:
    answer = client.get(address, {**({"q": "农机"} if "q=" in address else {}), "cursor": "bm9uc2Vuc2U"})
    assert answer.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/subjects/unknown/",
        "/subjects/a%00b/",
        "/records/0/",
        "/records/99999999999999999999/",
        "/catalog/nothing/",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_catalog_of_another_day(client: Client, db: None) -> None:
    assert "行政处罚" in text_of(client, "/catalog/?on=2023-06-01")
    assert "这一天没有有效的目录事项" in text_of(client, "/catalog/?on=2001-01-01")
    assert "请更正以下内容" in text_of(client, "/catalog/?on=2026-02-30")
    assert "不在有效目录内" in text_of(client, "/catalog/xzcf/?on=2001-01-01")
    item = text_of(client, "/catalog/xzcf/")
    for attribute in (
        "提供单位",
        "数据来源",
        "性质分类",
        "共享属性",
        "公开属性",
        "公示期限",
        "更新周期",
        "对应的具体行为",
    ):
        assert attribute in item


def test_class_c_measures_are_told_and_never_ordered(client: Client, db: None) -> None:
    assert "只告知、不强制" in text_of(client, "/measures/")


def test_the_lists_page_leads_to_who_stands_on_them(client: Client, db: None) -> None:
    page = text_of(client, "/lists/")
    assert 'href="/lists/entries/"' in page and "现在在列</dt><dd>没有" in page


def test_robots_may_keep_rules_but_no_records(client: Client, people: People) -> None:
    assert "Disallow: /records/" in text_of(client, "/robots.txt")
    answer = client.get(f"/records/{people.penalty.pk}/")
    assert answer["X-Robots-Tag"] == "noindex, noarchive"
    assert "X-Robots-Tag" not in client.get("/repair/")
