"""The officers' side: inbox by deadline, one case, the window with its receipt, rules kept, papers downloaded."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.choices import Role
from agencies.models import Officer
from common.clock import today
from records.models import CreditRecord
from repair import services
from repair.choices import Kind, State
from repair.models import Case, RepairRule
from repair.selectors.cases import cases_visible_to
from repair.selectors.figures import figures
from tests.repair import samples

pytestmark = pytest.mark.django_db


def as_officer(who: Officer) -> Client:
    client = Client()
    client.force_login(who)
    return client


def post(client: Client, case: Case, do: str, version: int | None = None, **values: object) -> str:
    data = {f"{do}-{name}": value for name, value in values.items()}
    sent = {"do": do, "version": version or case.version, **data}
    answer = client.post(f"/workbench/repair/cases/{case.number}/", sent, follow=True)
    case.refresh_from_db()
    return answer.content.decode()


def test_a_case_on_one_page_from_acceptance_to_decision() -> None:
    case = samples.file(samples.ripe_penalty()).case
    client = as_officer(samples.reviewer())
    page = client.get(f"/workbench/repair/cases/{case.number}/").content.decode()
    for words in (
        "李春梅",
        "凭证.png",
        "规则检查没有发现不符合之处",
        "SHA-256",
        "决定是否受理",
    ):
        assert words in page, words
    post(client, case, "accept")
    assert case.state == State.ACCEPTED
    post(client, case, "grant", reasons="罚款已经缴清")
    assert case.state == State.GRANTED and CreditRecord.objects.get().ended_on == today()


def test_the_second_officer_is_told_and_overwrites_nothing() -> None:
    case = samples.file(samples.ripe_penalty()).case
    client = as_officer(samples.reviewer())
    post(client, case, "accept")
    page = post(client, case, "decline", version=1, reasons="不符合")
    assert "其他工作人员已经办理" in page and case.state == State.ACCEPTED


def test_a_refusal_of_the_rules_comes_back_with_its_clause() -> None:
    case = samples.accepted(samples.ripe_penalty())
    CreditRecord.objects.update(minimum_until=today() + timedelta(days=9))
    page = post(as_officer(samples.reviewer()), case, "grant", reasons="同意")
    assert "最短公示期到" in page and "依据" in page and case.state == State.ACCEPTED


def test_inbox_by_deadline_and_its_constant_cost() -> None:
    old = samples.file(samples.ripe_penalty()).case
    client = as_officer(samples.reviewer())

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/workbench/repair/").status_code == 200
        return len(queries)

    statements()
    few = statements()
    for _ in range(6):
        samples.file(samples.ripe_penalty())
    assert statements() == few <= 8
    services.return_once(officer=samples.reviewer(), case_id=old.pk, missing=["看不清"])
    page = client.get("/workbench/repair/").content.decode()
    numbers = re.findall(r"XF\d{14}", page)
    assert numbers.index(old.number) > numbers.index(max(numbers)) or numbers[-1] == old.number
    for query in ("?state=overdue", "?state=unseen", "?kind=objection", f"?number={old.number}"):
        assert client.get(f"/workbench/repair/{query}").status_code == 200


def test_the_window_enters_an_application_and_prints_the_code_once() -> None:
    record = samples.ripe_penalty()
    client = as_officer(samples.officer(Role.SUBMITTER))
    found = client.get("/workbench/repair/find/", {"number": record.document_number, "kind": "repair"})
    link = f"/workbench/repair/new/repair/?record={record.pk}"
    assert link in found.content.decode()
    sent = {
        "name": "李春梅",
        "phone": "1",
        "text": "已缴清",
        "fulfilment": samples.pdf(),
        "identity": samples.png(),
        "confirm": "on",
    }
    page = client.post(link, sent).content.decode()
    case = Case.objects.get()
    assert case.channel == "window" and case.entered_by is not None
    code = re.search(r"data-query-code>([2-9A-Z]{8})<", page)
    assert code and code[1] not in client.get(f"/workbench/repair/cases/{case.number}/").content.decode()


def test_who_entered_a_case_for_another_unit_sees_it_but_does_not_handle_it() -> None:
    record = samples.ripe_penalty()
    clerk = samples.officer(Role.SUBMITTER, "hg-yingji")
    filing = services.Filing(
        kind=Kind.REPAIR,
        applicant=samples.APPLICANT,
        text="已缴清",
        record_id=record.pk,
        papers=samples.papers(),
    )
    case = services.file_case(filing=filing, channel=samples.Channel.WINDOW, officer=clerk).case
    assert case in cases_visible_to(clerk)
    page = as_officer(clerk).get(f"/workbench/repair/cases/{case.number}/").content.decode()
    assert 'value="accept"' not in page


def test_papers_are_for_those_who_handle_the_case() -> None:
    case = samples.decided(samples.accepted(samples.ripe_penalty()))
    client, auditor = as_officer(samples.reviewer()), as_officer(samples.officer(Role.AUDITOR))
    for do in ("receipt", "decision", "certificate"):
        assert client.get(f"/workbench/repair/cases/{case.number}/{do}/").content.startswith(b"%PDF")
    assert client.get(f"/workbench/repair/cases/{case.number}/missing/").status_code == 404
    material = case.materials.filter(file__isnull=False)[0]
    got = client.get(f"/workbench/repair/materials/{material.pk}/?purpose=review")
    assert got.content.startswith(b"\x89PNG") and "attachment" in got["Content-Disposition"]
    assert auditor.get(f"/workbench/repair/materials/{material.pk}/?purpose=review").status_code == 403
    page = auditor.get(f"/workbench/repair/cases/{case.number}/").content.decode()
    assert "李春梅" not in page


def test_the_authority_takes_note_of_what_was_granted() -> None:
    case = samples.decided(samples.accepted(samples.ripe_penalty()))
    client = as_officer(samples.chief())
    assert "待知悉" in client.get("/workbench/repair/").content.decode()
    client.post(f"/workbench/repair/cases/{case.number}/", {"do": "acknowledge"})
    case.refresh_from_db()
    assert case.acknowledged_at is not None
    assert case.number not in client.get("/workbench/repair/?state=unseen").content.decode()


def test_the_authority_changes_a_rule_from_a_day_on() -> None:
    early = samples.ripe_penalty()
    rule = RepairRule.objects.get(code="r2")
    sent = {
        "effective_from": today().isoformat(),
        "basis": rule.basis.code,
        "conditions": "履行义务",
        "materials": "证明材料\n承诺书",
        "decided_by": "认定单位",
        "apply_at": "网站",
        "effect": "终止公示",
        "irreparable_types": "罚款",
        "mark": "unverified",
        "acting_on": "鹤信用发〔2026〕9号",
    }
    client = as_officer(samples.chief())
    assert client.post("/workbench/repair/rules/r2/", sent).status_code == 302
    rule.refresh_from_db()
    assert rule.effective_until == today() - timedelta(1)
    page = Client().get(f"/records/{early.pk}/").content.decode()
    assert "依法不可修复" in page
    again = client.post("/workbench/repair/rules/r2/", sent).content.decode()
    assert "晚于现有规定" in again


def test_an_objection_rule_is_changed_from_a_day_on() -> None:
    sent = {
        "source": "provider",
        "masks": "on",
        "effective_from": today().isoformat(),
        "acting_on": "鹤信用发〔2026〕9号",
    }
    client = as_officer(samples.chief())
    assert client.post("/workbench/repair/objection-rules/wrong/", sent).status_code == 302
    case = samples.accepted(samples.ripe_penalty(), Kind.OBJECTION, ground="wrong")
    assert case.record is not None and CreditRecord.objects.get().suspended_from == today()


def test_every_step_has_its_button_and_works() -> None:
    client = as_officer(samples.reviewer())
    case = samples.file(samples.ripe_penalty()).case
    post(client, case, "return", missing="缴款凭证\n身份证明")
    assert case.missing == ["缴款凭证", "身份证明"]
    services.supplement(case_id=case.pk, papers=samples.papers())
    case.refresh_from_db()
    post(client, case, "accept")
    post(client, case, "fetch", kind="fulfilment", found="非税系统查得已缴清")
    post(client, case, "extend", why="需要现场核查")
    post(client, case, "hand_over", agency="hg-yingji", why="职能划转")
    assert case.agency.code == "hg-yingji"
    other = as_officer(samples.officer(Role.REVIEWER, "hg-yingji"))
    post(other, case, "refuse", reasons="尚未缴清")
    assert case.state == State.REFUSED
    post(other, case, "false", facts="凭证系伪造")
    assert hasattr(case, "false_commitment")
    masked = samples.decided(samples.accepted(samples.ripe_penalty(), Kind.REORGANISATION))
    post(client, masked, "complete", document="（2026）黑04破1号之二")
    assert masked.completed_on == today()


def test_figures_count_and_find_the_middle() -> None:
    samples.decided(samples.accepted(samples.ripe_penalty()))
    samples.file(samples.ripe_penalty())
    numbers = figures(Case.objects.all(), kind=Kind.REPAIR, on=today())
    assert (numbers.filed, numbers.granted, numbers.open, numbers.overdue) == (2, 1, 1, 0)
    assert numbers.median_days == 0
    assert figures(Case.objects.all(), kind=Kind.REVIEW, on=today()).median_days is None
    assert as_officer(samples.reviewer()).get("/workbench/repair/figures/").status_code == 200
    assert "一半的申请" in Client().get("/repair/").content.decode()
    late = figures(Case.objects.all(), kind=Kind.REPAIR, on=today() + timedelta(days=30))
    assert late.overdue == 1


def test_the_notice_is_served_with_the_decision() -> None:
    record = samples.ripe_penalty()
    client = as_officer(samples.reviewer())
    url = f"/workbench/repair/notice/?record={record.pk}"
    assert client.get(url).content.startswith(b"%PDF")
    assert client.get(f"{url}&format=word").content.startswith(b"PK")
