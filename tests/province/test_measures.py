"""Applied measures on the wire: told like everything else, and over for the province the moment their ground is."""

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from agencies.choices import Role
from blacklist.models import ListEntry
from blacklist.services import end_entry, resume_entry, suspend_entry
from common.clock import today
from ledger.models import Pending
from ledger.selectors import events_after, last_position
from ledger.tables import TABLES
from province import lines
from province.comparison import compare
from province.models import Delivery, FeedLine, PushTarget
from province.naming import wire_id
from records.identity.services import rename_subject
from records.models import CreditRecord
from records.services import end_record, suspend_record
from sanctions import selectors
from sanctions.models import AppliedMeasure
from sanctions.services import apply_measure, lift_measure, touch_ended
from sanctions.tasks import touch_ended_measures
from tests import people
from tests.factories import make_penalty, make_subject
from tests.province.conftest import Get, Sandbox
from tests.province.samples import add_records, applied, seal, who
from tests.province.test_push import assert_same, send
from tests.province.test_snapshot import SNAPSHOT, feed_from
from tests.repair import samples as repairs
from tests.sanctions.samples import make_entry
from tests.sanctions.test_heads import NUMBER, revoked, text

MEASURES = TABLES["sanctions_appliedmeasure"]


def rigged() -> CreditRecord:
    return make_penalty(make_subject(), data={"CF_WFXW": "串通投标"})


def wire(row: AppliedMeasure) -> int:
    return wire_id(MEASURES, row.pk)


def held(sandbox: Sandbox, row: AppliedMeasure) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.state(full=True)["objects"][str(wire(row))]
    return found


def test_a_measure_goes_out_and_says_no_more_than_it_must(
    target: PushTarget, sandbox: Sandbox, get: Get
) -> None:
    start, entry = target.position, repairs.listed()
    row, other = applied(entry), applied(make_entry())
    seal()
    send(target)
    told = held(sandbox, row)
    assert (told["kind"], told["action"]) == ("measure", "upsert")
    payload = told["payload"]
    assert payload["measure"] == "nmg-48-cg" and payload["ordered"] is True
    assert payload["ground"] == wire_id(TABLES["blacklist_listentry"], entry.pk)
    assert payload["subject_code"] == entry.subject.uscc and payload["starts_on"] == today().isoformat()
    assert row.ends_on is not None and payload["ends"] == row.ends_on.isoformat()
    assert payload["provider"]["uscc"] == row.agency.uscc and payload["published_until"] is None
    assert "内部理由" not in json.dumps(told, ensure_ascii=False)
    elsewhere = held(sandbox, other)["payload"]  # the province does not know that entry by a number of ours
    assert elsewhere["ground"] is None and elsewhere["ground_number"] == other.entry.decision_number  # type: ignore[union-attr]
    items = {one["object_id"]: one["payload"] for one in get(SNAPSHOT).json()["items"]}
    assert items[wire(row)] == payload
    only = get(item="measure", cursor=target.position).json()["items"]
    assert [one["object_id"] for one in only] == [wire(row), wire(other)]
    assert_same(sandbox, start)


def _repaired(ground: CreditRecord | ListEntry) -> None:
    repairs.decided(repairs.accepted(ground))


def _withdrawn(ground: CreditRecord | ListEntry) -> None:
    end_record(officer=None, record_id=ground.pk, on=today(), reason="revoked", basis="决定")


def _removed(ground: CreditRecord | ListEntry) -> None:
    end_entry(officer=None, entry_id=ground.pk, on=today(), reason="expired", basis="决定")


@pytest.mark.parametrize(
    ("ground", "code", "ended"),
    [
        (repairs.listed, "nmg-48-cg", _repaired),
        (make_entry, "nmg-48-cg", _removed),
        (rigged, "ztb-53", _withdrawn),
        (lambda: repairs.ripe_penalty(data={"CF_WFXW": "串通投标"}), "ztb-53", _repaired),
    ],
)
def test_what_ends_a_ground_ends_its_measures_there_too(
    target: PushTarget, sandbox: Sandbox, ground: Callable[[], Any], code: str, ended: Callable[[Any], None]
) -> None:
    start, fact = target.position, ground()
    rows = [applied(fact, code)]
    lift_measure(applied_id=rows[0].pk, on=today(), document="鹤解〔2026〕1号", officer=who(code))
    rows.append(applied(fact, code))
    seal()
    send(target)
    assert [held(sandbox, row)["action"] for row in rows] == ["withdraw", "upsert"]
    before = held(sandbox, rows[0])["position"]
    ended(fact)
    seal()
    send(target)
    assert held(sandbox, rows[1])["action"] == "withdraw" and held(sandbox, rows[1])["payload"] is None
    assert held(sandbox, rows[0])["position"] == before  # over already: nothing new to tell
    assert not selectors.applied(today()).filter(pk__in=[row.pk for row in rows]).exists()
    assert_same(sandbox, start)


def test_the_end_of_a_ground_overtakes_a_backlog(target: PushTarget, sandbox: Sandbox) -> None:
    entry = repairs.listed()
    row = applied(entry)
    seal()
    send(target)
    PushTarget.objects.filter(pk=target.pk).update(batch_size=4)
    add_records(9)
    _removed(entry)
    seal()
    send(target)
    first = Delivery.objects.filter(target=target).order_by("pk")[1]
    assert first.expedited and {one.object_id for one in first.expedited_events.all()} == {row.pk, entry.pk}
    assert held(sandbox, row)["action"] == "withdraw"
    assert sandbox.state()["order_violations"] == 0


