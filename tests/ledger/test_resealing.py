"""Another data key: everything sealed is sealed anew, nothing else changes, and a run that is killed is gone on with."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson
import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from agencies.choices import Role
from blacklist.imports.rejections import cells
from common.clock import today
from common.files.keeping import read
from common.files.store import Area
from common.privacy import DecryptionError, decrypt, encrypt
from common.resealing import sealed_columns, sealed_files
from ledger import resealing
from ledger import selectors as ledger
from ledger.services import acting, seal_all
from ledger.tables import TABLES
from ledger.verify import verify
from province.lines import read as read_lines
from province.lines import write, written
from province.models import ObjectDigest
from province.sources import SOURCES
from records import services as records
from records.choices import Channel
from records.contents import secret_of_record, secret_of_subject
from records.drafts.models import RecordDraft
from records.drafts.services import opened, save_draft
from records.evidence.models import RecordVersion
from records.evidence.selectors import versions_of
from records.intake.rejections import lines_of
from records.models import CreditRecord, IntakeBatch, Subject
from records.persons.models import Consent
from records.persons.services import opened as consented
from repair.choices import Kind
from repair.contents import statement_of
from tests import people
from tests.factories import make_person
from tests.imports import samples as imports
from tests.persons.samples import ADULT, consent, fields, honour, submitter
from tests.repair import samples as repair

OLD, NEW = "d1", "d2"
# Digests, keys of look-ups and hashes: made with no data key.
BARE = {
    "agencies_idempotentrequest.body_digest", "blacklist_deliveredrow.digest", "blacklist_deliveredrow.fingerprint",
    "blacklist_importedrow.digest", "blacklist_importedrow.fingerprint", "blacklist_casestep.party_code",
    "blacklist_refusedrow.fingerprint", "ledger_block.hash", "ledger_block.prev_hash", "ledger_block.root", "ledger_event.digest",
    "ledger_pending.digest", "portal_issuedreport.digest", "province_incoming.digest", "records_consentrequest.code_digest",
    "records_creditrecord.fingerprint", "records_erasure.code_digest", "records_lookup.asked", "repair_case.code_digest",
}  # fmt: skip


def test_every_column_and_folder_that_can_hold_sealed_values_is_known() -> None:
    binary = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    known = {f"{one.table}.{one.column}" for one in sealed_columns()}
    elsewhere = {
        "mfa_authenticator.data",
        "records_recordversion.body",
        "blacklist_deliveredrow.subject_line",
    }
    assert binary - known == BARE and known - binary == elsewhere
    rooms = [module for name, module in list(sys.modules.items()) if not name.startswith("tests")]
    # not isinstance: it would wake what some modules hold to be made on first use
    areas = {id(one): one for module in rooms for one in vars(module).values() if type(one) is Area}
    assert areas.keys() == {id(one.area) for one in sealed_files()}
    for one in sealed_columns():  # the statements are sound even where there is nothing
        assert one.read() and one.write()


@pytest.fixture
def keys(settings: LazySettings, tmp_path: Path) -> Iterator[LazySettings]:
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.DATA_KEYS = {OLD: "the first key of these tests", NEW: "the second key of these tests"}
    settings.DATA_KEY_CURRENT = OLD
    yield settings


def person_handed_in() -> CreditRecord:
    """Her honour with a version of it, a consent, a draft and a row that was sent back."""
    consent()
    record = honour()
    records.mark_dispute(officer=None, record_id=record.pk, since=record.decision_date, basis="异议")
    save_draft(officer=submitter(), agency=people.agency(), item_code="cxry", typed={"RY_MC": "未写完"})
    bad = fields(number="鹤市监表彰〔2026〕2号") | {"RY_JDRQ": "昨天"}
    file = SimpleUploadedFile("荣誉.csv", "\n".join([",".join(bad), ",".join(bad.values())]).encode())
    for _ in range(2):  # one is judged, the other waits with its file
        records.open_batch(
            agency=people.agency(), officer=submitter(), item_code="cxry", upload=file, channel=Channel.FILE
        )
    records.process_batch(IntakeBatch.objects.earliest("pk").pk)
    return record


def triggers() -> set[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where not tgisinternal"
        )
        return set(cursor.fetchall())


def rotate(*arguments: str, fails: bool = False) -> str:
    said = StringIO()
    try:
        call_command("rotate_data_keys", *arguments, stdout=said)
    except SystemExit:
        assert fails, said.getvalue()
    return said.getvalue()


@pytest.mark.django_db
def test_everything_opens_with_the_new_key_alone_and_nothing_else_has_changed(keys: LazySettings) -> None:
    record = person_handed_in()
    her = make_person("林有田")
    entry = repair.listed(her)
    case = repair.decided(repair.accepted(entry, Kind.REPAIR))
    delivery = imports.deliver([imports.person(1), imports.person(2, 决定日期="不是日期"), *imports.rows(2)])
    code = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    officer = people.officer(Role.AUTHORITY, username="with-a-code")
    Authenticator.objects.update_or_create(user=officer, type="totp", defaults={"data": {"secret": code}})
    seal_all(using="default")
    while write():
        pass
    assert ObjectDigest.objects.exists(), (record.shared_until, ledger.last_position())
    position, standing, snapshot = ledger.last_position(), triggers(), shared()
    rows = {one.table: _rows(one.table) for one in sealed_columns() if not one.inside and one.form == "bytes"}
    before = {one.name: count for one in sealed_columns() if (count := resealing.keys_of_column(one))}
    assert set().union(*before.values()) == {OLD}, "the test has sealed everything with the old key"
    assert len(before) >= 11, before.keys()

    keys.DATA_KEY_CURRENT = NEW
    with connection.cursor() as cursor:  # as in production: no superuser
        cursor.execute("set local role credit_owner")
        told = rotate()
        cursor.execute("reset role")
    assert f"密钥 {OLD} 已没有内容使用" in told and "打不开" not in told and "仍用" not in told
    keys.DATA_KEYS = {NEW: keys.DATA_KEYS[NEW]}

    after = {one.name: count for one in sealed_columns() if (count := resealing.keys_of_column(one))}
    assert after == {name: {NEW: sum(count.values())} for name, count in before.items()}
    assert {one.table: _rows(one.table) for one in sealed_columns() if one.table in rows} == rows
    assert triggers() == standing
    record = CreditRecord.objects.get(pk=record.pk)
    assert secret_of_record(record)["RY_XDR_ZJHM"] == ADULT.document
    assert [secret_of_record(one.record) for one in versions_of(record)] == [secret_of_record(record)] * 2
    assert RecordVersion.objects.filter(record=record).count() == 1 and record.version == 2
    assert secret_of_subject(Subject.objects.get(pk=record.subject_id))["name"] == ADULT.name
    assert consented(Consent.objects.get())["document"] == ADULT.document
    assert opened(RecordDraft.objects.get()) == {"RY_MC": "未写完"}
    judged, waiting = IntakeBatch.objects.order_by("pk")
    assert next(lines_of(judged)).cells
    assert records.process_batch(waiting.pk)
    case.refresh_from_db()
    assert statement_of(case).text
    assert all(read(one.file) and one.file.name for one in case.materials.select_related("file") if one.file)
    assert all("不是日期" in " ".join(cells(one)) for one in delivery.refused_rows.all())
    assert get_adapter().decrypt(Authenticator.objects.get(user=officer).data["secret"])

    seal_all(using="default")
    assert verify() == []
    history = ledger.history(TABLES["records_creditrecord"], record.pk)
    assert history[0].action == ledger.RESEALING and history[0].basis == resealing.BASIS
    again = [one for one in ledger.events_after(position, SOURCES, 100) if one.object_id == record.pk]
    assert again == [], "the province hears of no change"
    assert record.pk in {one["object_id"] for one in snapshot} and shared() == snapshot
    assert "仍用" not in rotate(), "a second run finds nothing"


def shared() -> list[dict[str, Any]]:
    """What the province's snapshot says."""
    found = read_lines(0, 1000, written(), today(), last=ledger.last_position())
    return [{**orjson.loads(line), "position": 0, "event_id": 0} for line in found.text.splitlines()]


