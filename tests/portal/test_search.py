"""Search by name: complete, in order, by cursor, and by index at every size of a fragment."""

import random
from collections.abc import Sequence
from datetime import date

import pytest
from django.db import connection

from catalog.models import CatalogItem
from common.prepared import Prepared, Value
from common.problems import Problem
from common.text import bigrams, normalise_name, pinyin_key
from portal.selectors import PENALTIES, Filters, listed
from records import search
from records.models import CreditRecord, Subject
from records.search import Hit, subjects_by_name
from records.typed import Kind, read_query
from tests.factories import make_penalty, make_person, make_subject

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
PLACES = ["鹤岗市", "鹤岗", "萝北县", "绥滨县", "鹤岗市萝北县", "黑龙江"]
WORDS, TRADES = "鑫宏博远华盛达隆泰和", ["煤业", "商贸", "农业科技", "食品"]


def names(count: int) -> list[str]:
    chance = random.Random(7)
    return [
        chance.choice(PLACES) + "".join(chance.sample(WORDS, 2)) + chance.choice(TRADES) + "有限公司"
        for _ in range(count)
    ]


def all_pages(fragment: str, limit: int = 7) -> list[Hit]:
    query = read_query(fragment)
    found: list[Hit] = []
    cursor: str | None = None
    while True:
        page, cursor = subjects_by_name(query.text, words=query.words, at=TODAY, cursor=cursor, limit=limit)
        assert len(page) == limit or cursor is None
        found += page
        if cursor is None:
            return found


@pytest.fixture
def town() -> list[Subject]:
    subjects = _insert(names(120), lambda number: number % 5 != 0)
    return [subject for number, subject in enumerate(subjects) if number % 5 != 0]


def _insert(wanted: Sequence[str], published: object) -> list[Subject]:
    """Subjects in bulk; those that `published` says get one penalty."""
    start = Subject.objects.order_by("-id").values_list("id", flat=True).first() or 0
    subjects = Subject.objects.bulk_create(
        Subject(
            key=f"own:{start}:{number}",
            kind="organisation",
            name=name,
            shown_name=name,
            normal_name=normalise_name(name),
            grams=bigrams(name),
            pinyin=pinyin_key(name),
        )
        for number, name in enumerate(wanted)
    )
    example = make_penalty(make_subject("示例"))
    kept = [
        CreditRecord(
            **{
                field.attname: getattr(example, field.attname)
                for field in CreditRecord._meta.concrete_fields
                if field.attname not in ("id", "subject_id", "fingerprint", "salt", "received_at")
            },
            subject=subject,
            fingerprint=subject.pk.to_bytes(16, "big"),
        )
        for number, subject in enumerate(subjects)
        if callable(published) and published(number)
    ]
    CreditRecord.objects.bulk_create(kept)
    return subjects


FRAGMENTS = ["煤业", "萝北", "萝北县", "鹤岗", "有限公司", "鑫宏", "鹤岗市萝北", "司有"]


def leads(subject: Subject, fragment: str) -> bool:
    return any(subject.normal_name.startswith(place + fragment) for place in ("", "鹤岗市", "鹤岗"))


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_few_hits_are_in_order(town: list[Subject], fragment: str) -> None:
    expected = sorted(
        (subject for subject in town if fragment in subject.normal_name),
        key=lambda subject: (not leads(subject, fragment), subject.pinyin, subject.pk),
    )
    assert [hit.id for hit in all_pages(fragment)] == [subject.pk for subject in expected]


def test_what_rests_is_not_found() -> None:
    """A court's order pauses publication: search counts what the page of the subject shows."""
    record = make_penalty(make_subject("鹤岗市安歇商贸有限公司"))
    assert [hit.records for hit in all_pages("安歇")] == [1]
    CreditRecord.objects.filter(pk=record.pk).update(suspended_from=TODAY)
    assert all_pages("安歇") == []
    CreditRecord.objects.filter(pk=record.pk).update(
        suspended_from=date(2026, 11, 1), suspended_until=date(2026, 11, 22)
    )
    assert [hit.records for hit in all_pages("安歇")] == [1]


