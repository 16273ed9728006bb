"""Whether two rows are one body: never on a name, whatever else is said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.identity.choices import Ground
from records.identity.codes import canonical, code_of_key, codes_of, key_of, label
from records.identity.rules import (
    Body,
    Evidence,
    evidence_refusals,
    merge_refusals,
    mergeable_refusals,
    shared_codes,
    split_refusals,
)

ON = date(2026, 11, 20)
CODES = st.frozensets(
    st.sampled_from(
        [(kind, code) for kind in ("gszc", "zzjg", "swdj") for code in ("70226381X", "230402100000009")]
    ),
    max_size=3,
)
NAME = "鹤岗市双松商贸有限公司"


def body(*codes: tuple[str, str], kind: str = "organisation", name: str = NAME, **more: bool) -> Body:
    return Body(kind, name, frozenset(codes), **more)


def document(kept: str, other: str, **more: object) -> Evidence:
    values: dict[str, object] = {
        "document_kind": "变更登记通知书", "document_number": "〔2016〕12号", "document_issuer": "市场监管局",
        "document_date": ON, "kept_as": kept, "other_as": other,
    }  # fmt: skip
    return Evidence(Ground.DOCUMENT, "变更登记", "条例", **(values | more))  # type: ignore[arg-type]


IDENTIFIER = Evidence(Ground.IDENTIFIER, "换照", "条例")


@given(CODES, CODES, st.sampled_from(["organisation", "self_employed"]))
def test_without_a_common_code_or_a_document_the_same_name_never_suffices(
    one: frozenset, two: frozenset, kind: str
) -> None:
    kept, other = Body(kind, NAME, one), Body(kind, NAME, two - one)
    assert "identity_evidence_missing" in {
        found.code for found in merge_refusals(kept, other, IDENTIFIER, ON)
    }


@given(CODES, CODES)
def test_whatever_passes_shares_a_code(one: frozenset, two: frozenset) -> None:
    kept, other = Body("organisation", NAME, one), Body("organisation", "别的名称", two)
    assert bool(merge_refusals(kept, other, IDENTIFIER, ON)) is not bool(one & two)
    assert set(shared_codes(kept, other)) == one & two


@given(CODES, CODES, st.text(max_size=12), st.text(max_size=12))
def test_a_document_that_does_not_say_the_codes_names_nobody(
    one: frozenset, two: frozenset, first: str, second: str
) -> None:
    kept, other = (
        Body("organisation", NAME, one | {("gszc", "230402100000001")}),
        Body("organisation", NAME, two | {("zzjg", "70226381X")}),
    )
    said = canonical(first) in {code for _, code in kept.codes} and canonical(second) in {
        code for _, code in other.codes
    }
    assert bool(merge_refusals(kept, other, document(first, second), ON)) is not said


def test_a_body_without_any_code_is_named_by_its_name_and_a_document_alone() -> None:
    kept, nameless = body(("gszc", "230402100000001")), body(name="鹤岗市（旧）供销社")
    assert not merge_refusals(kept, nameless, document("230402100000001", "鹤岗市(旧)供销社"), ON)
    for text in ("", "鹤岗市供销社"):
        assert merge_refusals(kept, nameless, document("230402100000001", text), ON)


@pytest.mark.parametrize(
    ("kept", "other", "code"),
    [
        (body(kind="person"), body(), "identity_kind_not_allowed"),
        (body(), body(kind="person"), "identity_kind_not_allowed"),
        (body(), body(kind="self_employed"), "identity_kind_not_allowed"),
        (body(merged=True), body(), "identity_already_merged"),
        (body(), body(merged=True), "identity_already_merged"),
        (body(), body(absorbs=True), "identity_already_merged"),
    ],
)
def test_rows_that_cannot_be_joined(kept: Body, other: Body, code: str) -> None:
    assert [found.code for found in mergeable_refusals(kept, other)] == [code]
    assert not mergeable_refusals(body(absorbs=True), body())


@pytest.mark.parametrize(
    ("evidence", "pointers"),
    [
        (document("1", "2", document_kind=" "), {"/document_kind"}),
        (document("1", "2", document_number=""), {"/document_number"}),
        (document("1", "2", document_issuer=""), {"/document_issuer"}),
        (document("1", "2", document_date=None), {"/document_date"}),
        (document("1", "2", document_date=ON + timedelta(days=1)), {"/document_date"}),
        (document("1", "2", document_date=ON), set()),
        (document("2", "1"), {"/kept_as", "/other_as"}),
        (Evidence(Ground.IDENTIFIER, " ", ""), {"/reason", "/basis", "/ground"}),
    ],
)
def test_what_is_missing_is_said_at_its_field(evidence: Evidence, pointers: set[str]) -> None:
    kept, other = body(("gszc", "1")), body(("gszc", "2"))
    assert {found.pointer for found in evidence_refusals(kept, other, evidence, ON)} == pointers


def test_two_unified_codes_with_a_common_old_one() -> None:
    kept, other = body(("uscc", "A"), ("gszc", "1")), body(("uscc", "B"), ("gszc", "1"))
    assert [found.code for found in evidence_refusals(kept, other, IDENTIFIER, ON)] == [
        "identity_codes_differ"
    ]
    assert not evidence_refusals(kept, body(("uscc", "A")), IDENTIFIER, ON)


SOURCE, TARGET = body(("gszc", "1")), body(("gszc", "1"), ("uscc", "B"))
STATES, SILENT = frozenset({("uscc", "B")}), frozenset({("gszc", "1")})


@pytest.mark.parametrize(
    ("source", "target", "evidence", "stated", "pointers"),
    [
        (SOURCE, TARGET, IDENTIFIER, [STATES, STATES | SILENT], set()),
        (SOURCE, TARGET, IDENTIFIER, [STATES, SILENT], {"/records"}),
        (SOURCE, TARGET, IDENTIFIER, [], {"/records"}),
        (SOURCE, SOURCE, IDENTIFIER, [STATES], {"/code"}),
        (SOURCE, TARGET, document("1", "B"), [SILENT], set()),
        (SOURCE, TARGET, document("1", "C"), [SILENT], {"/other_as"}),
        (SOURCE, body(("uscc", "B"), kind="person"), IDENTIFIER, [STATES], {"/code"}),
        (SOURCE, TARGET, Evidence(Ground.IDENTIFIER, "", "条例"), [STATES], {"/reason"}),
    ],
)
def test_splitting(
    source: Body,
    target: Body,
    evidence: Evidence,
    stated: list[frozenset[tuple[str, str]]],
    pointers: set[str],
) -> None:
    assert {found.pointer for found in split_refusals(source, target, evidence, stated, ON)} == pointers


def test_codes_are_read_from_key_unified_code_and_the_rest() -> None:
    uscc = "91230402702263810X"
    assert codes_of("reg:230402100000001", "", {"zzjg": "7022638-1X", "swdj": ""}) == {
        ("gszc", "230402100000001"), ("zzjg", "70226381X"),
    }  # fmt: skip
    assert codes_of(f"uscc:{uscc}", uscc, {}) == {("uscc", uscc), ("zzjg", uscc[8:17])}
    assert codes_of("own:abc", "", {}) == codes_of("person:abc", "", {}) == frozenset()
    assert code_of_key("zzjg:7022638-1X") == ("zzjg", "70226381X")
    assert (key_of("gszc", " 23 "), key_of("zzjg", "a1")) == ("reg:23", "zzjg:A1")
    assert label(("gszc", "1")) == "工商注册号 1"
