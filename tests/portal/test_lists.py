"""The lists as a reader meets them: who stands on them and why, and nothing of whom they have let go."""

from datetime import date

import pytest
import time_machine
from django.test import Client

from blacklist.disclosure import REASON_OF_A_PERSON
from ledger.services import seal_all
from tests.factories import make_entry, make_penalty, make_person, make_subject
from tests.portal.conftest import ID_NUMBER

ENTRIES, API = "/lists/entries/", "/api/v1/public/list-entries/"
SECRET_REASON = "林有田拒不归还邻居王守仁借款"


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.django_db
def test_a_listed_company_is_shown_with_the_decision_it_rests_on(client: Client) -> None:
    company = make_subject("鹤岗市晨露食品有限公司")
    entry = make_entry(company, number="（2026）黑04执88号", data={"履行情况": "全部未履行", "内部备注": "x"})
    listing = page(client, ENTRIES)
    assert "鹤岗市晨露食品有限公司" in listing and "（2026）黑04执88号" in listing
    shown = page(client, f"{ENTRIES}{entry.public_id}/")
    for text in (
        "有履行能力而拒不履行",
        "第二百六十六条",
        "鹤岗市中级人民法院",
        "（2026）黑04执88号",
        "2026年4月8日",
        "2028年4月7日",
        "履行完毕，或者人民法院依法决定删除",
        "行政复议",
        "全部未履行",
        company.uscc,
    ):
        assert text in shown, text
    assert "内部备注" not in shown
    assert "失信被执行人名单" in page(client, f"/subjects/{company.public_id}/")
    answer = client.get(API, {"scheme": "sxbzxr"}).json()
    assert answer["next_cursor"] is None
    (item,) = answer["items"]
    assert item["id"] == entry.public_id
    assert item["subject"]["uscc"] == company.uscc
    assert item["decision_number"] == "（2026）黑04执88号"
    assert item["ends_on"] == "2028-04-07"
    assert item["imported"] is True
    assert item["fields"] == [{"label": "履行情况", "value": "全部未履行"}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "over",
    [
        {"ends_on": date(2026, 11, 22)},
        {"ended_on": date(2026, 11, 23)},
        {"suspended_from": date(2026, 11, 1)},
        {"effective_from": date(2026, 11, 24)},
    ],
)
def test_what_is_over_or_rests_leaves_no_trace(client: Client, over: dict[str, date]) -> None:
    company = make_subject("鹤岗市晨露食品有限公司")
    entry = make_entry(company, **over)  # type: ignore[arg-type]
    assert "晨露" not in page(client, ENTRIES)
    assert client.get(f"{ENTRIES}{entry.public_id}/").status_code == 404
    assert client.get(f"/subjects/{company.public_id}/").status_code == 404
    assert client.get(API, {"scheme": "sxbzxr"}).json()["items"] == []
    assert client.get(API, {"subject": company.public_id}).json()["items"] == []
    make_penalty(company)
    subject = page(client, f"/subjects/{company.public_id}/")
    assert "没有在列" in subject and "失信被执行人" not in subject


