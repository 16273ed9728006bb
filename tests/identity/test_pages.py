"""The workbench pages of subjects: found by code, name and former name; what an officer sees there; merging by hand."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.areas import area_name, codes_now, current
from agencies.choices import Role
from agencies.models import Officer
from records.identity.choices import ChangeState
from records.identity.models import IdentityChange
from records.models import Subject
from tests import people
from tests.factories import make_licence, make_penalty, make_person, make_subject
from tests.identity.samples import BASIS, OLD_CODE, chief, merged, new_row, old_row, reviewer

pytestmark = pytest.mark.django_db
LIST = "/workbench/subjects/"


def as_(officer: Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


def page(browser: Client, subject: Subject) -> str:
    answer = browser.get(f"{LIST}{subject.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_code_leads_straight_to_the_subject_and_an_old_one_to_the_head() -> None:
    kept, other = new_row(), old_row()
    browser = as_(reviewer())
    for code in (kept.uscc, kept.uscc.lower()):
        assert browser.get(LIST, {"q": code}).headers["Location"] == f"{LIST}{kept.public_id}/"
    merged(kept, other)
    assert browser.get(LIST, {"q": OLD_CODE}).headers["Location"] == f"{LIST}{kept.public_id}/"
    assert browser.get(f"{LIST}{other.public_id}/").headers["Location"] == f"{LIST}{kept.public_id}/"


def test_one_code_of_two_subjects_lists_both() -> None:
    kept, other = new_row(), old_row()
    text = as_(reviewer()).get(LIST, {"q": OLD_CODE}).content.decode()
    assert kept.name in text and other.name in text


def test_names_and_former_names_are_found_whether_anything_is_published_or_not() -> None:
    subject = new_row("鹤岗市老榆树粮贸有限公司")
    browser = as_(chief())
    assert subject.name in browser.get(LIST, {"q": "老榆"}).content.decode()
    answer = browser.post(
        f"{LIST}{subject.public_id}/name/",
        {
            "name": "鹤岗市新榆粮贸有限公司",
            "since": "2026-01-05",
            "document": "准予变更登记通知书",
            "basis": BASIS,
        },
    )
    assert answer.status_code == 302
    text = browser.get(LIST, {"q": "老榆"}).content.decode()
    assert "鹤岗市新榆粮贸有限公司" in text and "至 2026年1月4日 止" in text
    assert "鹤岗市老榆树粮贸有限公司" in page(browser, subject)


def test_an_identity_number_is_led_out_of_the_address() -> None:
    answer = as_(reviewer()).get(LIST, {"q": "23040219900101001X"})
    assert answer.headers["Location"] == f"{LIST}?refused=personal"
    assert "按履职目的查询" in as_(reviewer()).get(answer.headers["Location"]).content.decode()


def test_the_timeline_holds_what_the_officer_may_see_and_nothing_else() -> None:
    subject = make_subject()
    own = make_penalty(subject)
    foreign = make_penalty(subject, authority="鹤岗市应急管理局")
    text = page(as_(reviewer()), subject)
    assert own.document_number in text and foreign.document_number not in text
    assert foreign.document_number in page(as_(chief()), subject)


def test_a_person_is_shown_masked_to_those_alone_who_see_a_record() -> None:
    person = make_person("林有田")
    record = make_licence(person)
    text = page(as_(reviewer()), person)
    assert "林有田" not in text and record.document_number in text and "提出合并" not in text
    assert as_(people.stranger()).get(f"{LIST}{person.public_id}/").status_code == 302


def test_merging_by_hand_from_proposal_to_undoing() -> None:
    kept, other = new_row(), old_row()
    record = make_penalty(other)
    proposer, boss = as_(reviewer()), as_(chief())
    typed = {"other": OLD_CODE, "ground": "identifier", "reason": "换发营业执照", "basis": BASIS}
    # the code alone names both rows; the head itself is left out
    address = proposer.post(f"{LIST}{kept.public_id}/merge/", typed).headers["Location"]
    assert proposer.post(address, {"do": "grant"}).status_code == 403
    assert boss.post(address, {"do": "grant", "note": "已核对"}).status_code == 302
    assert record.document_number in page(proposer, kept)
    assert "已生效" in boss.get(reverse("workbench:identity-changes") + "?state=in_effect").content.decode()
    assert boss.post(address, {"do": "undo", "reason": "文书有误", "basis": BASIS}).status_code == 302
    assert IdentityChange.objects.get().state == ChangeState.UNDONE
    text = page(proposer, kept)
    assert record.document_number not in text and "（已撤销）" in text


def test_a_name_alone_is_refused_with_its_clause() -> None:
    kept, other = make_subject("鹤岗市双松商贸有限公司"), old_row("鹤岗市双松商贸有限公司")
    typed = {"other": OLD_CODE, "ground": "identifier", "reason": "同名", "basis": BASIS}
    text = as_(reviewer()).post(f"{LIST}{kept.public_id}/merge/", typed).content.decode()
    assert (
        "名称相同不能作为依据" in text and not IdentityChange.objects.exists() and other.merged_into is None
    )


def test_splitting_by_hand() -> None:
    subject, record = old_row(), None
    code = make_subject().uscc
    record = make_penalty(subject, data={"CF_XDR_SHXYM": code})
    typed = {
        "records": [str(record.pk)], "code_kind": "uscc", "code": code, "name": "另一家", "kind": "organisation",
        "ground": "identifier", "reason": "注册号重复使用", "basis": BASIS,
    }  # fmt: skip
    address = as_(reviewer()).post(f"{LIST}{subject.public_id}/split/", typed).headers["Location"]
    assert "拆出的记录" in as_(chief()).get(address).content.decode()
    assert as_(chief()).post(address, {"do": "grant"}).status_code == 302
    record.refresh_from_db()
    assert record.subject.uscc == code


@pytest.mark.parametrize("more", [0, 12])
def test_statements_of_the_subject_page(more: int) -> None:
    subject = make_subject()
    for _ in range(more + 1):
        make_penalty(subject)
    browser = as_(people.officer(Role.REVIEWER))
    page(browser, subject)
    with CaptureQueriesContext(connection) as queries:
        page(browser, subject)
    assert len(queries) == 14


def test_areas_have_names_on_their_days() -> None:
    assert area_name("230421") == "萝北县" and area_name("232430") == "萝北县（1984年以前的代码）"
    assert area_name("999999") == ""
    assert set(codes_now("230421")) == {"230421", "230830", "232430"}
    assert ("230421", "萝北县") in current(date(2026, 1, 1)) and ("230830", "萝北县") not in current(
        date(2026, 1, 1)
    )
