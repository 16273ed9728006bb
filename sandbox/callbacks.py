"""What a business system does with "look again": verify, drop what it has seen, screen again, answer event by event.

Written from the interface description alone. A notice says nothing about the subject; the new answer does, and is registered.
"""

import json
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Protocol

from sandbox.signing import SignatureRefused, Verifier


class Desk(Protocol):
    """Whoever has applications running."""

    def look_again(self, screening: str, key: str) -> bool:
        """Screen once more; False when no such application is running."""


@dataclass
class Receiver:
    """One callback address."""

    desk: Desk
    verifier: Verifier
    seen: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    def take(self, headers: Message, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and answer. A 401 for what is not genuine, recent and new: the sender tries again, signed anew."""
        try:
            self.verifier.check(headers, body)
        except SignatureRefused as refused:
            self.refused.append(str(refused))
            return 401, {"code": str(refused)}
        return 200, {"results": [self._one(event) for event in json.loads(body)["events"]]}

    def _one(self, event: dict[str, Any]) -> dict[str, Any]:
        number, data = int(event["event_id"]), event["data"]
        if number in self.seen:
            return {"event_id": number, "status": "duplicate"}
        if not self.desk.look_again(data["screening"], data["key"]):
            reason = "没有这个办件，或者已经办结"
            return {"event_id": number, "status": "rejected", "code": "not_running", "reason": reason}
        self.seen.add(number)
        return {"event_id": number, "status": "accepted"}