# What the statistics say decides how many buckets are read at a time; it may be wrong by far.
@pytest.mark.parametrize("believed", [600, 100_000, 10**9])
@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_many_hits_are_all_found_once_with_leading_names_first(
    town: list[Subject], monkeypatch: pytest.MonkeyPatch, fragment: str, believed: int
) -> None:
    monkeypatch.setattr(search, "_expected", lambda name: believed)
    by_id = {subject.pk: subject for subject in town}
    found = [by_id[hit.id] for hit in all_pages(fragment)]
    assert len(found) == len({subject.pk for subject in found})
    assert {subject.pk for subject in found} == {
        subject.pk for subject in town if fragment in subject.normal_name
    }
    order = [leads(subject, fragment) for subject in found]
    assert order == sorted(order, reverse=True)


# In any order and overlapping; what is apart by chance only (a single character) is one fragment.
SEVERAL = ["煤业 萝北", "鹤岗 萝北", "有限公司 农业", "公司 有限 鹤岗", "萝北县　北县", "鹤岗 没有的"]


@pytest.mark.parametrize("believed", [0, 600, 10**9])
@pytest.mark.parametrize("typed", SEVERAL)
def test_several_fragments_all_stand_in_the_name(
    town: list[Subject], monkeypatch: pytest.MonkeyPatch, typed: str, believed: int
) -> None:
    monkeypatch.setattr(search, "_expected", lambda name: believed)
    expected = {one.pk for one in town if all(word in one.normal_name for word in typed.split())}
    assert expected or "没有的" in typed
    found = [hit.id for hit in all_pages(typed)]
    assert len(found) == len(set(found)) and set(found) == expected


def test_what_is_apart_by_a_slip_is_one_fragment() -> None:
    assert read_query("鑫 宏 煤业").words == () and read_query("鑫 宏 煤业").text == "鑫宏煤业"
    assert read_query("煤业 煤业").words == ()
    assert read_query(" 豆制品　云岭 ").words == ("豆制品", "云岭")


def test_statistics_that_change_between_pages_change_no_order(
    town: list[Subject], monkeypatch: pytest.MonkeyPatch
) -> None:
    for first, then in ((0, 10**6), (10**6, 0)):
        monkeypatch.setattr(search, "_expected", lambda name, first=first: first)
        whole = [hit.id for hit in all_pages("煤业")]
        beliefs = iter([first])
        monkeypatch.setattr(search, "_expected", lambda name, beliefs=beliefs, then=then: next(beliefs, then))
        assert [hit.id for hit in all_pages("煤业")] == whole


def test_only_what_is_published_is_found_and_counted() -> None:
    company = make_subject("鹤岗市青松岭农机销售有限公司")
    assert all_pages("青松") == []
    make_penalty(company)
    make_penalty(company, ended_on=TODAY)
    [hit] = all_pages("青松")
    assert (hit.name, hit.records) == (company.name, 1)


def test_full_width_brackets_and_case_are_alike() -> None:
    make_penalty(make_subject("绥滨（北方）ＡＢ农业有限公司"))
    for typed in ("(北方)ab", "（北方）ＡＢ", "滨 (北"):
        assert len(all_pages(typed)) == 1, typed


def test_persons_have_nothing_to_be_found_by() -> None:
    person = make_person("林有田")
    assert (person.normal_name, person.grams, person.pinyin) == ("", [], "")


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "W10", "WzEsInEiXQ", "WyJ4IiwwLCJhIiwxXQ", "WyJzIiw0MDAwLCIiLDFd", "WyJmIiwwLCJhIiwiYiJd"],
)
def test_a_cursor_of_another_list_is_refused(town: list[Subject], cursor: str) -> None:
    if not cursor:
        assert subjects_by_name("煤业", at=TODAY, cursor=cursor, limit=5)[0]
        return
    with pytest.raises(Problem):
        subjects_by_name("煤业", at=TODAY, cursor=cursor, limit=5)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", Kind.EMPTY),
        ("　 ", Kind.EMPTY),
        ("煤", Kind.SHORT),
        ("煤业", Kind.NAME),
        ("91230402MA1XN00018", Kind.WRONG_CODE),
        ("230402600012345", Kind.CODE),
        ("3M", Kind.NAME),
        ("字" * 101, Kind.LONG),
    ],
)
def test_what_was_typed_is_understood(typed: str, kind: Kind) -> None:
    assert read_query(typed).kind is kind


