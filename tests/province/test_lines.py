"""Ready-made lines say exactly what would be said anew, whatever happened since they were written."""

import random
from datetime import date, timedelta

import orjson
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ProviderRoute
from common.clock import today
from ledger.selectors import last_position
from province import feed, lines, reconciliation
from province.models import FeedLine, FeedProgress, ObjectDigest, PushTarget
from records.models import CreditRecord
from tests.factories import make_penalty
from tests.identity.samples import merged, new_row, old_row
from tests.province.conftest import Get
from tests.province.samples import add_records, agency, change, end, seal


def ready_from(target: PushTarget) -> int:
    """Lines complete up to now; returns the position behind which a test's own events lie."""
    seal()
    FeedProgress.objects.update_or_create(
        pk=1, defaults={"position": last_position(), "made_for": lines._MADE_FOR}
    )
    return last_position()


def write() -> None:
    seal()
    while lines.write():
        pass


def read(start: int, item: str = "", day: date | None = None) -> list[dict[str, object]]:
    found = lines.read(start, 1000, lines.written(), day or today(), item)
    assert found.count == found.text.count(b"\n") and found.position == lines.written()
    return [orjson.loads(line) for line in found.text.splitlines()]


def anew(start: int, item: str = "", day: date | None = None) -> list[dict[str, object]]:
    events = feed.page(start, 1000, lines.written(), day or today(), item).items
    return [orjson.loads(orjson.dumps(event)) for event in events]


def kept(rows: list[CreditRecord]) -> int:
    pks = [row.pk for row in rows]
    return FeedLine.objects.filter(object_id__in=pks, fragment__isnull=False).count()


def test_lines_say_what_would_be_said_anew(target: PushTarget) -> None:
    start = ready_from(target)
    rows = add_records(6)
    sealed = add_records(2, secret=True)
    licences = add_records(2, item="xzxk")
    write()
    change(rows[0], note="更正")
    end(rows[1], sealed[1])
    write()
    assert read(start) == anew(start) and len(read(start)) == 13
    assert [read(start, item) for item in ("xzcf", "xzxk")] == [
        anew(start, item) for item in ("xzcf", "xzxk")
    ]
    assert kept(rows + licences) == 10  # both lines of what changed are ready again
    assert kept(sealed[:1]) == 0 and read(start)[6]["payload"]["CF_FRDB_ZJHM"]  # type: ignore[index]
    upto = lines.written()
    with CaptureQueriesContext(connection) as queries:
        assert lines.read(start, 6, upto, today()).scanned == 6
    assert len(queries) <= 1  # a page without sealed values is the COPY and nothing else


@pytest.mark.parametrize("days", [0, 301, 401])
def test_a_line_past_its_day_is_a_withdrawal(target: PushTarget, days: int) -> None:
    start = ready_from(target)
    rows = add_records(2)
    change(rows[0], ended_on=today() + timedelta(days=200), end_reason="repaired")
    write()
    day = today() + timedelta(days=days)
    assert read(start, day=day) == anew(start, day=day)


def test_a_change_empties_its_lines_at_once(target: PushTarget) -> None:
    start = ready_from(target)
    rows = add_records(3)
    write()
    end(rows[0])
    change(rows[1], note="更正")
    CreditRecord.objects.filter(pk=rows[2].pk).delete()
    # nothing sealed, nothing written: what was ready no longer says what has ended
    told = read(start)
    assert [one["action"] for one in told] == ["withdraw", "upsert", "withdraw"] and told[2]["kind"] is None
    assert told[1]["payload"]["CF_NR"] == "更正" and kept(rows) == 0  # type: ignore[index]
    assert not ObjectDigest.objects.filter(object_id__in=[row.pk for row in rows]).exists()
    write()
    assert read(start) == anew(start) and len(read(start)) == 6


