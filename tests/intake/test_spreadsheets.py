"""What spreadsheets do to data: numbers for codes, serial days, formulas, title rows, empty rows, other writers' XML."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from bench import samples
from common.clock import today
from common.list_files import csv_blocks
from common.text_workbook import write_texts
from records.choices import BatchStatus
from records.intake import rejections
from records.models import CreditRecord, IntakeBatch
from tests.intake.conftest import HandIn, codes_by_line

COLUMN = {name: place for place, name in enumerate(samples.COLUMNS)}


@pytest.fixture
def row(unit: samples.Unit) -> samples.Row:
    row = next(samples.penalties(1, unit, today=today(), seed=3))
    samples.as_organisation(row)
    return row | {"CF_CFLB": "罚款", "CF_NR_FK": "0.2", "CF_NR_WFFF": "", "CF_NR_ZKDX": "", "CF_YXQ": ""}


def workbook(
    rows: list[samples.Row], touch: Callable[[Worksheet, xlsxwriter.Workbook], None], top: int = 0
) -> bytes:
    """Rows below `top` empty rows; `touch` writes over them what the test is about."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("行政处罚")
        sheet.write_row(top, 0, samples.COLUMNS)
        for number, one in enumerate(rows, top + 1):
            for name, place in COLUMN.items():
                if one[name]:
                    sheet.write_string(number, place, one[name])
        touch(sheet, book)
    return buffer.getvalue()


def detail_of(batch: IntakeBatch, line: int, code: str) -> str:
    found = [one for row in rejections.lines_of(batch) if row.line == line for one in row.refusals]
    return next(one.detail for one in found if one.code == code)