# Every subject forty-nine times more, under other keys.
_COPIES = """
INSERT INTO records_subject (public_id, key, kind, name, shown_name, uscc, codes, region, normal_name, grams, pinyin)
SELECT s.id || '-' || n, s.key || '-' || n, s.kind, s.name, s.shown_name, '', '{}', '', s.normal_name, s.grams, s.pinyin
FROM records_subject s CROSS JOIN generate_series(1, 49) n WHERE s.normal_name <> ''
"""
# Every tenth of them gets a penalty like the example's.
_RECORDS = """
INSERT INTO records_creditrecord (subject_id, fingerprint, {columns})
SELECT s.key_of, decode(md5(s.key_of::text), 'hex'), {columns} FROM records_creditrecord r
CROSS JOIN (SELECT id AS key_of FROM records_subject WHERE id %% 10 = 0) s WHERE r.id = %s
"""


def _plans(fragment: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The plans of every statement that a first page of this fragment runs: the one for all values, which is used, and
    the one the server would make for these."""
    plans: list[str] = []
    run = search._run

    def explained(statement: Prepared, values: list[Value]) -> list[Hit]:
        hits = run(statement, values)
        with connection.cursor() as cursor:
            for mode in ("force_generic_plan", "force_custom_plan"):
                cursor.execute(f"SET LOCAL plan_cache_mode = {mode}")
                marks = ", ".join(f"%s::{one}" for one in statement.types)
                cursor.execute(f"EXPLAIN EXECUTE {statement.name} ({marks})", values)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return hits

    with monkeypatch.context() as patch:
        patch.setattr(search, "_run", explained)
        subjects_by_name(fragment, words=read_query(fragment).words, at=TODAY, cursor=None, limit=20)
    return plans


def test_no_search_reads_the_whole_table_at_twenty_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CatalogItem.objects.filter(code="xzcf").exists()
    _insert(names(400), lambda number: False)
    with connection.cursor() as cursor:
        cursor.execute(_COPIES)
        assert cursor.rowcount == 49 * 401
        fields = [field.column for field in CreditRecord._meta.concrete_fields]
        kept = ", ".join(name for name in fields if name not in ("id", "subject_id", "fingerprint", "salt"))
        example = make_penalty(make_subject("示例"))
        cursor.execute(_RECORDS.format(columns=kept), [example.pk])
        assert cursor.rowcount > 1900
        cursor.execute("ANALYZE records_subject")
        cursor.execute("ANALYZE records_creditrecord")
    monkeypatch.setattr(search, "_kept", None)
    many = {
        name: search._expected(name) >= search._MANY for name in ("煤业", "萝北", "鹤岗", "有限", "博远食品")
    }
    assert many["有限"] and not many["博远食品"]  # both ways are looked at
    # common ones that meet often, hardly and never, and a rare one
    for fragment in [*many, "有限 煤业", "萝北 黑龙", "鑫宏 博远", "有限 博远食品"]:
        plans = _plans(fragment, monkeypatch)
        assert any("subject_terms" in plan or "subject_name" in plan for plan in plans), fragment
        assert not any("Seq Scan" in plan for plan in plans), (fragment, plans)
    newest = listed(PENALTIES, TODAY, Filters()).order_by("-decision_date", "-id")[:21].explain()
    assert "record_item_date" in newest and "Seq Scan on records_creditrecord" not in newest
    monkeypatch.setattr(search, "_kept", None)
