"""The pages and the interface of sharing, as officers and machines meet them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.choices import Role, Scope
from agencies.models import Officer
from catalog.models import LegalBasis
from common.clock import today
from common.identifiers import make_id_number
from records.sharing import services
from records.sharing.choices import Detail, PersonProof
from records.sharing.models import DutyPurpose, ExportRequest, LookUp
from tests import people
from tests.factories import make_licence, make_penalty, make_person, make_subject
from tests.sharing.samples import approved, chief, register, reviewer

pytestmark = pytest.mark.django_db
BASE = "/workbench/sharing/"


def browser(who: Officer) -> Client:
    client = Client()
    client.force_login(who)
    return client


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_the_submitter_of_another_agency_looks_a_company_up() -> None:
    penalty = make_penalty(facts="经营超过保质期的食品")
    purpose = approved(code="hg-yingji", detail=Detail.SUMMARY)
    songqing = browser(people.stranger())
    assert purpose.name in text(songqing, f"{BASE}lookup/?purpose={purpose.code}")
    page = songqing.post(f"{BASE}lookup/", {"purpose": purpose.code, "uscc": penalty.subject.uscc})
    shown = page.content.decode()
    assert penalty.document_number in shown and penalty.subject.name in shown
    assert "经营超过保质期的食品" not in shown  # the purpose needs the summary alone
    assert LookUp.objects.get().receipt in shown
    assert "no-store" in page.headers["Cache-Control"]


def test_a_purpose_that_needs_contents_shows_them_without_what_is_secret() -> None:
    penalty = make_penalty(representative="王守仁")
    purpose = approved(detail=Detail.CONTENTS)
    page = browser(people.officer(Role.SUBMITTER)).post(
        f"{BASE}lookup/", {"purpose": purpose.code, "uscc": penalty.subject.uscc, "item": "xzcf"}
    )
    shown = page.content.decode()
    assert "货值金额126元" in shown and shown.count(penalty.subject.uscc) == 1 and "王守仁" not in shown


def test_a_person_is_shown_masked_and_nothing_typed_stands_in_an_address_or_comes_back() -> None:
    number = make_id_number("230402", today().replace(year=1986, month=3, day=5), 12)
    make_licence(make_person("林有田", id_number=number))
    purpose = approved(items=("xzxk",), kinds=("person",), proof=PersonProof.DOCUMENT)
    chunsheng = browser(people.officer(Role.SUBMITTER))
    asked = {"purpose": purpose.code, "name": "林有田", "id_number": number}
    without = chunsheng.post(f"{BASE}lookup/", asked)
    assert "查询自然人须填写授权文书的编号" in without.content.decode()
    assert LookUp.objects.get().receipt in without.content.decode()
    page = chunsheng.post(f"{BASE}lookup/", {**asked, "document_number": "授权〔2026〕8号"})
    shown = page.content.decode()
    assert page.status_code == 200 and "林**" in shown and "林有田" not in shown and number not in shown
    assert f"?id_number={number}" not in text(chunsheng, f"{BASE}lookup/?id_number={number}")


def test_the_auditor_sees_the_refused_attempt_and_agencies_their_own() -> None:
    company = make_penalty().subject
    with pytest.raises(services.LookUpRefused):
        services.look_up(
            agency=people.agency("hg-yingji"), officer=people.stranger(), purpose_code="", uscc=company.uscc
        )
    receipt = LookUp.objects.get().receipt
    auditor = browser(people.officer(Role.AUDITOR))
    page = text(auditor, f"{BASE}lookups/?outcome=refused")
    assert receipt in page and "查询非公开信息必须说明履职目的" in page and company.uscc not in page
    assert receipt not in text(auditor, f"{BASE}lookups/?outcome=answered")
    assert receipt in text(auditor, f"{BASE}lookups/?receipt={receipt}&since={today()}&until={today()}")
    assert receipt not in text(auditor, f"{BASE}lookups/?until={today() - timedelta(days=1)}")
    assert receipt in text(browser(reviewer("hg-yingji")), f"{BASE}lookups/")
    assert receipt not in text(browser(reviewer()), f"{BASE}lookups/")
    assert browser(people.officer(Role.SUBMITTER)).get(f"{BASE}lookups/").status_code == 403


def test_registering_approving_and_withdrawing_on_the_pages() -> None:
    zhou, boss = browser(reviewer()), browser(chief())
    form = {
        "name": "食品经营许可审查", "basis": str(LegalBasis.objects.get(code="xzxkf").pk), "basis_clause": "第三十四条",
        "items": ["xzcf"], "subject_kinds": ["organisation"], "person_proof": "none", "detail": "summary",
        "valid_from": f"{today()}", "valid_until": "2099-12-31",
    }  # fmt: skip
    assert "有效期最长24个月" in zhou.post(f"{BASE}purposes/new/", form).content.decode()
    answer = zhou.post(f"{BASE}purposes/new/", {**form, "valid_until": f"{today() + timedelta(days=300)}"})
    purpose = DutyPurpose.objects.get()
    assert answer.status_code == 302 and answer.headers["Location"] == f"{BASE}purposes/{purpose.code}/"
    url = answer.headers["Location"]
    assert 'value="approve"' not in text(zhou, url) and zhou.post(url, {"do": "approve"}).status_code == 403
    assert 'value="approve"' in text(boss, url)
    assert "该单位可以按此目的查询" in boss.post(url, {"do": "approve"}, follow=True).content.decode()
    assert "已经审核" in boss.post(url, {"do": "approve"}, follow=True).content.decode()
    assert purpose.code in text(zhou, f"{BASE}?state=in_force") and purpose.code not in text(
        zhou, f"{BASE}?state=pending"
    )
    assert "请更正以下内容" in zhou.post(url, {"do": "withdraw", "reason": ""}).content.decode()
    zhou.post(url, {"do": "withdraw", "reason": "职责调整"})
    assert "职责调整" in text(zhou, url) and purpose.code in text(zhou, f"{BASE}?state=withdrawn")


def test_the_registrar_reads_why_somebody_else_must_approve() -> None:
    boss = chief()
    purpose = register(code="hg-yingshang", by=boss)
    page = browser(boss).post(f"{BASE}purposes/{purpose.code}/", {"do": "approve"})
    assert "请由另一位工作人员办理" in page.content.decode()


def test_an_export_on_the_pages() -> None:
    penalty, purpose = make_penalty(), approved()
    chunsheng, zhou = browser(people.officer(Role.SUBMITTER)), browser(reviewer())
    asked = chunsheng.post(f"{BASE}purposes/{purpose.code}/", {"do": "export", "reason": "核对许可条件"})
    url = asked.headers["Location"]
    assert chunsheng.post(url, {"do": "take"}, follow=True).headers["Content-Type"].startswith("text/html")
    assert "同意导出" not in text(chunsheng, url) and "同意导出" in text(zhou, url)
    zhou.post(url, {"do": "grant"})
    assert "只能下载一次" in text(chunsheng, url)
    file = chunsheng.post(url, {"do": "take"})
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert penalty.document_number in file.content.decode("utf-8-sig")
    assert "已下载" in text(zhou, url) and ExportRequest.objects.get().lookup is not None
    assert "已下载" in text(zhou, f"{BASE}purposes/{purpose.code}/")
    again = chunsheng.post(url, {"do": "take"}, follow=True)
    assert "需要的请重新申请" in again.content.decode()


def test_a_client_reads_the_purposes_of_its_own_agency() -> None:
    ours = approved(items=("xzcf", "xzxk"))
    register()
    approved(code="hg-yingji")
    headers = people.bearer(people.client(Scope.SCREENING_QUERY))
    answer = Client().get("/api/v1/purposes/", headers=headers)
    assert answer.json() == {
        "items": [
            {
                "code": ours.code,
                "name": "食品经营许可审查",
                "basis": "《中华人民共和国行政许可法》第三十四条",
                "items": ["xzcf", "xzxk"],
                "valid_until": f"{ours.valid_until}",
            }
        ],
        "next_cursor": None,
    }
    assert Client().get("/api/v1/purposes/?agency=1", headers=headers).status_code == 400


def counted(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


def test_pages_cost_the_same_however_much_there_is() -> None:
    company, officer = make_subject(), people.officer(Role.SUBMITTER)
    purpose = approved(detail=Detail.CONTENTS)
    make_penalty(company)
    home, songchun, zhou = people.agency(), browser(officer), browser(reviewer())
    asks: dict[str, Callable[[], object]] = {
        "look up": lambda: songchun.post(f"{BASE}lookup/", {"purpose": purpose.code, "uscc": company.uscc}),
        "register": lambda: zhou.get(f"{BASE}lookups/"),
        "purposes": lambda: zhou.get(BASE),
        "purpose": lambda: zhou.get(f"{BASE}purposes/{purpose.code}/"),
    }
    for ask in asks.values():
        ask()
    before = {name: counted(ask) for name, ask in asks.items()}
    for _ in range(8):
        make_penalty(company)
        register()
        services.look_up(agency=home, officer=officer, purpose_code=purpose.code, uscc=company.uscc)
        services.request_export(officer=officer, purpose_id=purpose.pk, reason="核对")
    services.request_export(officer=officer, purpose_id=purpose.pk, reason="核对")
    assert {name: counted(ask) for name, ask in asks.items()} == before


def test_the_register_pages_by_cursor() -> None:
    company, officer, purpose = make_subject(), people.officer(Role.SUBMITTER), approved()
    for _ in range(52):
        services.look_up(
            agency=people.agency(), officer=officer, purpose_code=purpose.code, uscc=company.uscc
        )
    zhou = browser(reviewer())
    first = zhou.get(f"{BASE}lookups/?kind=query")
    assert len(first.context["table"].rows) == 50
    second = zhou.get(f"{BASE}lookups/?kind=query&cursor={first.context['next_cursor']}")
    assert len(second.context["table"].rows) == 2 and second.context["next_cursor"] is None
