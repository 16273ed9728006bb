"""Runs the permission table, with and without each right, and fails for an address that stands in no row.

It is run once: what the statements of an address cost when the town is large is asked on the same walk.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agencies.choices import Role, Scope
from bench import samples
from blacklist.models import CaseFile
from catalog.models import ProviderRoute
from catalog.services import open_draft
from common.clock import today
from ledger.services import seal_all
from portal.statistics.services import take
from records import services
from records.choices import Channel
from records.drafts.services import save_draft
from records.erasure.services import ask
from records.identity.services import propose_merge
from records.sharing.services import request_export
from repair.required import RequiredMaterial
from tests import people
from tests.agreement.test_agreement import compare, line
from tests.blacklist.samples import listed, open_case, pdf_file, served
from tests.catalog.conftest import head
from tests.evidence.samples import mark
from tests.factories import make_entry, make_penalty
from tests.identity.samples import by_code, new_row, old_row
from tests.imports.samples import deliver
from tests.imports.samples import rows as list_rows
from tests.news.samples import published_article
from tests.permissions.table import API, TABLE
from tests.permissions.visitors import (
    ARTICLE,
    BATCH,
    CASE,
    CASE_ENTRY,
    CASE_FILE,
    CASE_STEP,
    CLIENT,
    CLUE,
    COMMITMENT,
    COMPARISON,
    CONSENT,
    DELIVERY,
    DIFFERENCE,
    DRAFT,
    ERASURE,
    EXPORT,
    FORM_DRAFT,
    GAP,
    IDENTITY,
    LIST_ENTRY,
    MATERIAL,
    OFFICER,
    POSITION,
    PROCEEDING,
    PURPOSE,
    RECORD,
    REPAIR_CASE,
    REQUIRED_MATERIAL,
    ROUTE,
    SUBJECT,
    Row,
)
from tests.persons.samples import ADULT, consent
from tests.plan.rows import item_today, valid_row
from tests.plans.conftest import town  # noqa: F401 - a fixture
from tests.plans.explaining import watched
from tests.plans.ways import ACCEPTED, MORE, explained
from tests.repair.samples import file as filed_case
from tests.repair.samples import ripe_penalty
from tests.sharing.samples import approved
from tests.supervision.samples import make_clue, make_gap

TODAY = date(2026, 11, 20)
# So many visitors from one address would have to wait their turn.
ADDRESSES = (f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}" for number in count(1))


def named_routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from named_routes(entry.url_patterns, inner)
        else:
            assert entry.name, f"an address without a name cannot stand in the table: {entry.pattern}"
            yield f"{prefix}{entry.name}"


def test_every_address_stands_in_the_table() -> None:
    routes = set(named_routes(get_resolver().url_patterns))
    assert routes == {row.route for row in TABLE}


@pytest.fixture
def objects(db: None, settings: LazySettings, tmp_path: Path) -> dict[str, str]:
    """A batch, a published record and its subject, of the agency the officers belong to; all sealed."""
    settings.PRIVATE_ROOT = tmp_path
    unit = people.agency()
    rows = list(samples.penalties(3, samples.Unit(unit.name, unit.uscc), today=TODAY))
    rows[0]["CF_JDRQ"] = "昨天"
    content = samples.as_csv(rows, samples.COLUMNS)
    submitter = people.officer(Role.SUBMITTER)
    upload = SimpleUploadedFile("处罚.csv", content)
    batch = services.open_batch(
        agency=unit,
        officer=submitter,
        item_code="xzcf",
        upload=upload,
        channel=Channel.FILE,
        declared_procedure="ordinary",
    )
    services.process_batch(batch.pk)
    record = make_penalty()
    clue, gap = make_clue(record), make_gap(unit)
    registrar = people.officer(Role.REVIEWER, username="registrar")
    purpose = approved(
        by=registrar,
        boss=people.officer(Role.AUTHORITY, username="approver"),
    )
    export = request_export(officer=submitter, purpose_id=purpose.pk, reason="核对许可条件")
    case = served(open_case(), files=[(pdf_file(), "送达回证")])
    asked = filed_case(ripe_penalty()).case
    comparison = compare([line(record, amount="0.3")], by=people.officer(Role.REVIEWER, username="comparer"))
    take(day=today())
    seal_all(using="default")
    return {
        ARTICLE: str(published_article().pk),
        REPAIR_CASE: asked.number,
        REQUIRED_MATERIAL: str(RequiredMaterial.objects.earliest("id").pk),
        MATERIAL: str(asked.materials.filter(file__isnull=False)[0].pk),
        PURPOSE: purpose.code,
        EXPORT: export.public_id,
        CONSENT: consent().public_id,
        ERASURE: ask(
            officer=people.officer(Role.AUTHORITY, username="window"),
            person=ADULT,
            ground="purpose",
            words="",
            identity_checked=True,
        ).erasure.number,
        COMPARISON: comparison.public_id,
        DIFFERENCE: str(comparison.differences.all()[0].pk),
        BATCH: batch.public_id,
        RECORD: str(record.pk),
        SUBJECT: record.subject.public_id,
        POSITION: "1",
        DRAFT: str(open_draft(officer=submitter, level="national", head=head()).pk),
        ROUTE: str(ProviderRoute.objects.filter(item_code="xzcf").values_list("pk", flat=True)[0]),
        CLUE: str(clue.pk),
        DELIVERY: deliver(list_rows(10)).public_id,
        LIST_ENTRY: make_entry().public_id,
        CASE: case.public_id,
        CASE_STEP: str(case.steps.get(kind="notice").pk),
        CASE_FILE: str(CaseFile.objects.get().pk),
        CASE_ENTRY: listed().public_id,
        PROCEEDING: str(mark(record).pk),
        GAP: str(gap.pk),
        FORM_DRAFT: save_draft(
            officer=submitter, agency=unit, item_code="xzcf", typed={"CF_XDR_MC": "某公司"}
        ).public_id,
        COMMITMENT: str(
            services.accept_record(
                agency=unit,
                item_code="xycn",
                fields=valid_row(item_today("xycn"), unit, 71_000),
                channel=Channel.FORM,
            ).pk
        ),
        IDENTITY: propose_merge(
            officer=registrar, kept_id=new_row().pk, other_id=old_row().pk, evidence=by_code()
        ).public_id,
        OFFICER: str(submitter.pk),
        CLIENT: str(people.client(Scope.RECORDS_SUBMIT, name="权限表").pk),
        "submitter": submitter.username,
    }


def visitors(objects: dict[str, str]) -> dict[str, tuple[Client, dict[str, str]]]:
    """A signed-in browser or a bearer header for everybody in the table."""
    found: dict[str, tuple[Client, dict[str, str]]] = {"public": (Client(), {})}
    for role in Role:
        who = (
            people.Officer.objects.filter(username=objects["submitter"]).get()
            if role == Role.SUBMITTER
            else people.officer(role)
        )
        found[role.value] = (Client(), {})
        found[role.value][0].force_login(who)
    found["stranger"] = (Client(), {})
    found["stranger"][0].force_login(people.stranger())
    found["client:records"] = (Client(), people.bearer(people.client(Scope.RECORDS_SUBMIT)))
    found["client:screening"] = (
        Client(),
        people.bearer(people.client(Scope.SCREENING_QUERY, code="hg-zhengwu")),
    )
    found["client:downward"] = (
        Client(),
        people.bearer(people.client(Scope.PROVINCE_SEND, code="hlj-shuju")),
    )
    found["client:lists"] = (Client(), people.bearer(people.client(Scope.LISTS_DECIDE)))
    found["client:repair"] = (Client(), people.bearer(people.client(Scope.REPAIR_SUBMIT, code="hlj-shuju")))
    found["client:province"] = (Client(), people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju")))
    return found


def status(row: Row, browser: Client, headers: dict[str, str], objects: dict[str, str]) -> int:
    kwargs = {name: objects.get(value, value) for name, value in row.kwargs.items()}
    query = row.query
    for marker, value in objects.items():
        query = query.replace(marker, value)
    url = reverse(row.route, kwargs=kwargs) + query
    sent = {} if row.data is None else {"data": row.json(), "content_type": "application/json"}
    answer = browser.generic(row.method, url, headers=headers, REMOTE_ADDR=next(ADDRESSES), **sent)  # type: ignore[arg-type]
    return answer.status_code


@pytest.mark.long
def test_everybody_gets_what_the_table_says_and_no_address_reads_a_table_whole(
    town: None,  # noqa: F811
    objects: dict[str, str],
) -> None:
    """Nor counts without end or passes over rows with OFFSET (P20): what runs for those who may is explained on the way, with
    nothing kept from before. An address added to the table is held to this at once.
    """
    everybody = visitors(objects)
    wrong, found, known = list[str](), set[tuple[str, str, str]](), set[bytes]()
    for row in [*TABLE, *MORE]:
        for visitor, expected in row.expected.items():
            looking = explained(row, visitor)
            if looking:
                cache.clear()
            with watched(known) if looking else nullcontext([]) as faults:
                got = status(row, *everybody[visitor], objects)
            if got != expected:
                wrong.append(f"{row.name} as {visitor}: {got}, expected {expected}")
            found |= {(row.route, fault, sql) for fault, sql in faults}
    unknown = sorted(one for one in found if one[:2] not in ACCEPTED)
    whole = "\n".join(f"{route}: {fault}\n    {sql[:600]}" for route, fault, sql in unknown)
    assert not wrong and not unknown, "\n".join([*wrong, whole])


def test_every_interface_row_names_every_caller() -> None:
    for row in API:
        assert {"public", "client:records", "client:screening", "client:province"} <= set(row.expected), (
            row.name
        )
