"""错报 by agency and period: rows sent back, objections upheld, records the province turned down; page and CSV."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agencies.choices import Role
from agencies.models import Officer
from catalog.models import ProviderRoute
from common.clock import today
from province.models import Comparison, Delivery, DeliveryRejection, PushTarget
from records.models import CreditRecord, IntakeBatch
from repair.choices import Kind
from supervision.selectors.errors import errors, found_later
from supervision.selectors.figures import figures
from supervision.selectors.reconciled import by_agency, by_item, unexplained
from tests import people
from tests.plan.rows import item_today
from tests.repair.samples import accepted, decided, ripe_penalty

pytestmark = pytest.mark.django_db
PAGE = "/workbench/supervision/errors/"


def batch(code: str, *, accepted: int, rejected: int) -> IntakeBatch:
    return IntakeBatch.objects.create(
        item=item_today("xzcf"), agency=people.agency(code), channel="file", filename="十一月.csv", format="csv",
        size=1, sha256="0" * 64, status="done", total=accepted + rejected, accepted=accepted, rejected=rejected,
    )  # fmt: skip


def turned_down(record: CreditRecord, times: int = 1) -> None:
    target = PushTarget.objects.first() or PushTarget.objects.create(code="province", name="省平台")
    for _ in range(times):
        place = Delivery.objects.count() + 1
        delivery = Delivery.objects.create(
            target=target, first_position=place, last_position=place, event_count=1, oldest_at=timezone.now()
        )
        DeliveryRejection.objects.create(
            delivery=delivery, position=1, object_id=record.pk, item_code=record.item_code,
            provider=record.provider, code="field_required", reason="缺少字段",
        )  # fmt: skip


def counted(code: str = "hg-shijian", **period: date) -> tuple[int, ...]:
    wanted = {"since": today() - timedelta(days=30), "until": today()} | period
    lines = {line.agency_id: line for line in errors(items=["xzcf"], **wanted)}
    line = lines.get(people.agency(code).pk)
    return (line.accepted, line.rejected, line.upheld, line.turned_down, line.total) if line else ()


def browser_of(officer: Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


def test_each_source_counts_for_the_agency_whose_error_it_was() -> None:
    batch("hg-shijian", accepted=90, rejected=10)
    batch("hg-yingji", accepted=5, rejected=0)
    case = decided(accepted(ripe_penalty(), Kind.OBJECTION, ground="not_public"), reasons="不应当公示")
    assert case.source == "provider" and case.record is not None
    turned_down(case.record, times=2)
    assert counted() == (90, 10, 1, 1, 12), "turned down twice, one record"
    assert counted("hg-yingji") == (5, 0, 0, 0, 0)
    assert counted(since=today() + timedelta(days=1), until=today() + timedelta(days=9)) == ()


def test_a_refused_objection_is_no_error() -> None:
    decided(accepted(ripe_penalty(), Kind.OBJECTION), grant=False, reasons="与文书一致")
    assert counted() == ()


def test_errors_found_later_lower_the_rate_of_compliance() -> None:
    batch("hg-shijian", accepted=9, rejected=1)
    turned_down(ripe_penalty())
    period = {"since": today() - timedelta(days=30), "until": today(), "items": ["xzcf"]}
    assert found_later(**period) == {people.agency().pk: 1}  # type: ignore[arg-type]
    (line,) = [one for one in figures([], on=today(), **period) if one.agency == people.agency().name]  # type: ignore[arg-type]
    assert (line.accepted, line.rejected) == (8, 2)


def test_page_and_csv_show_the_own_agency_to_officers_and_all_to_the_authority() -> None:
    batch("hg-shijian", accepted=90, rejected=10)
    batch("hg-yingji", accepted=5, rejected=5)
    own = browser_of(people.officer(Role.REVIEWER))
    page = own.get(PAGE).content.decode()
    assert (
        "全部事项" in page
        and "鹤岗市市场监督管理局" in page
        and "鹤岗市应急管理局" not in page
        and "10.0%" in page
    )
    boss = browser_of(people.officer(Role.AUTHORITY))
    assert "鹤岗市应急管理局" in boss.get(PAGE).content.decode()
    text = boss.get(f"{PAGE}?format=csv&item=xzcf").content.decode("utf-8-sig")
    rows = {row["单位"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["鹤岗市市场监督管理局"]["错报合计"] == "10" and rows["鹤岗市应急管理局"]["错报率"] == "50.0%"
    assert "止日早于起日" in boss.get(f"{PAGE}?since=2026-05-02&until=2026-05-01").content.decode()


def reconciled(
    item: str, *, ours: int, theirs: int, waiting: int = 0, rejected: int = 0, day: date | None = None
) -> None:
    target = PushTarget.objects.first() or PushTarget.objects.create(code="province", name="省平台")
    line = {"item": item, "ours": ours, "theirs": theirs, "waiting": waiting, "rejected": rejected}
    Comparison.objects.create(
        target=target, day=day or today(), settled=True, items=1, objects_held=ours, differences=[line]
    )


def test_what_reconciliation_found_counts_once_and_for_whom_it_is_certain() -> None:
    yesterday = today() - timedelta(days=1)
    period = {"since": yesterday, "until": today()}
    reconciled("sxbzxr", ours=10, theirs=7)
    reconciled("sxbzxr", ours=10, theirs=9)  # asked again the same day: the newest counts
    reconciled("xzcf", ours=10, theirs=10, day=yesterday)  # as many, but not the same
    found = {one.item: one.wrong for one in by_item(**period, items=["sxbzxr", "xzcf"])}
    assert found == {"sxbzxr": 1, "xzcf": 1}
    (court,) = [one.agency_id for one in ProviderRoute.objects.filter(item_code="sxbzxr")]
    assert by_agency(since=today(), until=today(), items=["sxbzxr", "xzcf"]) == {court: 1}
    lines = errors(since=today(), until=today(), items=["sxbzxr"])
    assert [(line.agency_id, line.unreconciled, line.total) for line in lines] == [(court, 1, 1)]
    assert found_later(since=today(), until=today(), items=["sxbzxr"]) == {court: 1}


@pytest.mark.parametrize(
    ("ours", "theirs", "waiting", "rejected", "wrong"),
    [
        (5, 3, 0, 0, 2),
        (3, 5, 0, 0, 2),
        (5, 3, 1, 0, 1),
        (5, 3, 2, 3, 0),
        (4, 4, 0, 0, 1),
        (4, 4, 1, 0, 0),
        (4, 4, 0, 2, 0),
    ],
)
def test_what_is_on_its_way_or_turned_down_explains_a_difference(
    ours: int, theirs: int, waiting: int, rejected: int, wrong: int
) -> None:
    line = {"ours": ours, "theirs": theirs, "waiting": waiting, "rejected": rejected}
    assert unexplained(line) == wrong


def test_differences_by_item_are_shown_to_who_sees_all() -> None:
    reconciled("xzcf", ours=10, theirs=8)
    assert "对账差异（按事项）" in browser_of(people.officer(Role.AUTHORITY)).get(PAGE).content.decode()
    assert "对账差异（按事项）" not in browser_of(people.officer(Role.REVIEWER)).get(PAGE).content.decode()
