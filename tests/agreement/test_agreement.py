"""Two publications compared: the rules over any two lists, and what officers do with the differences."""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from agencies.choices import Role
from agencies.models import Officer
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from records.agreement import services
from records.agreement.choices import DifferenceKind, Verdict
from records.agreement.models import Comparison, PublicationDifference
from records.agreement.rules import Shown, differences
from records.agreement.selectors import wrong_reports
from records.models import CreditRecord
from tests import people
from tests.factories import make_penalty, make_subject

K = DifferenceKind
UNTIL = date(2027, 5, 11)


def shown(
    number: str, uscc: str = "A", until: date | None = UNTIL, record: int | None = None, **contents: str
) -> Shown:
    return Shown(number, uscc, number, until, contents, record)


@pytest.mark.parametrize(
    ("theirs", "ours", "complete", "expected"),
    [
        ([], [], True, []),
        ([shown("1")], [shown("1", record=7)], True, []),
        ([shown("1")], [], False, [(K.MISSING_HERE, "1", "")]),
        ([], [shown("1", record=7)], True, [(K.MISSING_THERE, "1", "")]),
        ([], [shown("1", record=7)], False, []),
        (
            [shown("1", until=date(2027, 5, 12))],
            [shown("1", record=7)],
            True,
            [(K.OTHER_PERIOD, "1", "公示截止期")],
        ),
        ([shown("1")], [shown("1", until=None, record=7)], True, [(K.OTHER_PERIOD, "1", "公示截止期")]),
        ([shown("1", until=None)], [shown("1", record=7)], True, []),
        (
            [shown("1", 金额="0.2")],
            [shown("1", record=7, 金额="0.3")],
            True,
            [(K.OTHER_CONTENT, "1", "金额")],
        ),
        ([shown("1", 别的="x")], [shown("1", record=7, 金额="0.3")], True, []),
        ([shown("1", "")], [shown("1", "A", record=7)], True, []),
        (
            [shown("1", "")],
            [shown("1", "A", record=7), shown("1", "B", record=8)],
            False,
            [(K.MISSING_HERE, "1", "")],
        ),
        (
            [shown("1", "B")],
            [shown("1", "A", record=7)],
            True,
            [(K.MISSING_HERE, "1", ""), (K.MISSING_THERE, "1", "")],
        ),
        ([shown("1", until=None), shown("1")], [shown("1", record=7)], True, []),
    ],
)
def test_what_differs(
    theirs: list[Shown], ours: list[Shown], complete: bool, expected: list[tuple[str, str, str]]
) -> None:
    found = differences(theirs, ours, complete=complete)
    assert [(one.kind, one.number, one.field) for one in found] == expected


POOL = [
    Shown(number, uscc, "x", until, contents, 7)
    for number, uscc, until, contents in product(
        "123",
        ("", "A", "B"),
        (None, UNTIL, UNTIL + timedelta(days=1)),
        ({}, {"甲": "0"}, {"甲": "1", "乙": "0"}),
    )
]
ROWS = st.lists(st.sampled_from(POOL), max_size=6)


@given(ROWS, ROWS, st.booleans())
def test_a_list_agrees_with_itself_and_every_difference_can_be_seen(
    theirs: list[Shown], ours: list[Shown], complete: bool
) -> None:
    assert differences(ours, ours, complete=complete) == []
    found = differences(theirs, ours, complete=complete)
    for one in found:
        assert one.theirs != one.ours or one.kind in (K.MISSING_HERE, K.MISSING_THERE)
        assert (one.record_id is None) == (one.kind == K.MISSING_HERE)
    kinds = Counter(one.kind for one in found)
    assert complete or not kinds[K.MISSING_THERE]
    assert kinds[K.MISSING_THERE] <= len({one.key for one in ours})


# --- with records ------------------------------------------------------------------------------------------------

HEADER = "行政处罚决定书文号,行政相对人代码_1(统一社会信用代码),公示截止期,罚款金额（万元）,法定代表人"


