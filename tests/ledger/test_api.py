"""The public interface: what it answers suffices, on its own, to check the platform."""

import struct
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from ledger.hashing import sm3
from ledger.services import acting, seal, seal_all
from tests.ledger.samples import Note, drain, one

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(notes: None) -> int:
    """Five sealed events in blocks of two; the position before the first of them."""
    drain()
    before = int(one("SELECT coalesce(max(position), 0) FROM ledger_event"))
    with acting(actor=7, action="报送处罚信息", basis="鹤信用发〔2022〕1号"):
        Note.objects.bulk_create([Note(id=i, code=f"备注{i}") for i in range(1, 6)])
    while seal(2, using="default"):
        pass
    return before


def get(client: Client, path: str, **query: object) -> Any:
    response = client.get(f"/api/v1/ledger/{path}", query)
    assert response.status_code == 200, response.content
    return response.json()


def block_hash(block: dict[str, Any]) -> str:
    """Computed from the published description alone."""
    micros = round(datetime.fromisoformat(block["sealed_at"]).timestamp() * 1_000_000)
    number = {"sha256+sm3": 1, "sha512t256+sm3": 2}[block["algorithm"]]
    numbers = struct.pack(
        ">HqqqQ", number, block["no"], block["first_position"], block["last_position"], micros
    )
    return sm3(
        b"\x02" + numbers + bytes.fromhex(block["prev_hash"]) + bytes.fromhex(block["merkle_root"])
    ).hex()


def proved_root(proof: dict[str, Any]) -> str:
    """The method of the interface's description, step by step."""
    event = proof["event"]
    numbers = [event[name] for name in ("event_id", "entry", "object_id", "table")]
    payload = struct.pack(">qqqh", *numbers) + event["operation"].encode()
    payload += bytes.fromhex(event["digest"]) + bytes.fromhex(event["context_digest"])
    current = sm3(b"\x00" + payload)
    assert current.hex() == proof["leaf"]
    index, width, path = proof["index"], proof["size"], [bytes.fromhex(value) for value in proof["path"]]
    while width > 1:
        if index ^ 1 < width:
            other = path.pop(0)
            current = sm3(b"\x01" + (other + current if index % 2 else current + other))
        index, width = index // 2, (width + 1) // 2
    assert path == []
    return current.hex()


def test_a_witness_reads_all_blocks_and_checks_the_chain(start: int, client: Client) -> None:
    blocks: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = get(client, "blocks/", limit=2, **({"cursor": cursor} if cursor else {}))
        blocks += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
    assert [block["no"] for block in blocks] == list(range(1, len(blocks) + 1))
    assert blocks[-1]["last_position"] == start + 5
    previous = "00" * 32
    for block in blocks:
        assert block["prev_hash"] == previous
        previous = block_hash(block)
        assert block["hash"] == previous
        assert get(client, f"blocks/{block['no']}/") == block


def test_every_event_is_proved_from_the_answer_alone(start: int, client: Client) -> None:
    for position in range(start + 1, start + 6):
        proof = get(client, "proof/", event=position)
        assert proof["event"]["event_id"] == position
        assert proof["event"]["object_id"] == position - start
        assert proved_root(proof) == proof["block"]["merkle_root"]
        assert block_hash(proof["block"]) == proof["block"]["hash"]


def test_neither_actor_nor_action_is_told(start: int, client: Client) -> None:
    body = client.get("/api/v1/ledger/proof/", {"event": start + 1}).content.decode()
    assert "actor" not in body
    assert "报送" not in body


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("blocks/?page=2", 400, "query_unknown"),
        ("blocks/?limit=0", 400, "query_invalid"),
        ("blocks/?limit=1001", 400, "query_invalid"),
        ("blocks/?cursor=x", 400, "cursor_invalid"),
        ("blocks/1/?limit=1", 400, "query_unknown"),
        ("blocks/999999999/", 404, "not_found"),
        ("blocks/99999999999999999999/", 404, "not_found"),
        ("proof/", 400, "query_required"),
        ("proof/?event=abc", 400, "query_invalid"),
        ("proof/?event=0", 400, "query_invalid"),
        ("proof/?event=99999999999999999999", 400, "query_invalid"),
        ("proof/?event=1&block=1", 400, "query_unknown"),
        ("proof/?event=999999999", 404, "not_found"),
    ],
)
def test_a_wrong_question_is_a_problem_document(
    start: int, client: Client, path: str, status: int, code: str
) -> None:
    response = client.get(f"/api/v1/ledger/{path}")
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["code"] == code


def test_the_interface_is_read_only(start: int, client: Client) -> None:
    for path in ("blocks/", "blocks/1/", "proof/?event=1"):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(client, method)(f"/api/v1/ledger/{path}").status_code == 405


def test_what_waits_has_no_proof_yet(start: int, client: Client) -> None:
    Note.objects.create(id=6, code="备注6")
    assert client.get("/api/v1/ledger/proof/", {"event": start + 6}).status_code == 404
    seal_all(using="default")
    assert get(client, "proof/", event=start + 6)["event"]["operation"] == "I"
