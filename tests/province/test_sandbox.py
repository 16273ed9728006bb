"""The stand-in itself: it must be strict, or passing against it would mean nothing."""

import json
import time
from pathlib import Path

import httpx2
import pytest

from province import reconciliation, signing
from sandbox.signing import sign
from sandbox.store import leaf
from tests.province.conftest import SECRET, Sandbox, start_sandbox, stop_sandbox

NONCE = "n" * 24


def event(position: int, object_id: int = 1, action: str = "upsert", **payload: object) -> dict[str, object]:
    return {
        "position": position,
        "event_id": position,
        "kind": "xzcf",
        "action": action,
        "object_id": object_id,
        "payload": {"item": "xzcf", "ends": "2099-12-31", **payload} if action == "upsert" else None,
    }


def batch(*events: dict[str, object], head: dict[str, object] | None = None) -> bytes:
    return json.dumps({"batch_id": "b-1", "events": events, "ledger_head": head}).encode()


def send(sandbox: Sandbox, body: bytes, secret: str = SECRET, **changed: str) -> httpx2.Response:
    headers = signing.headers(secret, body, now=time.time()) | {"Idempotency-Key": "b-1"}
    return sandbox.http.post(sandbox.push_url, content=body, headers=headers | changed)


def signed(body: bytes, *, at: float, nonce: str = NONCE) -> dict[str, str]:
    timestamp = str(int(at))
    return {
        "X-Credit-Timestamp": timestamp,
        "X-Credit-Nonce": nonce,
        "X-Credit-Signature": sign(SECRET, timestamp, nonce, body),
    }


def test_both_sides_compute_the_same_signature_and_leaf() -> None:
    body = "鹤岗".encode()
    assert signing.signature(SECRET, 1764000000, NONCE, body) == sign(SECRET, "1764000000", NONCE, body)
    long = "k" * 100  # longer than a block of the hash
    assert signing.signature(long, 1, NONCE, body) == sign(long, "1", NONCE, body)
    payload = {"b": '换\n行"\\/\t\u007f\u2028', "a": None, "provider": {"name": "甲"}}
    assert reconciliation.leaf(7, json.dumps(payload)) == leaf(7, payload)
    with pytest.raises(ValueError, match="secret"):
        signing.signature("", 1, NONCE, body)


def test_wrong_signature_old_clock_and_repeated_nonce_are_refused(sandbox: Sandbox) -> None:
    body = batch(event(1))
    assert send(sandbox, body, secret="somebody-else").json() == {"code": "signature_invalid"}
    assert send(sandbox, body, **{"X-Credit-Signature": ""}).status_code == 401
    tampered = signing.headers(SECRET, body, now=time.time()) | {"Idempotency-Key": "b-1"}
    other = body.replace(b"xzcf", b"xzxk")
    assert sandbox.http.post(sandbox.push_url, content=other, headers=tampered).status_code == 401
    for skew in (-400, 400):
        answer = send(sandbox, body, **signed(body, at=time.time() + skew))
        assert (answer.status_code, answer.json()) == (401, {"code": "clock_skew"})
    once = signed(body, at=time.time(), nonce=f"once-{time.time_ns():024}")
    assert send(sandbox, body, **once).status_code == 200
    assert send(sandbox, body, **once).json() == {"code": "nonce_repeated"}
    assert sandbox.state()["accepted"] == 1


def test_an_event_counts_once_and_objects_keep_their_order(sandbox: Sandbox) -> None:
    first = send(sandbox, batch(event(5, note="一"), event(6, note="二"))).json()["results"]
    assert [result["status"] for result in first] == ["accepted", "accepted"]
    again = send(sandbox, batch(event(6, note="三"), event(4, note="四"))).json()["results"]
    assert [result["status"] for result in again] == ["duplicate", "accepted"]
    state = sandbox.state(full=True)
    assert (state["effects"], state["duplicates"], state["order_violations"]) == (2, 1, 1)
    assert state["objects"]["1"]["payload"]["note"] == "二"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        batch({"position": 1}),
        batch(event(1), event(2) | {"action": "delete"}),
        batch(event(1), event(2) | {"payload": None}),
        batch(event(1, action="withdraw") | {"payload": {}}),
        batch(event(1, ends="someday")),
    ],
)
def test_a_malformed_batch_has_no_effect(sandbox: Sandbox, body: bytes) -> None:
    assert send(sandbox, body).status_code == 400
    assert sandbox.state()["objects"] == {}


def test_two_hashes_for_one_block_are_noticed(sandbox: Sandbox) -> None:
    send(sandbox, batch(event(1), head={"no": 1, "hash": "aa"}))
    send(sandbox, batch(event(2), head={"no": 1, "hash": "bb"}))
    assert sandbox.state()["ledger_contradictions"] == 1


def test_the_page_escapes_and_other_names_are_not_served(sandbox: Sandbox) -> None:
    send(sandbox, batch(event(1) | {"kind": "<script>alert(1)</script>"}))
    text = sandbox.http.get(sandbox.url).text
    assert "省平台沙箱" in text and "&lt;script&gt;" in text and "<script>" not in text
    assert sandbox.http.get(sandbox.url, headers={"Host": "evil.example"}).status_code == 403


def test_faults_are_checked(sandbox: Sandbox) -> None:
    for wrong in (
        {"mode": "explode"},
        {"mode": "refuse", "share": 2},
        {"mode": "refuse", "times": "x"},
        {"x": 1},
    ):
        assert sandbox.http.post(f"{sandbox.url}/faults", content=json.dumps(wrong)).status_code == 400
    sandbox.fault("refuse", times=2)
    body = batch(event(1))
    assert [send(sandbox, body).status_code for _ in range(3)] == [503, 503, 200]


def test_what_was_received_survives_a_kill(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path)
    try:
        send(sandbox, batch(event(1, 1), event(2, 2), event(3, 1, action="withdraw")))
        figures = sandbox.reconciliation()
    finally:
        stop_sandbox(sandbox)
    with (tmp_path / "received.jsonl").open("ab") as file:
        file.write(b'{"status": "accepted", "event": {"posit')  # cut off by the kill, so never answered
    sandbox = start_sandbox(tmp_path)
    try:
        state = sandbox.state()
        assert {key: value["action"] for key, value in state["objects"].items()} == {
            "1": "withdraw",
            "2": "upsert",
        }
        assert sandbox.reconciliation() == figures
        assert figures[0]["count"] == 1
        assert (
            send(sandbox, batch(event(3, 1, action="withdraw"))).json()["results"][0]["status"] == "duplicate"
        )
    finally:
        stop_sandbox(sandbox)