def reviewer() -> Officer:
    found = Officer.objects.filter(username="reviewer-hg-shijian").first()
    return found or people.officer(Role.REVIEWER)


def line(record: CreditRecord, until: str = "", amount: str = "0.20") -> str:
    return f"{record.document_number},{record.subject.uscc},{until or record.published_until},{amount},别人"


def compare(
    lines: list[str],
    *,
    complete: bool = True,
    as_of: date | None = None,
    header: str = HEADER,
    by: Officer | None = None,
) -> Comparison:
    content = "\n".join([header, *lines]).encode()
    return services.compare_list(
        officer=by or reviewer(), agency=people.agency(), item_code="xzcf", as_of=as_of or today(), complete=complete,
        upload=SimpleUploadedFile("公示清单.csv", content),
    )  # fmt: skip


def found(comparison: Comparison) -> set[tuple[str, str, str]]:
    return set(comparison.differences.values_list("kind", "number", "field"))


@pytest.mark.django_db
def test_a_list_that_agrees_has_no_difference_and_names_are_not_compared() -> None:
    one, two = make_penalty(), make_penalty()
    comparison = compare([line(one), line(two)])
    assert found(comparison) == set() and (comparison.stated, comparison.held) == (2, 2)


@pytest.mark.django_db
def test_content_period_and_absence_are_listed() -> None:
    one, two, three = make_penalty(), make_penalty(), make_penalty(number="鹤市监处罚〔2026〕９９号")
    comparison = compare(
        [line(one, amount="0.3"), line(two, until="2027-05-12"), "鹤市监处罚〔2026〕777号,,2027-05-11,0.2,"]
    )
    assert found(comparison) == {
        ("other_content", one.document_number, "罚款金额（万元）"),
        ("other_period", two.document_number, "公示截止期"),
        ("missing_here", "鹤市监处罚〔2026〕777号", ""),
        ("missing_there", three.document_number, ""),
    }
    assert "missing_there" not in {kind for kind, _, _ in found(compare([line(one)], complete=False))}


@pytest.mark.django_db
def test_what_is_over_or_not_shown_is_not_held() -> None:
    over = make_penalty(decision_date=date(2024, 1, 8), published_until=today() - timedelta(days=1))
    make_penalty(ended_on=today())
    make_penalty(authority="鹤岗市应急管理局")
    comparison = compare([line(over)])
    assert comparison.held == 0 and found(comparison) == {("missing_here", over.document_number, "")}
    assert (
        compare([line(over)], as_of=today() - timedelta(days=1)).held == 2
    )  # the day before, both were shown


@pytest.mark.django_db
def test_what_cannot_be_compared_is_refused_with_its_line() -> None:
    record = make_penalty()
    with pytest.raises(Refused) as refused:
        compare([line(record), line(record, until="2026-02-30")])
    assert "第3行" in refused.value.refusals[0].detail and refused.value.refusals[0].code == "date_invalid"
    with pytest.raises(Refused, match="date_in_future"):
        compare([line(record)], as_of=today() + timedelta(days=1))
    with pytest.raises(Problem, match="header"):
        compare([line(record)], header="甲,乙,丙,丁,戊")
    with pytest.raises(PermissionDenied):
        services.compare_list(
            officer=people.officer(Role.SUBMITTER),
            agency=people.agency(),
            item_code="xzcf",
            as_of=today(),
            row={"number": "1"},
        )
    with pytest.raises(PermissionDenied):
        services.compare_list(
            officer=reviewer(),
            agency=people.agency("hg-yingji"),
            item_code="xzcf",
            as_of=today(),
            row={"number": "1"},
        )


