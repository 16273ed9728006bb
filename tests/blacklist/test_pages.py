"""The pages of the list as officers and the party meet them."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from agencies.choices import Role, Scope
from agencies.models import Officer
from blacklist import selectors, services
from blacklist.choices import Outcome
from blacklist.documents import unseal
from blacklist.models import CaseStep, ListCase, ListEntry, ListScheme
from blacklist.services.cases import context_of
from common.clock import today
from supervision.models import Clue
from supervision.services import raise_list_clues
from tests import people
from tests.blacklist import samples
from tests.blacklist.test_gates import browser, scheme_form
from tests.factories import make_penalty

pytestmark = pytest.mark.django_db
BASE = "/workbench/lists/"


def officer(actor: services.Actor) -> Officer:
    assert actor.officer is not None
    return actor.officer


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def code_of(case: ListCase) -> str:
    """The code as the party reads it on its notice."""
    step = CaseStep.objects.get(case=case, kind="notice")
    assert step.document is not None
    words = repr(unseal(step.document, context=context_of(case)))
    found = re.search(r"查询码 ([A-Z0-9-]{14})", words)
    assert found is not None
    return found[1]


def test_the_board_counts_by_step_and_shows_what_waits_for_whom() -> None:
    waiting = samples.open_case()
    samples.reviewed(samples.served(samples.open_case(make_penalty())))
    chief, handler = browser(officer(samples.chief())), browser(officer(samples.handler()))
    page = text(handler, BASE)
    assert waiting.number in page and "待告知" in page and "待作决定" in page
    assert waiting.number not in text(handler, f"{BASE}?phase=to_decide")
    assert waiting.number not in text(chief, f"{BASE}?mine=on")
    assert waiting.number in text(handler, f"{BASE}?mine=on&scheme=spaq")
    assert waiting.number not in text(browser(people.stranger()), BASE)


@pytest.mark.parametrize("more", [0, 4])
def test_lists_take_the_same_statements_however_long_they_are(more: int) -> None:
    samples.listed()
    for _ in range(more):
        samples.listed(samples.served(samples.open_case(make_penalty())))
        samples.served(samples.open_case(make_penalty()))
    chief = browser(officer(samples.chief()))
    counted = {}
    for url in (f"{BASE}?phase=listed", f"{BASE}entries/", f"{BASE}schemes/"):
        text(chief, url)
        with CaptureQueriesContext(connection) as queries:
            text(chief, url)
        counted[url] = len(queries)
    assert counted == {f"{BASE}?phase=listed": 10, f"{BASE}entries/": 4, f"{BASE}schemes/": 3}


def test_one_page_says_what_is_missing_and_which_clause_asks_for_it() -> None:
    case = samples.served(samples.open_case(), files=[(samples.pdf_file(), "送达回证")])
    page = text(browser(officer(samples.handler())), f"{BASE}cases/{case.public_id}/")
    assert "列入以前还缺什么" in page and "异议期届满，或者异议已经答复" in page
    assert "鹤信用发〔2022〕1号 第8条" in page and "送达回证" in page and "2026年6月8日" in page
    assert "登记当事人的意见" in page and "作出列入决定" not in page


def test_a_step_page_says_beforehand_why_it_is_not_possible() -> None:
    case = samples.notified()
    page = text(browser(officer(samples.chief())), f"{BASE}cases/{case.public_id}/steps/decided/")
    assert "现在还不能办理这一步" in page and "尚未告知当事人" in page
    gone = browser(officer(samples.chief())).get(f"{BASE}cases/{case.public_id}/steps/no-such-step/")
    assert gone.status_code == 404


def test_every_plain_step_goes_by_its_form() -> None:
    case = samples.served()
    handler, chief = browser(officer(samples.handler())), browser(officer(samples.chief()))
    day = samples.DAY.isoformat()

    def take(client: Client, step: str, **values: object) -> None:
        answer = client.post(f"{BASE}cases/{case.public_id}/steps/{step}/", {"on": day, **values})
        assert answer.status_code == 302, answer.content.decode()[-3000:]

    take(handler, "objection", kind="objection", channel="window", text="不同意", contact="13900001111")
    objection = CaseStep.objects.get(kind="objection")
    assert objection.channel == "window" and services.words_of(objection)["contact"] == "13900001111"
    take(handler, "verified", text="已核实")
    take(handler, "answer", objection=objection.pk, outcome="rejected", text="事实清楚")
    take(chief, "suspended", outcome="court", text="裁定中止")
    take(chief, "resumed", text="裁定撤销")
    take(chief, "review", outcome="not_list", text="不予列入")
    take(chief, "closed", text="情节轻微")
    take(chief, "reopened", text="新的证据")
    kinds = [step.kind for step in case.steps.order_by("id")]
    assert kinds[2:] == [
        "objection",
        "verified",
        "answer",
        "suspended",
        "resumed",
        "review",
        "closed",
        "reopened",
    ]


def test_documents_come_as_pdf_and_as_word_and_in_no_other_form() -> None:
    case = samples.notified()
    step = CaseStep.objects.get(case=case, kind="notice")
    handler = browser(officer(samples.handler()))
    url = f"{BASE}cases/{case.public_id}/documents/{step.pk}/"
    pdf, word = handler.get(f"{url}pdf/"), handler.get(f"{url}docx/")
    assert pdf.content.startswith(b"%PDF") and word.content.startswith(b"PK")
    assert "no-store" in pdf.headers["Cache-Control"] and "attachment" in pdf.headers["Content-Disposition"]
    assert handler.get(f"{url}html/").status_code == 404


def test_the_party_reads_and_objects_with_the_code_of_its_notice(client: Client) -> None:
    on = today() - timedelta(days=1)
    case = samples.served(samples.open_case(make_penalty(), on=on), on=on)
    url, code = "/lists/statement/", code_of(case)
    assert "不需要注册" in text(client, url)
    assert "案件查询码不正确" in client.post(url, {"code": "AAAA-BBBB-CCCC"}).content.decode()
    page = client.post(url, {"code": code.lower()}).content.decode()
    assert case.facts in page and case.agency.name in page
    short = client.post(url, {"code": code, "do": "send", "kind": "objection", "text": ""}).content.decode()
    assert not CaseStep.objects.filter(kind="objection").exists() and "您的意见" in short
    sent = client.post(url, {"code": code, "do": "send", "kind": "objection", "text": "不是我们卖的"})
    assert "已经收到您的意见" in sent.content.decode() and "no-store" in sent.headers["Cache-Control"]
    step = CaseStep.objects.get(kind="objection")
    assert step.channel == "portal" and step.officer is None and step.due is not None
    assert "您提出了异议" in client.post(url, {"code": code}).content.decode()
    services.close_case(actor=samples.chief(), case_id=case.pk, reasons="异议成立。")
    assert "案件已经办结" in client.post(url, {"code": code}).content.decode()


def test_guessing_codes_is_slowed_down(client: Client) -> None:
    cache.clear()
    answers = [client.post("/lists/statement/", {"code": "AAAA"}).status_code for _ in range(22)]
    assert answers[0] == 200 and answers[-1] == 429


def test_an_entry_is_taken_off_by_the_body_that_decided_and_then_no_longer_found(client: Client) -> None:
    entry = samples.listed()
    url = f"{BASE}entries/{entry.public_id}/"
    chief = browser(officer(samples.chief()))
    assert "移出名单" in text(chief, url)
    public = f"/lists/entries/{entry.public_id}/"
    assert client.get(public).status_code == 200
    change = {"on": today().isoformat(), "reason": "撤销列入决定", "basis": "复议决定1号"}
    other = chief.post(f"{url}end/", change | {"reason": "领导要求"})
    assert other.status_code == 200 and client.get(public).status_code == 200, (
        "the list lays down the reasons"
    )
    assert chief.post(f"{url}end/", change).status_code == 302
    assert client.get(public).status_code == 404
    page = text(chief, url)
    assert "已移出" in page and "复议决定1号" in page and "移出名单</a>" not in page
    assert not selectors.published(today()).exists()


def test_an_entry_is_suspended_resumed_and_shortened_by_form() -> None:
    entry = samples.listed()
    url, chief = f"{BASE}entries/{entry.public_id}/", browser(officer(samples.chief()))
    day = today().isoformat()
    said = {"on": day, "reason": "裁定停止执行", "basis": "裁定1号"}
    apply = f"/workbench/measures/apply/?entry={entry.public_id}"
    assert apply in text(chief, url)
    assert chief.post(f"{url}suspend/", said).status_code == 302
    assert "暂停执行" in text(chief, url) and apply not in text(chief, url)
    assert not selectors.in_force(today()).exists()
    later = (today() + timedelta(days=1)).isoformat()
    assert chief.post(f"{url}resume/", {**said, "on": later}).status_code == 302
    longer = chief.post(f"{url}modify/", {**said, "ends_on": "2040-01-01"})
    assert "列入期限只能缩短" in longer.content.decode()
    assert chief.post(f"{url}modify/", {**said, "ends_on": "2028-01-01"}).status_code == 302
    assert ListEntry.objects.get().ends_on == date(2028, 1, 1)
    assert chief.post(f"{url}nothing/", said).status_code == 404


def test_the_credit_authority_sets_up_changes_and_ends_a_list() -> None:
    chief = browser(people.officer(Role.AUTHORITY))
    answer = chief.post(f"{BASE}schemes/new/", scheme_form(effective_from=today().isoformat()))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    row = ListScheme.objects.get(name="交通违法严重失信主体名单")
    assert row.authority_sectors == ["市场监管"] and row.maintained
    url = f"{BASE}schemes/{row.code}/"
    later = (today() + timedelta(days=30)).isoformat()
    again = scheme_form(
        effective_from=later, listing_months="24", end_reasons="列入有误\n\n司法裁判、复议决定\n"
    )
    assert chief.post(url, {**again, "do": "revise"}).status_code == 302
    assert "列入期限" in text(chief, url)
    back = chief.post(url, {**scheme_form(effective_from="2026-01-01"), "do": "revise"})
    assert "最早从今天起施行" in back.content.decode()
    last = (today() + timedelta(days=90)).isoformat()
    end = {"end-last_day": last, "end-acting_on": "文件2号", "do": "end"}
    assert chief.post(url, end).status_code == 302
    newest = ListScheme.objects.filter(code=row.code).latest("effective_from")
    assert newest.effective_until == today() + timedelta(days=90) and newest.listing_months == 24
    assert newest.end_reasons == ["列入有误", "司法裁判、复议决定"] and row.end_reasons == []
    assert "列入有误；司法裁判、复议决定" in text(chief, url)
    stranger = browser(people.stranger())
    assert stranger.post(url, end).status_code == 403


def test_an_agency_numbers_its_documents_with_its_own_word() -> None:
    chief = browser(officer(samples.chief()))
    said = {"agency": samples.agency().pk, "kind": "notice", "word": "鹤市监列告"}
    assert chief.post(f"{BASE}numbers/", said).status_code == 302
    assert "鹤市监列告〔" in text(chief, f"{BASE}numbers/")
    case = samples.open_case(make_penalty(), on=today())
    step = services.give_notice(actor=samples.handler(), case_id=case.pk, where=samples.WHERE)
    assert step.number == f"鹤市监列告〔{today().year}〕1号"


def test_a_new_case_on_a_document_needs_a_known_subject() -> None:
    handler, record = browser(officer(samples.handler())), make_penalty()
    said = {
        "agency": samples.agency().pk, "scheme": "spaq", "facts": "事实", "basis_clause": "第五条",
        "uscc": "91230402MA1ZZZZZ0X", "document_kind": "行政处罚决定书", "document_number": "鹤市监罚〔2026〕7号",
        "document_date": "2026-05-11", "document_issuer": "鹤岗市市场监督管理局",
    }  # fmt: skip
    page = handler.post(f"{BASE}cases/new/", said).content.decode()
    assert "平台上还没有这个主体" in page
    answer = handler.post(f"{BASE}cases/new/", {**said, "uscc": record.subject.uscc})
    assert answer.status_code == 302
    assert ListCase.objects.get().subject == record.subject
    assert handler.get(f"{BASE}cases/new/?record=abc").status_code == 404
    shown = text(handler, f"/workbench/records/{record.pk}/")
    assert escape(f"/workbench/lists/cases/new/?record={record.pk}") in shown


def test_a_missed_clock_raises_one_clue_and_a_suspended_one_none() -> None:
    case = samples.served()
    services.speak(case_id=case.pk, text="不同意", objects=True, on=samples.DAY)
    resting = samples.served(samples.open_case(make_penalty()))
    services.suspend(
        actor=samples.chief(), case_id=resting.pk, outcome=Outcome.COURT, reason="裁定", on=samples.DAY
    )
    assert raise_list_clues(on=samples.DAY) == 0
    assert raise_list_clues(on=date(2026, 7, 1)) == 1
    assert raise_list_clues(on=date(2026, 7, 2)) == 0
    clue = Clue.objects.get()
    assert clue.agency == samples.agency() and "答复异议" in clue.label and clue.late_by > 0


def test_entries_that_are_over_are_noted_once_for_those_who_pull() -> None:
    entry = samples.listed()
    tomorrow = today() + timedelta(days=1)
    assert services.touch_ended(on=tomorrow) == 0
    services.end_entry(officer=None, entry_id=entry.pk, on=tomorrow, reason="更正", basis="更正1号")
    assert services.touch_ended(on=today()) == 0
    assert services.touch_ended(on=tomorrow) == 1
    assert services.touch_ended(on=tomorrow) == 0


def test_a_page_opened_before_the_case_went_on_overwrites_nothing() -> None:
    case = samples.notified()
    first = browser(officer(samples.handler()))
    url = f"{BASE}cases/{case.public_id}/steps/served/"
    seen = case.steps.latest("id").pk
    assert f'name="version" value="{seen}"' in first.get(url).content.decode()
    services.speak(case_id=case.pk, text="不同意", objects=True, on=samples.DAY)
    body = {"service_kind": "direct", "proof": "回证", "on": "2026-06-01", "version": str(seen)}
    page = first.post(url, body).content.decode()
    newest = case.steps.latest("id")
    assert newest.kind == "objection", "nothing was written"
    assert "您的内容没有保存" in page and "当事人（门户网站）" in page and "回证" in page
    assert f'name="version" value="{newest.pk}"' in page
    # having seen it, the officer may go on
    assert first.post(url, body | {"version": str(newest.pk)}).status_code == 302
    assert case.steps.latest("id").kind == "served"


def test_a_system_that_looked_before_gets_412_and_the_newest_version(client: Client) -> None:
    case = samples.notified()
    machine = people.bearer(people.client(Scope.LISTS_DECIDE))
    url = f"/api/v1/list-cases/{case.public_id}/"
    tag = client.get(url, headers=machine)["ETag"]
    services.speak(case_id=case.pk, text="不同意", objects=True, on=samples.DAY)
    body = {"kind": "served", "service_kind": "electronic", "proof": "单号", "on": "2026-06-01"}

    def post(version: str) -> HttpResponse:
        headers = {**machine, "If-Match": version}
        return client.post(f"{url}steps/", body, content_type="application/json", headers=headers)

    stale = post(tag)
    assert stale.status_code == 412 and stale.json()["code"] == "version_changed"
    assert stale["ETag"] == client.get(url, headers=machine)["ETag"] != tag
    assert post("yesterday").status_code == 400
    done = post(stale["ETag"])
    assert done.status_code == 201 and done["ETag"] != stale["ETag"]
    assert [step["kind"] for step in done.json()["steps"]] == ["notice", "objection", "served"]
