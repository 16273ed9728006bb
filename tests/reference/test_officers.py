"""Officers and machine clients: entered with roles, grants and a second factor; what they may do costs few queries."""

import base64
import time
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from agencies.access import agencies_for, agencies_submitting, may_submit
from agencies.choices import Role, Scope
from agencies.models import Agency, ApiClient, Officer
from agencies.services import create_api_client, create_officer, grant_agencies
from catalog.access import items_submittable, may_submit_item
from catalog.models import CatalogEdition, CatalogItem
from catalog.services import grant_items
from hegang_credit import settings as platform
from ledger.models import Context

pytestmark = pytest.mark.django_db
PASSWORD = "Hegang-9ycx-Zhengwu"


@pytest.fixture
def _own_hash(settings: Settings) -> None:
    """The hash that the platform itself keeps passwords and secrets by, in place of the quick one of the tests."""
    settings.PASSWORD_HASHERS = platform.PASSWORD_HASHERS


def agency(code: str) -> Agency:
    return Agency.objects.get(code=code)


def officer(name: str, unit: str, *roles: Role) -> Officer:
    made = create_officer(
        username=name, full_name="林有田", agency=agency(unit), roles=roles, password=PASSWORD
    )
    grant_items(officer=made)
    return Officer.objects.get(pk=made.pk)


def test_a_submitter_hands_in_for_the_own_agency_and_those_below_it_only() -> None:
    person = officer("sj-luru", "hg-shijian", Role.SUBMITTER)
    names = {unit.code for unit in agencies_submitting(person)}
    assert names == {"hg-shijian", "luobei-shijian", "suibin-shijian"}
    assert may_submit(person, agency("luobei-shijian").pk)
    assert not may_submit(person, agency("hg-yingji").pk)
    below = officer("lb-luru", "luobei-shijian", Role.SUBMITTER)
    assert not may_submit(below, agency("hg-shijian").pk)


