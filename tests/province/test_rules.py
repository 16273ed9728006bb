"""When to try again, what an answer means, where may be sent to: properties of the pure decisions."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from province import rules
from province.choices import ResultStatus

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
attempts = st.integers(min_value=1, max_value=5000)
statuses = st.none() | st.integers(min_value=100, max_value=599)
lengths = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30))


@given(attempts)
def test_pauses_grow_up_to_an_hour(tried: int) -> None:
    assert timedelta(seconds=5) <= rules.pause(tried) <= rules.pause(tried + 1) <= timedelta(hours=1)


@given(attempts, statuses, st.none() | lengths, lengths)
def test_next_try_is_later_but_never_past_the_patience(
    tried: int, status: int | None, wish: timedelta | None, since: timedelta
) -> None:
    first = NOW - since
    again = rules.next_try(now=NOW, first_tried_at=first, attempts=tried, status=status, wish=wish)
    end = first + rules.patience(status)
    if again is None:
        assert end <= NOW
    else:
        assert NOW < again <= end
        wanted = max(rules.pause(tried), min(wish or timedelta(0), timedelta(hours=24)))
        assert again == end or again == NOW + wanted


def test_a_receiver_that_is_away_is_tried_for_seven_days_and_then_parked() -> None:
    moment, tried = NOW, 0
    while True:
        tried += 1
        again = rules.next_try(now=moment, first_tried_at=NOW, attempts=tried, status=None, wish=None)
        if again is None:
            break
        moment = again
    assert moment - NOW == timedelta(days=7)
    assert 170 < tried < 185  # hourly in the end, so no flood


def test_refused_contents_are_set_aside_within_an_hour() -> None:
    late = NOW + timedelta(hours=1)
    for status in (400, 409, 413, 415, 422):
        assert rules.next_try(now=late, first_tried_at=NOW, attempts=9, status=status, wish=None) is None
    for other in (None, 401, 403, 404, 408, 429, 500, 503):
        assert rules.next_try(now=late, first_tried_at=NOW, attempts=9, status=other, wish=None) is not None


@given(st.integers(min_value=0, max_value=10**8))
def test_retry_after_in_seconds(seconds: int) -> None:
    assert rules.retry_after(f" {seconds} ", NOW) == timedelta(seconds=seconds)


def test_retry_after_as_date() -> None:
    assert rules.retry_after(format_datetime(NOW + timedelta(minutes=7)), NOW) == timedelta(minutes=7)
    assert rules.retry_after("Mon, 23 Nov 2026 08:05:00 -0000", NOW) == timedelta(minutes=5)
    assert rules.retry_after(format_datetime(NOW - timedelta(minutes=7)), NOW) is None


@given(st.text(max_size=40))
def test_retry_after_never_fails(text: str) -> None:
    found = rules.retry_after(text, NOW)
    assert found is None or found >= timedelta(0)
    assert rules.retry_after(None, NOW) is None


def answer_for(*pairs: tuple[int, str]) -> dict[str, object]:
    return {"results": [{"event_id": event_id, "status": status} for event_id, status in pairs]}


def test_a_whole_answer_comes_back_in_the_order_asked() -> None:
    answer = answer_for((9, "rejected"), (7, "accepted"), (8, "duplicate"), (999, "accepted"))
    found = rules.read_answer(answer, [7, 8, 9])
    assert found is not None
    assert [(result.event_id, result.status) for result in found] == [
        (7, ResultStatus.ACCEPTED),
        (8, ResultStatus.DUPLICATE),
        (9, ResultStatus.REJECTED),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"results": None},
        {"results": ["x"]},
        answer_for((7, "accepted")),  # 8 is missing
        answer_for((7, "accepted"), (8, "perhaps")),
        answer_for((7, "accepted"), (8, "accepted"), (8, "rejected")),
        {"results": [{"event_id": True, "status": "accepted"}, {"event_id": "8", "status": "accepted"}]},
        {"results": [{"event_id": 7, "status": ["accepted"]}]},
    ],
)
def test_anything_less_acknowledges_nothing(answer: object) -> None:
    assert rules.read_answer(answer, [7, 8]) is None


def test_reasons_are_made_fit_to_keep() -> None:
    entry = {"event_id": 1, "status": "rejected", "reason": "缺\0项" + "长" * 600, "code": 5}
    found = rules.read_answer({"results": [entry]}, [1])
    assert found is not None
    assert found[0].reason.startswith("缺项") and len(found[0].reason) <= 500 and found[0].code == ""


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://credit.hlj.gov.cn/push", True),
        ("http://credit.hlj.gov.cn/push", False),
        ("http://127.0.0.1:9000/push", True),
        ("http://[::1]:9000/push", True),
        ("http://localhost/push", True),
        ("http://localhost.evil.example/push", False),
        ("http://10.0.0.8/push", False),
        ("https://", False),
        ("ftp://127.0.0.1/", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_personal_data_goes_over_tls_or_stays_on_this_machine(url: str, allowed: bool) -> None:
    assert rules.address_allowed(url) is allowed