def _rows(table: str) -> list[str]:
    """A table without what is sealed."""
    sealed = [one.column for one in sealed_columns() if one.table == table]
    with connection.cursor() as cursor:
        cursor.execute(f"select (to_jsonb(t) - %s::text[])::text from {table} t order by 1", [sealed])
        return [text for (text,) in cursor.fetchall()]


@pytest.mark.django_db
def test_a_row_of_a_delivery_that_waits_carries_its_new_subject_along(keys: LazySettings) -> None:
    from records.intake.good_rows import SubjectSeed
    from records.intake.subject_lines import subject_line

    seed = SubjectSeed(
        kind="person", name="宋小满", uscc="", codes={}, document_kind="身份证", document=ADULT.document
    )
    row = next(one for one in sealed_columns() if one.form == "line")
    line = subject_line("person:x", seed)
    with connection.cursor() as cursor:
        cursor.execute(f"select {row.read('t')} from (select %s as subject_line) t", [line])
        value = bytes(cursor.fetchone()[0])
        cursor.execute(
            f"select {row.write('t')} from (select %s as subject_line) t, (select %s::bytea as old, %s::bytea as new) n",
            [line, value, b"\x01x" + value],
        )
        assert cursor.fetchone()[0] == line.replace(value.hex(), (b"\x01x" + value).hex())
    assert ADULT.document in decrypt(value, context="subject:person:x")


