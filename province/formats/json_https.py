"""JSON over HTTPS, signed: the province platform and systems like it answer at once, event by event."""

from typing import Final

from common.json import json_bytes
from province import rules, transport
from province.formats import Parcel
from province.models import PushTarget
from province.transport import Attempt

NAME: Final = "json"
TITLE: Final = "接口推送（JSON，HTTPS）"
SUBSCRIBERS: Final = False


def usable(address: str, secret: str) -> bool:
    return bool(secret) and rules.address_allowed(address)


def deliver(target: PushTarget, parcel: Parcel, *, address: str, secret: str) -> Attempt:
    body = json_bytes(
        {
            "batch_id": parcel.batch_id,
            "schema": parcel.schema,
            "events": parcel.events,
            "ledger_head": parcel.head,
        }
    )
    return transport.post(address, secret, parcel.batch_id, body, timeout=target.timeout)
