"""The pure rules, clause by clause, and what holds for every correction whatever its dates."""

from dataclasses import astuple
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import FieldRole, FieldType, PeriodKind
from records.evidence import rules
from records.evidence.choices import DEMANDING, OVERTURNING, Outcome
from records.rules.facts import FieldFacts, Layout

DAY = date(2026, 11, 20)
_DATES = st.none() | st.dates(date(2024, 1, 1), date(2031, 12, 31))
_ENDS = st.builds(rules.Ends, _DATES, _DATES, _DATES, _DATES)


def field(code: str, role: str) -> FieldFacts:
    return FieldFacts(code, code, FieldType.TEXT, None, None, None, False, {}, (), role, False)


LAYOUT = Layout.of(
    "xzcf",
    "行政处罚",
    (
        field("LB", FieldRole.SUBJECT_KIND),
        field("SHXYM", FieldRole.SUBJECT_USCC),
        field("GSZC", FieldRole.SUBJECT_REGISTRATION),
        field("ZZJG", FieldRole.SUBJECT_CODE),
        field("ZJLX", FieldRole.SUBJECT_DOCUMENT_KIND),
        field("ZJHM", FieldRole.SUBJECT_DOCUMENT),
    ),
    asks_procedure=True,
)


def correction(before: rules.Ends, after: rules.Ends, **changes: object) -> rules.Correction:
    values = {
        "changed": {"CF_NR"},
        "moves_subject": False,
        "document_number": "",
        "document_date": None,
        "softening": False,
    }
    return rules.Correction(before=before, after=after, **{**values, **changes})  # type: ignore[arg-type]


def codes(refusals: list[object]) -> list[str]:
    return [one.code for one in refusals]  # type: ignore[attr-defined]


@given(_ENDS, _ENDS, st.booleans(), st.booleans())
def test_no_correction_lengthens_without_its_document_or_reopens(
    before: rules.Ends, after: rules.Ends, documented: bool, softening: bool
) -> None:
    named = {"document_number": "鹤市监补〔2026〕1号", "document_date": DAY} if documented else {}
    refused = rules.correction_refusals(correction(before, after, softening=softening, **named), DAY)
    pairs = list(zip(astuple(before), astuple(after), strict=True))
    later = [(old, new) for old, new in pairs if new is not None and new > (old or date.min)]
    if not refused:
        assert not later or (documented and not softening)
        assert all(old is None or old >= DAY for old, _ in later)
    if not later:
        assert not refused


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"SHXYM": "91230402MA1000001X"}, {"SHXYM": "91230402ma1000001x"}, True),
        ({"SHXYM": "91230402MA1000001X"}, {"SHXYM": "91230402MA1000002X"}, False),
        ({"SHXYM": "91230402MA1000001X"}, {"SHXYM": "91230402MA1000001X", "GSZC": "230402600000001"}, True),
        ({"SHXYM": "0" * 17 + "X", "GSZC": "230402600000001"}, {"GSZC": "230402600000001"}, True),
        ({"GSZC": "230402600000001"}, {"GSZC": "230402600000001", "SHXYM": "91230402MA1000001X"}, False),
        ({"ZZJG": "MA100000-1"}, {"ZZJG": "MA100000-2"}, False),
        ({}, {}, True),
        ({}, {"ZZJG": "MA100000-1"}, False),
        (
            {"LB": "自然人", "ZJLX": "身份证", "ZJHM": "1"},
            {"LB": "自然人", "ZJLX": "身份证", "ZJHM": "2"},
            False,
        ),
        (
            {"LB": "自然人", "ZJLX": "身份证", "ZJHM": "1x"},
            {"LB": "自然人", "ZJLX": "身份证", "ZJHM": "1X"},
            True,
        ),
        ({"LB": "自然人", "ZJHM": "1"}, {"LB": "个体工商户", "ZJHM": "1"}, False),
    ],
)
def test_only_codes_identify(one: dict[str, str], other: dict[str, str], same: bool) -> None:
    assert (rules.identity(LAYOUT, one) == rules.identity(LAYOUT, other)) is same


