"""Notices of changes on their way to those who subscribed: what they say, and the callback addresses they go to.

A callback is a push target like any other (claimed, paused, parked, answered event by event), but it is told only of notices, and
only of its own client's. A notice of a subscription that is over is not told any more.
"""

import secrets
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

import orjson
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.choices import Scope
from agencies.models import ApiClient, Officer
from common.privacy import decrypt, encrypt
from common.problems import FieldProblem, Problem
from ledger.selectors import Change, last_position
from ledger.services import acting
from province import rules
from province.choices import Action
from province.models import PushTarget
from province.naming import wire_id
from province.sources import WireEvent
from sanctions import selectors
from sanctions.models import SubscriptionNotice
from sanctions.services import keys_of

KIND: Final = "subject.changed"
FORMAT: Final = "webhook"
_TIMEOUT: Final = 5  # seconds; a system that wants to be told must be quick to say that it heard


def events(client_id: int, changes: Iterable[Change], day: date) -> list[WireEvent]:
    """What of these changes the client is told, in their order; three queries however many."""
    changes = list(changes)
    rows = selectors.notices(day).filter(
        pk__in={one.object_id for one in changes}, watch__subscription__client_id=client_id
    )
    told = {}
    keys: dict[int, list[str]] = {}
    for row in rows.select_related("watch__subscription__screening"):
        watch, screening = row.watch, row.watch.subscription.screening
        names = keys.setdefault(screening.pk, []) or keys_of(screening)
        keys[screening.pk] = names
        told[row.pk] = {
            "subscription": watch.subscription.public_id,
            "screening": screening.public_id,
            "key": names[watch.ordinal - 1],
            "at": timezone.localtime(row.at).isoformat(timespec="seconds"),
        }
    return [
        WireEvent(
            position=change.position, event_id=change.position, kind=KIND, action=Action.UPSERT.value,
            object_id=wire_id(change.tbl, change.object_id), payload=orjson.Fragment(orjson.dumps(told[change.object_id])),
        )
        for change in changes
        if change.op == "I" and change.object_id in told
    ]  # fmt: skip


def known(ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """Kind and agency of notices, for what a receiver turned down."""
    rows = SubscriptionNotice.objects.filter(pk__in=ids).values_list("pk", "watch__subscription__agency_id")
    return {pk: (KIND, agency) for pk, agency in rows}


def secret_of(target: PushTarget) -> str:
    """The secret of a callback."""
    return (
        decrypt(target.sealed_secret, context=callback_context(target.code)) if target.sealed_secret else ""
    )


def save_callback(
    *, officer: Officer, basis: str, client_id: int, url: str, active: bool = True, renew: bool = False
) -> tuple[PushTarget, str]:
    """Enter or change where a client is told of changes; returns the new secret, "" when the old one stays.

    The secret is shown once and kept encrypted. PermissionDenied but for the credit authority, who alone says where this
    machine calls; a 422 problem for a client that may not screen and for an address without TLS.
    """
    if not officer.has_perm("province.manage_targets"):
        raise PermissionDenied("回调地址由社会信用主管部门登记")
    client = ApiClient.objects.get(pk=client_id)
    if not client.active or Scope.SCREENING_QUERY not in client.scopes:
        raise _problem("client", "这个客户端没有查询比对的权限")
    if not rules.address_allowed(url):
        raise _problem("url", "回调地址须为 https")
    with acting(actor=officer.pk, action="province.save_callback", basis=basis):
        target = PushTarget.objects.select_for_update().filter(client=client).first()
        secret = ""
        if target is None:
            target = PushTarget(
                client=client,
                code=f"client-{client.pk}",
                format=FORMAT,
                timeout=_TIMEOUT,
                position=last_position(),
            )
        if target.sealed_secret is None or renew:
            secret = secrets.token_urlsafe(32)
            target.sealed_secret = encrypt(secret, context=callback_context(target.code))
        target.name, target.url, target.active = client.name[:100], url, active
        target.full_clean()
        target.save()
    return target, secret


def callback_context(code: str) -> str:
    return f"callback:{code}"


def _problem(field: str, detail: str) -> Problem:
    return Problem(
        422, "target_invalid", detail, errors=[FieldProblem(f"/{field}", "target_invalid", detail)]
    )
