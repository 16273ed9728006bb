"""The frame of an honour: kept by the credit authority in the workbench, dated, and left alone by the reference files."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from agencies.choices import Role
from blacklist import services
from blacklist.imports.services import scheme_of
from blacklist.models import HonourEntry, HonourScheme, ImportSource
from blacklist.reference import load_honours
from blacklist.rules.frames import Honour, honour_refusals
from catalog.models import LegalBasis
from catalog.rules.bases import PROVINCIAL, BasisFacts
from common.clock import today
from common.gates import Refused
from ledger import selectors as ledger
from ledger.tables import TABLES
from tests import people
from tests.imports.test_honours import browser, hand_in

BASE = "/workbench/lists/honour-schemes/"
TEXTS = dict.fromkeys(("name", "basis_clause", "authority", "grounds", "listing_text", "removal_text"), "有")


@pytest.fixture
def chief(db: None, settings: LazySettings, tmp_path: object) -> Client:
    settings.PRIVATE_ROOT = tmp_path
    return browser(people.officer(Role.AUTHORITY))


def typed(**changes: object) -> dict[str, object]:
    return {
        "name": "市级诚信示范企业名单",
        "basis": "gf-2016-33",
        "basis_clause": "二、（四）",
        "authority": "市营商环境建设监督局",
        "grounds": "连续三年没有失信记录。",
        "listing_months": "24",
        "listing_text": "二年",
        "removal_text": "出现失信记录的，退出名单",
        "end_reasons": "出现失信记录\n\n主体申请退出\n",
        "shown_fields": "评定年度",
        "effective_from": today().isoformat(),
        "mark": "unverified",
        "acting_on": "来文7号",
        **changes,
    }


def end(days: int) -> dict[str, object]:
    last = (today() + timedelta(days=days)).isoformat()
    return {"do": "end", "end-last_day": last, "end-acting_on": "来文9号"}


def test_the_credit_authority_sets_up_changes_and_ends_an_honour(chief: Client, client: Client) -> None:
    assert chief.post(f"{BASE}new/", typed()).status_code == 302
    row = HonourScheme.objects.get(name="市级诚信示范企业名单")
    url, later = f"{BASE}{row.code}/", today() + timedelta(days=30)
    changed = typed(effective_from=later.isoformat(), listing_months="12", do="revise")
    assert chief.post(url, changed).status_code == 302
    refused = chief.post(url, typed(do="revise")).content.decode()
    assert "最早从今天起施行" in refused and refused.count('<details class="disclosure" open>') == 1
    assert '<details class="disclosure" open>' not in chief.get(url).content.decode(), (
        "a page is about what holds"
    )
    assert "失效日期早于施行日期" in chief.post(url, end(5)).content.decode()
    assert chief.post(url, end(90)).status_code == 302
    newest = HonourScheme.objects.filter(code=row.code).latest("effective_from")
    assert (newest.listing_months, newest.effective_until) == (12, today() + timedelta(days=90))
    assert newest.end_reasons == ["出现失信记录", "主体申请退出"]
    row.refresh_from_db()
    assert row.effective_until == later - timedelta(days=1), "the frame before ends where the new one begins"
    assert "二年" in chief.get(url).content.decode() and row.name in chief.get(BASE).content.decode()
    shown = client.get(f"/api/v1/honour-schemes/?on={later}").json()["items"]
    assert [one["listing_months"] for one in shown if one["code"] == row.code] == [12]
    [*_, first] = ledger.history(TABLES["blacklist_honourscheme"], row.pk)
    assert (first.action, first.basis) == ("blacklist.enter_honour_frame", "来文7号")
    stranger = browser(people.stranger())
    assert stranger.post(url, end(91)).status_code == 403 == stranger.post(f"{BASE}new/", typed()).status_code
    assert "停止设立" not in stranger.get(url).content.decode()


def test_a_changed_frame_outlives_the_next_load_and_lists_are_taken_in_under_it(chief: Client) -> None:
    hand_in(1)
    later = typed(
        name="纳税信用A级纳税人名单", listing_text="三年", listing_months="36", shown_fields="评价年度"
    )
    assert chief.post(f"{BASE}najsnsr/", {**later, "do": "revise"}).status_code == 302
    load_honours()
    rows = list(HonourScheme.objects.filter(code="najsnsr").order_by("effective_from"))
    assert [row.listing_months for row in rows] == [12, 36] and all(row.maintained for row in rows)
    assert rows[0].effective_until == today() - timedelta(days=1)
    assert scheme_of(ImportSource.objects.get(code="sw-najsnsr"), today()) == rows[1]
    hand_in(1, 2)
    assert [one.scheme for one in HonourEntry.objects.order_by("pk")] == rows, (
        "what was granted keeps its frame"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"basis": "zjl-44"}, "层级不够"),
        ({"grounds": " "}, "请填写评定条件"),
        ({"longest_months": "6"}, "最长有效期短于有效期"),
    ],
)
def test_what_is_wrong_with_a_frame_is_said_at_its_field(
    chief: Client, change: dict[str, object], says: str
) -> None:
    page = chief.post(f"{BASE}new/", typed(**change)).content.decode()
    field = next(iter(change))
    assert says in page.partition(f'id="id_{field}_error">')[2].partition("</div>")[0]
    assert not HonourScheme.objects.filter(name="市级诚信示范企业名单").exists()


def test_an_honour_is_not_ended_before_what_was_granted_under_it(chief: Client) -> None:
    hand_in(1)
    row = HonourScheme.objects.get(code="najsnsr")
    keeper = services.by_officer(people.officer(Role.AUTHORITY, username="keeper"))
    with pytest.raises(Refused, match="date_order"):
        services.end_honour_frame(actor=keeper, basis="来文", code="najsnsr", last_day=row.effective_from)
    with pytest.raises(HonourScheme.DoesNotExist):
        services.end_honour_frame(actor=keeper, basis="来文", code="none", last_day=today())
    low = LegalBasis.objects.get(code="zjl-44")
    with pytest.raises(DatabaseError, match="scheme_basis_too_low"), transaction.atomic():
        HonourScheme.objects.filter(pk=row.pk).update(basis=low)


@given(
    st.sampled_from(["law", "provincial_regulation", "department_rule", "other"]),
    st.integers(-3, 3),
    st.booleans(),
)
def test_no_honour_stands_on_a_basis_too_low_or_over(level: str, days: int, named: bool) -> None:
    basis = BasisFacts("x", "某法", level, None, today() + timedelta(days=days))
    found = honour_refusals(Honour(basis if named else None, today(), TEXTS))
    assert bool(found) == (not named or level not in PROVINCIAL or days < 0)
    assert all(one.code == "scheme_basis_too_low" and "第1条" in one.basis for one in found)


def test_every_text_is_asked_for() -> None:
    law = BasisFacts("x", "某法", "law")
    found = honour_refusals(Honour(law, today(), dict.fromkeys(TEXTS, " "), 12, 24))
    assert {one.pointer for one in found} == set(TEXTS)
