"""录入员小宋 puts a form aside, goes on with it, copies what is safe from the last one, and looks at it before handing in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agencies.choices import Role
from agencies.models import Officer
from catalog.deadlines import rule_on
from catalog.deadlines.services import DeadlineText, change_deadline
from common.clock import today
from records.drafts import services
from records.drafts.models import RecordDraft
from records.drafts.rules import Known, copyable
from records.models import CreditRecord
from tests import people
from tests.plan.rows import item_today, valid_row

pytestmark = pytest.mark.django_db
NEW = "/workbench/records/new/xzcf/"


@pytest.fixture
def song() -> Officer:
    return people.officer(Role.SUBMITTER)


def browser_of(officer: Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


def typed(number: int, **changes: object) -> dict[str, object]:
    row: dict[str, object] = dict(valid_row(item_today("xzcf"), people.agency(), number, CF_FR_ZJHM=""))
    return row | {"CF_CFLB": ["罚款"], "_procedure": "ordinary", "_minor": "none"} | changes


def hand_in(browser: Client, row: dict[str, object]) -> None:
    """Through the page on which everything is looked at once more; there is no way around it."""
    assert browser.post(browser.post(NEW, row).headers["Location"]).status_code == 302


def test_a_half_filled_form_is_put_aside_sealed_and_gone_on_with(song: Officer) -> None:
    browser = browser_of(song)
    half = {"CF_XDR_MC": "鹤岗市欧阳小满商贸有限公司", "CF_CFLB": ["罚款", "警告"], "do": "save"}
    assert browser.post(NEW, half).headers["Location"] == "/workbench/records/drafts/"
    draft = RecordDraft.objects.get()
    assert "欧阳" not in bytes(draft.sealed).decode("utf-8", "replace")
    listed = browser.get("/workbench/records/drafts/").content.decode()
    assert f"{NEW}?draft={draft.public_id}" in listed and "行政处罚" in listed
    page = browser.get(f"{NEW}?draft={draft.public_id}").content.decode()
    assert "欧阳小满" in page and page.count("checked") >= 2
    browser.post(NEW, typed(51_000, draft=draft.public_id, do="save"))
    assert RecordDraft.objects.count() == 1 and not CreditRecord.objects.exists()


def test_checking_comes_before_handing_in_and_the_draft_goes_with_it(song: Officer) -> None:
    browser = browser_of(song)
    check = browser.post(NEW, typed(51_001, do="check")).headers["Location"]
    assert not CreditRecord.objects.exists()
    page = browser.get(check).content.decode()
    assert "确认报送" in page and "普通程序" in page and f"{NEW}?draft=" in page and "#id_CF_WSH" in page
    done = browser.post(check, {"do": "hand_in"})
    record = CreditRecord.objects.get()
    assert done.headers["Location"] == f"/workbench/records/{record.pk}/"
    assert record.channel == "form" and not RecordDraft.objects.exists()


def test_what_the_rules_refuse_stays_on_the_form_and_stores_nothing(song: Officer) -> None:
    page = browser_of(song).post(NEW, typed(51_002, CF_XDR_SHXYM="123", do="check")).content.decode()
    assert "请更正以下内容" in page and not RecordDraft.objects.exists()


def test_a_fact_handed_in_already_is_told_on_checking(song: Officer) -> None:
    browser = browser_of(song)
    hand_in(browser, typed(51_003))
    page = browser.post(NEW, typed(51_003, do="check")).content.decode()
    assert "已经报送过" in page


def test_a_draft_that_no_longer_passes_is_not_handed_in(song: Officer) -> None:
    draft = services.save_draft(
        officer=song, agency=people.agency(), item_code="xzcf", typed={"CF_XDR_MC": "某公司"}
    )
    address = f"/workbench/records/drafts/{draft.public_id}/"
    page = browser_of(song).get(address).content.decode()
    assert "还有内容需要更正" in page and "确认报送" not in page
    assert browser_of(song).post(address, {"do": "hand_in"}).status_code == 200
    assert RecordDraft.objects.exists() and not CreditRecord.objects.exists()


def test_nobody_else_reads_or_uses_a_draft(song: Officer) -> None:
    draft = services.save_draft(
        officer=song, agency=people.agency(), item_code="xzcf", typed={"CF_XDR_MC": "某公司"}
    )
    other = browser_of(people.officer(Role.SUBMITTER, username="colleague"))
    assert other.get(f"/workbench/records/drafts/{draft.public_id}/").status_code == 404
    assert other.get(f"{NEW}?draft={draft.public_id}").status_code == 404
    assert "某公司" not in other.get("/workbench/records/drafts/").content.decode()


def test_discarding_and_clearing(song: Officer) -> None:
    kept, gone, old = (
        services.save_draft(officer=song, agency=people.agency(), item_code="xzcf", typed={})
        for _ in range(3)
    )
    browser_of(song).post(f"/workbench/records/drafts/{gone.public_id}/", {"do": "discard"})
    RecordDraft.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=91))
    assert services.clear_drafts() == 1
    assert list(RecordDraft.objects.all()) == [kept]


def test_how_long_a_draft_is_kept_is_a_dated_rule(song: Officer) -> None:
    services.save_draft(officer=song, agency=people.agency(), item_code="xzcf", typed={})
    RecordDraft.objects.update(updated_at=timezone.now() - timedelta(days=40))
    assert services.clear_drafts() == 0
    page = "/workbench/records/drafts/"
    assert "90日没有动过的草稿自动删除" in browser_of(song).get(page).content.decode()
    rule = rule_on(services.KEPT, today())
    change_deadline(
        officer=people.officer(Role.AUTHORITY),
        basis="鹤信用办〔2026〕12号",
        code=services.KEPT,
        text=DeadlineText(1, "months", rule.basis, rule.basis_clause, today(), "unverified"),
    )
    assert "1个月没有动过的草稿自动删除" in browser_of(song).get(page).content.decode()
    assert services.clear_drafts() == 1


def test_copying_takes_what_is_of_the_item_and_nothing_of_the_subject(song: Officer) -> None:
    browser = browser_of(song)
    hand_in(browser, typed(51_004, CF_WFXW="超限运输", CF_SY="欧阳小满驾驶货车超限运输"))
    last = CreditRecord.objects.get()
    browser.get("/workbench/")  # takes the message that names the record
    page = browser.get(f"{NEW}?copy=last").content.decode()
    assert "超限运输" in page and "已沿用上一条" in page
    for secret in (
        "欧阳小满",
        last.document_number,
        last.subject.name,
        last.subject.uscc,
        "王守仁",
        'value="0.2"',
    ):
        assert secret not in page
    assert last.document_number not in browser_of(people.stranger()).get(f"{NEW}?copy=last").content.decode()


@pytest.mark.parametrize(
    ("field", "copied"),
    [
        (Known("A", "code", "", "shown"), True),
        (Known("A", "codes", "penalty_types", "shown"), True),
        (Known("A", "text", "document_name", "shown"), True),
        (Known("A", "text", "", "shown"), False),
        (Known("A", "text", "subject_name", "shown"), False),
        (Known("A", "code", "subject_kind", "shown"), False),
        (Known("A", "code", "status", "shown"), False),
        (Known("A", "code", "", "secret"), False),
        (Known("A", "text", "conduct", "masked_name"), False),
        (Known("A", "id_document", "conduct", "shown"), False),
        (Known("A", "date", "decision_date", "shown"), False),
        (Known("A", "decimal", "", "shown"), False),
    ],
)
def test_which_fields_are_copied(field: Known, copied: bool) -> None:
    assert copyable([field], {"A": "值"}) == ({"A": "值"} if copied else {})
    assert copyable([field], {}) == {}
