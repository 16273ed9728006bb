"""The gates again in the database: raw SQL and COPY meet the same refusals as a file."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction

from agencies.models import Agency
from bench import samples
from catalog.models import CatalogItem, ProviderRoute
from common.clock import today
from records import services
from records.models import CreditRecord, Subject
from tests.factories import make_penalty
from tests.intake.conftest import HandIn
from tests.ledger.samples import raw_connection

INSERT = """
insert into records_creditrecord (subject_id, item_id, item_code, provider_id, channel, fingerprint, document_kind,
    document_number, decision_date, effective_date, authority_name, authority_uscc, procedure, minor, end_reason, ended_noted, data,
    regime_id, tier_id, minimum_until, shared_until, published_until, used_until)
select {subject}, {item}, {code}, {provider}, channel, decode(md5(random()::text), 'hex'), {kind}, document_number,
    {day}, effective_date, {authority}, {uscc}, procedure, minor, end_reason, ended_noted, data, regime_id, tier_id,
    minimum_until, {shared}, {published}, used_until from records_creditrecord where id = {id}
"""
COLUMNS = {
    "subject": "subject_id", "item": "item_id", "code": "item_code", "provider": "provider_id", "kind": "document_kind",
    "day": "decision_date", "shared": "shared_until", "published": "published_until", "authority": "authority_name",
    "uscc": "authority_uscc",
}  # fmt: skip


@pytest.fixture
def record(hand_in: HandIn, unit: samples.Unit) -> CreditRecord:
    row = next(samples.penalties(1, unit, today=today(), seed=5))
    samples.as_organisation(row)
    row |= {"CF_CFLB": "罚款", "CF_NR_FK": "0.2", "CF_JDRQ": "2026-05-11", "CF_YXQ": ""}
    hand_in(samples.as_csv([row], samples.COLUMNS))
    return CreditRecord.objects.get()


def insert(record: CreditRecord, **changes: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT.format(**{**COLUMNS, **changes}, id=record.pk))


@pytest.fixture
def person(record: CreditRecord) -> Iterator[Subject]:
    return Subject.objects.create(key="person:0", kind="person", shown_name="宋*", secret=b"x")  # type: ignore[return-value]


def test_a_like_row_passes_so_that_the_refusals_mean_something(record: CreditRecord) -> None:
    insert(record)
    assert CreditRecord.objects.count() == 2


@pytest.mark.parametrize(
    ("gate", "changes"),
    [
        ("G1 item_not_in_force", {"day": "'2023-05-11'"}),
        ("G1 item_not_in_force", {"code": "'xzxk'"}),
        ("G3 document_kind_not_allowed", {"kind": "'会议纪要'"}),
        ("G3 document_kind_not_allowed", {"kind": "'内参'"}),
        (
            "G4 provider_not_authorised",
            {"provider": "(select id from agencies_agency where code = 'hg-gongre')"},
        ),
        ("G4 provider_not_authorised", {"authority": "'鹤岗市公安局'"}),
        (
            "G4 provider_not_authorised",
            {"uscc": "(select uscc from agencies_agency where code = 'hg-gongan')"},
        ),
        ("G7 publication_too_long", {"published": "published_until + 1", "shared": "shared_until + 1"}),
        ("record_published_is_shared", {"shared": "published_until - 1"}),
        ("record_has_document", {"kind": "''"}),
    ],
)
def test_raw_sql_meets_the_gates(record: CreditRecord, gate: str, changes: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=gate):
        insert(record, **changes)
    assert CreditRecord.objects.count() == 1


def test_a_person_is_never_published_without_a_basis(record: CreditRecord, person: Subject) -> None:
    with pytest.raises(IntegrityError, match="G7 publication_not_allowed"):
        insert(record, subject=str(person.pk))
    insert(record, subject=str(person.pk), published="null")


def test_what_the_item_does_not_publish_is_not_published(record: CreditRecord) -> None:
    CatalogItem.objects.filter(pk=record.item_id).update(publicity="authorised")
    with pytest.raises(IntegrityError, match="G7 publication_not_allowed"):
        insert(record)
    insert(record, published="null")


@pytest.mark.parametrize(
    ("gate", "change"),
    [
        ("G1", "decision_date = '2023-05-11'"),
        ("G3", "document_kind = '会议纪要'"),
        ("G4", "provider_id = (select id from agencies_agency where code = 'hg-gongre')"),
        ("G4", "authority_name = '鹤岗市公安局'"),
        ("G4", "authority_uscc = (select uscc from agencies_agency where code = 'hg-gongan')"),
        ("G7", "published_until = published_until + 30, shared_until = shared_until + 30"),
        ("G7", "tier_id = null"),
        ("record_never_summary_procedure", "procedure = 'summary'"),
        ("record_never_minor_corrected", "minor = 'first_minor'"),
    ],
)
def test_updates_meet_the_gates(record: CreditRecord, gate: str, change: str) -> None:
    with pytest.raises(IntegrityError, match=gate), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update records_creditrecord set {change} where id = %s", [record.pk])


def test_a_record_can_be_ended_after_the_catalog_moved_on(record: CreditRecord) -> None:
    ProviderRoute.objects.filter(item_code="xzcf", agency_id=record.provider_id).update(
        effective_until="2022-01-01"
    )
    CatalogItem.objects.filter(pk=record.item_id).update(publicity="authorised")
    ended = services.end_record(
        officer=None, record_id=record.pk, on=today(), reason="revoked", basis="行政处罚法第四十八条"
    )
    assert (ended.ended_on, ended.end_reason) == (today(), "revoked")


def test_a_record_keeps_the_name_its_unit_had(record: CreditRecord) -> None:
    """Only what changes the name or the code is asked about it."""
    Agency.objects.filter(pk=record.provider_id).update(name="鹤岗市市场监督管理委员会")
    services.end_record(officer=None, record_id=record.pk, on=today(), reason="revoked", basis="判决")
    record.refresh_from_db()
    record.save()
    assert record.authority_name == "鹤岗市市场监督管理局"
    CreditRecord.objects.filter(pk=record.pk).update(authority_name="鹤岗市市场监督管理委员会")


def test_subjects_records_and_batches_stand_in_the_ledger(record: CreditRecord) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.tbl, c.action, c.actor, c.basis from ledger_pending p join ledger_context c on c.id = p.context_id"
            " where p.tbl in (20, 21, 22) order by p.id"
        )
        events = cursor.fetchall()
    assert record.batch is not None
    actor = record.batch.officer_id
    assert {(tbl, action) for tbl, action, _, _ in events} == {
        (22, "records.open_batch"),
        (22, "records.process_batch"),
        (22, "records.finish_batch"),
        (20, "records.intake"),
        (21, "records.intake"),
    }
    assert {who for _, _, who, _ in events} == {actor}
    assert all("行政处罚法" in basis for _, _, _, basis in events)


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("item_id", {"item": "999999"}),
        ("provider_id", {"provider": "999999"}),
        ("subject_id", {"subject": "999999"}),
    ],
)
def test_references_hold(record: CreditRecord, column: str, changes: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=f"{column}=999999"):
        insert(record, **changes)


@pytest.mark.parametrize("column", ["batch_id", "regime_id", "tier_id", "subject_id"])
def test_references_hold_on_update(record: CreditRecord, column: str) -> None:
    with pytest.raises(IntegrityError, match=f"{column}=999999"), connection.cursor() as cursor:
        cursor.execute(f"update records_creditrecord set {column} = 999999 where id = %s", [record.pk])


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("catalog_catalogitem", "item_id"),
        ("agencies_agency", "provider_id"),
        ("records_intakebatch", "batch_id"),
        ("records_subject", "subject_id"),
        ("catalog_publicationregime", "regime_id"),
        ("catalog_publicationtier", "tier_id"),
    ],
)
def test_what_records_refer_to_is_not_deleted(record: CreditRecord, table: str, column: str) -> None:
    with (
        pytest.raises(
            IntegrityError, match=r"violates foreign key|records refer to|a regime in force keeps its periods"
        ),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"delete from {table} where id = (select {column} from records_creditrecord)")


@pytest.mark.parametrize("first", ["record", "deletion"])
def test_a_subject_is_not_deleted_under_a_record_that_comes_to_name_it(
    committed_db: str, settings: LazySettings, tmp_path: Path, first: str
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    record = make_penalty()
    named = Subject.objects.create(
        key="reg:0", kind="organisation", name="鹤岗市某厂", shown_name="鹤岗市某厂"
    )
    steps = {
        "record": INSERT.format(**{**COLUMNS, "subject": str(named.pk)}, id=record.pk),
        "deletion": f"delete from records_subject where id = {named.pk}",
    }
    with closing(raw_connection(committed_db)) as one, closing(raw_connection(committed_db)) as other:
        one.cursor().execute(steps.pop(first))
        [then] = steps.values()
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(other.cursor().execute, then)
            while not _somebody_waits():
                assert not second.done()
            one.commit()
            with pytest.raises(
                psycopg2.IntegrityError, match=r"records refer to|refers to nothing: subject_id"
            ):
                second.result(timeout=20)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
        return bool(cursor.fetchone()[0])
