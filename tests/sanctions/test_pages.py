"""Pages of the workbench: screening and reporting by people, applying with the conduct beside, lifting, the document."""

import io
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from pypdf import PdfReader

from agencies.choices import Role
from agencies.models import Officer
from blacklist.services import end_entry
from common.clock import today
from records.sharing.models import LookUp
from sanctions.models import AppliedMeasure, Measure, MeasureFeedback, Screening
from tests import people
from tests.factories import make_penalty, make_person, make_subject
from tests.sanctions.samples import make_entry
from tests.sharing.samples import approved

pytestmark = pytest.mark.django_db
BASE = "/workbench/measures/"


def browser(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def treasurer() -> Officer:
    return people.officer(Role.REVIEWER, code="hg-caizheng")


def ask(page: Client, uscc: str, purpose: str, **more: str) -> str:
    form = {"purpose": purpose, "matter": "zfcg", "uscc": uscc, **more}
    return page.post(f"{BASE}screening/", form).content.decode()


def test_whole_loop_in_the_browser(treasurer: Officer) -> None:
    purpose = approved(code="hg-caizheng", by=treasurer)
    page, entry = browser(treasurer), make_entry()
    found = ask(page, entry.subject.uscc, purpose.code, application="SL-1")
    for said in (
        "有适用的措施",
        "政府采购供应商资格审查",
        "第四十八条",
        entry.decision_number,
        entry.remedies,
    ):
        assert said in found
    row = Screening.objects.get()
    receipt = f"{BASE}screening/receipts/{row.public_id}/"
    assert row.public_id in page.get(f"{BASE}screening/receipts/").content.decode()
    wrong = page.post(receipt, {"place": "1:nmg-48-cg", "applied": "yes"}).content.decode()
    assert "已实施的，请填写所依据的文书号（依据：鹤信用发〔2022〕1号 第11条" in wrong
    done = page.post(
        receipt, {"place": "1:nmg-48-cg", "applied": "yes", "document": "鹤财采〔2026〕3号"}, follow=True
    )
    assert "各项都已反馈" in done.content.decode()
    assert "已收到反馈" in done.content.decode() and MeasureFeedback.objects.get().officer == treasurer
    assert page.post(receipt, {"place": "9:nmg-48-cg", "applied": "no", "reason": "x"}).status_code == 403
    applied = AppliedMeasure.objects.get()
    one = f"{BASE}applied/{applied.public_id}/"
    assert "正在实施" in page.get(one).content.decode()
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
    assert "没有适用于这一事项的措施" in ask(page, entry.subject.uscc, purpose.code)
    assert "待解除" in page.get(BASE).content.decode()
    assert "鹤财采〔2026〕3号" in page.get(f"{BASE}lifts/").content.decode()
    assert "请解除" in page.get(one).content.decode()
    page.post(one, {"on": f"{today()}", "document": "鹤财采解〔2026〕1号"})
    assert "已解除" in page.get(one).content.decode()
    assert "没有待解除的措施" in page.get(f"{BASE}lifts/").content.decode()
    assert page.post(one, {"on": f"{today()}", "document": "2号"}).status_code == 403
    boss = browser(people.officer(Role.AUTHORITY, username="boss"))
    figures = boss.get(f"{BASE}figures/").content.decode()
    assert "鹤岗市财政局" in figures and "限制市场或行业准入" in figures and "nmg-48-cg" not in figures


def test_screening_by_people_is_refused_and_registered_like_by_machine(treasurer: Officer) -> None:
    page, company = browser(treasurer), make_subject()
    refused = ask(page, company.uscc, "")
    assert "未予答复" in refused and LookUp.objects.get().refusal_code == "purpose_missing"
    purpose = approved(code="hg-caizheng", by=treasurer)
    assert "校验码" in ask(page, "91230402MA1000000X", purpose.code)
    assert "平台没有这个主体" in ask(page, "91230402MA1000010T", purpose.code) or LookUp.objects.count() == 1
    Measure.objects.filter(code="crj-12").delete()
    answer = page.post(f"{BASE}screening/", {"purpose": purpose.code, "matter": "zfcg", "uscc": company.uscc})
    assert answer.status_code == 503 and "清单不完整" in answer.content.decode()


def test_the_box_may_be_framed_by_named_systems_alone(treasurer: Officer, settings: LazySettings) -> None:
    page = browser(treasurer)
    box = page.get(f"{BASE}screening/box/?matter=zfcg")
    assert "X-Frame-Options" not in box.headers and "<nav" not in box.content.decode()
    assert "frame-ancestors 'none'" in box.headers["Content-Security-Policy"]
    assert page.get(f"{BASE}screening/").headers["X-Frame-Options"] == "DENY"


def test_an_officer_sees_conduct_and_measure_side_by_side_and_gets_the_document(treasurer: Officer) -> None:
    page, entry = browser(treasurer), make_entry(make_subject("鹤岗市青松岭建筑有限公司"))
    address = f"{BASE}apply/?entry={entry.public_id}"
    choice = page.get(address).content.decode()
    assert "nmg-48-cg" in choice and "nmg-48-ss" not in choice and "只告知、不强制" in choice
    assert choice.index("nmg-48-py") < choice.index("nmg-48-cg")
    form = page.get(f"{address}&measure=nmg-48-cg").content.decode()
    assert "还有较轻的措施" in form and "行为轻重" in form and "措施力度" in form
    data = {
        "document_number": "鹤财采〔2026〕9号", "reason": "拖欠工资数额较大", "starts_on": f"{today()}",
        "ends_on": f"{entry.ends_on + timedelta(days=1)}",  # type: ignore[operator]
    }  # fmt: skip
    assert "期限至迟到" in page.post(f"{address}&measure=nmg-48-cg", data).content.decode()
    page.post(f"{address}&measure=nmg-48-cg", {**data, "ends_on": f"{today() + timedelta(days=300)}"})
    row = AppliedMeasure.objects.get()
    pdf = page.get(f"{BASE}applied/{row.public_id}/?format=pdf")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf.content)).pages)
    for said in (
        "实施失信惩戒措施决定书",
        "鹤岗市青松岭建筑有限公司",
        "拖欠工资数额较大",
        "行政复议",
        "第四十八条",
    ):
        assert said in text.replace("\n", "")
    assert page.get(f"{BASE}applied/{row.public_id}/?format=docx").content[:2] == b"PK"
    again = page.post(f"{address}&measure=nmg-48-cg", {**data, "ends_on": f"{today() + timedelta(days=300)}"})
    assert "已经依据同一事实实施过" in again.content.decode()


