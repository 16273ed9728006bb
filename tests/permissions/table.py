"""The permission table: every address × method × who → status. A route that is missing here fails the test.

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
REPAIR_CASE, MATERIAL = "<repair case>", "<material>"
PURPOSE, EXPORT = "<purpose>", "<export>"
CONSENT = "<consent>"
COMPARISON, DIFFERENCE = "<comparison>", "<difference>"
DRAFT, ROUTE = "<draft>", "<route>"
FORM_DRAFT, COMMITMENT = "<form draft>", "<commitment>"
IDENTITY, OFFICER, CLIENT = "<identity change>", "<officer>", "<client>"
LIST_ENTRY = "<list entry>"
LIST_ENTRY, DELIVERY = "<list entry>", "<delivery>"
CASE, CASE_STEP, CASE_FILE, CASE_ENTRY = "<case>", "<case step>", "<case file>", "<case entry>"
PROCEEDING = "<proceeding>"
CORRECTING = officers(403, submitter=200, reviewer=200, stranger=404)
MARKING = officers(403, submitter=200, reviewer=200, authority=200, stranger=404)
KEEPER = officers(403, authority=200)
# 名单案件: the determining body works it, the authority and auditors look, others do not know of it
LOOKS = officers(404, submitter=200, reviewer=200, authority=200, auditor=200)
PROPOSER = officers(403, reviewer=200, authority=200)
ADMINISTRATOR = officers(403, administrator=200)

PORTAL = [
    Row("portal:home", "GET", everybody(200)),
    Row("portal:search", "GET", everybody(200), query="?q=煤业"),
    Row("portal:subject", "GET", everybody(200), {"public_id": SUBJECT}),
    Row("portal:record", "GET", everybody(200), {"pk": RECORD}),
    Row("portal:penalties", "GET", everybody(200)),
    Row("portal:licences", "GET", everybody(200)),
    Row("portal:lists", "GET", everybody(200)),
    Row("portal:list-entries", "GET", everybody(200)),
    Row("portal:list-entry", "GET", everybody(200), {"public_id": LIST_ENTRY}),
    Row("portal:honours", "GET", everybody(200)),
    Row("portal:honour", "GET", everybody(404), {"public_id": LIST_ENTRY}),
    Row("portal:list-statement", "GET", everybody(200)),
    Row("portal:list-statement", "POST", everybody(200)),
    Row("portal:catalog", "GET", everybody(200)),
    Row("portal:catalog-item", "GET", everybody(200), {"code": "xzcf"}),
    Row("portal:measures", "GET", everybody(200)),
    Row("portal:repair", "GET", everybody(200)),
    Row("portal:repair-apply", "GET", everybody(200)),
    Row("portal:repair-apply", "GET", everybody(200), query=f"?record={RECORD}"),
    Row("portal:repair-apply", "POST", everybody(200)),
    Row("portal:objection-apply", "GET", everybody(200), query=f"?record={RECORD}"),
    Row("portal:reorganisation-apply", "GET", everybody(200), query=f"?record={RECORD}"),
    Row("portal:repair-notice", "GET", everybody(404)),
    Row("portal:repair-commitment", "GET", everybody(404)),
    Row("portal:repair-verify", "GET", everybody(200)),
    Row("portal:progress", "GET", everybody(200)),
    Row("portal:progress", "POST", everybody(422)),
    Row("captcha-image", "GET", everybody(410), {"key": "0" * 40}),
    Row("portal:transparency", "GET", everybody(200)),
    Row("portal:rights", "GET", everybody(200)),
    Row("portal:report-verify", "GET", everybody(200)),
    Row("portal:report-verify", "GET", everybody(200), query="?number=20261120101112ABCDEFGH"),
    Row("portal:robots", "GET", everybody(200)),
    Row("portal:home", "POST", everybody(405)),
    Row("display-preferences", "GET", everybody(302)),
    Row("healthz", "GET", everybody(200)),
    Row("readyz", "GET", everybody(200)),
    Row("metrics", "GET", everybody(200)),
]
SIGN_IN = [
    Row("account_login", "GET", {**everybody(302), "public": 200}),
    Row("account_logout", "GET", {**everybody(200), "public": 302}),
    Row("account_change_password", "GET", {**everybody(200), "public": 302}),
    Row("account_inactive", "GET", everybody(200)),
    Row("mfa_authenticate", "GET", everybody(302)),
    Row("oauth2_provider:token", "POST", everybody(400)),
    Row("oauth2_provider:revoke-token", "POST", everybody(400)),
]
WORKBENCH = [
    Row("workbench:home", "GET", officers(200)),
    Row("workbench:batch-list", "GET", officers(200)),
    Row("workbench:batch-new", "GET", officers(403, submitter=200, stranger=200)),
    Row("workbench:batch-new", "POST", officers(403, submitter=200, stranger=200)),
    Row("workbench:batch", "GET", officers(200, stranger=404), {"public_id": BATCH}),
    Row("workbench:batch-rejections", "GET", officers(200, stranger=404), {"public_id": BATCH}),
    Row("workbench:item-template", "GET", officers(200), {"item_code": "xzcf"}),
    Row("workbench:record-list", "GET", officers(200)),
    Row("workbench:record", "GET", officers(200, stranger=404), {"pk": RECORD}),
    Row("workbench:record-waiting", "GET", officers(200)),
    Row("workbench:record-versions", "GET", officers(200, stranger=404), {"pk": RECORD}),
    Row(
        "workbench:record-versions",
        "GET",
        officers(200, stranger=404),
        {"pk": RECORD},
        query="?on=2026-11-20",
    ),
    Row("workbench:subject-as-of", "GET", officers(200), {"public_id": SUBJECT}),
    Row("workbench:record-correct", "GET", CORRECTING, {"pk": RECORD}),
    Row("workbench:record-correct", "POST", CORRECTING, {"pk": RECORD}),
    Row("workbench:record-withdraw", "GET", CORRECTING, {"pk": RECORD}),
    Row("workbench:record-withdraw", "POST", CORRECTING, {"pk": RECORD}),
    Row("workbench:record-proceeding-new", "GET", MARKING, {"pk": RECORD}),
    Row("workbench:record-proceeding-new", "POST", MARKING, {"pk": RECORD}),
    Row("workbench:record-proceeding", "GET", MARKING, {"pk": RECORD, "number": PROCEEDING}),
    Row("workbench:record-proceeding", "POST", MARKING, {"pk": RECORD, "number": PROCEEDING}),
    Row("workbench:draft-list", "GET", officers(403, submitter=200, stranger=200)),
    Row(
        "workbench:draft-check", "GET", officers(403, submitter=200, stranger=404), {"public_id": FORM_DRAFT}
    ),
    Row(
        "workbench:draft-check", "POST", officers(403, submitter=200, stranger=404), {"public_id": FORM_DRAFT}
    ),
    Row("workbench:record-status", "GET", officers(403, submitter=200, stranger=404), {"pk": COMMITMENT}),
    Row("workbench:record-status", "POST", officers(403, submitter=200, stranger=404), {"pk": COMMITMENT}),
    Row("workbench:record-new", "GET", officers(403, submitter=200, stranger=200), {"item_code": "xzcf"}),
    Row("workbench:catalog", "GET", officers(200)),
    Row("workbench:catalog", "POST", officers(405)),
    Row("workbench:catalog-editions", "GET", officers(200)),
    Row("workbench:catalog-edition", "GET", officers(200), {"code": "national-2024"}),
    Row("workbench:catalog-edition-workbook", "GET", officers(200), {"code": "national-2024"}),
    Row("workbench:catalog-compare", "GET", officers(200), query="?old=national-2022&new=national-2024"),
    Row("workbench:catalog-item", "GET", officers(200), {"code": "xzcf"}),
    Row("workbench:catalog-routes", "GET", officers(200), {"code": "xzcf"}),
    Row("workbench:catalog-routes", "POST", KEEPER, {"code": "xzcf"}),
    Row("workbench:catalog-route-end", "GET", KEEPER, {"pk": ROUTE}),
    Row("workbench:catalog-bases", "GET", officers(200)),
    Row("workbench:catalog-basis", "GET", officers(200), {"code": "xzcff"}),
    Row("workbench:catalog-basis-new", "GET", KEEPER),
    Row("workbench:catalog-basis-new", "POST", KEEPER),
    Row("workbench:catalog-basis-edit", "GET", KEEPER, {"code": "xzcff"}),
    Row("workbench:catalog-basis-repeal", "GET", KEEPER, {"code": "xzcff"}),
    Row("workbench:catalog-basis-repeal", "POST", KEEPER, {"code": "xzcff"}),
    Row("workbench:catalog-deadlines", "GET", officers(200)),
    Row("workbench:catalog-deadline", "GET", officers(200), {"code": "penalty-withdraw"}),
    Row("workbench:catalog-deadline", "POST", KEEPER, {"code": "penalty-withdraw"}),
    Row("workbench:catalog-draft-new", "GET", KEEPER),
    Row("workbench:catalog-draft-new", "POST", KEEPER),
    Row("workbench:catalog-draft", "GET", KEEPER, {"pk": DRAFT}),
    Row("workbench:catalog-draft", "POST", officers(403, authority=302), {"pk": DRAFT}),
    Row("workbench:catalog-draft-edit", "GET", KEEPER, {"pk": DRAFT}),
    Row("workbench:catalog-draft-workbook", "GET", KEEPER, {"pk": DRAFT}),
    Row("workbench:catalog-draft-workbook", "POST", KEEPER, {"pk": DRAFT}),
    Row("workbench:catalog-draft-item-new", "GET", KEEPER, {"pk": DRAFT}),
    Row("workbench:catalog-draft-item", "GET", KEEPER, {"pk": DRAFT, "code": "xzcf"}),
    Row(
        "workbench:catalog-draft-item",
        "POST",
        officers(403, authority=404),
        {"pk": DRAFT, "code": "xzcf"},
    ),
    Row("workbench:catalog-draft-item-edit", "GET", KEEPER, {"pk": DRAFT, "code": "xzcf"}),
    Row("workbench:catalog-draft-field-new", "GET", KEEPER, {"pk": DRAFT, "code": "xzcf"}),
    Row(
        "workbench:catalog-draft-field",
        "GET",
        KEEPER,
        {"pk": DRAFT, "code": "xzcf", "field": "CF_WSH"},
    ),
    Row("workbench:catalog-regimes", "GET", officers(200)),
    Row("workbench:catalog-regime", "GET", officers(200), {"code": "r2"}),
    Row("workbench:catalog-regime-new", "GET", KEEPER, query="?copy=r2"),
    Row("workbench:catalog-regime-new", "POST", officers(403, authority=200)),
    Row("workbench:catalog-regime-end", "GET", KEEPER, {"code": "r2"}),
    Row("workbench:catalog-regime-end", "POST", KEEPER, {"code": "r2"}),
    Row("workbench:purpose-list", "GET", officers(200)),
    Row("workbench:purpose-new", "GET", officers(403, reviewer=200, authority=200)),
    Row("workbench:purpose-new", "POST", officers(403, reviewer=200, authority=200)),
    Row("workbench:purpose", "GET", officers(200, stranger=404), {"code": PURPOSE}),
    Row("workbench:purpose", "POST", officers(403, stranger=404), {"code": PURPOSE}),
    Row("workbench:lookup", "GET", officers(200, auditor=403, administrator=403)),
    Row("workbench:lookup", "POST", officers(200, auditor=403, administrator=403)),
    Row("workbench:lookup-list", "GET", officers(403, reviewer=200, authority=200, auditor=200)),
    Row("workbench:export", "GET", officers(200, stranger=404), {"public_id": EXPORT}),
    Row("workbench:export", "POST", officers(403, stranger=404), {"public_id": EXPORT}),
    Row("workbench:consent-list", "GET", officers(200)),
    Row(
        "workbench:consent-new",
        "GET",
        officers(403, submitter=200, reviewer=200, authority=200, stranger=200),
    ),
    Row(
        "workbench:consent-new",
        "POST",
        officers(403, submitter=200, reviewer=200, authority=200, stranger=200),
    ),
    Row("workbench:consent", "GET", officers(200, stranger=404), {"public_id": CONSENT}),
    Row(
        "workbench:consent",
        "POST",
        officers(403, submitter=200, reviewer=200, authority=200, stranger=404),
        {"public_id": CONSENT},
    ),
    Row("workbench:consent-file", "GET", officers(404), {"public_id": CONSENT}),
    Row("workbench:comparison-list", "GET", officers(200)),
    Row("workbench:comparison-new", "GET", officers(403, reviewer=200, authority=200)),
    Row("workbench:comparison-new", "POST", officers(403, reviewer=200, authority=200)),
    Row("workbench:comparison", "GET", officers(200, stranger=404), {"public_id": COMPARISON}),
    Row("workbench:difference", "GET", officers(200, stranger=404), {"pk": DIFFERENCE}),
    Row(
        "workbench:difference",
        "POST",
        officers(403, reviewer=200, authority=200, stranger=404),
        {"pk": DIFFERENCE},
    ),
    Row("workbench:person-report", "GET", officers(403, authority=200)),
    Row("workbench:person-report", "POST", officers(403, authority=200)),
    Row("workbench:case-list", "GET", officers(200)),
    Row("workbench:case-new", "GET", officers(403, submitter=200, reviewer=200, stranger=200)),
    Row("workbench:case-new", "POST", officers(403, submitter=200, reviewer=200, stranger=200)),
    Row("workbench:case", "GET", LOOKS, {"public_id": CASE}),
    Row(
        "workbench:case-step",
        "GET",
        {**LOOKS, "authority": 403, "auditor": 403},
        {"public_id": CASE, "kind": "served"},
    ),
    Row(
        "workbench:case-step",
        "POST",
        {**LOOKS, "submitter": 403, "authority": 403, "auditor": 403},
        {"public_id": CASE, "kind": "decided"},
    ),
    Row(
        "workbench:case-document",
        "GET",
        LOOKS,
        {"public_id": CASE, "step": CASE_STEP, "ending": "docx"},
    ),
    Row("workbench:case-file", "GET", LOOKS, {"public_id": CASE, "pk": CASE_FILE}),
    Row("workbench:list-numbers", "GET", officers(403, reviewer=200)),
    Row("workbench:list-numbers", "POST", officers(403, reviewer=200)),
    Row("workbench:list-entries", "GET", officers(200)),
    Row("workbench:list-entry", "GET", LOOKS, {"public_id": CASE_ENTRY}),
    Row(
        "workbench:list-entry-change",
        "GET",
        {**LOOKS, "submitter": 403, "authority": 403, "auditor": 403},
        {"public_id": CASE_ENTRY, "act": "end"},
    ),
    Row(
        "workbench:list-entry-change",
        "POST",
        {**LOOKS, "submitter": 403, "authority": 403, "auditor": 403},
        {"public_id": CASE_ENTRY, "act": "end"},
    ),
    Row("workbench:list-sources", "GET", officers(200)),
    Row("workbench:list-source", "GET", officers(404, authority=200, auditor=200), {"code": "zy-sxbzxr"}),
    Row("workbench:list-source", "POST", officers(404, authority=403, auditor=403), {"code": "zy-sxbzxr"}),
    Row("workbench:list-delivery", "GET", officers(404, authority=200, auditor=200), {"public_id": DELIVERY}),
    Row(
        "workbench:list-delivery", "POST", officers(404, authority=200, auditor=403), {"public_id": DELIVERY}
    ),
    Row(
        "workbench:list-delivery-refusals",
        "GET",
        officers(404, authority=200, auditor=200),
        {"public_id": DELIVERY},
    ),
    Row("workbench:list-as-of", "GET", officers(200, auditor=403, administrator=403)),
    Row("workbench:list-as-of", "POST", officers(200, auditor=403, administrator=403)),
    Row("workbench:list-schemes", "GET", officers(200)),
    # anybody may try to set up a list; the attempt is refused with its clause and kept
    Row("workbench:list-scheme-new", "GET", officers(200)),
    Row("workbench:list-scheme-new", "POST", officers(200)),
    Row("workbench:list-scheme-attempts", "GET", officers(403, authority=200, auditor=200)),
    Row("workbench:list-scheme", "GET", officers(200), {"code": "spaq"}),
    Row("workbench:list-scheme", "POST", officers(200), {"code": "spaq"}),
    Row("workbench:measure-list", "GET", officers(200)),
    Row("workbench:measure-lifts", "GET", officers(200)),
    Row(
        "workbench:measure-apply",
        "GET",
        officers(403, reviewer=200, authority=200),
        query="?record=<record>",
    ),
    Row("workbench:measure-applied", "GET", officers(404), {"public_id": "none"}),
    Row("workbench:list-editions", "GET", officers(200)),
    Row("workbench:list-edition", "GET", officers(200), {"code": "hegang-2022"}),
    Row("workbench:list-compare", "GET", officers(200), query="?old=hegang-2022&new=national-2024"),
    Row("workbench:list-draft-new", "GET", KEEPER),
    Row("workbench:list-draft-new", "POST", KEEPER),
    Row("workbench:list-draft", "GET", officers(403, authority=404), {"pk": "1"}),
    Row("workbench:list-draft-workbook", "GET", officers(403, authority=404), {"pk": "1"}),
    Row("workbench:list-draft-row-new", "GET", officers(403, authority=404), {"pk": "1"}),
    Row("workbench:list-draft-row", "POST", officers(403, authority=404), {"pk": "1", "code": "none"}),
    Row("workbench:measure-figures", "GET", officers(403, authority=200, auditor=200)),
    Row("workbench:screening", "GET", officers(200, auditor=403, administrator=403)),
    Row("workbench:screening", "POST", officers(200, auditor=403, administrator=403)),
    Row("workbench:screening-box", "GET", officers(200, auditor=403, administrator=403)),
    Row("workbench:screening-list", "GET", officers(200, auditor=403, administrator=403)),
    Row(
        "workbench:screening-receipt",
        "GET",
        officers(404, auditor=403, administrator=403),
        {"public_id": "none"},
    ),
    Row("workbench:repair-list", "GET", officers(200)),
    Row("workbench:repair-figures", "GET", officers(200)),
    Row("workbench:repair-find", "GET", officers(200, auditor=403, administrator=403)),
    Row(
        "workbench:repair-new",
        "GET",
        officers(200, auditor=403, administrator=403),
        {"kind": "repair"},
        query=f"?record={RECORD}",
    ),
    Row("workbench:repair-record-notice", "GET", officers(200), query=f"?record={RECORD}"),
    Row("workbench:repair-rules", "GET", officers(200)),
    Row("workbench:repair-rule", "GET", officers(200), {"code": "r2"}),
    Row("workbench:repair-rule", "POST", officers(403, authority=200), {"code": "r2"}),
    Row("workbench:objection-rule", "GET", officers(200), {"ground": "wrong"}),
    Row("workbench:objection-rule", "POST", officers(403, authority=200), {"ground": "wrong"}),
    Row("workbench:repair-case", "GET", officers(200, stranger=404), {"number": REPAIR_CASE}),
    Row("workbench:repair-case", "POST", officers(403, stranger=404), {"number": REPAIR_CASE}),
    Row(
        "workbench:repair-paper",
        "GET",
        officers(403, submitter=200, reviewer=200, authority=200, stranger=404),
        {"number": REPAIR_CASE, "do": "receipt"},
    ),
    Row(
        "workbench:repair-material",
        "GET",
        officers(403, submitter=200, reviewer=200, authority=200, stranger=404),
        {"pk": MATERIAL},
    ),
    Row("workbench:exchange", "GET", officers(200)),
    Row("workbench:exchange", "POST", officers(403, authority=404)),
    Row("workbench:push-targets", "GET", KEEPER),
    Row("workbench:incoming", "GET", officers(403, authority=200, auditor=200)),
    Row("workbench:incoming", "POST", officers(403, authority=404, auditor=404)),
    Row("workbench:reconciliation", "GET", officers(403, authority=200, auditor=200), {"code": "province"}),
    Row("workbench:reconciliation", "POST", officers(403, authority=302, auditor=302), {"code": "province"}),
    Row("workbench:push-target-new", "GET", KEEPER),
    Row("workbench:push-target-new", "POST", KEEPER),
    Row("workbench:push-target", "GET", KEEPER, {"code": "province"}),
    Row("workbench:push-target", "POST", KEEPER, {"code": "province"}),
    Row("workbench:ledger", "GET", officers(200)),
    Row("workbench:supervision", "GET", officers(200)),
    Row("workbench:supervision", "POST", officers(405)),
    Row("workbench:clue", "GET", officers(200, stranger=404), {"pk": CLUE}),
    Row("workbench:clue", "POST", officers(403, reviewer=200, authority=200, stranger=404), {"pk": CLUE}),
    Row("workbench:gap-list", "GET", officers(200)),
    Row("workbench:gap", "GET", officers(200, stranger=404), {"pk": GAP}),
    Row("workbench:gap", "POST", officers(403, reviewer=200, stranger=404), {"pk": GAP}),
    Row("workbench:supervision-figures", "GET", officers(403, authority=200, auditor=200)),
    Row(
        "workbench:supervision-figures", "GET", officers(403, authority=200, auditor=200), query="?format=csv"
    ),
    Row("workbench:supervision-errors", "GET", officers(200)),
    Row("workbench:supervision-errors", "GET", officers(200), query="?format=csv"),
    Row("workbench:calendar", "GET", officers(200)),
    Row("workbench:calendar", "POST", officers(403, authority=200)),
    Row("workbench:subject-list", "GET", officers(200), query="?q=煤业"),
    Row("workbench:subject-list", "POST", officers(405)),
    Row("workbench:subject", "GET", officers(200), {"public_id": SUBJECT}),
    Row("workbench:identity-changes", "GET", officers(200)),
    Row(
        "workbench:identity-change",
        "GET",
        officers(200, stranger=404),
        {"public_id": IDENTITY},
    ),
    Row(
        "workbench:identity-change",
        "POST",
        officers(403, stranger=404),
        {"public_id": IDENTITY},
    ),
    Row("workbench:identity-merge", "GET", PROPOSER, {"public_id": SUBJECT}),
    Row("workbench:identity-merge", "POST", PROPOSER, {"public_id": SUBJECT}),
    Row("workbench:identity-split", "GET", PROPOSER, {"public_id": SUBJECT}),
    Row("workbench:identity-split", "POST", PROPOSER, {"public_id": SUBJECT}),
    Row("workbench:identity-rename", "GET", KEEPER, {"public_id": SUBJECT}),
    Row("workbench:identity-rename", "POST", KEEPER, {"public_id": SUBJECT}),
    Row("workbench:officer-list", "GET", ADMINISTRATOR),
    Row("workbench:officer-new", "GET", ADMINISTRATOR),
    Row("workbench:officer-new", "POST", ADMINISTRATOR),
    Row("workbench:officer", "GET", ADMINISTRATOR, {"pk": OFFICER}),
    Row("workbench:officer", "POST", ADMINISTRATOR, {"pk": OFFICER}),
    Row("workbench:client-list", "GET", ADMINISTRATOR),
    Row("workbench:client-new", "GET", ADMINISTRATOR),
    Row("workbench:client-new", "POST", ADMINISTRATOR),
    Row("workbench:client", "GET", ADMINISTRATOR, {"pk": CLIENT}),
    Row("workbench:client", "POST", ADMINISTRATOR, {"pk": CLIENT}),
    Row("workbench:styleguide", "GET", everybody(200)),
]
OPEN = everybody(200, EVERY_CALLER)
API = [
    Row("api:schema", "GET", OPEN),
    Row("api:catalog-items", "GET", OPEN),
    Row("api:catalog-items", "GET", everybody(400, EVERY_CALLER), query="?unknown=1"),
    Row("api:catalog-item", "GET", OPEN, {"code": "xzcf"}),
    Row("api:list-deliveries", "POST", scope("client:records", 400)),
    Row("api:list-delivery", "GET", scope("client:records", 404), {"public_id": DELIVERY}),
    Row("api:list-schemes", "GET", OPEN),
    Row("api:list-schemes", "POST", scope("client:lists", 400), data={}),
    Row("api:list-cases", "GET", scope("client:lists", 200)),
    Row("api:list-cases", "POST", scope("client:lists", 400), data={}),
    Row("api:list-case", "GET", scope("client:lists", 200), {"public_id": CASE}),
    Row(
        "api:list-case-steps",
        "POST",
        scope("client:lists", 422),
        {"public_id": CASE},
        data={"kind": "decided"},
    ),
    Row("api:list-case-document", "GET", scope("client:lists", 200), {"public_id": CASE, "step": CASE_STEP}),
    Row("api:measures", "GET", OPEN),
    Row("api:public-subjects", "GET", OPEN, query="?q=鹤岗"),
    Row("api:public-subject", "GET", OPEN, {"public_id": SUBJECT}),
    Row("api:public-records", "GET", OPEN, query="?item=xzcf"),
    Row("api:public-list-entries", "GET", OPEN, query="?scheme=sxbzxr"),
    Row("api:ledger-blocks", "GET", OPEN),
    Row("api:ledger-block", "GET", OPEN, {"no": "1"}),
    Row("api:ledger-proof", "GET", OPEN, query=f"?event={POSITION}"),
    Row("api:records", "POST", scope("client:records", 422), data={"item": "no-such-item", "fields": {}}),
    Row("api:records", "GET", scope("client:records", 405)),
    Row("api:consents", "POST", scope("client:records", 400), data={"no": "member"}),
    Row("api:consent", "GET", scope("client:records", 200), {"public_id": CONSENT}),
    Row("api:consent-withdrawal", "POST", scope("client:records", 422), {"public_id": CONSENT}, data={}),
    Row("api:record", "GET", scope("client:records", 200), {"pk": RECORD}),
    Row("api:record-versions", "GET", scope("client:records", 200), {"pk": RECORD}),
    Row("api:record-as-of", "GET", scope("client:records", 200), {"pk": RECORD}),
    Row("api:record-corrections", "POST", scope("client:records", 428), {"pk": RECORD}, data={}),
    Row("api:record-withdrawal", "POST", scope("client:records", 428), {"pk": RECORD}, data={}),
    Row("api:record-proceedings", "POST", scope("client:records", 428), {"pk": RECORD}, data={}),
    Row(
        "api:record-proceeding-outcome",
        "POST",
        scope("client:records", 428),
        {"pk": RECORD, "number": PROCEEDING},
        data={},
    ),
    Row("api:record-status", "POST", scope("client:records", 422), {"pk": COMMITMENT}, data={"status": "x"}),
    Row("api:batches", "POST", scope("client:records", 415), data={}),
    Row("api:batch", "GET", scope("client:records", 200), {"public_id": BATCH}),
    Row("api:batch-rejections", "GET", scope("client:records", 200), {"public_id": BATCH}),
    Row("api:purposes", "GET", scope("client:screening", 200)),
    Row("api:matters", "GET", scope("client:screening", 200)),
    Row("api:screenings", "POST", scope("client:screening", 422), data={"subjects": {}}),
    Row("api:screening-candidates", "GET", scope("client:screening", 200), query="?name=农机"),
    Row("api:screening-files", "POST", scope("client:screening", 415), data={}),
    Row("api:screening-file", "GET", scope("client:screening", 404), {"public_id": "none"}),
    Row("api:screening-result", "GET", scope("client:screening", 404), {"public_id": "none"}),
    Row("api:screening-lift-tasks", "GET", scope("client:screening", 200)),
    Row(
        "api:screening-feedback",
        "POST",
        scope("client:screening", 404),
        {"public_id": "none"},
        data={"results": {}},
    ),
    Row("api:repair-applications", "POST", scope("client:repair", 415), data={}),
    Row("api:repair-application", "GET", scope("client:repair", 404), {"number": REPAIR_CASE}),
    Row("api:province-changes", "GET", scope("client:province", 200)),
    Row("api:province-incoming", "POST", scope("client:downward", 400), data={}),
    Row("api:province-snapshot", "GET", scope("client:province", 200)),
    Row("api:province-reconciliation", "GET", scope("client:province", 200), query="?date=2026-11-20"),
]
TABLE = [*PORTAL, *SIGN_IN, *WORKBENCH, *API]
