"""Entering officers and machine clients: nobody signs up, an administrator enters them with everything they may do."""

import secrets
from collections.abc import Collection
from typing import TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from guardian.shortcuts import assign_perm, get_objects_for_user

from agencies.choices import Level, Role, Scope
from agencies.models import Agency, ApiClient, Officer
from agencies.roles import AGENCY_PERMISSIONS
from agencies.selectors import is_under_credit_authority, with_subordinates
from ledger.services import acting

M = TypeVar("M", bound=Model)


def create_officer(
    *,
    username: str,
    full_name: str,
    agency: Agency,
    roles: Collection[Role],
    password: str,
    totp_secret: str | None = None,
    actor: Officer | None = None,
    basis: str = "鹤信用发〔2022〕1号 第12条",
) -> Officer:
    """Enter an officer of `agency` with roles, grants and a second factor; the secret (base32) is made if not given.

    Raises ValidationError: weak password, user name taken or malformed, no role, or the role of the credit authority
    for somebody outside it. Items are granted by `catalog.services.grant_items`.
    """
    if not roles:
        raise ValidationError("请至少指定一个角色")
    if Role.AUTHORITY in roles and not is_under_credit_authority(agency):
        raise ValidationError("“信用主管部门”角色只能授予社会信用主管部门及其所属单位的工作人员")
    officer = Officer(username=username, full_name=full_name, agency=agency)
    validate_password(password, officer)
    officer.set_password(password)
    with acting(actor=actor.pk if actor else None, action="agencies.create_officer", basis=basis):
        officer.full_clean()
        officer.save()
        officer.groups.set(Group.objects.filter(name__in=[Role(role).value for role in roles]))
        grant_agencies(officer=officer)
        set_totp_secret(officer=officer, secret=totp_secret or generate_totp_secret())
    return officer


def grant_agencies(*, officer: Officer) -> None:
    """Give an officer the grants of the roles held, on the own agency and the units below it; repeatable."""
    if officer.agency is None:
        return
    reach = with_subordinates(officer.agency)
    held = [Role(name) for name in officer.groups.values_list("name", flat=True) if name in Role.values]
    for permission in sorted({name for role in held for name in AGENCY_PERMISSIONS[role]}):
        grant_missing(officer, f"agencies.{permission}", reach)


def grant_missing(officer: Officer, permission: str, objects: QuerySet[M]) -> None:
    """Grant `permission` on those of `objects` where the officer does not hold it yet."""
    held = get_objects_for_user(
        officer, permission, klass=objects.model, accept_global_perms=False, with_superuser=False
    )
    missing = objects.exclude(pk__in=held.values("pk"))
    if missing.exists():
        assign_perm(permission, officer, missing)  # type: ignore[arg-type]  # its stub leaves querysets out


def set_totp_secret(*, officer: Officer, secret: str) -> None:
    """Replace the second factor; the secret is kept as SM4-GCM (`agencies.sign_in`)."""
    Authenticator.objects.filter(user=officer, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(officer, secret)


def create_api_client(
    *,
    name: str,
    agency: Agency,
    scopes: Collection[Scope],
    secret: str | None = None,
    actor: Officer | None = None,
    basis: str = "鹤信用发〔2022〕1号 第12条",
) -> tuple[ApiClient, str]:
    """Enter a confidential client for client credentials; returns it with its secret, which is kept as a hash only.

    Raises ValidationError: no scope, or the province's feed for anybody but a provincial unit.
    """
    if not scopes:
        raise ValidationError("请至少指定一个接口权限")
    if Scope.PROVINCE_PULL in scopes and agency.level != Level.PROVINCE:
        raise ValidationError("“省平台拉取变更”权限只能授予省级单位的客户端")
    secret = secret or secrets.token_urlsafe(32)
    client = ApiClient(
        name=name,
        agency=agency,
        scopes=sorted(Scope(scope).value for scope in scopes),
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
    )
    with acting(actor=actor.pk if actor else None, action="agencies.create_api_client", basis=basis):
        client.full_clean(exclude=["client_secret"])
        client.save()
    return client, secret
