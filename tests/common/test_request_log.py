"""A request leaves one line: who, what, how it ended; never what was searched for, never an address anybody can invent."""

import json

import pytest
import structlog
from django.conf import LazySettings
from django.test import Client

from common.request_log import configure


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    configure("INFO")
    return capsys


def test_one_line_per_request_without_its_query(lines: pytest.CaptureFixture[str]) -> None:
    Client().get("/healthz?q=王建国", headers={"X-Forwarded-For": "203.0.113.9"})
    (line,) = [json.loads(one) for one in lines.readouterr().out.splitlines()]
    assert (line["event"], line["request"], line["code"], line["ip"]) == (
        "request_finished", "GET /healthz", 200, "127.0.0.1",
    )  # fmt: skip
    assert len(line["request_id"]) == 36 and "user_id" not in line


def test_the_address_is_seen_through_our_own_proxies_only(
    lines: pytest.CaptureFixture[str], settings: LazySettings
) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    Client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    assert json.loads(lines.readouterr().out)["ip"] == "198.51.100.7"


def test_the_level_is_kept(lines: pytest.CaptureFixture[str]) -> None:
    configure("ERROR")
    structlog.get_logger("here").warning("quiet")
    assert lines.readouterr().out == ""
    configure("INFO")
