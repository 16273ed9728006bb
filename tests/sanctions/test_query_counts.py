"""Statements per page and call of this room, committed: the same number however many rows there are, and no silent growth.

To accept a wanted change, write the new number into query_counts.json.
"""

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.choices import Role
from blacklist.services import end_entry
from common.clock import today
from sanctions.models import AppliedMeasure, Screening
from tests import people
from tests.factories import make_subject
from tests.sanctions.samples import ADDRESS, Window, make_entry

COUNTS: dict[str, int] = json.loads(Path(__file__).with_name("query_counts.json").read_text(encoding="utf-8"))
BASE = "/workbench/measures/"
APPLIED = {"measure": "nmg-48-cg", "applied": True, "document": "鹤采退〔2026〕3号"}


def counted(window: Window, page: Client) -> dict[str, int]:
    receipt = Screening.objects.latest("id").public_id
    applied = AppliedMeasure.objects.latest("id").public_id
    addresses = {
        f"{BASE}": page, f"{BASE}?state=in_force": page, f"{BASE}?state=to_lift": page, f"{BASE}lifts/": page,
        f"{BASE}figures/": page, f"{BASE}screening/receipts/": page, f"{BASE}screening/receipts/{receipt}/": page,
        f"{BASE}applied/{applied}/": page, f"{BASE}list/": page, f"{ADDRESS}lift-tasks/": window.browser,
        f"{ADDRESS}candidates/?name=农机": window.browser, "/api/v1/matters/": window.browser,
        f"{ADDRESS}subscriptions/": window.browser, f"{BASE}screening/subscriptions/": page,
    }  # fmt: skip
    found = {}
    for address, browser in addresses.items():
        cache.clear()
        headers = window.headers if address.startswith("/api/") else {}
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address, headers=headers).status_code == 200, address
        found[address.replace(receipt, "…").replace(applied, "…")] = len(queries.captured_queries)
    return found | asked(window)


def asked(window: Window) -> dict[str, int]:
    """Statements of the questions themselves, of one subject and of thirty; a batch takes what a single one takes."""
    companies = [make_entry().subject for _ in range(3)] + [make_subject() for _ in range(27)]
    found = {}
    for name, size in (("one subject", 1), ("thirty subjects", 30)):
        subjects = {str(place): {"uscc": one.uscc} for place, one in enumerate(companies[:size])}
        with CaptureQueriesContext(connection) as queries:
            assert window.ask(subjects).status_code == 200
        statements = [one["sql"] for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]
        found[f"{ADDRESS} of {name}"] = len(statements)
    return found


@pytest.mark.django_db
def test_statements_do_not_grow_with_rows() -> None:
    window, page = Window(), Client()
    clerk = people.officer(Role.AUTHORITY, code="hg-zhengwu", username="clerk")
    page.force_login(clerk)
    seen = []
    for size in (1, 4):
        entries = [make_entry() for _ in range(size)]
        subjects = {str(place): {"uscc": one.subject.uscc} for place, one in enumerate(entries)}
        asked = window.ask(subjects).json()
        assert window.report(asked["id"], {key: [APPLIED] for key in subjects}).status_code == 200
        for one in entries:
            end_entry(officer=None, entry_id=one.pk, on=today(), reason="repaired", basis="决定")
        counted(window, page)  # what a process keeps is not part of a page
        seen.append(counted(window, page))
    assert seen[0] == seen[1]
    assert seen[1] == COUNTS, json.dumps(seen[1], ensure_ascii=False, indent=2)
    assert max(value for name, value in COUNTS.items() if " of " in name) <= 4
