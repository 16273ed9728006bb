"""祁守正, 系统管理 of 市场监管局, keeps officers and machine clients of the own agency and those below, and nobody else's."""

import io
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from oauth2_provider.models import AccessToken

from agencies import services
from agencies.choices import Role, Scope
from agencies.models import ApiClient, Officer
from catalog.access import may_submit_item
from tests import people

pytestmark = pytest.mark.django_db
OFFICERS, CLIENTS = "/workbench/officers/", "/workbench/clients/"


def as_(officer: Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


@pytest.fixture
def keeper() -> Officer:
    return people.officer(Role.ADMINISTRATOR)


def secrets_of(page: str) -> list[str]:
    return re.findall(r"<dd>\s*(\S+)", page)


def test_a_new_officer_can_sign_in_and_hand_in(keeper: Officer) -> None:
    typed = {
        "agency": str(people.agency().pk),
        "username": "xin-luru",
        "full_name": "林有田",
        "roles": ["submitter"],
    }
    answer = as_(keeper).post(f"{OFFICERS}new/", typed)
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    username, password, _ = secrets_of(answer.content.decode())
    made = Officer.objects.get(username=username)
    assert made.check_password(password) and Authenticator.objects.filter(user=made).exists()
    assert may_submit_item(made, "xzcf") and made.groups.get().name == "submitter"
    login = Client().post("/accounts/login/", {"login": username, "password": password})
    assert login.headers["Location"].startswith("/accounts/2fa/authenticate/")


def test_what_is_refused_stands_at_its_field(keeper: Officer) -> None:
    typed = {
        "agency": str(people.agency().pk),
        "username": keeper.username,
        "full_name": "某",
        "roles": ["authority"],
    }
    text = as_(keeper).post(f"{OFFICERS}new/", typed).content.decode()
    assert "只能授予社会信用主管部门" in text
    text = as_(keeper).post(f"{OFFICERS}new/", typed | {"roles": ["reviewer"]}).content.decode()
    assert "账号" in text and Officer.objects.filter(username=keeper.username).count() == 1


def test_other_agencies_are_out_of_reach(keeper: Officer) -> None:
    stranger, client = people.stranger(), people.client(Scope.RECORDS_SUBMIT, code="hg-yingji")
    assert as_(keeper).get(f"{OFFICERS}{stranger.pk}/").status_code == 404
    assert as_(keeper).get(f"{CLIENTS}{client.pk}/").status_code == 404
    assert stranger.username not in as_(keeper).get(OFFICERS).content.decode()
    for act in (
        lambda: services.renew_secrets(actor=keeper, officer_id=stranger.pk),
        lambda: services.set_client_active(actor=keeper, client_id=client.pk, active=False),
        lambda: services.create_api_client(
            name="x", agency=people.agency("hg-yingji"), scopes=[Scope.RECORDS_SUBMIT], actor=keeper
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_nobody_changes_the_own_account(keeper: Officer) -> None:
    with pytest.raises(ValidationError):
        services.set_officer_active(actor=keeper, officer_id=keeper.pk, active=False)
    with pytest.raises(ValidationError):
        services.change_officer(actor=keeper, officer_id=keeper.pk, full_name="祁守正", roles=list(Role))


def test_changing_roles_takes_grants_away(keeper: Officer) -> None:
    officer = people.officer(Role.SUBMITTER)
    assert (
        as_(keeper)
        .post(f"{OFFICERS}{officer.pk}/", {"do": "change", "full_name": "宋春", "roles": ["reviewer"]})
        .status_code
        == 302
    )
    officer = Officer.objects.get(pk=officer.pk)
    assert officer.full_name == "宋春" and officer.has_perm("review_for", people.agency())
    assert not officer.has_perm("submit_for", people.agency())


def test_switching_off_and_renewing(keeper: Officer) -> None:
    officer = people.officer(Role.SUBMITTER)
    address, browser = f"{OFFICERS}{officer.pk}/", as_(officer)
    assert browser.get("/workbench/").status_code == 200
    as_(keeper).post(address, {"do": "off"})
    assert browser.get("/workbench/").status_code == 302
    as_(keeper).post(address, {"do": "on"})
    _, password, secret = secrets_of(as_(keeper).post(address, {"do": "secrets"}).content.decode())
    officer.refresh_from_db()
    assert officer.is_active and officer.check_password(password) and len(secret) >= 16
    assert not officer.check_password(people.PASSWORD)


def test_a_client_is_entered_renewed_and_shut_off(keeper: Officer) -> None:
    typed = {"agency": str(people.agency().pk), "name": "新业务系统", "scopes": ["records:submit"]}
    client_id, secret, *_ = secrets_of(as_(keeper).post(f"{CLIENTS}new/", typed).content.decode())
    client = ApiClient.objects.get(client_id=client_id)
    grant = {"grant_type": "client_credentials", "client_id": client_id}
    assert Client().post("/oauth/token/", grant | {"client_secret": secret}).status_code == 200
    assert AccessToken.objects.filter(application=client).count() == 1
    address = f"{CLIENTS}{client.pk}/"
    _, new, *_ = secrets_of(as_(keeper).post(address, {"do": "rotate"}).content.decode())
    assert not AccessToken.objects.filter(application=client).exists()
    assert Client().post("/oauth/token/", grant | {"client_secret": secret}).status_code == 401
    assert Client().post("/oauth/token/", grant | {"client_secret": new}).status_code == 200
    as_(keeper).post(address, {"do": "off"})
    client.refresh_from_db()
    assert not client.active and not AccessToken.objects.filter(application=client).exists()


def test_the_province_scope_stays_with_the_province(keeper: Officer) -> None:
    typed = {"agency": str(people.agency().pk), "name": "省平台", "scopes": ["province:pull"]}
    assert "只能授予省级单位" in as_(keeper).post(f"{CLIENTS}new/", typed).content.decode()


def test_the_first_administrator_comes_by_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDIT_ADMINISTRATOR_PASSWORD", people.PASSWORD)
    out = io.StringIO()
    call_command(
        "create_administrator", agency="hg-yingshang", username="guanli", full_name="金远航", stdout=out
    )
    made = Officer.objects.get(username="guanli")
    assert made.check_password(people.PASSWORD) and "动态口令密钥" in out.getvalue()
    assert made.has_perm("agencies.add_officer")
    for wrong in ({"agency": "no-such", "username": "x"}, {"agency": "hg-yingshang", "username": "guanli"}):
        with pytest.raises(CommandError):
            call_command("create_administrator", full_name="某", **wrong)


def test_createsuperuser_works_but_opens_nothing_without_a_second_factor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", people.PASSWORD)
    call_command("createsuperuser", interactive=False, username="root", stdout=io.StringIO())
    assert Officer.objects.get(username="root").is_superuser
    answer = Client().post("/accounts/login/", {"login": "root", "password": people.PASSWORD})
    assert answer.headers["Location"] == "/accounts/inactive/"