def test_facts_that_many_records_share_empty_lines_too(target: PushTarget) -> None:
    start = ready_from(target)
    unit = agency(3)
    renamed, copied, other = (
        add_records(1, provider=unit), add_records(1, provider=agency(5)), add_records(1, provider=agency(6))
    )  # fmt: skip
    body, former = new_row(), old_row()
    merged_row = make_penalty(former)
    write()
    unit.name = "鹤岗市更名后的局"
    unit.save()
    ProviderRoute.objects.filter(agency=copied[0].provider_id, item_code="xzcf").update(
        route="provincial_system"
    )
    merged(body, former)
    assert read(start) == anew(start)
    told = {one["object_id"]: one["payload"] for one in read(start)}
    assert told[renamed[0].pk]["provider"]["name"] == "鹤岗市更名后的局"  # type: ignore[index]
    assert told[copied[0].pk]["copy"] is True  # type: ignore[index]
    assert told[merged_row.pk]["merged_into"]["uscc"] == body.uscc  # type: ignore[index]
    assert (kept([*renamed, *copied, merged_row]), kept(other)) == (0, 1)
    lines.mend()
    assert read(start) == anew(start) and kept([*renamed, *copied, merged_row]) == 3


def test_lines_made_for_other_contents_are_made_anew(target: PushTarget) -> None:
    ready_from(target)
    add_records(3)
    write()
    FeedProgress.objects.update(made_for="2025-01 [21]")
    assert lines.written() == 0
    assert (
        lines.read(0, 100, last_position(), today()).position == 0
    )  # begun anew under a reader: nothing is passed over
    lines.write(limit=1)
    assert FeedLine.objects.count() <= 1 and lines.written() < last_position()


def test_pages_go_on_where_lines_are_not_written_yet(target: PushTarget, get: Get) -> None:
    start = ready_from(target)
    rows = add_records(3)
    write()
    rows += add_records(3)
    seal()
    cursor, seen = str(start), []
    for _ in range(4):
        body = get(cursor=cursor, limit=2).json()
        seen += [one["object_id"] for one in body["items"]]
        cursor = body["next_cursor"]
    assert seen == [row.pk for row in rows] and cursor == str(last_position())
    text = b"".join(get(cursor=start, headers={"Accept": "application/x-ndjson"}).streaming_content)
    assert [orjson.loads(line).get("object_id") for line in text.splitlines()] == [*seen, None]


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_the_same_with_and_without_kept_digests(target: PushTarget, seed: int) -> None:
    chance = random.Random(seed)
    ready_from(target)
    rows = add_records(4) + add_records(3, secret=True) + add_records(2, item="xzxk")
    write()
    for row in chance.sample(rows, 3):
        chance.choice([end, change])(row)
    write() if seed else seal()
    change(chance.choice(rows), note="还没有封存")
    days = [today() + timedelta(days=shift) for shift in (-1, 0, 350)]
    with_digests = [reconciliation.figures(day) for day in days]
    assert ObjectDigest.objects.exists()
    bare = [bytes(one.leaf) for one in ObjectDigest.objects.all() if len(bytes(one.leaf)) != 32]
    assert len(bare) >= 1  # digests of sealed records are sealed themselves
    ObjectDigest.objects.all().delete()
    assert [reconciliation.figures(day) for day in days] == with_digests


def test_lines_are_right_after_key_rotation(target: PushTarget, settings: object) -> None:
    start = ready_from(target)
    add_records(2, secret=True)
    write()
    before, figures = read(start), reconciliation.figures(today())
    keys = {**settings.DATA_KEYS, "next": "n" * 32}  # type: ignore[attr-defined]
    settings.DATA_KEYS, settings.DATA_KEY_CURRENT = keys, "next"  # type: ignore[attr-defined]
    add_records(1, secret=True)
    write()
    assert read(start)[:2] == before and read(start) == anew(start)
    assert reconciliation.figures(today())[0]["count"] == figures[0]["count"] + 1


def test_days_need_no_writer(target: PushTarget, get: Get) -> None:
    start = ready_from(target)
    add_records(1)
    write()
    assert get(cursor=start).json()["items"][0]["action"] == "upsert"
    with time_machine.travel(today() + timedelta(days=401), tick=False):
        assert read(start)[0]["action"] == "withdraw"
