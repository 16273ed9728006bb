"""Bodies the public knows by a list alone: found by name and by code, and gone when the list lets them go."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from blacklist.models import HonourEntry, HonourScheme, ListEntry
from common.clock import today
from portal.listed import LISTED_SQL, listed_subjects
from records.models import Subject
from tests.examples import examples
from tests.factories import make_entry, make_penalty, make_subject
from tests.identity.samples import merged, new_row, old_row

pytestmark = pytest.mark.django_db
SUBJECTS = "/api/v1/public/subjects/"


def honour(subject: Subject, **dates: object) -> HonourEntry:
    values: dict[str, object] = {"effective_from": date(2026, 4, 1), "ends_on": date(2027, 4, 1)}
    return HonourEntry.objects.create(
        scheme=HonourScheme.objects.order_by("pk").first(), subject=subject, authority_name="鹤岗市税务局",
        decision_number="1号", decided_on=date(2026, 4, 1), reason="2025年度纳税信用A级", basis_text="国发〔2016〕33号",
        source=f"test:{subject.pk}", **values | dates,
    )  # fmt: skip


def test_a_body_only_on_a_list_is_found_by_name_and_code_until_it_is_off(client: Client) -> None:
    company = make_subject("鹤岗市晨露食品有限公司")
    recorded = make_subject("鹤岗市晨露农机有限公司")
    make_penalty(recorded)
    entry = make_entry(company)
    found = client.get(SUBJECTS, {"q": "晨露"}).json()["items"]
    assert {one["id"]: (one["records"], one["list_entries"]) for one in found} == {
        company.public_id: (0, 1),
        recorded.public_id: (1, 0),
    }
    (by_code,) = client.get(SUBJECTS, {"q": company.uscc}).json()["items"]
    assert (by_code["id"], by_code["list_entries"]) == (company.public_id, 1)
    assert client.get(f"{SUBJECTS}{company.public_id}/").json()["list_entries"] == 1
    page = client.get("/search/", {"q": "晨露"}).content.decode()
    assert "只在严重失信主体名单上" in page and company.uscc in page
    assert client.get("/search/", {"q": company.uscc})["Location"] == f"/subjects/{company.public_id}/"
    ListEntry.objects.filter(pk=entry.pk).update(ended_on=today(), end_reason="信用修复")
    assert [one["id"] for one in client.get(SUBJECTS, {"q": "晨露"}).json()["items"]] == [recorded.public_id]
    assert client.get(SUBJECTS, {"q": company.uscc}).json()["items"] == []
    assert client.get(f"{SUBJECTS}{company.public_id}/").status_code == 404
    assert "晨露食品" not in client.get("/search/", {"q": "晨露"}).content.decode()


def test_a_body_with_an_honour_alone_is_not_taken_for_a_dishonest_one(client: Client) -> None:
    honour(make_subject("鹤岗市榛果食品有限公司"))
    page = client.get("/search/", {"q": "榛果"}).content.decode()
    assert "只在诚实守信名单上" in page and "严重失信主体名单上" not in page


def test_the_search_shows_few_entries_before_the_bodies_and_leads_to_the_rest(client: Client) -> None:
    for number in range(6):
        make_entry(make_subject(f"鹤岗市白蜡{number}号食品有限公司"))
    first, bodies = client.get("/search/", {"q": "白蜡"}).content.decode().split("查到的单位", 1)
    assert first.count("号食品有限公司</a>") == 5 and "查看全部" in first
    assert bodies.count("号食品有限公司</a>") == 6


def test_pages_of_a_search_go_through_both_kinds_once(client: Client) -> None:
    wanted = set()
    for number in range(4):
        for name in ("食品", "农机"):
            subject = make_subject(f"鹤岗市冬青{number}号{name}有限公司")
            make_entry(subject) if name == "食品" else make_penalty(subject)
            wanted.add(subject.public_id)
    seen, cursor = [], ""
    while cursor is not None:
        query = {"q": "冬青", "limit": "3"} | ({"cursor": cursor} if cursor else {})
        answer = client.get(SUBJECTS, query).json()
        seen += [one["id"] for one in answer["items"]]
        cursor = answer["next_cursor"]
    assert len(seen) == 8 and set(seen) == wanted


def test_an_entry_under_an_old_row_counts_for_the_body(client: Client) -> None:
    kept, other = new_row(), old_row()
    make_entry(other)
    merged(kept, other)
    (one,) = client.get(SUBJECTS, {"q": kept.uscc}).json()["items"]
    assert (one["id"], one["list_entries"]) == (kept.public_id, 1)
    answer = client.get(f"{SUBJECTS}{other.public_id}/")
    assert answer.status_code == 301 and kept.public_id in answer["Location"]


def test_honours_are_read_by_list_and_by_subject(client: Client) -> None:
    company = make_subject("鹤岗市云杉服装有限公司")
    row = honour(company)
    url = "/api/v1/public/honours/"
    (item,) = client.get(url, {"scheme": row.scheme.code}).json()["items"]
    assert (item["subject"]["uscc"], item["reason"]) == (company.uscc, "2025年度纳税信用A级")
    assert client.get(url, {"subject": company.public_id}).json()["items"] == [item]
    assert client.get(url).json()["code"] == "query_required"
    assert client.get(url, {"scheme": "no-such"}).status_code == 404
    schemes = client.get("/api/v1/honour-schemes/").json()["items"]
    assert row.scheme.code in [scheme["code"] for scheme in schemes] and all(one["basis"] for one in schemes)
    assert [one["id"] for one in client.get(SUBJECTS, {"q": "云杉"}).json()["items"]] == [company.public_id]
    HonourEntry.objects.update(ended_on=today(), end_reason="降级")
    assert client.get(url, {"subject": company.public_id}).json()["items"] == []


AROUND = st.one_of(st.none(), st.integers(-2, 2))


def test_the_search_and_the_gate_agree_on_who_is_on_a_list() -> None:
    listed, honoured = make_subject("鹤岗市红松家具有限公司"), make_subject("鹤岗市云杉家具有限公司")
    at = today()

    def day(offset: int | None, least: int | None = None) -> date | None:
        return None if offset is None else at + timedelta(days=max(offset, -9 if least is None else least))

    @settings(max_examples=examples(40))
    @given(begins=st.integers(-2, 1), ends=AROUND, ended=AROUND, rests=AROUND, until=AROUND)
    def agree(begins: int, ends: int | None, ended: int | None, rests: int | None, until: int | None) -> None:
        outer = transaction.savepoint()
        dates = {"effective_from": day(begins), "ends_on": day(ends, begins), "ended_on": day(ended)}
        entry = make_entry(listed, **dates, suspended_from=day(rests))  # type: ignore[arg-type]
        if rests is not None:
            ListEntry.objects.filter(pk=entry.pk).update(suspended_until=day(until, rests))
        honour(honoured, **dates, end_reason="" if ended is None else "更正")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT h.id FROM records_subject h WHERE {LISTED_SQL}", {"at": at})
            by_sql = {pk for (pk,) in cursor.fetchall()}
        assert by_sql == set(listed_subjects(at).values_list("pk", flat=True))
        transaction.savepoint_rollback(outer)

    agree()
