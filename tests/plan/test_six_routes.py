"""The six routes of item 3 of the plan, by name: who may hand in what, and what somebody else is told."""

from datetime import timedelta

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.choices import Role, Scope
from agencies.models import Agency
from catalog.models import ProviderRoute
from catalog.rules.routes import Address, right_address
from catalog.services import add_route, end_route
from common.clock import today
from common.gates import Refused
from ledger.selectors import events_after, last_position
from ledger.services import seal_all
from ledger.tables import TABLES
from province.sources import wire_events
from records import services
from records.choices import Channel
from records.models import CreditRecord
from tests import people
from tests.plan.rows import item_today, valid_row

pytestmark = pytest.mark.django_db
PLAN = "鹤信用发〔2022〕1号 第3条"


def hand_in(unit: Agency, code: str, number: int) -> CreditRecord:
    item = item_today(code)
    said = {"procedure": "ordinary", "minor": "none"} if item.asks_procedure else {}
    return services.accept_record(
        agency=unit, item_code=code, fields=valid_row(item, unit, number), channel=Channel.FORM, **said
    )


def refusal_of(unit: Agency, code: str) -> str:
    with pytest.raises(Refused) as refused:
        hand_in(unit, code, 41_000)
    (one,) = refused.value.refusals
    assert (one.code, one.pointer) == ("provider_not_authorised", "/item")
    return one.detail


@pytest.mark.parametrize(
    ("clause", "item", "unit", "route", "stranger", "address"),
    [
        (
            "（1）县（区）单位",
            "cxry",
            "luobei-shijian",
            "county",
            "hg-gongshui",
            "上一级行业主管部门或者市平台",
        ),
        ("（2）市级单位", "htly", "hg-shuiwu", "city", "hg-zhongyuan", "市级提供单位报市平台"),
        ("（3）行政行为", "xzcf", "hg-yingji", "provincial_system", "hg-gongshui", "省填报系统"),
        ("（4）市中级人民法院", "sxbzxr", "hg-zhongyuan", "court", "hg-shijian", "鹤岗市中级人民法院"),
        ("（4）市中级人民法院", "xjss", "hg-zhongyuan", "court", "hg-jianchayuan", "鹤岗市中级人民法院"),
        ("（5）公用企事业单位", "ggsy", "hg-gongre", "utility", "hg-shijian", "鹤岗市供热服务单位"),
    ],
)
def test_each_route_takes_its_unit_and_sends_others_to_the_right_address(
    clause: str, item: str, unit: str, route: str, stranger: str, address: str
) -> None:
    assert ProviderRoute.objects.get(item_code=item, agency__code=unit).route == route
    record = hand_in(people.agency(unit), item, 40_000)
    assert record.provider.code == unit, clause
    told = refusal_of(people.agency(stranger), item)
    assert address in told and f"第3条{clause[:3]}" in told


def test_county_units_report_through_the_department_above_them_too() -> None:
    """（1）县（区）单位向上一级行业主管部门报送: the city department hands in what its county unit decided."""
    above, below = people.agency("hg-shijian"), people.agency("luobei-shijian")
    row = valid_row(item_today("cxry"), below, 40_010)
    record = services.accept_record(agency=above, item_code="cxry", fields=row, channel=Channel.FORM)
    assert (record.provider, record.authority_name) == (above, below.name)


def test_administrative_acts_are_received_as_copies_and_marked_so() -> None:
    """（3）行政行为经省填报系统推送: on the record's page and on the wire."""
    copy, own = hand_in(people.agency(), "xzcf", 40_020), hand_in(people.agency(), "cxry", 40_021)
    browser = Client()
    browser.force_login(people.officer(Role.REVIEWER))
    assert "副本（经省填报系统推送）" in browser.get(f"/workbench/records/{copy.pk}/").content.decode()
    assert "副本" not in browser.get(f"/workbench/records/{own.pk}/").content.decode()
    start = last_position()
    seal_all(using="default")
    told = wire_events(events_after(start, [TABLES["records_creditrecord"]], 100), today())
    payloads = {event["object_id"]: orjson.loads(orjson.dumps(event["payload"])) for event in told}
    assert payloads[copy.pk]["copy"] is True and payloads[own.pk]["copy"] is False