@pytest.mark.django_db
def test_an_entry_is_gone_the_morning_after_its_last_day(client: Client) -> None:
    entry = make_entry(ends_on=date(2026, 11, 23))
    seal_all(using="default")
    answer = client.get(f"{ENTRIES}{entry.public_id}/")
    assert "今天是最后一天" in answer.content.decode()
    assert "max-age=30" in answer.headers["Cache-Control"] and answer.headers["ETag"].startswith("W/")
    assert "noindex" in answer.headers["X-Robots-Tag"]
    again = client.get(f"{ENTRIES}{entry.public_id}/", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    with time_machine.travel("2026-11-24T00:00:01+08:00", tick=False):
        late = client.get(f"{ENTRIES}{entry.public_id}/", headers={"If-None-Match": answer.headers["ETag"]})
        assert late.status_code == 404


@pytest.mark.django_db
def test_a_person_is_masked_everywhere_and_never_found_by_name(client: Client) -> None:
    person = make_person("林有田", id_number=ID_NUMBER)
    entry = make_entry(
        person, reason=SECRET_REASON, number=f"（2026）黑04执{ID_NUMBER}号", data={"履行情况": SECRET_REASON}
    )
    pages = [
        page(client, ENTRIES),
        page(client, f"{ENTRIES}{entry.public_id}/"),
        page(client, f"/subjects/{person.public_id}/"),
        client.get(API, {"scheme": "sxbzxr"}).content.decode(),
    ]
    for text in pages:
        assert "林**" in text
        assert "林有田" not in text and "王守仁" not in text and ID_NUMBER not in text
    assert REASON_OF_A_PERSON in pages[1]
    assert "没有符合条件" in page(client, ENTRIES, q="林有田")


@pytest.mark.django_db
def test_a_ground_that_the_list_itself_names_is_shown_of_a_person(client: Client) -> None:
    entry = make_entry(make_person(), reason="违反财产报告制度")
    assert "违反财产报告制度" in page(client, f"{ENTRIES}{entry.public_id}/")


@pytest.mark.django_db
def test_persons_stand_only_on_lists_that_the_law_lets_be_shown(client: Client) -> None:
    person = make_person()
    entry = make_entry(person, scheme="tqnmggz")
    assert client.get(f"{ENTRIES}{entry.public_id}/").status_code == 404
    assert client.get(f"/subjects/{person.public_id}/").status_code == 404
    assert client.get(API, {"scheme": "tqnmggz"}).json()["items"] == []


@pytest.mark.django_db
def test_filters_narrow_and_say_so(client: Client) -> None:
    make_entry(make_subject("鹤岗市晨露食品有限公司", region="230402"))
    make_entry(
        make_subject("鹤岗市白桦建筑有限公司", region="230421"),
        scheme="tqnmggz",
        authority="萝北县人力资源和社会保障局",
    )
    for query, found in [
        ({"q": "晨露"}, "晨露"),
        ({"scheme": "tqnmggz"}, "白桦"),
        ({"region": "230421"}, "白桦"),
        ({"authority": "法院"}, "晨露"),
    ]:
        text = page(client, ENTRIES, **query)
        other = "白桦" if found == "晨露" else "晨露"
        assert found in text and f"{other}食品" not in text and f"{other}建筑" not in text, query
    assert "请至少输入两个字" in page(client, ENTRIES, q="晨")


@pytest.mark.django_db
def test_a_company_that_only_stands_on_a_list_is_found_by_search(client: Client) -> None:
    company = make_subject("鹤岗市晨露食品有限公司")
    make_entry(company)
    assert "晨露食品" in page(client, "/search/", q="晨露")
    answer = client.get("/search/", {"q": company.uscc})
    assert answer.headers["Location"] == f"/subjects/{company.public_id}/"


@pytest.mark.django_db
def test_a_personal_number_is_led_out_of_the_address(client: Client) -> None:
    answer = client.get(ENTRIES, {"q": ID_NUMBER, "scheme": "sxbzxr"})
    assert answer.status_code == 302
    assert ID_NUMBER not in answer.headers["Location"] and "scheme=sxbzxr" in answer.headers["Location"]
    assert "请不要输入身份证号码" in page(client, answer.headers["Location"])


@pytest.mark.django_db
def test_the_interface_pages_by_cursor_and_refuses_what_it_does_not_know(client: Client) -> None:
    made = [make_entry(effective_from=date(2026, 4, day)).public_id for day in range(1, 8)]
    seen, cursor = [], None
    while True:
        query = {"scheme": "sxbzxr", "limit": "3"} | ({"cursor": cursor} if cursor else {})
        answer = client.get(API, query).json()
        seen += [item["id"] for item in answer["items"]]
        if (cursor := answer["next_cursor"]) is None:
            break
    assert seen == made[::-1]
    for query, status, code in [
        ({}, 400, "query_required"),
        ({"scheme": "sxbzxr", "name": "x"}, 400, "query_unknown"),
        ({"scheme": "hehe"}, 404, "scheme_unknown"),
        ({"scheme": "sxbzxr", "cursor": "x"}, 400, "cursor_invalid"),
    ]:
        answer = client.get(API, query)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.django_db
def test_the_overview_counts_who_stands_where(client: Client) -> None:
    make_entry()
    assert '?scheme=sxbzxr">1 条' in page(client, "/lists/")
