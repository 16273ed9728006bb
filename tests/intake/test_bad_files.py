"""Files that cannot be taken: each refused at once with a code and a sentence, nothing kept, nothing written."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Agency, Officer
from bench import samples
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from records import services
from records.choices import Channel
from records.models import CreditRecord, IntakeBatch, Subject


@pytest.fixture
def rows(unit: samples.Unit) -> list[samples.Row]:
    return list(samples.penalties(20, unit, today=today()))


@pytest.fixture
def good(rows: list[samples.Row]) -> bytes:
    return samples.as_csv(rows, samples.COLUMNS)


class Sender:
    def __init__(self, agency: Agency, officer: Officer) -> None:
        self.agency, self.officer = agency, officer

    def __call__(
        self, content: bytes, name: str = "处罚.csv", *, item: str = "xzcf", procedure: str = ""
    ) -> IntakeBatch:
        return services.open_batch(
            agency=self.agency,
            officer=self.officer,
            item_code=item,
            upload=SimpleUploadedFile(name, content),
            channel=Channel.FILE,
            declared_procedure=procedure,
        )

    def refused(self, content: bytes, name: str = "处罚.csv", **how: str) -> Problem:
        """The problem a file comes back with; checks that nothing of it was kept."""
        with pytest.raises(Problem) as caught:
            self(content, name, **how)
        assert not IntakeBatch.objects.exists()
        assert not CreditRecord.objects.exists()
        assert not Subject.objects.exists()
        return caught.value


@pytest.fixture
def send(agency: Agency, officer: Officer) -> Sender:
    return Sender(agency, officer)


@pytest.fixture(autouse=True)
def _nothing_left_on_disk(db: None, tmp_path: Path) -> Iterator[None]:
    yield
    kept = {path.name for path in (tmp_path / "batches").glob("*")}
    assert len(kept) <= IntakeBatch.objects.count()


def workbook(*sheets: tuple[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        if hidden:
            book.worksheets()[-1].activate()
            book.worksheets()[-1].set_first_sheet()
    return buffer.getvalue()


def cells(rows: list[samples.Row]) -> list[list[object]]:
    return [list(samples.COLUMNS), *[[row[column] for column in samples.COLUMNS] for row in rows]]


@pytest.mark.parametrize(
    ("content", "status", "code", "says"),
    [
        (b"", 415, "file_unreadable", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 415, "file_unreadable", ".xls"),
        (b"%PDF-1.7 ...", 415, "file_unreadable", "PDF"),
        (b"\x89PNG\r\n\x1a\n", 415, "file_unreadable", "图片"),
        (b"PK\x03\x04 this is no archive", 415, "file_unreadable", "损坏"),
        ("行政相对人名称,处罚决定日期\n".encode("utf-16"), 415, "file_encoding_unknown", "UTF-16"),
        (b"CF_WSH,CF_SY\n1,a\0b\n", 422, "file_nul", "空字符"),
        ("今天,天气\n很,好\n".encode(), 422, "header_missing", "没有找到"),
        (b"\xa1\x20,\x81\x20\n", 422, "file_encoding_mixed", "第1行"),
    ],
    ids=["empty", "xls", "pdf", "png", "broken zip", "utf-16", "nul", "no header", "no text"],
)
def test_what_is_no_table_is_refused(send: Sender, content: bytes, status: int, code: str, says: str) -> None:
    problem = send.refused(content)
    assert (problem.status, problem.code) == (status, code)
    assert says in problem.detail
    assert problem.errors[0].pointer == "/file"


HEADER: list[object] = [*samples.COLUMNS]
_EMPTY: list[list[object]] = [[], ["", ""], [""] * len(samples.COLUMNS)]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (samples.as_csv([], samples.COLUMNS), "处罚.csv"),
        (samples.as_csv([], samples.COLUMNS) + b"\r\n,,,\r\n" * 250, "处罚.csv"),
        (workbook(("处罚", [HEADER])), "处罚.xlsx"),
        (
            workbook(("处罚", [["双公示行政处罚"], HEADER, *_EMPTY * 90]), ("说明", [["填报说明"]])),
            "处罚.xlsx",
        ),
    ],
    ids=["csv", "csv with empty rows", "workbook", "workbook with empty rows"],
)
def test_a_header_alone_is_no_batch(send: Sender, content: bytes, name: str) -> None:
    problem = send.refused(content, name)
    assert (problem.status, problem.code) == (400, "file_empty")
    assert [(error.pointer, error.code) for error in problem.errors] == [("/file", "file_empty")]
    assert "没有一行数据" in problem.detail


def test_a_row_behind_empty_ones_is_found(send: Sender, rows: list[samples.Row]) -> None:
    content = workbook(("处罚", [HEADER, *_EMPTY * 90, cells(rows)[1]]))
    assert send(content, "处罚.xlsx").expected
    header, row = samples.as_csv(rows[:1], samples.COLUMNS).splitlines(keepends=True)
    assert send(header + b"\r\n" * 250 + row).expected


def test_mixed_encodings_are_named_by_line(send: Sender, good: bytes) -> None:
    lines = good.decode("utf-8-sig").splitlines(keepends=True)
    mostly_utf8 = b"".join(
        line.encode("gb18030" if number == 5 else "utf-8") for number, line in enumerate(lines)
    )
    mostly_gb = b"".join(
        line.encode("utf-8" if number == 5 else "gb18030") for number, line in enumerate(lines)
    )
    for content, says in (
        (mostly_gb, "第6行是UTF-8编码，第1行却不是"),
        (mostly_utf8, "第1行是UTF-8编码，第6行却不是"),
    ):
        problem = send.refused(content)
        assert problem.code == "file_encoding_mixed"
        assert says in problem.detail


def test_an_open_quotation_mark_swallows_nothing(send: Sender, good: bytes) -> None:
    lines = good.decode("utf-8-sig").splitlines(keepends=True)
    lines[4] = '"' + lines[4]
    problem = send.refused("".join(lines).encode())
    assert problem.code == "file_unreadable"
    assert "双引号不成对" in problem.detail


def test_a_file_over_the_limit_is_refused(send: Sender, good: bytes, settings: LazySettings) -> None:
    settings.BATCH_MAX_BYTES = len(good) - 1
    problem = send.refused(good)
    assert (problem.status, problem.code) == (413, "file_too_large")


def test_a_zip_bomb_is_refused_before_it_unpacks(send: Sender) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 100_000_000)
    problem = send.refused(buffer.getvalue(), "处罚.xlsx")
    assert problem.code == "file_zip_bomb"
    assert "95MB" in problem.detail


def test_an_archive_that_is_no_workbook_is_refused(send: Sender, good: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("处罚.csv", good)
    assert send.refused(buffer.getvalue(), "处罚.xlsx").code == "file_unreadable"


def test_a_workbook_with_a_document_type_is_refused(send: Sender, rows: list[samples.Row]) -> None:
    whole = samples.as_xlsx(rows, samples.COLUMNS)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == "xl/workbook.xml":
                data = data.replace(b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook', 1)
            target.writestr(entry, data)
    problem = send.refused(buffer.getvalue(), "处罚.xlsx")
    assert (problem.code, "DTD" in problem.detail) == ("file_unreadable", True)


def test_a_damaged_workbook_is_refused_before_a_row_is_written(send: Sender, rows: list[samples.Row]) -> None:
    whole = bytearray(samples.as_xlsx(rows, samples.COLUMNS))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    middle = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    whole[middle] ^= 0xFF
    assert send.refused(bytes(whole), "处罚.xlsx").code == "file_unreadable"


def test_three_hundred_columns_are_refused(send: Sender, rows: list[samples.Row]) -> None:
    header = [*samples.COLUMNS, *(f"附加列{number}" for number in range(300 - len(samples.COLUMNS)))]
    problem = send.refused((",".join(header) + "\n").encode())
    assert (problem.code, "300列" in problem.detail) == ("file_too_many_columns", True)


def test_a_table_of_another_item_is_named(send: Sender, good: bytes) -> None:
    problem = send.refused(good, item="xzxk")
    assert problem.code == "header_of_other_item"
    assert "“行政处罚”（xzcf）" in problem.detail
    assert "“行政许可”（xzxk）" in problem.detail


def test_a_missing_required_column_is_named(send: Sender, rows: list[samples.Row]) -> None:
    columns = [name for name in samples.COLUMNS if name not in ("CF_SY", "CF_YJ")]
    problem = send.refused(samples.as_csv(rows, columns, columns))
    assert problem.code == "header_column_missing"
    assert problem.detail == "表头缺少必填列：违法事实、处罚依据"


def test_a_column_that_stands_twice_is_named(send: Sender, rows: list[samples.Row]) -> None:
    header = [*samples.COLUMNS, "处罚决定日期"]
    problem = send.refused(samples.as_csv(rows, header, [*samples.COLUMNS, "CF_JDRQ"]))
    assert (problem.code, "“处罚决定日期”" in problem.detail) == ("header_duplicate", True)


def test_the_procedure_must_be_stated_or_declared(send: Sender, rows: list[samples.Row]) -> None:
    columns = samples.PENALTY_COLUMNS
    content = samples.as_csv(rows, columns, columns)
    assert send.refused(content).code == "procedure_undeclared"
    with pytest.raises(Refused) as caught:
        send(content, procedure="summary")
    assert caught.value.refusals[0].code == "excluded_summary_procedure"
    assert send(content, procedure="ordinary").declared_procedure == "ordinary"


def test_an_item_the_catalog_does_not_know_is_refused(send: Sender, good: bytes) -> None:
    with pytest.raises(Refused) as caught:
        send(good, item="xyfs")
    assert [refusal.code for refusal in caught.value.refusals] == ["item_unknown"]
    assert not IntakeBatch.objects.exists()


def test_an_agency_without_a_route_is_refused_as_a_whole(
    agency: Agency, officer: Officer, good: bytes
) -> None:
    utility = Agency.objects.get(code="hg-gongre")
    with pytest.raises(Refused) as caught:
        Sender(utility, officer)(good)
    assert caught.value.refusals[0].code == "provider_not_authorised"
    assert "不是“行政处罚”的提供单位" in caught.value.refusals[0].detail


def test_two_sheets_with_rows_are_refused_and_hidden_ones_do_not_count(
    send: Sender, rows: list[samples.Row]
) -> None:
    table = cells(rows)
    problem = send.refused(workbook(("一月", table), ("二月", table)), "处罚.xlsx")
    assert problem.code == "file_several_sheets"
    assert "“一月”、“二月”" in problem.detail
    hidden = workbook(("旧表", [["说明"]]), ("数据", table), ("草稿", table))
    assert send.refused(hidden, "处罚.xlsx").code == "file_several_sheets"
    assert send(workbook(("草稿", table), ("数据", table), hidden=("草稿",)), "处罚.xlsx").columns == list(
        samples.COLUMNS
    )


def test_a_workbook_of_hidden_sheets_alone_is_refused(send: Sender, rows: list[samples.Row]) -> None:
    whole = samples.as_xlsx(rows, samples.COLUMNS)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == "xl/workbook.xml":
                data = data.replace(b'sheetId="1"', b'sheetId="1" state="hidden"')
            target.writestr(entry, data)
    problem = send.refused(buffer.getvalue(), "处罚.xlsx")
    assert (problem.code, "隐藏" in problem.detail) == ("file_unreadable", True)


def test_a_file_lost_from_the_store_fails_its_batch(
    send: Sender, good: bytes, settings: LazySettings
) -> None:
    batch = send(good)
    for kept in (Path(settings.PRIVATE_ROOT) / "batches").iterdir():
        kept.unlink()
    assert services.process_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.error_code, batch.total) == ("failed", "file_lost", 0)


def test_the_file_is_kept_encrypted_and_goes_when_the_batch_is_done(
    send: Sender, good: bytes, settings: LazySettings, django_capture_on_commit_callbacks: object
) -> None:
    batch = send(good)
    (kept,) = (Path(settings.PRIVATE_ROOT) / "batches").iterdir()
    stored = kept.read_bytes()
    assert "鹤执罚".encode() not in stored
    assert kept.stat().st_mode & 0o077 == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert services.process_batch(batch.pk)
    assert not kept.exists()
    assert not services.process_batch(batch.pk)
