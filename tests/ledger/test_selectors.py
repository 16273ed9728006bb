"""Reads: the change feed, an object's history, proofs."""

import pytest

from common.problems import Problem
from ledger import merkle, selectors
from ledger.choices import Operation
from ledger.services import acting, seal, seal_all
from tests.ledger.samples import NUMBER, TABLE, Note, drain, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(notes: None) -> int:
    drain()
    return selectors.last_position()


def test_the_feed_is_ordered_filtered_and_limited(start: int) -> None:
    run(
        f"CREATE TABLE {TABLE}_part (id bigint PRIMARY KEY); SELECT ledger_track('{TABLE}_part'::regclass, 901::smallint)"
    )
    Note.objects.create(id=1, code="甲")
    run(f"INSERT INTO {TABLE}_part VALUES (7)")
    Note.objects.filter(id=1).update(plain="改")
    assert selectors.events_after(start, [NUMBER, 901], 10) == [], "nothing appears before it is sealed"
    seal_all(using="default")
    feed = [(start + 1, NUMBER, 1, "I"), (start + 2, 901, 7, "I"), (start + 3, NUMBER, 1, "U")]
    assert selectors.events_after(start, [NUMBER, 901], 10) == feed
    assert selectors.events_after(start, {NUMBER}, 10) == [feed[0], feed[2]]
    assert selectors.events_after(start + 1, [NUMBER, 901], 1) == [feed[1]]
    assert selectors.events_after(start + 3, [NUMBER, 901], 10) == []
    assert selectors.last_position() == start + 3


def test_history_tells_who_and_why_newest_first(start: int) -> None:
    with acting(actor=7, action="报送", basis="鹤信用发〔2022〕1号 第4条"):
        Note.objects.create(id=1, code="甲")
        Note.objects.create(id=2, code="乙")
    seal_all(using="default")
    run(f"UPDATE {TABLE} SET plain = '改' WHERE id = 1")
    entries = selectors.history(NUMBER, 1)
    assert [(e.position, e.op, e.actor, e.action, e.basis) for e in entries] == [
        (None, "U", None, "", ""),
        (start + 1, "I", 7, "报送", "鹤信用发〔2022〕1号 第4条"),
    ]
    assert entries[0].at > entries[1].at
    assert entries[0].db_user != ""
    assert [Operation(e.op).label for e in entries] == ["修改", "新增"]
    assert len(selectors.history(NUMBER, 1, limit=1)) == 1
    assert selectors.history(NUMBER, 99) == []


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_every_event_can_be_proved(start: int, limit: int) -> None:
    Note.objects.bulk_create([Note(id=i, code=str(i)) for i in range(1, 15)])
    assert selectors.proof(start + 1) is None, "not sealed yet"
    while seal(limit, using="default"):
        pass
    for position in range(start + 1, start + 15):
        proof = selectors.proof(position)
        assert proof is not None
        assert proof.event.object_id == position - start
        assert merkle.check_proof(proof.leaf, proof.index, proof.size, proof.path, bytes(proof.block.root))
    assert selectors.proof(start + 15) is None
    assert selectors.proof(0) is None


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE ledger_event SET digest = sha256('x')",
        "UPDATE ledger_event SET object_id = 99",
        "UPDATE ledger_context SET actor = 99",
    ],
)
def test_a_tampered_event_proves_nothing(start: int, forgery: str) -> None:
    with acting(actor=7, action="报送"):
        Note.objects.bulk_create([Note(id=i, code=str(i)) for i in range(1, 6)])
    seal_all(using="default")
    run("ALTER TABLE ledger_event DISABLE TRIGGER USER; ALTER TABLE ledger_context DISABLE TRIGGER USER")
    run(forgery)
    proof = selectors.proof(start + 3)
    assert proof is not None
    assert not merkle.check_proof(proof.leaf, proof.index, proof.size, proof.path, bytes(proof.block.root))


def test_a_deleted_event_has_no_proof(start: int) -> None:
    Note.objects.bulk_create([Note(id=i, code=str(i)) for i in range(1, 6)])
    seal_all(using="default")
    run("ALTER TABLE ledger_event DISABLE TRIGGER USER")
    run("DELETE FROM ledger_event WHERE position = %s", [start + 3])
    assert selectors.proof(start + 3) is None


def test_blocks_page_in_both_directions(start: int) -> None:
    Note.objects.bulk_create([Note(id=i, code=str(i)) for i in range(1, 6)])
    while seal(1, using="default"):
        pass
    newest, cursor = selectors.blocks(limit=2)
    assert newest[0].no == newest[1].no + 1
    assert newest[0] == selectors.block(newest[0].no)
    assert cursor is not None
    following, _ = selectors.blocks(cursor, 2)
    assert [b.no for b in following] == [newest[1].no - 1, newest[1].no - 2]
    oldest, _ = selectors.blocks(limit=2, newest_first=False)
    assert [b.no for b in oldest] == [1, 2]
    assert selectors.block(10**9) is None
    with pytest.raises(Problem):
        selectors.blocks("假游标")