def test_codes_stored_as_numbers_come_back_with_the_cure(hand_in: HandIn, row: samples.Row) -> None:
    def touch(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_number(1, COLUMN["CF_XDR_SHXYM"], 912304021234567890)
        sheet.write_string(1, COLUMN["CF_FR_ZJLX"], "身份证")
        sheet.write_number(1, COLUMN["CF_FR_ZJHM"], 230402199001011234)

    batch = hand_in(workbook([row], touch), "a.xlsx")
    assert codes_by_line(batch) == {2: {"identifier_invalid"}}
    assert "把该列设为文本格式" in detail_of(batch, 2, "identifier_invalid")


def test_short_numbers_in_text_columns_are_texts(hand_in: HandIn, row: samples.Row) -> None:
    def touch(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_number(1, COLUMN["CF_WSH"], 2026000123)
        sheet.write_number(1, COLUMN["CF_XDR_GSZC"], 230402600012345)
        sheet.write_number(1, COLUMN["BZ"], 1.5)
        sheet.write_boolean(1, COLUMN["CF_XDR_SHZZ"], True)

    assert hand_in(workbook([row], touch), "a.xlsx").accepted == 1
    record = CreditRecord.objects.get()
    assert record.document_number == "2026000123"
    assert (record.data["CF_XDR_GSZC"], record.data["BZ"]) == ("230402600012345", "1.5")


def test_days_come_as_serials_formatted_dates_and_numbers(hand_in: HandIn, row: samples.Row) -> None:
    def touch(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        day, moment = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"num_format": 22})
        sheet.write_number(1, COLUMN["CF_JDRQ"], 45296)
        sheet.write_number(2, COLUMN["CF_JDRQ"], 45296, day)
        sheet.write_number(3, COLUMN["CF_JDRQ"], 45296.75, moment)
        sheet.write_number(4, COLUMN["CF_JDRQ"], 20240105)
        sheet.write_number(5, COLUMN["CF_JDRQ"], 12)
        sheet.write_number(1, COLUMN["BZ"], 45296, day)

    rows = [row | {"CF_WSH": f"鹤〔2024〕{number}号"} for number in range(5)]
    batch = hand_in(workbook(rows, touch), "a.xlsx")
    assert codes_by_line(batch) == {6: {"date_invalid"}}
    assert {str(day) for day in CreditRecord.objects.values_list("decision_date", flat=True)} == {
        "2024-01-05"
    }
    assert CreditRecord.objects.get(document_number="鹤〔2024〕0号").data["BZ"] == "2024-01-05"


def test_the_1904_calendar_is_heeded(hand_in: HandIn, row: samples.Row) -> None:
    def touch(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_number(1, COLUMN["CF_JDRQ"], 45296 - 1462, day)

    whole = workbook([row], touch)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == "xl/workbook.xml":
                data = data.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
            target.writestr(entry, data)
    assert hand_in(buffer.getvalue(), "a.xlsx").accepted == 1
    assert str(CreditRecord.objects.get().decision_date) == "2024-01-05"


def test_formulas_count_by_their_result(hand_in: HandIn, row: samples.Row) -> None:
    def touch(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_formula(1, COLUMN["CF_NR_FK"], "=0.1+0.2", None, 0.30000000000000004)
        sheet.write_formula(1, COLUMN["CF_WFXW"], '="超限"&"运输"', None, "超限运输")
        sheet.write_formula(2, COLUMN["CF_WFXW"], "=A1/0", None, "#DIV/0!")
        sheet.write_formula(3, COLUMN["CF_WFXW"], "=A1", None, "")

    rows = [row | {"CF_WSH": f"鹤〔2024〕{number}号"} for number in range(3)]
    whole = workbook(rows, touch)
    # A program that writes formulas without computing them leaves the cell without a value.
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            target.writestr(entry, data.replace(b"<f>A1</f><v></v>", b"<f>A1</f>"))
    batch = hand_in(buffer.getvalue(), "a.xlsx")
    assert codes_by_line(batch) == {3: {"code_unknown"}, 4: {"code_unknown"}}
    assert "#DIV/0!" in detail_of(batch, 3, "code_unknown")
    assert "公式没有计算结果" in detail_of(batch, 4, "code_unknown")
    data = CreditRecord.objects.get().data
    assert (data["CF_NR_FK"], data["CF_WFXW"]) == ("0.3", "超限运输")


def test_merged_titles_above_and_empty_rows_below_are_passed_over(hand_in: HandIn, row: samples.Row) -> None:
    def touch(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.merge_range(0, 0, 1, 8, "鹤岗市行政处罚信息报送表", book.add_format({"bold": True}))
        sheet.write_string(2, 0, "填报单位：鹤岗市市场监督管理局")
        bordered = book.add_format({"border": 1})
        for number in range(6, 300):
            sheet.write_row(number, 0, [""] * 5, bordered)

    batch = hand_in(workbook([row, {**row, "CF_WSH": ""}], touch, top=3), "a.xlsx")
    assert (batch.total, batch.accepted) == (2, 1)
    assert codes_by_line(batch) == {6: {"document_missing", "field_required"}}


def test_headers_may_be_labels_in_any_width_with_stars_and_spaces(hand_in: HandIn, row: samples.Row) -> None:
    labels = {
        "CF_XDR_SHXYM": "*行政相对人代码_1（统一社会信用代码）",
        "CF_NR_FK": "罚款金额(万元)",
        "CF_JDRQ": " 处罚 决定日期： ",
        "CF_WSH": "ＣＦ＿ＷＳＨ",
    }
    header = [labels.get(name, name) for name in samples.COLUMNS]
    assert hand_in(samples.as_csv([row], header)).accepted == 1


def test_other_programs_workbooks_are_read(hand_in: HandIn, row: samples.Row) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(samples.COLUMNS))
    sheet.append([row[name] or None for name in samples.COLUMNS])
    sheet.cell(2, COLUMN["CF_JDRQ"] + 1).value = None
    buffer = io.BytesIO()
    book.save(buffer)
    batch = hand_in(buffer.getvalue(), "a.xlsx")
    assert codes_by_line(batch) == {2: {"field_required"}}


def test_prefixes_inline_and_rich_texts_are_read(hand_in: HandIn, row: samples.Row) -> None:
    """A workbook as some document libraries write it: prefixed elements, attributes in another order, no references, and
    characters written as two escapes, of which one may have got lost."""
    row["CF_SY"] = "事由_xD83D__xDE00_和_xD83D_"
    cells = "".join(
        f'<x:c t="inlineStr"><x:is><x:r><x:t>{row[name][:2]}</x:t></x:r><x:r><x:t xml:space="preserve">{row[name][2:]}</x:t>'
        f"</x:r><x:rPh><x:t>pinyin</x:t></x:rPh></x:is></x:c>"
        for name in samples.COLUMNS
    )
    header = "".join(f'<x:c t="inlineStr"><x:is><x:t>{name}</x:t></x:is></x:c>' for name in samples.COLUMNS)
    main = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/worksheet" '
            f'Target="/xl/worksheets/s.xml"/></Relationships>',
        )
        target.writestr(
            "xl/workbook.xml",
            f'<x:workbook {main} xmlns:r="{office}"><x:sheets><x:sheet name="a" sheetId="1" r:id="r1"/></x:sheets></x:workbook>',
        )
        target.writestr(
            "xl/worksheets/s.xml",
            f"<x:worksheet {main}><x:sheetData><x:row>{header}</x:row><x:row/><x:row>{cells}</x:row></x:sheetData></x:worksheet>",
        )
    batch = hand_in(buffer.getvalue(), "a.xlsx")
    assert (batch.status, batch.accepted) == (BatchStatus.DONE, 1)
    record = CreditRecord.objects.get()
    assert (record.document_number, record.data["CF_SY"]) == (row["CF_WSH"], "事由😀和\ufffd")


def test_special_characters_survive(hand_in: HandIn, row: samples.Row) -> None:
    odd = 'a&b <c> "d" \\N \\ 换\n行\t制表 𠮷 _x0041_'
    for content, name in (
        (samples.as_csv([row | {"CF_SY": odd, "CF_WSH": "甲\\1"}], samples.COLUMNS), "a.csv"),
        (samples.as_xlsx([row | {"CF_SY": odd, "CF_WSH": "乙\\2"}], samples.COLUMNS), "a.xlsx"),
    ):
        assert hand_in(content, name).accepted == 1
    assert {(record.document_number, record.data["CF_SY"]) for record in CreditRecord.objects.all()} == {
        ("甲\\1", odd),
        ("乙\\2", odd),
    }


def test_a_row_that_slipped_is_refused_and_short_rows_are_filled_up(
    hand_in: HandIn, row: samples.Row
) -> None:
    lines = samples.as_csv([row, row | {"CF_WSH": "鹤〔2024〕2号", "BZ": ""}], samples.COLUMNS).decode(
        "utf-8-sig"
    )
    header, first, second = lines.splitlines()
    batch = hand_in("\n".join([header, first + ",多余", second.rstrip(","), "", ""]).encode())
    assert codes_by_line(batch) == {2: {"field_too_long"}}
    assert "多出1列" in detail_of(batch, 2, "field_too_long")
    assert (batch.total, batch.accepted) == (2, 1)


def test_the_rejected_rows_come_back_corrected_in_both_formats(hand_in: HandIn, row: samples.Row) -> None:
    """Formulas are defused on the way out and are what they were when the file comes back."""
    evil = '=cmd|" /C calc"!A0'
    rows = [
        row | {"CF_WSH": "鹤〔2024〕1号", "CF_SY": evil, "CF_YJ": ""},
        row | {"CF_WSH": "鹤〔2024〕2号", "CF_SY": "@SUM(A1)", "CF_YJ": "-3", "CF_NR": ""},
        row
        | {
            "CF_WSH": "鹤〔2024〕3号",
            "CF_SY": "'=引号在前",
            "CF_YJ": "",
            "CF_XDR_SHXYM": "+8" + row["CF_XDR_SHXYM"],
        },
    ]
    batch = hand_in(samples.as_csv(rows, samples.COLUMNS))
    assert (batch.accepted, batch.rejected) == (0, 3)
    table = list(rejections.table(batch))
    assert table[0] == [*samples.COLUMNS, "行号", "错误代码", "错误说明", "依据"]
    assert [line[len(samples.COLUMNS)] for line in table[1:]] == ["2", "3", "4"]
    assert table[3][len(samples.COLUMNS) + 1] == "identifier_invalid；field_required"
    assert not [cell for line in table[1:] for cell in line if cell[:1] in "=+-@" and cell]

    book = io.BytesIO()
    write_texts(book, "退回的行", rejections.table(batch))
    for content, name in (
        (b"".join(csv_blocks(rejections.table(batch))), "退回.csv"),
        (book.getvalue(), "退回.xlsx"),
    ):
        again = hand_in(content, name)
        assert codes_by_line(again) == codes_by_line(batch)
        assert again.columns == list(samples.COLUMNS)
        assert [line.cells for line in rejections.lines_of(again)] == [
            line.cells for line in rejections.lines_of(batch)
        ]
    sheet = openpyxl.load_workbook(book).active
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)

    fixed = [one | {"CF_YJ": "某依据", "CF_NR": "罚款", "CF_XDR_SHXYM": row["CF_XDR_SHXYM"]} for one in rows]
    assert hand_in(samples.as_csv(fixed, samples.COLUMNS)).accepted == 3
    assert {record.data["CF_SY"] for record in CreditRecord.objects.all()} == {evil, "@SUM(A1)", "=引号在前"}
