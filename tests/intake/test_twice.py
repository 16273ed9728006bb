"""A fact that comes twice: whether it says the same is found out by opening and comparing, whatever stands sealed in it."""

from datetime import timedelta

import pytest

from agencies.models import Agency
from bench import samples
from common.clock import today
from records import services
from records.choices import EndReason
from records.intake import rejections
from records.models import CreditRecord, IntakeBatch
from records.services import batches
from tests.intake.conftest import HandIn


@pytest.fixture
def person(unit: samples.Unit) -> samples.Row:
    """A decision about a natural person: nearly all of it is sealed."""
    return next(row for row in samples.penalties(200, unit, today=today()) if row["CF_XDR_LB"] == "自然人")


def said(batch: IntakeBatch) -> list[tuple[str, str]]:
    return [(line.refusals[0].code, line.refusals[0].detail) for line in rejections.lines_of(batch)]


def handed_in(hand_in: HandIn, *rows: samples.Row) -> IntakeBatch:
    return hand_in(samples.as_csv(rows, samples.COLUMNS))


def test_what_is_sealed_is_compared_as_well(hand_in: HandIn, person: samples.Row) -> None:
    assert handed_in(hand_in, person).accepted == 1
    record = CreditRecord.objects.get()
    assert record.secret and "CF_NR" not in record.data
    ((code, detail),) = said(handed_in(hand_in, person))
    assert (code, "内容相同" in detail) == ("duplicate", True)
    ((code, detail),) = said(handed_in(hand_in, person | {"CF_NR": "罚款人民币1元"}))
    assert (code, "内容不同" in detail, f"编号为{record.pk}的信用记录" in detail) == ("duplicate", True, True)


@pytest.mark.parametrize("change", [{"BZ": "补充说明"}, {"CF_NR": "罚款人民币1元"}])
def test_within_one_file_the_first_one_counts(
    hand_in: HandIn, company: samples.Row, person: samples.Row, change: dict[str, str]
) -> None:
    batch = handed_in(hand_in, company, company, company | change, person, person, person | change)
    assert (batch.accepted, batch.duplicate) == (2, 4)
    assert ["内容相同" in detail for _, detail in said(batch)] == [True, False, True, False]
    assert [detail.partition("（")[2] for _, detail in said(batch)] == [
        "同一文件第2行）", "同一文件第2行）", "同一文件第5行）", "同一文件第5行）",
    ]  # fmt: skip


def test_it_is_said_where_the_fact_stands_and_to_other_units_whose_it_is(
    hand_in: HandIn, company: samples.Row
) -> None:
    """The county's decision comes in through the city's agency first, then from the county itself."""
    county = Agency.objects.get(code="luobei-shijian")
    row = company | {"CF_CFJG": county.name, "CF_CFJGDM": county.uscc}
    handed_in(hand_in, row)
    place = f"（{today()}报送的文件“处罚.csv”，记录编号{CreditRecord.objects.get().pk}）"
    assert place in said(handed_in(hand_in, row))[0][1]
    own = row | {"CF_SJLY": county.name, "CF_SJLYDM": county.uscc}
    ((code, detail),) = said(hand_in(samples.as_csv([own], samples.COLUMNS), by=county))
    assert code == "duplicate" and detail.endswith("但内容不同，请走更正（由“鹤岗市市场监督管理局”报送）")


def test_a_record_that_does_not_open_costs_no_other_row(
    hand_in: HandIn, company: samples.Row, person: samples.Row
) -> None:
    handed_in(hand_in, person)
    CreditRecord.objects.update(secret=b"\2d1" + bytes(40))
    batch = handed_in(hand_in, person, company)
    assert (batch.status, batch.accepted, batch.duplicate) == ("done", 1, 1)
    assert ["内容不同" in detail for _, detail in said(batch)] == [True]


@pytest.mark.parametrize(("days", "accepted"), [(5, 0), (0, 1)])
def test_a_record_whose_end_lies_ahead_still_keeps_its_fact(
    hand_in: HandIn, company: samples.Row, days: int, accepted: int
) -> None:
    handed_in(hand_in, company)
    services.end_record(
        officer=None,
        record_id=CreditRecord.objects.get().pk,
        on=today() + timedelta(days),
        reason=EndReason.ENTERED_WRONGLY,
        basis="报送单位撤回",
    )
    batch = handed_in(hand_in, company)
    assert (batch.accepted, batch.duplicate) == (accepted, 1 - accepted)


def test_a_chunk_refused_for_what_is_known_is_stored_without_it(
    hand_in: HandIn, unit: samples.Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every chunk but the first holds a row of the chunk before, and the last one a fact that ended for good."""
    monkeypatch.setattr(batches, "CHUNK_ROWS", 3)
    rows = list(samples.penalties(9, unit, today=today()))
    handed_in(hand_in, rows[8])
    gone = CreditRecord.objects.get()
    services.end_record(officer=None, record_id=gone.pk, on=today(), reason=EndReason.REVOKED, basis="判决")
    a, b, c, d, e, f, g, h, i = rows
    batch = handed_in(hand_in, a, b, c, c, d, e, e, f, g, g, h, i)
    assert (batch.status, batch.total, batch.accepted, batch.duplicate) == ("done", 12, 8, 4)
    assert [code for code, _ in said(batch)] == ["duplicate"] * 3 + ["document_not_effective"]
