"""Pages on which the targets of the push are kept."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from common.components import Cell, Chip, Column, Table
from common.problems import Problem
from province import services, targets
from province.formats import formats
from province.forms import NewTargetForm, TargetForm
from province.models import PushTarget
from province.targets import TargetText

managing = permission_required("province.manage_targets", raise_exception=True)


@login_required
@managing
@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    rows: list[list[Cell | str]] = [
        [
            Cell(target.name, url=reverse("workbench:push-target", args=[target.code]), note=target.code),
            formats()[target.format].TITLE,
            f"{len(target.items)}项" if target.items else "全部",
            Cell(chip=_state(target)),
        ]
        for target in PushTarget.objects.filter(client__isnull=True)
    ]
    heads = [Column("目标"), Column("格式"), Column("事项"), Column("状态", tight=True)]
    table = Table("推送目标", heads, rows, caption_hidden=True)
    return render(request, "workbench/push_targets.html", {"table": table})


def _state(target: PushTarget) -> Chip:
    if not target.active:
        return Chip("停用", "neutral")
    return Chip("可用", "good") if services.is_ready(target) else Chip("缺少地址或者密钥", "warning")


@login_required
@managing
@require_http_methods(["GET", "POST"])
def target_new(request: HttpRequest) -> HttpResponse:
    form = NewTargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if PushTarget.objects.filter(code=form.cleaned_data["code"]).exists():
            form.add_error("code", "这个代号已经有了")
        elif target := _saved(request, form, form.cleaned_data["code"]):
            messages.success(request, f"已登记：{target}。共享中的记录将从头推送给它")
            return redirect("workbench:push-targets")
    return render(request, "workbench/push_target.html", {"form": form, "title": "登记推送目标"})


@login_required
@managing
@require_http_methods(["GET", "POST"])
def target_page(request: HttpRequest, code: str) -> HttpResponse:
    target = get_object_or_404(PushTarget, code=code, client__isnull=True)
    initial = {name: getattr(target, name) for name in TargetText.__slots__}
    form = TargetForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(request, form, code):
        messages.success(request, "已保存")
        return redirect("workbench:push-targets")
    return render(request, "workbench/push_target.html", {"form": form, "title": target.name})


def _saved(request: HttpRequest, form: TargetForm, code: str) -> PushTarget | None:
    try:
        return targets.save_target(
            officer=officer_of(request), basis=form.cleaned_data["acting_on"], code=code, text=form.text()
        )
    except Problem as problem:
        for one in problem.errors:
            form.add_error(one.pointer.removeprefix("/"), one.detail)
    except ValidationError as error:
        form.add_error(None, error.messages)
    return None
