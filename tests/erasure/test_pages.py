"""Erasure through the pages: asked at the window, decided by a colleague, followed at home; periods kept by officers."""

import re

import pytest
from django.test import Client

from agencies.choices import Role
from agencies.models import Officer
from common.clock import today
from records.erasure.models import Erasure, RetentionRule
from records.erasure.selectors import rule_of
from records.persons.services import withdraw_consent
from tests import people
from tests.persons.samples import ADULT, consent, honour, submitter

pytestmark = pytest.mark.django_db
LIST = "/workbench/persons/erasures/"


@pytest.fixture
def window(client: Client) -> Officer:
    officer = people.officer(Role.AUTHORITY)
    client.force_login(officer)
    return officer


def ask(client: Client) -> tuple[Erasure, str]:
    typed = {"name": ADULT.name, "document_kind": ADULT.document_kind, "document": ADULT.document,
             "ground": "withdrawn", "words": "搬走了", "identity_checked": "on"}  # fmt: skip
    page = client.post(f"{LIST}new/", typed).content.decode()
    code = re.search(r"data-query-code>([0-9A-Z]{10})<", page)
    assert code
    return Erasure.objects.get(), code[1]


def test_asked_decided_and_followed(client: Client, window: Officer) -> None:
    consent()
    record = honour()
    request, code = ask(client)
    page = client.get(f"{LIST}{request.number}/").content.decode()
    assert "立即删除" in page and "宋*" in page and ADULT.name not in page and "请由另一位" in page
    other = Client()
    other.force_login(people.officer(Role.AUTHORITY, username="decider"))
    decision = {"granted": "yes", "reason": "本人撤回同意", "basis": "个人信息保护法第四十七条"}
    page = other.post(f"{LIST}{request.number}/", decision, follow=True).content.decode()
    assert "已停止处理，部分待期满删除" in page
    assert client.get(f"/workbench/records/{record.pk}/").status_code == 404
    home = Client().post("/rights/errand/", {"number": request.number, "code": code}).content.decode()
    assert "本人撤回同意" in home and "已于" in home
    assert request.number in client.get(f"{LIST}?state=partly").content.decode()


def test_what_is_overdue_is_put_up_with_one_press(client: Client, window: Officer) -> None:
    given = consent()
    record = honour()
    withdraw_consent(consent=given, means="paper", officer=submitter())
    assert "所依据的同意已经终止" in client.get(f"{LIST}overdue/").content.decode()
    typed = {"record": record.pk, "ground": "withdrawn"}
    page = client.post(f"{LIST}overdue/", typed, follow=True).content.decode()
    assert "社会信用主管部门主动提出" in page and "立即删除" in page
    assert client.post(f"{LIST}overdue/", {"record": 0, "ground": "withdrawn"}).status_code == 404


def test_periods_are_changed_from_a_day_on(client: Client, window: Officer) -> None:
    assert "立即删除" in client.get("/workbench/persons/retention/").content.decode()
    typed = {"keep_months": "24", "effective_from": today().isoformat(), "basis": "grxxbhf", "mark": "verified",
             "acting_on": "省办法"}  # fmt: skip
    assert client.post("/workbench/persons/retention/consent/", typed).status_code == 302
    assert rule_of("consent", today()).keep_months == 24
    assert RetentionRule.objects.get(code="consent").effective_until is not None
    assert client.post("/workbench/persons/retention/consent/", typed).status_code == 200, (
        "not twice from one day"
    )
