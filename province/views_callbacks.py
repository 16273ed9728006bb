"""The page on which the credit authority enters where business systems are told of changes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencies.choices import Scope
from agencies.models import ApiClient
from agencies.sign_in import officer_of
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.problems import Problem
from province import notices
from province.forms import CallbackForm
from province.models import PushTarget
from province.views_targets import managing

_SHOWN_ONCE = "密钥只显示这一次，请当面或者以加密方式交给业务系统的管理人员。"


@login_required
@managing
@never_cache
@require_http_methods(["GET", "POST"])
def callback_page(request: HttpRequest) -> HttpResponse:
    """Every client that may screen with its callback; POST enters or changes one, the secret is shown once."""
    clients = ApiClient.objects.filter(active=True, scopes__contains=[Scope.SCREENING_QUERY])
    clients = list(clients.select_related("agency", "callback").order_by("agency__name", "pk"))
    form = CallbackForm(request.POST or None)
    form.offer(clients)
    if request.method == "POST" and form.is_valid() and (answer := _saved(request, form)):
        return answer
    heads = [Column("客户端"), Column("回调地址"), Column("状态", tight=True)]
    table = Table("回调地址", heads, [_line(client) for client in clients], caption_hidden=True)
    return render(request, "workbench/callbacks.html", {"form": form, "table": table})


def _line(client: ApiClient) -> list[Cell | str]:
    target: PushTarget | None = getattr(client, "callback", None)
    name = Cell(client.name, note=client.agency.name)
    if target is None:
        return [name, "没有登记，由业务系统定期查询", Cell(chip=Chip("未登记", "neutral"))]
    return [
        name,
        target.url,
        Cell(chip=Chip("启用", "good") if target.active else Chip("停用", "neutral")),
    ]


def _saved(request: HttpRequest, form: CallbackForm) -> HttpResponse | None:
    data = form.cleaned_data
    try:
        target, secret = notices.save_callback(
            officer=officer_of(request), basis=data["acting_on"], client_id=int(data["client"]), url=data["url"],
            active=data["active"], renew=data["renew"],
        )  # fmt: skip
    except Problem as problem:
        for one in problem.errors:
            form.add_error(one.pointer.removeprefix("/"), one.detail)
        return None
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    if not secret:
        messages.success(request, f"已保存：{target.name}")
        return redirect("workbench:callbacks")
    rows = [
        SummaryRow("客户端", target.name),
        SummaryRow("回调地址", target.url),
        SummaryRow("签名密钥", secret),
    ]
    context = {
        "title": "已登记回调地址",
        "rows": rows,
        "lead": _SHOWN_ONCE,
        "back": reverse("workbench:callbacks"),
    }
    return render(request, "workbench/secrets_once.html", context)
