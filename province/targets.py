"""Where is pushed to, kept by the credit authority: address, format, items, pace, window. A new target begins with what is
shared today: its position is the beginning of the ledger, and old events carry the newest state."""

from dataclasses import dataclass
from datetime import time

from django.conf import settings
from django.core.exceptions import PermissionDenied

from agencies.models import Officer
from common.problems import FieldProblem, Problem
from ledger.services import acting
from province.formats import formats
from province.models import PushTarget

SECRETS_END = "_PUSH_SECRET"


@dataclass(frozen=True, slots=True)
class TargetText:
    """What a target says. Days have no say: what is shared decides what is sent."""

    name: str
    format: str
    url: str
    reconciliation_url: str
    secret_setting: str
    items: list[str]
    batch_size: int
    timeout: int
    pace: int | None
    send_from: time | None
    send_until: time | None
    active: bool


def secret_settings() -> list[str]:
    """Names of the settings that may hold a secret of a target; the secrets themselves are never shown."""
    return sorted(name for name in dir(settings) if name.endswith(SECRETS_END))


def save_target(*, officer: Officer, basis: str, code: str, text: TargetText) -> PushTarget:
    """Enter or change a target. PermissionDenied but for the credit authority; a 422 problem for an address that its format
    cannot use; ValidationError for malformed values."""
    if not officer.has_perm("province.manage_targets"):
        raise PermissionDenied("推送目标由社会信用主管部门维护")
    _check(text)
    with acting(actor=officer.pk, action="province.save_target", basis=basis):
        target = PushTarget.objects.select_for_update().filter(code=code).first() or PushTarget(code=code)
        for name in TargetText.__slots__:
            setattr(target, name, getattr(text, name))
        target.full_clean()
        target.save()
    return target


def _check(text: TargetText) -> None:
    if text.format not in formats() or formats()[text.format].SUBSCRIBERS:
        raise _problem("format", "没有这种格式")
    if text.secret_setting not in secret_settings():
        raise _problem("secret_setting", f"密钥只能取自名称以{SECRETS_END}结尾的配置项")
    if text.url and not formats()[text.format].usable(text.url, "x"):
        raise _problem("url", "地址与格式不符：接口推送须为 https，文件交换须为已有的 file:/// 目录")
    if (text.send_from is None) != (text.send_until is None):
        raise _problem("send_until", "推送时段的开始和结束须同时填写")


def _problem(field: str, detail: str) -> Problem:
    return Problem(
        422, "target_invalid", detail, errors=[FieldProblem(f"/{field}", "target_invalid", detail)]
    )
