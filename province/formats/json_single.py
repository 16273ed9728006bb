"""JSON over HTTPS for systems that take one change a call: the body of `json_https` with one event, call after call on one
connection kept alive, in order. What fails ends the round; the whole batch comes again, and `event_id` makes that harmless.

Rejected: *batches of one* (three writes to the database for each call); *several calls at once* (the order per object would be lost).
"""

from typing import Final

from province import rules
from province.formats import Parcel, json_https
from province.models import PushTarget
from province.transport import Attempt

NAME: Final = "json-single"
TITLE: Final = "接口推送（JSON，HTTPS，一次一条）"
SUBSCRIBERS: Final = False
usable = json_https.usable


def deliver(target: PushTarget, parcel: Parcel, *, address: str, secret: str) -> Attempt:
    results: list[object] = []
    for event in parcel.events:
        one = Parcel(f"{parcel.batch_id}-{event['event_id']}", [event], parcel.head, parcel.schema)
        attempt = json_https.deliver(target, one, address=address, secret=secret)
        if attempt.status != 200 or attempt.error:
            return attempt
        if rules.read_answer(attempt.answer, [event["event_id"]]) is None:
            return Attempt(200, error="对方的答复没有说明这条变更的结果")
        assert isinstance(attempt.answer, dict)
        results += attempt.answer["results"]
    return Attempt(200, answer={"results": results})
