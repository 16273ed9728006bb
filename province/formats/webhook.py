"""Notices to business systems that subscribed to changes: "look again", signed with the client's own secret.

    POST <callback> {"batch_id", "schema", "events": [{"event_id", "kind": "subject.changed",
                                                  "data": {"subscription", "screening", "key", "at"}}]}

The headers are those of every push (`province.signing`): timestamp, nonce, HMAC-SM3 over both and the body. The receiver answers per
event, keeps nonces for as long as it takes timestamps (five minutes), and drops an `event_id` it has seen. `key` is the caller's own
word for the subject; nothing about the subject is said.
"""

from typing import Final

from common.json import json_bytes
from province import rules, transport
from province.formats import Parcel
from province.models import PushTarget
from province.transport import Attempt

NAME: Final = "webhook"
TITLE: Final = "变更通知（回调，HTTPS）"
SUBSCRIBERS: Final = True
SCHEMA: Final = "2026-11"


def usable(address: str, secret: str) -> bool:
    return bool(secret) and rules.address_allowed(address)


def deliver(target: PushTarget, parcel: Parcel, *, address: str, secret: str) -> Attempt:
    events = [
        {"event_id": one["event_id"], "kind": one["kind"], "data": one["payload"]} for one in parcel.events
    ]
    body = json_bytes({"batch_id": parcel.batch_id, "schema": SCHEMA, "events": events})
    return transport.post(address, secret, parcel.batch_id, body, timeout=target.timeout)
