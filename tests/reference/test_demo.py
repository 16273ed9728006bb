"""The demo: real files through the real intake, twice the same, and the way in written for its owner alone."""

import json
import random
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from agencies.choices import Role
from agencies.models import Agency, ApiClient, Officer
from catalog.choices import SubjectKind
from common.identifiers import USCC_PLACEHOLDER, id_number_problem, uscc_problem
from portal.demo import decisions
from portal.demo.accounts import load_accounts
from portal.demo.subjects import subjects
from province.models import PushTarget
from province.notices import secret_of
from records.choices import BatchStatus
from records.models import CreditRecord, IntakeBatch, RejectedRow, Subject
from records.selectors import published
from sandbox.service_window import client_of

pytestmark = pytest.mark.django_db
WEB, SANDBOX = "http://127.0.0.1:8000", "http://127.0.0.1:9000"


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def accounts(demo: Path) -> Path:
    load_accounts()
    return demo


def credentials(folder: Path) -> dict[str, Any]:
    out = folder / "demo-credentials.json"
    call_command("write_demo_credentials", web=WEB, sandbox=SANDBOX, out=out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    content: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return content


def test_the_service_window_of_the_demo_is_told_of_changes(accounts: Path) -> None:
    out = accounts / "demo-credentials.json"
    for port in (8091, 8092):  # another port and another secret at every start
        call_command(
            "write_demo_credentials", web=WEB, sandbox=SANDBOX, window=f"http://127.0.0.1:{port}", out=out
        )
        client = client_of(out)
        target = PushTarget.objects.get(client__client_id=client["client_id"])
        assert target.url == f"http://127.0.0.1:{port}/callback" and target.active
        assert secret_of(target) == client["callback_secret"]


def test_demo_data_shows_every_case_and_loading_again_adds_nothing(demo: Path) -> None:
    call_command("load_demo", scale=300, verbosity=0)
    batches = list(IntakeBatch.objects.all())
    assert {batch.status for batch in batches} == {BatchStatus.DONE}
    assert {batch.format for batch in batches} >= {"xlsx"}
    accepted = sum(batch.accepted for batch in batches)
    assert 300 <= accepted == CreditRecord.objects.filter(channel="file").count() <= 320
    codes = {problem["code"] for row in RejectedRow.objects.all() for problem in row.problems}
    assert codes >= {
        "excluded_summary_procedure",
        "date_in_future",
        "identifier_invalid",
        "field_required",
        "duplicate",
    }
    assert sum(batch.duplicate for batch in batches) >= 1
    assert set(Subject.objects.values_list("kind", flat=True)) == set(SubjectKind.values)
    regimes = set(CreditRecord.objects.exclude(regime=None).values_list("regime__code", flat=True))
    assert regimes >= {"r0", "r1", "r2"}
    assert set(CreditRecord.objects.values_list("item_code", flat=True)) >= {"xzcf", "xzxk", "sxbzxr", "cxry"}
    now = timezone.localdate()
    penalties = CreditRecord.objects.filter(item_code="xzcf")
    assert penalties.filter(published_until__isnull=True, subject__kind="organisation").exists()
    assert penalties.filter(published_until__lt=now).exists() and published(now).exists()
    assert not penalties.filter(subject__kind="person", published_until__isnull=False).exists()

    before = (
        CreditRecord.objects.count(),
        IntakeBatch.objects.count(),
        Officer.objects.count(),
        credentials(demo),
    )
    call_command("load_demo", scale=300, verbosity=0)
    after = (
        CreditRecord.objects.count(),
        IntakeBatch.objects.count(),
        Officer.objects.count(),
        credentials(demo),
    )
    assert after == before


def test_credentials_name_every_role_and_scope_and_let_people_in(accounts: Path) -> None:
    content = credentials(accounts)
    assert set(content) == {"web", "sandbox", "officers", "clients"} and content["web"] == WEB
    for role in Role:
        units = {one["agency"]["uscc"] for one in content["officers"] if role.value in one["roles"]}
        assert len(units) >= 2, role
    for one in content["officers"]:
        assert set(one) == {"username", "password", "totp_secret", "roles", "agency"}
        assert set(one["agency"]) == {"name", "uscc", "region"}
        assert Agency.objects.filter(uscc=one["agency"]["uscc"], name=one["agency"]["name"]).exists()
    assert {scope for one in content["clients"] for scope in one["scopes"]} == {
        "records:submit",
        "screening:query",
        "lists:decide",
        "repair:submit",
        "province:pull",
        "province:send",
    }
    for one in content["clients"]:
        assert set(one) == {"name", "client_id", "client_secret", "scopes", "agency"}
        answer = Client().post(
            "/oauth/token/",
            {
                "grant_type": "client_credentials",
                "client_id": one["client_id"],
                "client_secret": one["client_secret"],
                "scope": one["scopes"][0],
            },
        )
        assert answer.status_code == 200, one["name"]


def test_lost_secrets_are_replaced_so_that_people_get_in_again(accounts: Path) -> None:
    old = credentials(accounts)
    (accounts / "demo-secrets.json").unlink()
    load_accounts()
    new = credentials(accounts)
    officer = new["officers"][0]
    assert officer["password"] != old["officers"][0]["password"]
    assert Officer.objects.get(username=officer["username"]).check_password(officer["password"])
    assert ApiClient.objects.get(client_id=new["clients"][0]["client_id"])


def test_secrets_are_kept_for_the_owner_alone(accounts: Path) -> None:
    assert stat.S_IMODE((accounts / "demo-secrets.json").stat().st_mode) == 0o600
    kept = json.loads((accounts / "demo-secrets.json").read_text(encoding="utf-8"))
    for officer in Officer.objects.all():
        assert kept["officers"][officer.username]["password"] not in officer.password


@pytest.mark.parametrize("command", ["load_demo", "write_demo_credentials"])
def test_nothing_of_it_outside_a_demo(command: str, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = False
    options = {"web": WEB, "sandbox": SANDBOX, "out": tmp_path / "x"} if command.startswith("write") else {}
    with pytest.raises(CommandError, match="演示环境"):
        call_command(command, **options)
    assert not Officer.objects.exists() and not (tmp_path / "x").exists()


def test_credentials_before_any_account_say_what_to_do(demo: Path) -> None:
    with pytest.raises(CommandError, match="load_demo"):
        call_command("write_demo_credentials", web=WEB, sandbox=SANDBOX, out=demo / "x")


def test_invented_subjects_have_valid_codes_and_the_same_ones_each_time() -> None:
    people = subjects(200, random.Random("1"))
    assert people == subjects(200, random.Random("1"))
    assert people[0].uscc.startswith("N2") and people[1].uscc == USCC_PLACEHOLDER and people[1].registration
    for one in people:
        assert one.uscc in ("", USCC_PLACEHOLDER) or uscc_problem(one.uscc) is None, one
        assert (one.kind == SubjectKind.PERSON) == (id_number_problem(one.document) is None), one


def test_rows_are_the_same_for_the_same_seed_and_day() -> None:
    agency = Agency.objects.get(code="hg-shijian")
    people = subjects(40, random.Random("1"))

    def rows(day: date) -> list[dict[str, str]]:
        return decisions.rows_of("xzcf", 60, agency, people, day, random.Random("2"))

    assert rows(date(2026, 11, 2)) == rows(date(2026, 11, 2))
    assert rows(date(2026, 11, 2)) != rows(date(2026, 11, 3))
    assert max(row["CF_JDRQ"] for row in rows(date(2026, 11, 2))) == "2026-11-03"
