"""The pages as officers meet them: what they see, what they can do, and at what cost."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.choices import Role
from agencies.models import Officer
from common.models import CalendarDay
from common.selectors import forget_calendar
from records.models import CreditRecord, IntakeBatch, RejectedRow
from supervision.models import Clue, GapExplanation, NumberGap
from supervision.selectors import quality
from supervision.selectors.clues import missing_numbers, open_clues
from supervision.selectors.timeliness import timeliness
from supervision.views.figures import percent
from tests import people
from tests.factories import make_penalty
from tests.supervision.samples import make_clue, make_gap

pytestmark = pytest.mark.django_db
PAGE = "/workbench/supervision/"


def browser(who: Officer) -> Client:
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def reviewer() -> Client:
    return browser(people.officer(Role.REVIEWER))


@pytest.fixture
def authority() -> Client:
    return browser(people.officer(Role.AUTHORITY))


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_agency_sees_its_own_clues_and_the_authority_all(reviewer: Client, authority: Client) -> None:
    ours = make_clue(make_penalty(number="鹤市监处罚〔2026〕901号"))
    theirs = make_clue(make_penalty(number="鹤应急罚〔2026〕902号", authority="鹤岗市应急管理局"))
    assert ours.agency_id != theirs.agency_id
    page = text(reviewer, PAGE)
    assert ours.label in page and theirs.label not in page
    assert reviewer.get(f"{PAGE}clues/{theirs.pk}/").status_code == 404
    page = text(authority, PAGE)
    assert ours.label in page and theirs.label in page
    assert theirs.label not in text(authority, f"{PAGE}?agency={ours.agency_id}")


def test_filters_stand_in_the_address_and_pages_follow(authority: Client) -> None:
    for day in range(1, 29):
        make_clue(make_penalty(), due=date(2026, 4, day))
        make_clue(make_penalty(), due=date(2026, 6, day))
    first = authority.get(f"{PAGE}?state=open&since=2026-04-01")
    assert len(first.context["table"].rows) == 50 and first.context["next_cursor"]
    second = authority.get(f"{PAGE}?state=open&since=2026-04-01&cursor={first.context['next_cursor']}")
    assert len(second.context["table"].rows) == 6 and second.context["next_cursor"] is None
    assert len(authority.get(f"{PAGE}?until=2026-04-02").context["table"].rows) == 2
    assert authority.get(f"{PAGE}?state=closed").context["table"].rows == []
    Clue.objects.filter(due__gt=date(2026, 4, 1)).update(
        state="closed", outcome="办结", closed_at=datetime(2026, 7, 1, tzinfo=UTC)
    )
    assert len(authority.get(PAGE).context["table"].rows) == 1
    assert len(authority.get(f"{PAGE}?state=").context["table"].rows) == 50
    assert authority.get(f"{PAGE}?kind=number_gap&number=x").context["table"].rows == []


def test_the_reviewer_explains_and_the_authority_closes(reviewer: Client, authority: Client) -> None:
    clue = make_clue(make_penalty())
    url = f"{PAGE}clues/{clue.pk}/"
    assert "提交说明" in text(reviewer, url) and "提交说明" not in text(authority, url)
    empty = reviewer.post(url, {"do": "explain", "explain-text": ""})
    assert empty.status_code == 200 and "请更正以下内容" in empty.content.decode()
    done = reviewer.post(url, {"do": "explain", "explain-text": "对接中断"}, follow=True)
    assert "已记录说明，共 1 条" in done.content.decode() and "对接中断" in done.content.decode()
    again = reviewer.post(url, {"do": "explain", "explain-text": "又一次"})
    assert "已说明，待办结" in again.content.decode()
    assert reviewer.post(url, {"do": "close", "close-outcome": "办结"}).status_code == 403
    done = authority.post(url, {"do": "close", "close-outcome": "予以提醒"}, follow=True)
    assert "已办结。" in done.content.decode() and "予以提醒" in done.content.decode()
    assert Clue.objects.get().state == "closed"


def test_a_gap_is_explained_on_its_page(reviewer: Client, authority: Client) -> None:
    gap = make_gap(people.agency())
    make_gap(people.agency(), first=20, last=9999)
    page = text(reviewer, f"{PAGE}gaps/")
    assert "鹤市监处罚〔2026〕12至15号" in page and "请说明" in page and "可能是文号录入有误" in page
    assert authority.get(f"{PAGE}gaps/?year=2025").context["table"].rows == []
    assert len(authority.get(f"{PAGE}gaps/?agency={gap.agency_id}").context["table"].rows) == 2
    url = f"{PAGE}gaps/{gap.pk}/"
    assert "等待责任单位说明" in text(authority, url)
    assert authority.post(url, {"first": 12}).status_code == 403
    outside = reviewer.post(url, {"first": 1, "last": 15, "reason": "void"})
    assert "号码应在 12 至 15 之间" in outside.content.decode()
    wordless = reviewer.post(url, {"first": 12, "last": 15, "reason": "other"})
    assert "请写明情况" in wordless.content.decode()
    done = reviewer.post(url, {"first": 12, "last": 15, "reason": "void"}, follow=True)
    assert "已记录说明" in done.content.decode()
    assert GapExplanation.objects.count() == 1 and NumberGap.objects.count() == 1


def test_a_clue_about_a_gap_leads_to_it(reviewer: Client) -> None:
    gap = make_gap(people.agency())
    clue = Clue.objects.create(
        kind="number_gap", agency=gap.agency, object_key="x", label=str(gap), due=gap.due, basis="依据"
    )
    page = text(reviewer, f"{PAGE}clues/{clue.pk}/")
    assert f"{PAGE}gaps/{gap.pk}/" in page and "提交说明" not in page


# --- figures --------------------------------------------------------------------------------------------


def batch(accepted: int, rejected: int, codes: list[list[str]]) -> None:
    item = CreditRecord.objects.first().item  # type: ignore[union-attr]
    row = IntakeBatch.objects.create(
        item=item, agency=people.agency(), channel="file", filename="处罚.csv", format="csv", size=1,
        sha256="0" * 64, status="done", total=accepted + rejected, accepted=accepted, rejected=rejected,
    )  # fmt: skip
    IntakeBatch.objects.filter(pk=row.pk).update(created_at=datetime(2026, 5, 12, 4, tzinfo=UTC))
    RejectedRow.objects.bulk_create(
        RejectedRow(batch=row, line=line, cells=b"", problems=[{"code": code} for code in found])
        for line, found in enumerate(codes, 2)
    )


def arrived(decided: date, day: int) -> None:
    row = make_penalty(decision_date=decided)
    CreditRecord.objects.filter(pk=row.pk).update(received_at=datetime(2026, 5, day, 4, tzinfo=UTC))


QUERY = "?since=2026-01-01&until=2026-11-20"


def test_figures_as_page_and_file(authority: Client) -> None:
    for day in (12, 20, 21, 27):
        arrived(date(2026, 5, 11), day)
    batch(98, 2, [["field_required", "date_invalid", "field_required"], ["field_required"]])
    make_gap(people.agency())
    page = text(authority, f"{PAGE}figures/{QUERY}")
    assert "50.0%" in page and "98.0%" in page and "最长 5 个工作日" in page and "必填项为空" in page
    answer = authority.get(f"{PAGE}figures/{QUERY}&format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    (line,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (line["单位"], line["收到（条）"], line["按期（条）"], line["迟报（条）"]) == (
        "鹤岗市市场监督管理局", "4", "2", "2",
    )  # fmt: skip
    assert (line["及时率"], line["平均迟报（工作日）"], line["最长迟报（工作日）"]) == ("50.0%", "3.0", "5")
    assert (line["合规率"], line["疑似漏报（号）"]) == ("98.0%", "4")
    assert authority.get(f"{PAGE}figures/{QUERY}").context["faults"].rows[0][2] == "2"
    assert "这段时间没有报送" not in text(authority, f"{PAGE}figures/{QUERY}&item=xzcf")
    assert "止日早于起日" in text(authority, f"{PAGE}figures/?since=2026-05-01&until=2026-04-01")
    assert "这段时间没有退回" not in text(authority, f"{PAGE}figures/?since=2020-05-01&until=2020-05-02")


def test_every_figure_can_be_asked_for_some_agencies_only() -> None:
    period = {"since": date(2026, 1, 1), "until": date(2026, 11, 20), "items": ["xzcf"]}
    arrived(date(2026, 5, 11), 12)
    batch(98, 2, [["date_invalid"]])
    make_clue(make_penalty())
    make_gap(people.agency())
    ours, others = [people.agency().pk], [people.agency("hg-yingji").pk]
    for agencies, expected in ((ours, True), (others, False)):
        assert bool(timeliness(**period, agencies=agencies)) is expected  # type: ignore[arg-type]
        assert bool(quality.compliance(**period, agencies=agencies)) is expected  # type: ignore[arg-type]
        assert bool(quality.faults_by_code(**period, agencies=agencies)) is expected  # type: ignore[arg-type]
        assert bool(open_clues(agencies)) is expected
        on = date(2026, 5, 21)
        assert bool(missing_numbers(on=on, items=["xzcf"], agencies=agencies)) is expected
    assert missing_numbers(on=date(2026, 5, 20), items=["xzcf"]) == {}  # still within the period
    (line,) = quality.compliance(**period)  # type: ignore[arg-type]
    assert line.judged == 100


def test_a_clue_from_a_file_offers_the_whole_file(reviewer: Client) -> None:
    clues = [make_clue(make_penalty(), batch_id=7) for _ in range(2)]
    url = f"{PAGE}clues/{clues[0].pk}/"
    assert "一并说明" in text(reviewer, url)
    done = reviewer.post(
        url, {"do": "explain", "explain-text": "整批迟报", "explain-whole_batch": "on"}, follow=True
    )
    assert "共 2 条线索" in done.content.decode()
    assert "一并说明" not in text(reviewer, f"{PAGE}clues/{make_clue(make_penalty()).pk}/")


def test_shares_are_never_rounded_up() -> None:
    assert percent(9999, 10000) == "99.9%"
    assert percent(0, 3) == "0.0%"
    assert percent(0, 0) == "无数据"


@pytest.mark.parametrize("url", [PAGE, f"{PAGE}gaps/", f"{PAGE}figures/{QUERY}", f"{PAGE}calendar/"])
def test_more_rows_cost_no_more_queries(authority: Client, url: str) -> None:
    def fill(number: int) -> None:
        for name in ("鹤岗市市场监督管理局", "鹤岗市应急管理局", "鹤岗市交通运输局")[:number]:
            for _ in range(number):
                make_clue(make_penalty(authority=name))
        make_gap(people.agency(), prefix=f"鹤市监罚{number}")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert authority.get(url).status_code == 200
        return len(queries)

    fill(1)
    cost()  # sessions, content types and permissions are now cached
    few = cost()
    fill(3)
    assert cost() == few <= 16


# --- calendar -------------------------------------------------------------------------------------------


def test_the_authority_enters_next_year(
    authority: Client, reviewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("supervision.views.calendar", "hegang_credit.home"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2026, 11, 1))
    url = f"{PAGE}calendar/"
    forget_calendar()
    assert "2027年的节假日安排还没有录入" in text(authority, url)
    assert "2027年的节假日安排还没有录入" in text(authority, "/workbench/")
    assert "还没有录入" not in text(reviewer, "/workbench/")
    assert "依据的通知文号" not in text(reviewer, url)
    page = text(reviewer, f"{url}?year=2026")
    assert "春节放假" in page and "班" in page and "休" in page
    change = {"change": "off", "first": "2027-10-01", "last": "2027-10-07", "note": "国庆节放假"}
    assert reviewer.post(url, change).status_code == 403
    assert "请更正以下内容" in authority.post(url, change).content.decode()
    change["basis"] = "国办发明电〔2026〕7号"
    backwards = authority.post(url, {**change, "last": "2027-09-01"})
    assert "止日不得早于起日" in backwards.content.decode()
    done = authority.post(url, change, follow=True)
    assert "已录入 5 天" in done.content.decode() and done.request["QUERY_STRING"] == "year=2027"
    forget_calendar()
    assert "还没有录入" not in text(authority, "/workbench/")
    assert CalendarDay.objects.filter(source="officer").count() == 5
    taken = authority.post(url, {**change, "change": "remove"}, follow=True)
    assert "已撤回 5 天" in taken.content.decode()
    forget_calendar()


def test_the_warning_begins_in_november(authority: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supervision.views.calendar.today", lambda: date(2026, 10, 31))
    assert "还没有录入" not in text(authority, f"{PAGE}calendar/")
    assert "2026年（尚无" not in text(authority, f"{PAGE}calendar/?year=20x6")
    assert "尚无官方安排" in text(authority, f"{PAGE}calendar/?year=2027")
