"""Entering officers and machine clients: nobody signs up, an administrator enters them with everything they may do."""

import secrets
from collections.abc import Collection, Iterable
from typing import Final, TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import EmptyResultSet, PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Model, QuerySet
from guardian.models import UserObjectPermissionBase
from oauth2_provider.models import AccessToken

from agencies import selectors
from agencies.choices import Level, Role, Scope
from agencies.models import Agency, AgencyUserObjectPermission, ApiClient, Officer
from agencies.roles import AGENCY_PERMISSIONS
from agencies.selectors import is_under_credit_authority, with_subordinates
from ledger.services import acting

M = TypeVar("M", bound=Model)
_BASIS: Final = "鹤信用发〔2022〕1号 第12条"


def create_officer(
    *,
    username: str,
    full_name: str,
    agency: Agency,
    roles: Collection[Role],
    password: str,
    totp_secret: str | None = None,
    actor: Officer | None = None,
    basis: str = _BASIS,
) -> Officer:
    """Enter an officer of `agency` with roles, grants and a second factor; the secret (base32) is made if not given.

    Raises ValidationError: weak password, user name taken or malformed, no role, or the role of the credit authority
    for somebody outside it. Items are granted by `catalog.services.grant_items`.
    """
    if actor is not None:
        _administered(actor, agency, "agencies.add_officer")
    _check_roles(agency, roles)
    officer = Officer(username=username, full_name=full_name, agency=agency)
    validate_password(password, officer)
    officer.set_password(password)
    with acting(actor=actor.pk if actor else None, action="agencies.create_officer", basis=basis):
        officer.full_clean()
        officer.save()
        officer.groups.add(*_groups(roles))
        _grant(officer, roles)
        TOTP.activate(officer, totp_secret or generate_totp_secret())
    return officer


def _groups(roles: Collection[Role]) -> QuerySet[Group]:
    return Group.objects.filter(name__in=[Role(role).value for role in roles])


def _check_roles(agency: Agency, roles: Collection[Role]) -> None:
    if not roles:
        raise ValidationError("请至少指定一个角色")
    if Role.AUTHORITY in roles and not is_under_credit_authority(agency):
        raise ValidationError("“信用主管部门”角色只能授予社会信用主管部门及其所属单位的工作人员")


def grant_agencies(*, officer: Officer) -> None:
    """Give an officer the grants of the roles held, on the own agency and the units below it; repeatable."""
    held = officer.groups.values_list("name", flat=True)
    _grant(officer, [Role(name) for name in held if name in Role.values])


def _grant(officer: Officer, held: Collection[Role]) -> None:
    if officer.agency is None:
        return
    permissions = {name for role in held for name in AGENCY_PERMISSIONS[Role(role)]}
    grant_missing(AgencyUserObjectPermission, [officer], permissions, with_subordinates(officer.agency))


def new_password() -> str:
    """An initial password that nobody chose."""
    return secrets.token_urlsafe(12)


def grant_missing(
    grants: type[UserObjectPermissionBase],
    officers: Iterable[Officer],
    permissions: Collection[str],
    objects: QuerySet[M],
) -> None:
    """Grant each of `permissions` of that model on those of `objects` where an officer does not hold it yet; one statement.

    What `assign_perm` asks of each permission in turn, object by object, is answered here by the table's own uniqueness.
    """
    kind = objects.model._meta
    try:
        wanted, values = objects.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {grants._meta.db_table} (permission_id, user_id, content_object_id)"  # noqa: S608  # names of models
            " select p.id, o.id, w.id from unnest(%s::bigint[]) o (id) cross join auth_permission p"
            " join django_content_type t on t.id = p.content_type_id and t.app_label = %s and t.model = %s"
            f" cross join ({wanted}) w (id) where p.codename = any(%s::text[]) on conflict do nothing",
            [[one.pk for one in officers], kind.app_label, kind.model_name, *values, list(permissions)],
        )