def test_utilities_only_under_a_written_agreement_while_it_runs() -> None:
    """（5）按约定推送: no route without the agreement's number, none after its last day."""
    boss, unit = people.officer(Role.AUTHORITY), people.agency("hg-gongshui")
    route = ProviderRoute.objects.get(item_code="ggsy", agency=unit)
    end_route(officer=boss, basis=PLAN, route_id=route.pk, last_day=today() - timedelta(days=1))
    assert "约定" in refusal_of(unit, "ggsy")
    wanted = {
        "officer": boss,
        "basis": PLAN,
        "item_code": "ggsy",
        "agency": unit,
        "route": "utility",
        "effective_from": today(),
    }
    with pytest.raises(Refused) as refused:
        add_route(**wanted)  # type: ignore[arg-type]
    assert refused.value.refusals[0].code == "agreement_missing"
    add_route(**wanted, agreement="鹤信用约〔2026〕2号")  # type: ignore[arg-type]
    assert hand_in(unit, "ggsy", 40_030).provider == unit


def test_the_city_platform_reports_to_the_province() -> None:
    """（6）市级平台向省平台推送: whatever is shared goes out, by push and by pull, and the route may only be its own."""
    boss = people.officer(Role.AUTHORITY)
    with pytest.raises(Refused):
        add_route(
            officer=boss, basis=PLAN, item_code="cxry", agency=people.agency("hg-shijian"), route="upward",
            effective_from=today(),
        )  # fmt: skip
    record = hand_in(people.agency(), "cxry", 40_040)
    seal_all(using="default")
    headers = people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju"))
    items = Client().get("/api/v1/province/changes/", headers=headers).json()["items"]
    assert [item["action"] for item in items if item["object_id"] == record.pk] == ["upsert"]


def test_form_file_and_interface_all_name_the_right_address() -> None:
    """市场监管局 tries to hand in what only the court may."""
    officer = people.officer(Role.SUBMITTER)
    browser = Client()
    browser.force_login(officer)
    form = browser.get("/workbench/records/new/sxbzxr/")
    assert form.status_code == 403 and "鹤岗市中级人民法院" in form.content.decode()
    upload = SimpleUploadedFile("一条.csv", b"a,b\n1,2\n")
    typed = {"agency": people.agency().pk, "item": "sxbzxr", "procedure": "", "file": upload}
    page = browser.post("/workbench/batches/new/", typed).content.decode()
    assert "鹤岗市中级人民法院" in page and "第3条（4）" in page
    headers = people.bearer(people.client(Scope.RECORDS_SUBMIT))
    row = valid_row(item_today("sxbzxr"), people.agency(), 40_050)
    body = {"item": "sxbzxr", "fields": row, "document": {"number": "（2026）黑04执1号"}}
    answer = Client().post("/api/v1/records/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 403
    told = answer.json()
    assert told["code"] == "provider_not_authorised" and "鹤岗市中级人民法院" in told["detail"]
    upload = SimpleUploadedFile("一条.csv", b"a,b\n1,2\n")
    answer = Client().post("/api/v1/batches/", {"item": "sxbzxr", "file": upload}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "provider_not_authorised")


def test_units_nearby_come_first_and_at_most_five_by_name() -> None:
    routes = [Address("city", f"单位{number}") for number in range(7)] + [
        Address("city", "本地单位", near=True)
    ]
    told = right_address("cxry", routes)
    assert "：本地单位、单位0、" in told and told.endswith("等8个单位") and "单位4" not in told
    assert "联系社会信用主管部门" in right_address("cxry", [])
