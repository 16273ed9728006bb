"""Finding the header: labels or codes, any width, below titles, and the mistakes officers make."""

from collections.abc import Sequence

import pytest

from records.rules.facts import Layout
from records.rules.headers import Header, HeaderProblem, find
from tests.records.sheets import layout

OURS = layout()
CODES = [field.code for field in OURS.fields]
LICENCE = Layout.of(
    "xzxk",
    "行政许可",
    tuple(layout("CFLB", "FK", "GSQ", "LYDM", "FR", "ZC", "JG_SWDJ", "JG_SYDW", "YXQ").fields),
    asks_procedure=False,
)


def problem(rows: Sequence[Sequence[str]], others: Sequence[Layout] = ()) -> HeaderProblem:
    with pytest.raises(HeaderProblem) as caught:
        find(rows, OURS, lambda: others)
    return caught.value


def test_labels_codes_and_platform_columns_are_known() -> None:
    header = find([["说明"], [], ["ＭＣ", "*lb列：", *CODES[2:], "适用 程序", "经办人"]], OURS)
    assert (header.row, header.width) == (3, len(CODES) + 2)
    assert header.positions == {**{code: place for place, code in enumerate(CODES)}, "适用程序": len(CODES)}
    assert header.titles == ("ＭＣ", "*lb列：", *CODES[2:], "适用 程序", "经办人")
    assert header.kept == tuple(range(len(CODES) + 2))


def test_the_columns_of_a_report_are_left_out() -> None:
    header = find([["行号", *CODES, "错误代码", "错误说明", "依据", "", ""]], OURS)
    assert header == Header(1, len(CODES) + 4, {code: place + 1 for place, code in enumerate(CODES)}, tuple(range(1, len(CODES) + 1)), tuple(CODES))  # fmt: skip


def test_the_required_columns_alone_are_enough() -> None:
    assert find([["MC", "LB", "WSH", "JDRQ", "JGDM"]], OURS).row == 1


@pytest.mark.parametrize(
    ("rows", "code", "says"),
    [
        ([], "header_missing", "没有找到“行政处罚”的表头，"),
        ([["2026年度汇总"], ["甲", "乙", ""]], "header_missing", "最接近的一行：2026年度汇总"),
        ([["MC", "LB"]], "header_missing", "最接近的一行：MC、LB"),
        ([[code for code in CODES if code not in ("WSH", "JDRQ")]], "header_column_missing", "WSH列、JDRQ列"),
        ([[*CODES, "WSH列"]], "header_duplicate", "“WSH列”出现了两次"),
        ([[*CODES, "适用程序", "适用程序"]], "header_duplicate", "“适用程序”出现了两次"),
        ([["x"] * 101], "file_too_many_columns", "101列"),
    ],
)
def test_what_is_wrong_is_said(rows: list[list[str]], code: str, says: str) -> None:
    found = problem(rows)
    assert (found.code, says in found.detail) == (code, True)


def test_a_table_of_another_item_is_recognised() -> None:
    other = Layout.of(
        "xyjl", "奖励", layout("MC", "LB", "WSH", "JDRQ", "JGDM").fields[:5], asks_procedure=False
    )
    rows = [[field.code for field in other.fields]]
    assert problem(rows, [LICENCE, other]).code == "header_of_other_item"
    assert "“奖励”（xyjl）" in problem(rows, [LICENCE, other]).detail
    assert problem([["甲"]], [LICENCE, other]).code == "header_missing"
    with pytest.raises(HeaderProblem, match="header_missing"):
        find(rows, OURS)
