"""10,000 penalties made from the field table, 3 % of them broken in every way the gates know, in three formats."""

from collections.abc import Iterator
from functools import cache

import pytest
from django.db import transaction

from bench import samples
from common.clock import today
from common.gates import CLAUSES, FORM
from records.choices import BatchStatus
from records.contents import all_values
from records.intake import rejections
from records.models import CreditRecord, IntakeBatch, RejectedRow
from tests.clauses import STANDARD
from tests.intake.conftest import HandIn

COUNT, BROKEN_EVERY = 10_000, 33
# Gates G1 to G5 as the interface promises them; item_unknown concerns a whole file, not a row.
ROW_CODES = {
    "item_not_in_force", "excluded_summary_procedure", "excluded_minor_corrected", "excluded_first_minor",
    "document_missing", "document_kind_not_allowed", "document_not_effective", "provider_not_authorised",
    "field_required", "field_too_long", "code_unknown", "identifier_invalid", "date_invalid",
    "date_in_future", "date_order", "amount_invalid", "duplicate",
}  # fmt: skip


@cache
def rows_and_mistakes(unit: samples.Unit) -> tuple[list[samples.Row], dict[int, str]]:
    """The rows, and by line of the file the code a broken row must come back with."""
    rows = list(samples.penalties(COUNT, unit, today=today()))
    wanted: dict[int, str] = {}
    ways = [*samples.BREAKAGES, None]
    for turn, place in enumerate(range(10, COUNT, BROKEN_EVERY)):
        way = ways[turn % len(ways)]
        if way is None:
            rows[place] = dict(rows[place - 1])
        else:
            way.spoil(rows[place], today())
        wanted[place + 2] = way.code if way else "duplicate"
    return rows, wanted


def in_formats(rows: list[samples.Row]) -> Iterator[tuple[str, bytes]]:
    yield "处罚.csv", samples.as_csv(rows, samples.COLUMNS)
    yield "处罚.csv", samples.as_csv(rows, samples.COLUMNS, encoding="gb18030")
    yield "处罚.xlsx", samples.as_xlsx(rows, samples.COLUMNS)


def _clause(code: str) -> str:
    """What 双公示 rows are sent back by: where the form is wrong, the standard for them."""
    return STANDARD if CLAUSES[code].basis == FORM else CLAUSES[code].basis


def check(batch: IntakeBatch, rows: list[samples.Row], wanted: dict[int, str]) -> None:
    """Everything the file must have come to, whatever its format and however often a worker died."""
    assert (batch.status, batch.error_detail) == (BatchStatus.DONE, "")
    doubles = sum(code == "duplicate" for code in wanted.values())
    assert batch.accepted + batch.rejected + batch.duplicate == batch.total == COUNT
    assert (batch.rejected, batch.duplicate) == (len(wanted) - doubles, doubles)
    for line in rejections.lines_of(batch):
        codes = [refusal.code for refusal in line.refusals]
        assert wanted[line.line] in codes, (line.line, codes)
        assert all(refusal.basis == _clause(refusal.code) for refusal in line.refusals)
        assert line.is_duplicate == (wanted[line.line] == "duplicate")
        assert line.cells == [rows[line.line - 2][column] for column in samples.COLUMNS]
    assert RejectedRow.objects.filter(batch=batch).count() == len(wanted)
    good = {row["CF_WSH"] for line, row in enumerate(rows, 2) if line not in wanted}
    stored = list(CreditRecord.objects.filter(batch=batch).values_list("document_number", flat=True))
    assert len(stored) == len(good)
    assert set(stored) == good


def test_every_code_of_the_row_gates_is_among_the_mistakes() -> None:
    assert {way.code for way in samples.BREAKAGES} | {"duplicate"} == ROW_CODES
    assert len(samples.BREAKAGES) >= 20


@pytest.mark.long
def test_good_rows_become_records_and_bad_rows_come_back_alike_in_every_format(
    hand_in: HandIn, unit: samples.Unit
) -> None:
    rows, wanted = rows_and_mistakes(unit)
    contents = []
    for name, content in in_formats(rows):
        with transaction.atomic():
            batch = hand_in(content, name)
            check(batch, rows, wanted)
            contents.append({bytes(one.fingerprint): all_values(one) for one in CreditRecord.objects.all()})
            transaction.set_rollback(True)
    assert len(contents) == 3
    assert contents[0] == contents[1] == contents[2]


def test_the_same_file_twice_creates_nothing_twice(hand_in: HandIn, unit: samples.Unit) -> None:
    rows = list(samples.penalties(300, unit, today=today()))
    first = hand_in(samples.as_csv(rows, samples.COLUMNS))
    again = hand_in(samples.as_xlsx(rows, samples.COLUMNS), "处罚.xlsx")
    assert (first.accepted, first.duplicate) == (300, 0)
    assert (again.accepted, again.rejected, again.duplicate) == (0, 0, 300)
    assert CreditRecord.objects.count() == 300
    said = [line.refusals[0].detail.partition("（") for line in rejections.lines_of(again)]
    assert {sentence for sentence, _, _ in said} == {
        "同一文书、同一主体的信息已经报送过，内容相同，无需重复报送"
    }
    assert {place.partition("，")[0] for _, _, place in said} == {f"{today()}报送的文件“处罚.csv”"}


def test_a_fact_handed_in_again_with_other_contents_is_not_overwritten(
    hand_in: HandIn, unit: samples.Unit
) -> None:
    row = next(samples.penalties(1, unit, today=today()))
    hand_in(samples.as_csv([row], samples.COLUMNS))
    before = CreditRecord.objects.get().data
    batch = hand_in(samples.as_csv([{**row, "CF_NR": "罚款人民币1元"}], samples.COLUMNS))
    assert batch.duplicate == 1
    (line,) = rejections.lines_of(batch)
    assert "内容不同，请走更正" in line.refusals[0].detail
    assert CreditRecord.objects.get().data == before


@pytest.mark.parametrize("ways", [samples.BREAKAGES], ids=["all"])
def test_one_bad_row_costs_no_other(
    hand_in: HandIn, unit: samples.Unit, ways: tuple[samples.Breakage, ...]
) -> None:
    rows = list(samples.penalties(len(ways) * 2, unit, today=today()))
    for number, way in enumerate(ways):
        way.spoil(rows[number * 2], today())
    batch = hand_in(samples.as_csv(rows, samples.COLUMNS))
    assert (batch.accepted, batch.rejected) == (len(ways), len(ways))