def test_class_c_is_told_by_letter(treasurer: Officer) -> None:
    page, entry = browser(treasurer), make_entry()
    address = f"{BASE}apply/?entry={entry.public_id}&measure=c-sx"
    assert "只能告知依法公开的信息" in page.get(address).content.decode()
    page.post(
        address,
        {
            "document_number": "鹤财函〔2026〕1号", "reason": "告知", "starts_on": f"{today()}", "ends_on": f"{entry.ends_on}",
            "informed_body": "鹤岗市银行业协会",
        },
    )  # fmt: skip
    row = AppliedMeasure.objects.get()
    pdf = page.get(f"{BASE}applied/{row.public_id}/?format=pdf")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf.content)).pages).replace("\n", "")
    assert "失信信息告知函" in text and "自主决定" in text and "鹤岗市银行业协会" in text


def test_grounds_of_others_are_not_shown(treasurer: Officer) -> None:
    page = browser(treasurer)
    record = make_penalty()
    assert page.get(f"{BASE}apply/?record={record.pk}").status_code == 404
    person = make_entry(make_person())
    assert page.get(f"{BASE}apply/?entry={person.public_id}").status_code == 404
    assert page.get(f"{BASE}apply/").status_code == 404
    market = people.officer(Role.REVIEWER)
    cheat = make_penalty(data={"CF_WFXW": "提供虚假材料申请行政许可"})
    shown = browser(market).get(f"{BASE}apply/?record={cheat.pk}").content.decode()
    assert "xk-78" in shown and "提供虚假材料申请行政许可" in shown
    assert "依据此记录实施措施" in browser(market).get(f"/workbench/records/{cheat.pk}/").content.decode()
    heavier = make_penalty(data={"CF_WFXW": "以欺骗、贿赂等不正当手段取得许可"})
    form = browser(market).get(f"{BASE}apply/?record={heavier.pk}&measure=xk-79").content.decode()
    assert "措施的力度重于行为的轻重" in form and "采用较重措施的理由" in form