def test_permissions_are_those_that_django_would_find(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    several = officer("ys-liang", "hg-yingshang", Role.AUTHORITY, Role.REVIEWER)
    several.user_permissions.add(Permission.objects.get(codename="add_officer"))
    above = Officer.objects.create(username="above", agency=agency("hg-yingshang"), is_superuser=True)
    gone = officer("ys-li", "hg-yingshang", Role.REVIEWER)
    gone.is_active = False
    gone.save()
    each = [officer(f"ys-{role.value}", "hg-yingshang", role) for role in Role]
    for one in (*each, several, above, gone):
        anew = Officer.objects.get(pk=one.pk)
        assert one.get_all_permissions() == ModelBackend().get_all_permissions(anew), one.username
    anew = Officer.objects.get(pk=several.pk)
    with django_assert_num_queries(1):
        assert anew.has_perms(several.get_all_permissions()) and not anew.has_perm("agencies.delete_officer")


def test_other_roles_see_their_agency_but_hand_nothing_in() -> None:
    for role in (Role.REVIEWER, Role.AUTHORITY, Role.AUDITOR, Role.ADMINISTRATOR):
        person = officer(f"ys-{role.value}", "hg-yingshang", role)
        assert not agencies_submitting(person).exists(), role
        assert items_submittable(person) == set(), role
        assert agencies_for(person, "view_for").filter(code="hg-yingshang").exists(), role
        assert agencies_for(person, "review_for").exists() == (role == Role.REVIEWER)
        sees_all = person.has_perm("records.view_all_records")
        assert sees_all == (role in (Role.AUTHORITY, Role.AUDITOR)), role


def test_items_follow_the_routes_of_the_agency_and_outlive_an_edition() -> None:
    person = officer("fy-luru", "hg-zhongyuan", Role.SUBMITTER)
    assert items_submittable(person) == {"sxbzxr", "xjss", "sfcp"}
    CatalogEdition.objects.filter(code="national-2024").update(effective_until=date(2026, 12, 31))
    CatalogItem.objects.filter(edition__code="national-2024").update(effective_until=date(2026, 12, 31))
    old = CatalogItem.objects.get(code="sxbzxr", edition__code="national-2024")
    old.pk, old.effective_from, old.effective_until = None, date(2027, 1, 1), None
    old.save()
    assert may_submit_item(person, "sxbzxr") and not may_submit_item(person, "xzcf")


def test_a_unit_taken_out_of_use_is_handed_in_for_no_more() -> None:
    person = officer("yj-luru", "hg-yingji", Role.SUBMITTER)
    Agency.objects.filter(code="luobei-yingji").update(active=False)
    assert not may_submit(person, agency("luobei-yingji").pk)


def test_grants_can_be_given_again_and_reach_a_unit_that_is_new() -> None:
    person = officer("yj-luru", "hg-yingji", Role.SUBMITTER)
    Agency.objects.filter(code="suibin-nongye").update(parent=agency("hg-yingji"))
    grant_agencies(officer=person)
    grant_agencies(officer=person)
    assert may_submit(person, agency("suibin-nongye").pk)


def test_asking_costs_two_queries_at_most(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    person = officer("sj-luru", "hg-shijian", Role.SUBMITTER)
    unit = agency("hg-shijian").pk
    first = officer("sj-luru-2", "hg-shijian", Role.SUBMITTER)
    assert may_submit(first, unit) and may_submit_item(first, "xzcf")  # what Django remembers of its models
    with django_assert_max_num_queries(2):
        assert may_submit(person, unit) and may_submit_item(person, "xzcf")


def test_entering_an_officer_is_accounted_for() -> None:
    boss = officer("gl", "hg-shijian", Role.ADMINISTRATOR)
    create_officer(
        username="xin",
        full_name="周小河",
        agency=agency("hg-shijian"),
        roles=[Role.REVIEWER],
        password=PASSWORD,
        actor=boss,
    )
    entry = Context.objects.filter(action="agencies.create_officer").latest("id")
    assert entry.actor == boss.pk and "第12条" in entry.basis


@pytest.mark.usefixtures("_own_hash")
def test_password_and_one_time_code_open_the_workbench() -> None:
    secret = base64.b32encode(b"hegang-credit-totp-1").decode()
    made = create_officer(
        username="shen",
        full_name="周小河",
        agency=agency("hg-shijian"),
        roles=[Role.REVIEWER],
        password=PASSWORD,
        totp_secret=secret,
    )
    assert made.password.startswith("argon2$argon2id$")
    browser = Client()
    browser.cookies["display"] = "elder"
    page = browser.get("/accounts/login/").content.decode()
    assert (
        platform.CREDIT_PLATFORM_NAME in page and 'data-display="elder"' in page and "placeholder" not in page
    )
    first = browser.post("/accounts/login/", {"login": "shen", "password": PASSWORD})
    assert first.status_code == 302 and "2fa" in first["Location"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    second = browser.post(first["Location"], {"code": code})
    assert second.status_code == 302 and "_auth_user_id" in browser.session
    cache.delete(TOTP(Authenticator.objects.get(user=made))._get_used_cache_key(code))  # half a minute later
    onlooker = Client()
    first = onlooker.post("/accounts/login/", {"login": "shen", "password": PASSWORD})
    again = onlooker.post(first["Location"], {"code": code})
    assert again.status_code == 200 and "_auth_user_id" not in onlooker.session, "a code opens once"
    assert "已经用过" in again.content.decode()


def test_the_second_factor_is_encrypted_at_rest() -> None:
    secret = base64.b32encode(b"hegang-credit-totp-1").decode()
    person = create_officer(
        username="shen",
        full_name="周小河",
        agency=agency("hg-shijian"),
        roles=[Role.REVIEWER],
        password=PASSWORD,
        totp_secret=secret,
    )
    row = Authenticator.objects.get(user=person)
    assert secret not in str(row.data)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert TOTP(row).validate_code(code)


@pytest.mark.parametrize(
    ("unit", "roles", "password"),
    [
        ("hg-shijian", [], PASSWORD),
        ("hg-shijian", [Role.AUTHORITY], PASSWORD),
        ("hg-shijian", [Role.REVIEWER], "12345678"),
    ],
)
def test_what_an_administrator_cannot_enter(unit: str, roles: list[Role], password: str) -> None:
    with pytest.raises(ValidationError):
        create_officer(username="x", full_name="周小河", agency=agency(unit), roles=roles, password=password)
    assert not Officer.objects.filter(username="x").exists()


def test_the_credit_authority_may_let_its_own_institution_act() -> None:
    person = officer("zw", "hg-zhengwu", Role.AUTHORITY)
    assert person.has_perm("records.view_all_records")


@pytest.mark.usefixtures("_own_hash")
def test_a_client_gets_a_token_for_its_scopes_alone() -> None:
    client, secret = create_api_client(
        name="市市场监管局业务系统", agency=agency("hg-shijian"), scopes=[Scope.RECORDS_SUBMIT]
    )
    kept = ApiClient.objects.get(pk=client.pk).client_secret
    assert kept.startswith("argon2$argon2id$") and secret not in kept

    def token(password: str, scope: str) -> int:
        answer = Client().post(
            "/oauth/token/",
            {
                "grant_type": "client_credentials",
                "client_id": client.client_id,
                "client_secret": password,
                "scope": scope,
            },
        )
        return answer.status_code

    assert token(secret, "records:submit") == 200
    assert token(secret, "screening:query") == 400
    assert token("wrong", "records:submit") == 401


def test_the_province_feed_is_for_provincial_units() -> None:
    with pytest.raises(ValidationError):
        create_api_client(name="x", agency=agency("hg-shijian"), scopes=[Scope.PROVINCE_PULL])
    with pytest.raises(ValidationError):
        create_api_client(name="x", agency=agency("hg-shijian"), scopes=[])
    client, _ = create_api_client(name="省平台", agency=agency("hlj-shuju"), scopes=[Scope.PROVINCE_PULL])
    assert client.scopes == ["province:pull"]
