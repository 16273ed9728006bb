"""Taking messages in, one transaction each, and what a person decides about those that wait."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from agencies.models import ApiClient, Officer
from common.gates import PLAN, Refused
from common.locks import transaction_lock
from common.privacy import decrypt, encrypt, sm3
from common.problems import Problem
from ledger.services import acting
from province.choices import IncomingStatus
from province.incoming import Draft, Taken, handlers, held_handler
from province.models import Incoming

BASIS: Final = f"{PLAN} 第4条"
_DETAIL: Final = 500


def take(*, client: ApiClient, messages: Sequence[Mapping[str, Any]]) -> list[tuple[Incoming, bool]]:
    """What came of each message, in order, and whether it had come before. One message costs no other.

    `messages`: {"message_id", "kind", "payload"}, their shape already checked.
    """
    return [_take_one(client, message) for message in messages]


@transaction.atomic
def _take_one(client: ApiClient, message: Mapping[str, Any]) -> tuple[Incoming, bool]:
    transaction_lock(
        "province.incoming", client.pk
    )  # two copies at once: the second finds what the first wrote
    digest = sm3(orjson.dumps([message["kind"], message["payload"]], option=orjson.OPT_SORT_KEYS))
    known = Incoming.objects.filter(client=client, message_id=message["message_id"]).first()
    if known is not None:
        if bytes(known.digest) == digest:
            return known, True
        known.status, known.code = IncomingStatus.REJECTED, "message_id_reused"
        known.detail = "这个编号已经用于内容不同的消息；内容变更请换新的编号"
        return known, False
    row = Incoming(client=client, message_id=message["message_id"], kind=message["kind"], digest=digest)
    with acting(actor=-client.pk, action="province.take_message", basis=BASIS):
        _handled(row, client, message["payload"])
        row.save()
    return row, False


def _handled(row: Incoming, client: ApiClient, payload: Mapping[str, Any]) -> None:
    try:
        with transaction.atomic():
            taken = handlers()[row.kind].take(client, payload)
    except Refused as refused:
        first = refused.refusals[0]
        _refuse(row, first.code, f"{first.detail}（依据：{first.basis}）")
    except Problem as problem:
        _refuse(row, problem.code, problem.detail)
    else:
        _accept(row, taken, payload)


def _refuse(row: Incoming, code: str, detail: str) -> None:
    duplicate = code == "duplicate"
    row.status = IncomingStatus.ACCEPTED if duplicate else IncomingStatus.REJECTED
    row.code, row.detail = code, detail[:_DETAIL]


def _accept(row: Incoming, taken: Taken, payload: Mapping[str, Any]) -> None:
    row.status = IncomingStatus.HELD if taken.held else IncomingStatus.ACCEPTED
    row.reference = taken.reference
    if taken.held:
        row.sealed = encrypt(orjson.dumps(payload).decode(), context=incoming_context(row))


def incoming_context(row: Incoming) -> str:
    return f"incoming:{row.client_id}:{row.message_id}"


def visible_to(officer: Officer) -> QuerySet[Incoming]:
    """Messages hold what concerns all agencies, so only the credit authority and auditors see them."""
    rows = Incoming.objects.select_related("client__agency").order_by("-id")
    return rows if officer.has_perm("province.view_all_deliveries") else rows.none()


def open_held(*, officer: Officer, message_id: int) -> tuple[Incoming, Draft]:
    """Let a held edition become a draft beside what it may replace. PermissionDenied; a 409 problem when it no longer waits."""
    with acting(actor=officer.pk, action="province.open_edition", basis=BASIS):
        row = Incoming.objects.select_for_update().get(pk=message_id)
        if row.status != IncomingStatus.HELD or row.sealed is None:
            raise Problem(409, "state_changed", "这条消息已经处理，请刷新页面查看")
        handler = held_handler(row.kind)
        if not officer.has_perm(handler.OPENED_BY):
            raise PermissionDenied(f"{handler.TITLE}由社会信用主管部门维护")
        payload = orjson.loads(decrypt(bytes(row.sealed), context=incoming_context(row)))
        draft = handler.open_as_draft(officer=officer, payload=payload)
        row.status, row.reference, row.sealed = IncomingStatus.ACCEPTED, f"draft:{draft.pk}", None
        row.save(update_fields=["status", "reference", "sealed"])
    return row, draft
