"""An officer hands in by form and by file; refusals come back where they belong; another agency's officer sees nothing."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from agencies.choices import Role
from agencies.models import Officer
from bench import samples
from catalog.models import CatalogItemUserObjectPermission
from records import services
from records.choices import Channel
from records.models import CreditRecord, IntakeBatch
from tests import people


def browser_of(officer: Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


@pytest.fixture
def submitter(db: None, settings: LazySettings, tmp_path: Path) -> Officer:
    settings.PRIVATE_ROOT = tmp_path
    return people.officer(Role.SUBMITTER)


@pytest.fixture
def row(submitter: Officer) -> samples.Row:
    unit = people.agency()
    row = next(iter(samples.penalties(1, samples.Unit(unit.name, unit.uscc), today=timezone.localdate())))
    samples.as_organisation(row)
    row["CF_JDRQ"] = (timezone.localdate() - timedelta(days=2)).isoformat()
    row["CF_YXQ"] = row["CF_GSJZQ"] = ""
    row["CF_CFLB"], row["CF_NR_FK"] = "罚款", "0.2"
    return row


def posted(row: samples.Row, **changes: str) -> dict[str, object]:
    values: dict[str, object] = {code: value for code, value in row.items() if code.isascii()}
    return {
        **values,
        "CF_CFLB": row["CF_CFLB"].split(";"),
        "_procedure": "ordinary",
        "_minor": "none",
        **changes,
    }


def test_the_form_takes_a_record_and_shows_it_with_its_history(submitter: Officer, row: samples.Row) -> None:
    browser = browser_of(submitter)
    page = browser.get("/workbench/records/new/xzcf/").content.decode()
    assert "行政相对人" in page and people.agency().uscc in page, "the system fills in what it knows"
    checked = browser.post("/workbench/records/new/xzcf/", posted(row))
    assert not CreditRecord.objects.exists(), "looked at once more before it is handed in"
    answer = browser.post(checked.headers["Location"], follow=True)
    record = CreditRecord.objects.get(document_number=row["CF_WSH"])
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/workbench/records/{record.pk}/"
    assert record.channel == "form"
    assert row["CF_WSH"] in page and "宋春生" in page and "公示中" in page


@pytest.mark.parametrize(
    ("changes", "code_sentence"),
    [
        ({"CF_XDR_SHXYM": "91230402MA0000000X"}, "GB 32100"),
        ({"_procedure": "summary"}, "简易程序"),
        ({"_minor": "first_minor"}, "初次违法"),
        ({"CF_JDRQ": "2020-05-06"}, "目录"),
        ({"CF_WSH": ""}, "文书"),
        ({"CF_CFJGDM": samples.organisation_code(7, "11")}, "报送"),
    ],
)
def test_what_the_rules_refuse_comes_back_with_the_clause(
    submitter: Officer, row: samples.Row, changes: dict[str, str], code_sentence: str
) -> None:
    answer = browser_of(submitter).post("/workbench/records/new/xzcf/", posted(row, **changes))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="#id_' in page, "the summary leads to the field"
    assert "请更正以下内容" in page and "依据：" in page and code_sentence in page
    assert not CreditRecord.objects.exists()


def test_who_decided_is_chosen_among_the_officers_own_units(submitter: Officer, row: samples.Row) -> None:
    """小宋 of 市监局 types neither names nor codes of units; the county's decision goes in under the county's name."""
    county, own = people.agency("luobei-shijian"), people.agency()
    browser = browser_of(submitter)
    page = browser.get("/workbench/records/new/xzcf/").content.decode()
    for field in ("CF_CFJGDM", "CF_SJLYDM"):
        select = page.partition(f'name="{field}"')[2].partition("</select>")[0]
        assert f'<option value="{own.uscc}" selected>{own.name}' in select
        assert f'<option value="{county.uscc}">{county.name}' in select and "公安局" not in select
    assert 'name="CF_CFJG"' not in page and 'name="CF_SJLY"' not in page
    typed = posted(row, CF_CFJGDM=county.uscc, CF_SJLYDM=own.uscc)
    del typed["CF_CFJG"], typed["CF_SJLY"]
    checked = browser.post("/workbench/records/new/xzcf/", typed).headers["Location"]
    assert county.name in browser.get(checked).content.decode()
    browser.post(checked, {"do": "hand_in"})
    record = CreditRecord.objects.get()
    assert (record.authority_name, record.authority_uscc) == (county.name, county.uscc)
    assert record.data["CF_SJLY"] == own.name


def test_a_unit_that_was_not_offered_is_answered_by_the_rule_beside_its_field(
    submitter: Officer, row: samples.Row
) -> None:
    police = people.agency("hg-gongan")
    typed = posted(row, CF_CFJG=police.name, CF_CFJGDM=police.uscc)
    page = browser_of(submitter).post("/workbench/records/new/xzcf/", typed).content.decode()
    error = page.partition('id="id_CF_CFJGDM_error">')[2].partition("</div>")[0]
    assert "请由“鹤岗市公安局”报送" in error and not CreditRecord.objects.exists()


def test_boxes_to_tick_say_nothing_of_semicolons(submitter: Officer) -> None:
    page = browser_of(submitter).get("/workbench/records/new/xzcf/").content.decode()
    hint = page.partition('id="id_CF_CFLB_helptext">')[2].partition("</div>")[0]
    assert hint == "可选多项" and "分号" not in page


def test_the_procedure_is_asked_only_of_items_that_tell_it_apart(submitter: Officer) -> None:
    page = browser_of(submitter).get("/workbench/batches/new/").content.decode()
    assert 'data-only-for="item xzcf"' in page and "（xzcf）" not in page
    assert '<option value="" selected>请选择' in page.partition('name="item"')[2]
    CatalogItemUserObjectPermission.objects.filter(content_object__code="xzcf").delete()
    assert "适用程序" not in browser_of(submitter).get("/workbench/batches/new/").content.decode()


def test_a_file_is_handed_in_watched_and_its_bad_rows_fetched(submitter: Officer, row: samples.Row) -> None:
    bad = {**row, "CF_WSH": row["CF_WSH"] + "之一", "CF_NR_FK": "两千"}
    content = samples.as_csv([row, bad], samples.COLUMNS)
    browser = browser_of(submitter)
    assert '<option value="" selected>请选择' in browser.get("/workbench/batches/new/").content.decode()
    answer = browser.post(
        "/workbench/batches/new/",
        {
            "agency": people.agency().pk,
            "item": "xzcf",
            "procedure": "",
            "file": SimpleUploadedFile("十一月.csv", content),
        },
        follow=True,
    )
    batch = IntakeBatch.objects.get()
    assert answer.redirect_chain[-1][0] == f"/workbench/batches/{batch.public_id}/"
    assert "hx-get" in answer.content.decode(), "the page goes on asking while the batch is under way"
    services.process_batch(batch.pk)
    page = browser.get(f"/workbench/batches/{batch.public_id}/").content.decode()
    assert "hx-get" not in page and "amount_invalid" in page
    returned = b"".join(browser.get(f"/workbench/batches/{batch.public_id}/rejections/?format=csv")).decode(
        "utf-8-sig"
    )
    assert "两千" in returned and "amount_invalid" in returned
    assert "十一月.csv" in browser.get("/workbench/batches/").content.decode()
    again = browser.get("/workbench/batches/new/").content.decode()
    assert '<option value="xzcf" selected>' in again, "the next file is most likely for the same item"
    assert row["CF_WSH"] in browser.get(f"/workbench/records/?number={row['CF_WSH']}").content.decode()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"PK\x03\x04 torn off", "已损坏"),
        ("b.csv", samples.as_csv([], samples.COLUMNS), "没有一行数据"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_beside_the_file_field(
    submitter: Officer, name: str, content: bytes, says: str
) -> None:
    answer = browser_of(submitter).post(
        "/workbench/batches/new/",
        {
            "agency": people.agency().pk,
            "item": "xzcf",
            "procedure": "ordinary",
            "file": SimpleUploadedFile(name, content),
        },
    )
    assert says in answer.content.decode().partition('id="id_file_error">')[2].partition("</div>")[0]
    assert not IntakeBatch.objects.exists()


def test_another_agencys_officer_sees_neither_batch_nor_record(submitter: Officer, row: samples.Row) -> None:
    browser = browser_of(submitter)
    browser.post(browser.post("/workbench/records/new/xzcf/", posted(row)).headers["Location"])
    record = CreditRecord.objects.get()
    stranger = browser_of(people.stranger())
    assert stranger.get(f"/workbench/records/{record.pk}/").status_code == 404
    assert row["CF_WSH"] not in stranger.get("/workbench/records/").content.decode()
    auditor = browser_of(people.officer(Role.AUDITOR, code="hg-yingji"))
    assert auditor.get(f"/workbench/records/{record.pk}/").status_code == 200


def test_a_filled_in_template_is_a_file_to_hand_in(submitter: Officer, row: samples.Row) -> None:
    browser = browser_of(submitter)
    book = load_workbook(BytesIO(browser.get("/workbench/items/xzcf/template/").content))
    sheet = book.worksheets[0]
    labels = [cell.value for cell in sheet[1]]
    assert {"行政处罚决定书文号", "适用程序", "轻微情形"} <= set(labels)
    assert any("普通程序" in str(one.formula1) for one in sheet.data_validations.dataValidation)
    codes = {line[0].value: line[1].value for line in book.worksheets[1].iter_rows(min_row=2)}
    sheet.append(
        [
            row.get(codes.get(label, ""), "") or {"适用程序": "普通程序", "轻微情形": "无"}.get(label, "")
            for label in labels
        ]
    )
    buffer = BytesIO()
    book.save(buffer)
    upload = SimpleUploadedFile("填好的模板.xlsx", buffer.getvalue())
    browser.post(
        "/workbench/batches/new/",
        {"agency": people.agency().pk, "item": "xzcf", "procedure": "", "file": upload},
    )
    batch = IntakeBatch.objects.get()
    services.process_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.accepted, batch.total) == ("done", 1, 1)


def test_a_waiting_workbook_tells_no_number_it_does_not_know(submitter: Officer, row: samples.Row) -> None:
    book = Workbook(write_only=True)  # writes rows before it could know how many
    sheet = book.create_sheet()
    sheet.append(list(samples.COLUMNS))
    sheet.append([row[name] for name in samples.COLUMNS])
    written = BytesIO()
    book.save(written)
    browser = browser_of(submitter)
    for content, told in (
        (written.getvalue(), "等待处理"),
        (samples.as_csv([row] * 3, samples.COLUMNS), "已处理 0 / 3 行"),
    ):
        batch = services.open_batch(
            agency=people.agency(), officer=submitter, item_code="xzcf", channel=Channel.FILE,
            upload=SimpleUploadedFile("处罚.xlsx", content),
        )  # fmt: skip
        assert told in browser.get(f"/workbench/batches/{batch.public_id}/").content.decode()


def test_pages_cost_the_same_however_many_records(
    submitter: Officer, row: samples.Row, django_assert_max_num_queries: object
) -> None:
    unit = people.agency()
    rows = list(samples.penalties(60, samples.Unit(unit.name, unit.uscc), today=timezone.localdate()))
    batch = services.open_batch(
        agency=unit, officer=submitter, item_code="xzcf", channel="file", declared_procedure="ordinary",  # type: ignore[arg-type]
        upload=SimpleUploadedFile("六十条.csv", samples.as_csv(rows, samples.COLUMNS)),
    )  # fmt: skip
    services.process_batch(batch.pk)
    browser = browser_of(submitter)
    record = CreditRecord.objects.first()
    assert record is not None
    limits = {
        "/workbench/": 19,
        "/workbench/batches/": 9,
        f"/workbench/batches/{batch.public_id}/": 8,
        "/workbench/records/": 9,
        f"/workbench/records/{record.pk}/": 18,
        f"/workbench/records/{record.pk}/versions/": 14,
        f"/workbench/subjects/{record.subject.public_id}/as-of/": 12,
        "/workbench/records/waiting/": 8,
    }
    for url, limit in limits.items():
        browser.get(url)  # what a connection prepares and a process reads once is no part of the page
        with django_assert_max_num_queries(limit):  # type: ignore[operator]
            assert browser.get(url).status_code == 200