@pytest.mark.django_db
def test_a_difference_counts_as_wrong_until_it_is_justified() -> None:
    records = [make_penalty() for _ in range(4)]
    agency = people.agency().pk
    for _ in range(2):  # compared twice, counted once
        last = compare([line(one, amount="0.3", until="2027-01-01") for one in records[:3]])

    def counted() -> int:
        return wrong_reports(since=today(), until=today(), items=["xzcf"])[agency]

    assert counted() == 4  # three that differ (in content and period) and one that is missing there
    assert wrong_reports(since=today(), until=today(), items=["xzxk"]) == Counter()
    officer = reviewer()
    rows = PublicationDifference.objects.filter(number=records[0].document_number)
    for row in rows:
        services.settle_difference(
            officer=officer, difference=row, verdict=Verdict.JUSTIFIED, explanation="依法隐去"
        )
    assert counted() == 3
    for row in last.differences.filter(number=records[1].document_number):
        services.settle_difference(
            officer=officer, difference=row, verdict=Verdict.OURS, explanation="已更正"
        )
    assert counted() == 3
    with pytest.raises(Problem, match="state_changed"):
        services.settle_difference(
            officer=officer, difference=rows[0], verdict=Verdict.OURS, explanation="再来"
        )
    open_one = last.differences.filter(verdict="")[0]
    with pytest.raises(Refused) as refused:
        services.settle_difference(officer=officer, difference=open_one, verdict="x", explanation=" ")
    assert {one.pointer for one in refused.value.refusals} == {"/verdict", "/explanation"}
    with pytest.raises(PermissionDenied):
        services.settle_difference(
            officer=people.stranger(), difference=open_one, verdict=Verdict.OURS, explanation="x"
        )


@pytest.mark.django_db
def test_the_figures_of_supervision_count_them() -> None:
    record = make_penalty()
    compare([line(record, amount="0.3")])
    client = Client()
    client.force_login(people.officer(Role.AUDITOR))
    page = client.get("/workbench/supervision/figures/?format=csv").content.decode("utf-8-sig")
    heading, *lines = [text.split(",") for text in page.splitlines() if text]
    column = heading.index("公示不一致（条）")
    assert {row[0]: row[column] for row in lines}["鹤岗市市场监督管理局"] == "1"


@pytest.mark.django_db
def test_the_pages() -> None:
    record, other = make_penalty(), make_penalty(make_subject("鹤岗市另一家有限公司"))
    client = Client()
    client.force_login(reviewer())
    base = "/workbench/agreement/"
    sent = {"agency": str(people.agency().pk), "item": "xzcf", "as_of": f"{today()}"}
    assert "请上传清单，或者填写一份决定的文书号" in client.post(f"{base}new/", sent).content.decode()
    page = client.post(f"{base}new/", {**sent, "number": record.document_number, "until": "不是日期"})
    assert "不是可识别的日期" in page.content.decode()
    file = SimpleUploadedFile("图.png", b"\x89PNG....")
    assert "这是图片" in client.post(f"{base}new/", {**sent, "file": file}).content.decode()
    answer = client.post(
        f"{base}new/",
        {**sent, "number": record.document_number, "uscc": record.subject.uscc, "until": "2027-06-01"},
    )
    comparison = Comparison.objects.get()
    assert answer.headers["Location"] == f"{base}{comparison.public_id}/"
    page = client.get(f"{base}{comparison.public_id}/?kind=other_period").content.decode()
    assert record.document_number in page and "2027-06-01" in page and other.document_number not in page
    (row,) = comparison.differences.all()
    url = f"{base}differences/{row.pk}/"
    assert "打开本平台的记录" in client.get(url).content.decode()
    assert "请填写情况和处理办法" in client.post(url, {"verdict": "ours"}).content.decode()
    done = client.post(url, {"verdict": "theirs", "explanation": "已函告更正"}, follow=True).content.decode()
    assert "已函告更正" in done and "记下处理结果</button>" not in done
    assert (
        "已经处理" in client.post(url, {"verdict": "ours", "explanation": "x"}, follow=True).content.decode()
    )
    counts = []
    for _ in range(2):
        compare([line(record, amount="0.3"), line(other, amount="0.3")])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(base).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
