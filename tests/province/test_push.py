"""The push against the sandbox: whatever fails, nothing is lost, nothing takes effect twice, every object in order."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django.fixtures import Settings

from agencies.models import Officer
from common.clock import today
from ledger.models import Event
from ledger.tables import TABLES as NUMBERS
from province import services
from province.choices import DeliveryState
from province.models import Delivery, DeliveryRejection, ExpeditedEvent, PushTarget
from province.naming import wire_id
from province.services import push, retry_parked
from province.sources import SOURCES, TABLES
from records.models import CreditRecord
from records.selectors import shared
from tests.province.conftest import SECRET, Sandbox
from tests.province.samples import add_records, agency, change, end, seal

REPAIRS = NUMBERS["repair_case"]
BUDGET = timedelta(seconds=20)


def send(target: PushTarget) -> int:
    target.refresh_from_db()
    return push(target=target, budget=BUDGET)


def send_until_done(target: PushTarget, tries: int = 80) -> None:
    """Push again and again, with the pauses in between struck out."""
    for _ in range(tries):
        send(target)
        if not Delivery.objects.exclude(state=DeliveryState.DONE).exists():
            return
        Delivery.objects.filter(next_try__isnull=False).update(next_try=timezone.now())
    raise AssertionError(list(Delivery.objects.values("state", "attempts", "last_error")))


def assert_same(sandbox: Sandbox, after: int) -> None:
    """The province holds exactly what is shared today, and got every event behind `after` once, in order; only what an
    expedited withdrawal has overtaken may be left out, and what a case was before it was granted."""
    state = sandbox.state(full=True)
    events = list(
        Event.objects.filter(tbl__in=TABLES, position__gt=after)
        .order_by("position")
        .values_list("tbl", "object_id", "position")
    )
    quiet = {
        (source.table, pk)
        for source in SOURCES.values()
        for pk in source.silent({pk for table, pk, _ in events if table == source.table})
    }
    told = [event for event in events if event[:2] not in quiet]
    newest = {wire_id(table, pk): position for table, pk, position in told}
    overtaken = sum(
        pk == ahead.object_id and position < ahead.position
        for ahead in ExpeditedEvent.objects.all()
        for _, pk, position in told
    )
    ungranted = sum(
        table == REPAIRS and position < newest[wire_id(table, pk)] for table, pk, position in told
    )
    assert len(told) - overtaken - ungranted <= state["accepted"] == state["effects"] <= len(told)
    assert {int(key): value["position"] for key, value in state["objects"].items()} == newest
    assert state["order_violations"] == state["ledger_contradictions"] == 0
    held = {
        int(key): value["payload"] for key, value in state["objects"].items() if value["action"] == "upsert"
    }
    assert held.keys() == {
        source.wire_id(pk)
        for source in SOURCES.values()
        for pk in source.shared(today()).values_list("pk", flat=True)
    }
    for row in shared(today()):
        payload = held[row.pk]
        assert payload.items() >= row.data.items()
        assert payload["ends"] == row.shared_until.isoformat()


def test_new_changed_and_ended_records_arrive_whole(target: PushTarget, sandbox: Sandbox) -> None:
    start = target.position
    unit = agency(1)
    penal = add_records(3, provider=unit, secret=True)
    licences = add_records(2, item="xzxk")
    seal()
    assert send(target) == 5
    change(penal[0], note="罚款数额更正")
    end(licences[0])
    seal()
    assert send(target) == 2
    assert_same(sandbox, start)
    objects = sandbox.state(full=True)["objects"]
    payload = objects[str(penal[0].pk)]["payload"]
    assert payload["CF_NR"] == "罚款数额更正"
    assert payload["CF_FRDB_ZJHM"].startswith("23040119800101")  # opened: the province may have it
    assert payload["item"] == "xzcf" and payload["provider"] == {"name": unit.name, "uscc": unit.uscc}
    assert payload["published_until"] == penal[0].published_until.isoformat()
    assert objects[str(licences[0].pk)] | {"payload": None} == objects[str(licences[0].pk)]
    assert send(target) == 0


def test_what_is_not_sealed_yet_waits(target: PushTarget, sandbox: Sandbox) -> None:
    add_records(2)
    assert send(target) == 0
    seal()
    assert send(target) == 2


def test_batches_follow_each_other_without_gap(target: PushTarget, sandbox: Sandbox) -> None:
    PushTarget.objects.update(batch_size=4)
    start = target.position
    add_records(11)
    seal()
    assert send(target) == 11
    ranges = Delivery.objects.order_by("id").values_list("first_position", "last_position", "event_count")
    assert [count for _, _, count in ranges] == [4, 4, 3]
    assert all(later[0] > earlier[1] for earlier, later in pairwise(ranges))
    assert_same(sandbox, start)


@pytest.mark.parametrize(
    "fault",
    [
        {"mode": "refuse", "share": 0.5},
        {"mode": "drop", "share": 0.5},
        {"mode": "reset", "share": 0.5},
        {"mode": "partial", "share": 0.2, "times": 6},
        {"mode": "late", "share": 0.5, "seconds": 0.02},
        {"mode": "skew", "share": 0.5, "seconds": 900},
        {"mode": "duplicate", "share": 0.7},
        {"mode": "reorder", "share": 0.9},
    ],
    ids=lambda fault: str(fault["mode"]),
)
def test_faults_lose_nothing_and_repeat_nothing(
    target: PushTarget, sandbox: Sandbox, fault: dict[str, object]
) -> None:
    start = target.position
    PushTarget.objects.update(batch_size=3)
    sandbox.fault(**fault, seed=7)
    rows = add_records(6) + add_records(4, item="xzxk", secret=True)
    seal()
    send(target)
    change(*rows[:4], note="再次更正")
    end(rows[1], rows[5])
    change(rows[0], note="三次更正")
    seal()
    send_until_done(target)
    assert sandbox.state()["faults"]["hits"] > 1
    assert_same(sandbox, start)


def test_an_answer_that_comes_too_late_is_asked_for_again(target: PushTarget, sandbox: Sandbox) -> None:
    start = target.position
    PushTarget.objects.update(timeout=1)
    sandbox.fault("stall", seconds=1.3, times=1)
    add_records(2)
    seal()
    assert send(target) == 0
    waiting = Delivery.objects.get()
    assert waiting.state == DeliveryState.WAITING and "没有答复" in waiting.last_error
    send_until_done(target)
    assert sandbox.state()["duplicates"] == 2
    assert_same(sandbox, start)


def test_a_retry_never_carries_a_record_past_its_end(target: PushTarget, sandbox: Sandbox) -> None:
    rows = add_records(2)
    seal()
    sandbox.fault("refuse", times=1)
    assert send(target) == 0
    end(rows[0])  # not sealed: no event says so yet
    send_until_done(target)
    objects = sandbox.state(full=True)["objects"]
    assert objects[str(rows[0].pk)]["action"] == "withdraw"
    assert objects[str(rows[1].pk)]["action"] == "upsert"


def test_a_record_ends_by_its_date_without_any_event(
    target: PushTarget, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = add_records(1)
    seal()
    after_its_end = rows[0].shared_until + timedelta(days=1)
    monkeypatch.setattr(services, "today", lambda: after_its_end)
    assert send(target) == 1
    assert sandbox.state()["objects"][str(rows[0].pk)]["action"] == "withdraw"


def test_an_erased_record_is_withdrawn(target: PushTarget, sandbox: Sandbox) -> None:
    rows = add_records(1)
    seal()
    send(target)
    CreditRecord.objects.filter(pk=rows[0].pk).delete()
    seal()
    assert send(target) == 1
    held = sandbox.state(full=True)["objects"][str(rows[0].pk)]
    assert (held["action"], held["payload"]) == ("withdraw", None)


def test_wrong_key_and_unsafe_address_send_nothing(
    target: PushTarget, sandbox: Sandbox, settings: Settings
) -> None:
    add_records(1)
    seal()
    settings.PROVINCE_PUSH_SECRET = "not-the-agreed-secret"
    assert send(target) == 0
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.last_status) == (DeliveryState.WAITING, 401)
    for url, secret in (("http://credit.example/push", SECRET), (sandbox.push_url, ""), ("", SECRET)):
        settings.PROVINCE_PUSH_URL, settings.PROVINCE_PUSH_SECRET = url, secret
        assert send(target) == 0
    settings.PROVINCE_PUSH_URL = sandbox.push_url
    assert sandbox.state()["accepted"] == 0
    Delivery.objects.get(attempts=1)


def test_rejected_events_go_back_to_the_agency_until_a_correction_is_accepted(
    target: PushTarget, sandbox: Sandbox
) -> None:
    unit = agency(2)
    rows = add_records(3, provider=unit)
    seal()
    sandbox.fault("reject", share=1)
    assert send(target) == 3
    sandbox.fault("none")
    found = DeliveryRejection.objects.order_by("position")
    assert [(row.object_id, row.provider, row.item_code) for row in found] == [
        (r.pk, unit, "xzcf") for r in rows
    ]
    assert all("省平台校验" in row.reason and row.resolved_at is None for row in found)
    assert send(target) == 0  # never by itself
    change(rows[0], note="按退回意见更正")
    seal()
    assert send(target) == 1
    assert [row.object_id for row in found.filter(resolved_at=None)] == [rows[1].pk, rows[2].pk]
    assert sandbox.state()["effects"] == 1


def park(target: PushTarget, sandbox: Sandbox, fault: str = "refuse") -> Delivery:
    """Let the receiver be away for more than seven days: the first attempt was then, the last one is now."""
    sandbox.fault(fault)
    send(target)
    long_ago = timezone.now() - timedelta(days=7, minutes=1)
    Delivery.objects.update(first_tried_at=long_ago, next_try=timezone.now())
    send(target)
    sandbox.fault("none")
    return Delivery.objects.get(state=DeliveryState.PARKED)


def test_after_seven_days_a_batch_is_parked_and_the_next_goes_on(
    target: PushTarget, sandbox: Sandbox
) -> None:
    start = target.position
    rows = add_records(3)
    seal()
    parked = park(target, sandbox)
    assert parked.attempts == 2 and "503" in parked.last_error
    change(rows[0], note="搁置之后的更正")
    seal()
    assert send(target) == 1
    assert sandbox.state()["objects"].keys() == {str(rows[0].pk)}

    officer = Officer.objects.create(username="zhuguan", agency=agency())
    with pytest.raises(PermissionDenied):
        retry_parked(delivery=parked, officer=officer)
    boss = Officer.objects.create(username="admin", agency=agency(), is_superuser=True)
    assert retry_parked(delivery=parked, officer=boss) and not retry_parked(delivery=parked, officer=boss)
    assert send(target) == 2  # the overtaken event of the first record is left out
    state = sandbox.state()
    assert (state["accepted"], state["order_violations"]) == (3, 0)
    assert state["objects"].keys() == {str(row.pk) for row in rows}
    parked.refresh_from_db()
    assert parked.state == DeliveryState.DONE and parked.retried_by == boss
    assert Event.objects.filter(tbl__in=TABLES, position__gt=start).count() == 4


def test_a_retry_by_hand_is_one_attempt_and_holds_nothing_up(target: PushTarget, sandbox: Sandbox) -> None:
    add_records(1)
    seal()
    parked = park(target, sandbox)
    boss = Officer.objects.create(username="admin", agency=agency(), is_superuser=True)
    add_records(1)
    seal()
    assert retry_parked(delivery=parked, officer=boss)
    sandbox.fault("refuse", times=1)
    assert send(target) == 1
    parked.refresh_from_db()
    assert parked.state == DeliveryState.PARKED
    assert retry_parked(delivery=parked, officer=boss)
    assert send(target) == 1
