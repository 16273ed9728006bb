"""Officers and machine clients, kept by the administrator of their agency. With the project, for a new officer is
granted items of the catalog, a room above that of the agencies. Secrets are shown once, in the answer that made them."""

from typing import cast

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies import selectors, services
from agencies.choices import Role, Scope
from agencies.forms import ClientForm, OfficerChangeForm, OfficerForm
from agencies.models import Agency, ApiClient, Officer
from agencies.sign_in import officer_of
from catalog.services import grant_items
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.pagination import keyset_page
from common.templatetags.credit import cdatetime

PAGE = 50
administrator = permission_required("agencies.change_officer", raise_exception=True)
_SHOWN_ONCE = "以下内容只显示这一次，请当面或者以保密方式交给本人。"


def _active_chip(active: bool) -> Chip:
    return Chip("在用", "good") if active else Chip("已停用", "neutral")


def _role_names(officer: Officer) -> str:
    held = {group.name for group in officer.groups.all()}
    return "、".join(str(role.label) for role in Role if role.value in held)


@login_required
@administrator
@require_safe
def officer_list(request: HttpRequest) -> HttpResponse:
    rows = selectors.officers_of(officer_of(request))
    page = keyset_page(rows, order=("id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_line)
    columns = [Column("姓名"), Column("账号"), Column("单位"), Column("角色"), Column("状态")]
    table = Table("工作人员", columns, cast(list[list[Cell | str]], page["items"]), caption_hidden=True)
    context = {"table": table, "next_cursor": page["next_cursor"]}
    return render(request, "workbench/officer_list.html", context)


def _line(officer: Officer) -> list[Cell | str]:
    return [
        Cell(officer.full_name, url=reverse("workbench:officer", args=[officer.pk])),
        officer.username,
        officer.agency.name if officer.agency else "",
        _role_names(officer),
        Cell(chip=_active_chip(officer.is_active)),
    ]


@login_required
@administrator
@never_cache
@require_http_methods(["GET", "POST"])
def officer_new(request: HttpRequest) -> HttpResponse:
    """Enter an officer; the initial password and the one-time-code secret are made here and shown once."""
    actor = officer_of(request)
    agencies = list(selectors.administered(actor))
    form = OfficerForm(request.POST or None)
    form.offer(agencies)
    if request.method == "POST" and form.is_valid():
        try:
            return _created(request, actor, form, agencies)
        except ValidationError as error:
            _show(form, error)
    return render(request, "workbench/officer_new.html", {"form": form})


def _created(request: HttpRequest, actor: Officer, form: OfficerForm, agencies: list[Agency]) -> HttpResponse:
    data = form.cleaned_data
    agency = next(one for one in agencies if str(one.pk) == data["agency"])
    password, secret = services.new_password(), generate_totp_secret()
    with transaction.atomic():
        made = services.create_officer(
            username=data["username"],
            full_name=data["full_name"],
            agency=agency,
            roles=[Role(role) for role in data["roles"]],
            password=password,
            totp_secret=secret,
            actor=actor,
        )
        grant_items(officer=made, actor=actor)
    return _secrets(request, f"已开通 {made}", made.username, password, secret)


def _show(form: OfficerForm | OfficerChangeForm | ClientForm, error: ValidationError) -> None:
    """Put what the service refused at its field, or on top."""
    if hasattr(error, "error_dict"):
        for name, found in error.error_dict.items():
            form.add_error(name if name in form.fields else None, found)
    else:
        form.add_error(None, error)


def _secrets(request: HttpRequest, title: str, username: str, password: str, secret: str) -> HttpResponse:
    rows = [
        SummaryRow("账号", username),
        SummaryRow("初始口令", password, note="第一次登录后请更改"),
        SummaryRow("动态口令密钥", secret, note="在手机动态口令应用中选“手工输入密钥”，按时间、6 位"),
    ]
    context = {"title": title, "rows": rows, "lead": _SHOWN_ONCE, "back": reverse("workbench:officer-list")}
    return render(request, "workbench/secrets_once.html", context)


@login_required
@administrator
@never_cache
@require_http_methods(["GET", "POST"])
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """One officer: name and roles, in use or not, new secrets."""
    actor = officer_of(request)
    row = get_object_or_404(selectors.officers_of(actor), pk=pk)
    held = [group.name for group in row.groups.all()]
    form = OfficerChangeForm(
        request.POST if request.POST.get("do") == "change" else None,
        initial={"full_name": row.full_name, "roles": held},
    )
    if request.method == "POST":
        try:
            if (done := _act(request, actor, row, form)) is not None:
                return done
        except ValidationError as error:
            _show(form, error) if form.is_bound else messages.error(request, "；".join(error.messages))
    facts = [
        SummaryRow("账号", row.username),
        SummaryRow("单位", row.agency.name if row.agency else ""),
        SummaryRow("状态", "", chip=_active_chip(row.is_active)),
        SummaryRow("最近登录", cdatetime(row.last_login) if row.last_login else "尚未登录"),
    ]
    context = {"officer": row, "facts": facts, "form": form, "is_self": row.pk == actor.pk}
    return render(request, "workbench/officer.html", context)


def _act(request: HttpRequest, actor: Officer, row: Officer, form: OfficerChangeForm) -> HttpResponse | None:
    """Do what was asked; None when the form has to be shown again."""
    do = request.POST.get("do", "")
    if do == "secrets":
        password, secret = services.renew_secrets(actor=actor, officer_id=row.pk)
        return _secrets(request, f"已重置 {row} 的口令和动态口令", row.username, password, secret)
    if do in ("off", "on"):
        services.set_officer_active(actor=actor, officer_id=row.pk, active=do == "on")
        messages.success(request, "已停用，该账号不能再登录。" if do == "off" else "已恢复使用。")
        return redirect("workbench:officer", row.pk)
    if do == "change" and form.is_valid():
        with transaction.atomic():
            changed = services.change_officer(
                actor=actor,
                officer_id=row.pk,
                full_name=form.cleaned_data["full_name"],
                roles=[Role(role) for role in form.cleaned_data["roles"]],
            )
            grant_items(officer=changed, actor=actor)
        messages.success(request, "已更改。")
        return redirect("workbench:officer", row.pk)
    return None


# --- machine clients ---------------------------------------------------------------------------------------


@login_required
@administrator
@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    rows = selectors.clients_of(officer_of(request))
    page = keyset_page(
        rows, order=("id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=_client_line
    )
    columns = [Column("名称"), Column("单位"), Column("接口权限"), Column("状态")]
    table = Table("接口客户端", columns, cast(list[list[Cell | str]], page["items"]), caption_hidden=True)
    context = {"table": table, "next_cursor": page["next_cursor"]}
    return render(request, "workbench/client_list.html", context)


def _scope_names(client: ApiClient) -> str:
    return "、".join(str(Scope(scope).label) for scope in client.scopes)


def _client_line(client: ApiClient) -> list[Cell | str]:
    return [
        Cell(client.name, url=reverse("workbench:client", args=[client.pk])),
        client.agency.name,
        _scope_names(client),
        Cell(chip=_active_chip(client.active)),
    ]


@login_required
@administrator
@never_cache
@require_http_methods(["GET", "POST"])
def client_new(request: HttpRequest) -> HttpResponse:
    """Enter a machine client; its secret is shown once."""
    actor = officer_of(request)
    agencies = list(selectors.administered(actor))
    form = ClientForm(request.POST or None)
    form.offer(agencies)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            client, secret = services.create_api_client(
                name=data["name"],
                agency=next(one for one in agencies if str(one.pk) == data["agency"]),
                scopes=[Scope(scope) for scope in data["scopes"]],
                actor=actor,
            )
        except ValidationError as error:
            _show(form, error)
        else:
            return _client_secret(request, f"已开通 {client.name}", client, secret)
    return render(request, "workbench/client_new.html", {"form": form})


def _client_secret(request: HttpRequest, title: str, client: ApiClient, secret: str) -> HttpResponse:
    rows = [
        SummaryRow("client_id", client.client_id),
        SummaryRow("client_secret", secret),
        SummaryRow("接口权限", _scope_names(client)),
    ]
    context = {"title": title, "rows": rows, "lead": _SHOWN_ONCE, "back": reverse("workbench:client-list")}
    return render(request, "workbench/secrets_once.html", context)


@login_required
@administrator
@never_cache
@require_http_methods(["GET", "POST"])
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """One client: a new secret, in use or not."""
    actor = officer_of(request)
    row = get_object_or_404(selectors.clients_of(actor), pk=pk)
    do = request.POST.get("do", "")
    if do == "rotate":
        secret = services.rotate_client_secret(actor=actor, client_id=row.pk)
        return _client_secret(request, f"已更换 {row.name} 的密钥", row, secret)
    if do in ("off", "on"):
        services.set_client_active(actor=actor, client_id=row.pk, active=do == "on")
        messages.success(request, "已停用，即时不能再调用接口。" if do == "off" else "已恢复使用。")
        return redirect("workbench:client", row.pk)
    facts = [
        SummaryRow("client_id", row.client_id),
        SummaryRow("单位", row.agency.name),
        SummaryRow("接口权限", _scope_names(row)),
        SummaryRow("状态", "", chip=_active_chip(row.active)),
    ]
    return render(request, "workbench/client.html", {"client": row, "facts": facts})