@pytest.mark.parametrize(
    ("text", "code"), [("", "reason_missing"), ("  ", "reason_missing"), ("字" * 501, "field_too_long")]
)
def test_every_change_says_why(text: str, code: str) -> None:
    assert codes(rules.said(text)) == [code]
    assert rules.said("金额有误") == []


@pytest.mark.parametrize(
    ("reason", "ended_on", "shared_until", "found"),
    [
        ("entered_wrongly", None, DAY, []),
        ("wrong_subject", DAY + timedelta(1), DAY, []),
        ("not_collectable", None, None, []),
        ("revoked", None, DAY, ["code_unknown"]),
        ("entered_wrongly", DAY, DAY, ["record_over"]),
        ("entered_wrongly", None, DAY - timedelta(1), ["record_over"]),
    ],
)
def test_withdrawals(reason: str, ended_on: date | None, shared_until: date | None, found: list[str]) -> None:
    refused = rules.withdrawal_refusals(
        reason=reason, explanation="理由", ended_on=ended_on, shared_until=shared_until, on=DAY
    )
    assert codes(list(refused)) == found


@given(st.sampled_from(Outcome.values), st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_what_an_outcome_makes_of_a_record(outcome: str, due: date) -> None:
    ends = rules.ends_on(outcome, due=due, noted_on=DAY)
    assert (ends is not None) == (outcome in DEMANDING)
    if outcome in OVERTURNING:
        assert ends == DAY
    elif ends is not None:
        assert ends > due and ends >= DAY


@pytest.mark.parametrize(
    ("outcome", "noted", "settled", "on", "late"),
    [
        (Outcome.REVOKED, 0, [], 9, False),
        (Outcome.REVOKED, 1, [], 9, True),
        (Outcome.CHANGED, -3, [], 0, False),
        (Outcome.CHANGED, -3, [], 1, True),
        (Outcome.CHANGED, -3, [0], 9, False),
        (Outcome.CHANGED, -3, [1], 9, True),
        (Outcome.CHANGED, -3, [5, -1], 9, False),
    ],
)
def test_the_deadline_counts_the_day_the_consequence_was_drawn(
    outcome: Outcome, noted: int, settled: list[int], on: int, late: bool
) -> None:
    days = [DAY + timedelta(days=one) for one in settled]
    noted_on, asked = DAY + timedelta(days=noted), DAY + timedelta(days=on)
    assert rules.is_late(outcome, due=DAY, noted_on=noted_on, settled=days, on=asked) is late


def test_which_clock_runs() -> None:
    assert rules.deadline_code(PeriodKind.PENALTY) == "penalty-withdraw"
    assert rules.deadline_code(PeriodKind.VALIDITY) == "record-withdraw"


@pytest.mark.parametrize(
    ("ended_on", "reason", "again"),
    [
        (None, "", False),
        (DAY + timedelta(1), "changed", True),
        (DAY, "changed", False),
        (DAY + timedelta(1), "repaired", False),
    ],
)
def test_only_an_end_set_ahead_for_a_change_is_taken_back(
    ended_on: date | None, reason: str, again: bool
) -> None:
    assert rules.reopened(ended_on, reason, DAY) is again


def test_a_correction_is_opened_on_a_known_ground() -> None:
    refused = rules.opening_refusals(
        ground="because", explanation="", ended_on=DAY, shared_until=None, on=DAY
    )
    assert codes(list(refused)) == ["reason_missing", "code_unknown", "record_over"]


def test_an_own_correction_only_takes_force_away() -> None:
    refused = rules.outcome_refusals(
        open_now=True, kind="supervision", outcome="upheld", document="1号", decided_on=DAY, since=DAY, on=DAY
    )
    assert codes(list(refused)) == ["code_unknown"]