def set_totp_secret(*, officer: Officer, secret: str) -> None:
    """Replace the second factor; the secret is kept as SM4-GCM (`agencies.sign_in`)."""
    Authenticator.objects.filter(user=officer, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(officer, secret)


# --- kept by the administrator of the agency ------------------------------------------------------------------


def _administered(actor: Officer, agency: Agency | None, permission: str) -> None:
    """PermissionDenied unless `actor` administers the agency; nobody changes the own account or the own rights."""
    if agency is None or not actor.has_perm(permission) or agency not in selectors.administered(actor):
        raise PermissionDenied("由该单位或者上级单位的系统管理员办理")


def _locked(actor: Officer, officer_id: int) -> Officer:
    officer = Officer.objects.select_for_update(of=("self",)).select_related("agency").get(pk=officer_id)
    _administered(actor, officer.agency, "agencies.change_officer")
    if officer.pk == actor.pk:
        raise ValidationError("不能更改自己的账号，请由另一位管理员办理")
    return officer


def change_officer(
    *, actor: Officer, officer_id: int, full_name: str, roles: Collection[Role], basis: str = _BASIS
) -> Officer:
    """Change name and roles; grants that no role calls for any more are taken away. Raises as `create_officer`."""
    with acting(actor=actor.pk, action="agencies.change_officer", basis=basis):
        officer = _locked(actor, officer_id)
        assert officer.agency is not None, "whoever is administered belongs to an agency"
        _check_roles(officer.agency, roles)
        officer.full_name = full_name.strip()
        officer.full_clean()
        officer.save(update_fields=["full_name"])
        officer.groups.set(_groups(roles))
        AgencyUserObjectPermission.objects.filter(user=officer).delete()
        _grant(officer, roles)
    return officer


def set_officer_active(*, actor: Officer, officer_id: int, active: bool, basis: str = _BASIS) -> Officer:
    """Take an account out of use, or into use again; sessions of an inactive account end with their next request."""
    with acting(actor=actor.pk, action="agencies.set_officer_active", basis=basis):
        officer = _locked(actor, officer_id)
        officer.is_active = active
        officer.save(update_fields=["is_active"])
    return officer


def renew_secrets(*, actor: Officer, officer_id: int, basis: str = _BASIS) -> tuple[str, str]:
    """A new initial password and a new one-time-code secret, both shown once; all that was valid before is not."""
    password, secret = new_password(), generate_totp_secret()
    with acting(actor=actor.pk, action="agencies.renew_secrets", basis=basis):
        officer = _locked(actor, officer_id)
        officer.set_password(password)
        officer.save(update_fields=["password"])
        set_totp_secret(officer=officer, secret=secret)
    return password, secret


def rotate_client_secret(*, actor: Officer, client_id: int, basis: str = _BASIS) -> str:
    """A new secret, shown once; the old one and every token given for it are worth nothing from now on."""
    secret = secrets.token_urlsafe(32)
    with acting(actor=actor.pk, action="agencies.rotate_client_secret", basis=basis):
        client = _locked_client(actor, client_id)
        client.client_secret = secret
        client.save(update_fields=["client_secret"])
        AccessToken.objects.filter(application=client).delete()
    return secret


def set_client_active(*, actor: Officer, client_id: int, active: bool, basis: str = _BASIS) -> ApiClient:
    """Shut a client off at once, or let it in again."""
    with acting(actor=actor.pk, action="agencies.set_client_active", basis=basis):
        client = _locked_client(actor, client_id)
        client.active = active
        client.save(update_fields=["active"])
        if not active:
            AccessToken.objects.filter(application=client).delete()
    return client


def _locked_client(actor: Officer, client_id: int) -> ApiClient:
    client: ApiClient = (
        ApiClient.objects.select_for_update(of=("self",)).select_related("agency").get(pk=client_id)
    )
    _administered(actor, client.agency, "agencies.change_apiclient")
    return client


def create_api_client(
    *,
    name: str,
    agency: Agency,
    scopes: Collection[Scope],
    secret: str | None = None,
    actor: Officer | None = None,
    basis: str = _BASIS,
) -> tuple[ApiClient, str]:
    """Enter a confidential client for client credentials; returns it with its secret, which is kept as a hash only.

    Raises ValidationError: no scope, or the province's feed for anybody but a provincial unit.
    """
    if actor is not None:
        _administered(actor, agency, "agencies.add_apiclient")
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