def test_a_rest_of_the_ground_is_told_with_its_measures(
    target: PushTarget, sandbox: Sandbox, settings: Settings
) -> None:
    settings.PROVINCE_RECONCILIATION_URL = f"{sandbox.url}/reconciliation"
    entry, record = repairs.listed(), rigged()
    rows = [applied(entry), applied(record, "ztb-53")]
    seal()
    send(target)
    until = today() + timedelta(days=9)
    suspend_entry(
        officer=None, entry_id=entry.pk, since=today(), until=until, reason="法院裁定", basis="裁定"
    )
    suspend_record(officer=None, record_id=record.pk, on=today(), until=until, basis="异议")
    seal()
    send(target)
    for row in rows:
        told = held(sandbox, row)["payload"]
        assert (told["suspended_from"], told["suspended_until"]) == (today().isoformat(), until.isoformat())
    assert not selectors.applied(today()).exists()  # nor does it have effect here meanwhile
    resume_entry(officer=None, entry_id=entry.pk, on=until, reason="裁定撤销", basis="裁定")
    seal()
    send(target)
    last = (until - timedelta(days=1)).isoformat()
    assert held(sandbox, rows[0])["payload"]["suspended_until"] == last
    assert compare(target=target).differences == []


def test_a_measure_that_runs_out_is_told_by_the_hourly_job(
    target: PushTarget, sandbox: Sandbox, get: Get
) -> None:
    since = today() - timedelta(days=30)
    over, running = applied(make_entry(), on=since, days=20), applied(make_entry(), on=since, days=40)
    Pending.objects.all().delete()  # what was told while it ran
    assert (touch_ended(on=today(), limit=1), touch_ended_measures()) == (1, 0)
    seal()
    send(target)
    assert sandbox.state()["objects"] == {
        str(wire(over)): {
            "position": held(sandbox, over)["position"],
            "kind": "measure",
            "action": "withdraw",
        }
    }
    state: dict[int, Any] = {}
    feed_from(get, "0", state)
    assert wire(over) not in state and wire(running) not in sandbox.state()["objects"]


def test_the_mark_moves_only_with_the_ground_and_never_with_contents(target: PushTarget) -> None:
    row = applied(make_entry())
    for change in (
        {"noted_at": timezone.now()},
        {"noted_at": timezone.now(), "reason": "改写"},
        {"reason": "改写"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AppliedMeasure.objects.filter(pk=row.pk).update(**change)
    row.refresh_from_db()
    assert row.noted_at is None and row.reason.startswith("内部理由")


def test_a_new_name_is_told_of_entries_and_measures(
    target: PushTarget, sandbox: Sandbox, settings: Settings
) -> None:
    settings.PROVINCE_RECONCILIATION_URL = f"{sandbox.url}/reconciliation"
    entry = repairs.listed()
    row = applied(entry)
    over = repairs.listed(entry.subject, scheme="spaq")
    end_entry(officer=None, entry_id=over.pk, on=today(), reason="repaired", basis="决定")
    seal()
    send(target)
    start = last_position()
    rename_subject(
        officer=people.officer(Role.AUTHORITY, username="renamer"), subject_id=entry.subject_id,
        name="鹤岗市更名后的粮贸有限公司", since=today(), document="变更登记通知书", basis="登记机关变更登记",
    )  # fmt: skip
    seal()
    send(target)
    assert held(sandbox, row)["payload"]["subject_name"] == "鹤岗市更名后的粮贸有限公司"
    assert compare(target=target).differences == []
    entry.refresh_from_db()
    assert not entry.ended_noted
    told = events_after(start, [TABLES["blacklist_listentry"]], 10)
    assert [change.object_id for change in told] == [entry.pk], "once, and what is over not again"


def test_a_head_is_named_whole_and_with_the_unit(target: PushTarget, sandbox: Sandbox) -> None:
    record, measure = revoked(), selectors.standing(today()).get(code="spaq-135-2")
    unit = people.officer(Role.REVIEWER)
    assert unit.agency is not None
    row = apply_measure(
        agency=unit.agency, officer=unit, measure_id=measure.pk, ground=record, text=text(date(2029, 5, 10))
    )
    seal()
    send(target)
    payload = held(sandbox, row)["payload"]
    assert (payload["subject_kind"], payload["subject_name"], payload["subject_code"]) == (
        "person",
        "王守仁",
        NUMBER,
    )
    assert payload["unit_code"] == record.subject.uscc and payload["ground"] == record.pk
    while lines.write():
        pass
    assert not FeedLine.objects.filter(fragment__contains=NUMBER).exists()  # opened at the read, kept nowhere


def test_inserts_never_fire_and_other_updates_never_look(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgtype::int & 4, cardinality(tgattr::smallint[]) from pg_trigger where tgname = 'sanctions_tell_again'"
        )
        assert sorted(cursor.fetchall()) == [(0, 2), (0, 5), (0, 6)]


def test_a_package_holds_measures_in_a_table_of_their_own(target: PushTarget, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    PushTarget.objects.filter(pk=target.pk).update(format="package", url=f"file://{tmp_path}")
    row = applied(make_entry())
    seal()
    send(target)
    [parcel] = (tmp_path / "out").iterdir()
    header, line = csv.reader((parcel / "measure.csv").read_text(encoding="utf-8-sig").splitlines())
    said = dict(zip(header, line, strict=True))
    assert said["number"] == row.public_id and said["ends"] == str(row.ends_on)
    assert (parcel / "measure.xlsx").exists()