@pytest.mark.django_db
def test_what_cannot_be_opened_is_left_and_told(keys: LazySettings) -> None:
    record = person_handed_in()
    Subject.objects.filter(pk=record.subject_id).update(secret=encrypt("x", context="of somebody else"))
    keys.DATA_KEY_CURRENT = NEW
    told = rotate(fails=True)
    assert "打不开 1" in told and f"仍用 {OLD}：records_subject.secret 1" in told
    assert f"密钥 {OLD} 已没有" not in told
    assert told.splitlines()[-2:] == rotate("--report", fails=True).splitlines()[-2:]
    with pytest.raises(DecryptionError):
        secret_of_subject(Subject.objects.get(pk=record.subject_id))


@pytest.mark.django_db
def test_a_run_stopped_at_the_keyboard_says_so_and_is_gone_on_with(
    keys: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_handed_in()
    keys.DATA_KEY_CURRENT = NEW
    with monkeypatch.context() as patched:
        patched.setattr(resealing, "reseal_files", stopped)
        assert "再次运行即从断点继续" in rotate(fails=True)
    assert "仍用" not in rotate()


def stopped(_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_the_application_may_not() -> None:
    with acting(actor=None, action=resealing.RESEALING), connection.cursor() as cursor:
        cursor.execute("set local role credit_app")
        assert "records_consent" in resealing.not_owned()
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("alter table records_consent disable trigger records_consent_fixed")


KILLED = """
import os, signal
import django; django.setup()
from django.core.management import call_command
from ledger import resealing
inner, batches = resealing._alone, []
from contextlib import contextmanager
@contextmanager
def alone(cursor, table):
    with inner(cursor, table):
        yield
        batches.append(table)
        if batches.count("records_creditrecord") == 2:
            os.kill(os.getpid(), signal.SIGKILL)
resealing._alone = alone
call_command("rotate_data_keys", "--batch", "3")
"""


def test_a_run_killed_beside_writers_is_gone_on_with(committed_db: str, keys: LazySettings) -> None:
    consent()
    for number in range(8):
        honour(number=f"鹤市监表彰〔2026〕{number}号")
    standing = triggers()
    keys.DATA_KEY_CURRENT = NEW
    environment = {
        "DATABASE_URL": committed_db, "CREDIT_DATA_KEYS": ",".join(f"{key}={value}" for key, value in keys.DATA_KEYS.items()),
        "CREDIT_DATA_KEY_CURRENT": NEW, "DJANGO_SETTINGS_MODULE": "hegang_credit.settings", "CREDIT_PRIVATE_ROOT": str(keys.PRIVATE_ROOT),
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", KILLED], env={**os.environ, **environment}, capture_output=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]
    column = next(one for one in sealed_columns() if one.name == "records_creditrecord.secret")
    assert resealing.keys_of_column(column) == {OLD: 5, NEW: 3}, "whole batches"
    assert triggers() == standing and not RecordVersion.objects.exists()

    with writing() as written:
        assert "仍用" not in rotate("--batch", "2")
    assert written, "somebody wrote meanwhile"
    assert resealing.keys_of_column(column) == {NEW: 8}
    assert triggers() == standing
    seal_all(using="default")
    assert verify() == []
    changed = CreditRecord.objects.exclude(version=1)
    assert sum(changed.values_list("version", flat=True)) - changed.count() == len(written)


@contextmanager
def writing() -> Iterator[list[int]]:
    """Somebody who marks and unmarks records meanwhile; yields what was changed."""
    done, failed, over = list[int](), list[DatabaseError](), Event()
    ids = list(CreditRecord.objects.values_list("pk", flat=True))

    def work() -> None:
        with closing(connection):
            turn = 0
            while not over.is_set() or not done:
                day = None if turn // len(ids) % 2 else CreditRecord.objects.get(pk=ids[0]).decision_date
                try:
                    records.mark_dispute(
                        officer=None, record_id=ids[turn % len(ids)], basis="异议", since=day
                    )
                except DatabaseError as error:
                    failed.append(error)
                    return
                done.append(ids[turn % len(ids)])
                turn += 1

    thread = Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()
    assert not failed, "a writer waits and goes on"


def test_a_file_is_sealed_anew_in_its_place(keys: LazySettings) -> None:
    area = Area("files", "of a test")
    area.keep_blocks([b"x" * 3_000_000, b"y"], "one")
    reader = area.stream("one")
    keys.DATA_KEY_CURRENT = NEW
    (area.root / "two.new").write_bytes(b"left behind")
    area.clear_unfinished()
    area.reseal("one")
    assert area.key_of("one") == NEW and [one.name for one in area.root.iterdir()] == ["one"]
    with closing(reader), closing(area.stream("one")) as again:
        assert reader.read() == again.read() == b"x" * 3_000_000 + b"y"
    (area.root / "other").write_bytes(b"plain")
    assert area.key_of("other") == ""
