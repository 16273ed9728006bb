"""Who opens an address, what is expected, and the markers that the test fills in with real objects.

Visitors: `public` (nobody signed in), officers by role in their own agency, `stranger` (an officer with every agency
role, but of another agency), and machine clients by scope (`machine:` none is `public` for the API).
"""

import json
from dataclasses import dataclass, field

OFFICERS = ("submitter", "reviewer", "authority", "auditor", "administrator", "stranger")
CLIENTS = (
    "client:records", "client:screening", "client:lists", "client:province", "client:repair", "client:downward",
)  # fmt: skip
EVERYBODY = ("public", *OFFICERS)
EVERY_CALLER = ("public", *CLIENTS)


@dataclass(frozen=True)
class Row:
    """One address and method; `expected` by visitor."""

    route: str
    method: str
    expected: dict[str, int]
    kwargs: dict[str, str] = field(default_factory=dict)
    query: str = ""
    data: dict[str, object] | None = None

    def json(self) -> bytes:
        return json.dumps(self.data).encode()

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}{self.query}"


def everybody(status: int, visitors: tuple[str, ...] = EVERYBODY) -> dict[str, int]:
    return dict.fromkeys(visitors, status)


def officers(status: int, **others: int) -> dict[str, int]:
    """Anybody signed in gets `status`, the public is sent to sign-in; exceptions by role."""
    return {"public": 302, **dict.fromkeys(OFFICERS, status), **others}


def scope(client: str, status: int) -> dict[str, int]:
    """Only this client; no token 401, another scope 403."""
    return {"public": 401, **dict.fromkeys(CLIENTS, 403), client: status}


# Markers filled in by the test with real objects of the submitter's agency.
BATCH, RECORD, SUBJECT, POSITION = "<batch>", "<record>", "<subject>", "<position>"
CLUE, GAP = "<clue>", "<gap>"
REPAIR_CASE, MATERIAL, REQUIRED_MATERIAL = "<repair case>", "<material>", "<required material>"
PURPOSE, EXPORT = "<purpose>", "<export>"
CONSENT, ERASURE = "<consent>", "<erasure>"
COMPARISON, DIFFERENCE = "<comparison>", "<difference>"
DRAFT, ROUTE = "<draft>", "<route>"
FORM_DRAFT, COMMITMENT = "<form draft>", "<commitment>"
IDENTITY, OFFICER, CLIENT = "<identity change>", "<officer>", "<client>"
LIST_ENTRY, DELIVERY = "<list entry>", "<delivery>"
CASE, CASE_STEP, CASE_FILE, CASE_ENTRY = "<case>", "<case step>", "<case file>", "<case entry>"
PROCEEDING = "<proceeding>"
ARTICLE = "<article>"
CORRECTING = officers(403, submitter=200, reviewer=200, stranger=404)
MARKING = officers(403, submitter=200, reviewer=200, authority=200, stranger=404)
KEEPER = officers(403, authority=200)
# 名单案件: the determining body works it, the authority and auditors look, others do not know of it
LOOKS = officers(404, submitter=200, reviewer=200, authority=200, auditor=200)
PROPOSER = officers(403, reviewer=200, authority=200)
ADMINISTRATOR = officers(403, administrator=200)
