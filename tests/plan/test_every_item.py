"""Every item of the catalog that a unit may hand in is usable by form, template workbook, file and interface, without code.

The ten administrative acts, the court's items, the abnormal-operation register, honours, commitments, contracts, arrears of
utilities (under a written agreement) and the rest.
"""

import csv
import io
import itertools
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from agencies.choices import Role, Scope
from agencies.models import Agency, Officer
from catalog.models import CatalogItem
from common.identifiers import make_id_number
from records import services
from records.choices import Channel
from records.models import CreditRecord, IntakeBatch
from records.persons.services import Person, register_consent
from tests import people
from tests.persons.samples import terms
from tests.plan.rows import item_today, provider_of, valid_row

pytestmark = pytest.mark.django_db
ITEMS = (
    "xzbc", "xzcf", "xzcj", "xzjc", "xzjf", "xzjl", "xzqr", "xzqz", "xzxk", "xzzs",
    "sxbzxr", "xjss", "sfcp", "jyyc", "djzc", "cxry", "xycn", "htly", "xypj", "zflf", "zscq", "zxsb", "ggsy",
)  # fmt: skip
# 职称和职业信息 is about persons alone and needs their consent; 严重失信主体名单 comes about by listing, not by handing in.
OTHERWISE = {"zczy", "yzsx"}
_numbers = itertools.count(31_000)


@pytest.fixture(autouse=True)
def _private_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path


def test_an_item_about_persons_alone_is_handed_in_by_every_road_once_they_consented() -> None:
    """职称和职业信息: no clause carries it, so every road asks for the consent, and takes the record once it is there."""
    item, agency = item_today("zczy"), provider_of("zczy")
    officer = people.officer(Role.SUBMITTER, code=agency.code)
    browser, roads = browser_of(officer), itertools.count(1)

    def row() -> dict[str, str]:
        number = next(roads)
        person = Person(f"宋小满{number}", "身份证", make_id_number("230402", date(1990, 1, number), number))
        about = {"subject_name": person.name, "subject_kind": "自然人", "subject_document_kind": "身份证",
                 "subject_document": person.document, "subject_uscc": "", "representative": ""}  # fmt: skip
        said = {field.code: about[field.role] for field in item.fields.all() if field.role in about}
        refused = by_file(agency, officer, item, "未同意.csv", csv_file(item, fresh(item, agency) | said))
        assert (refused.accepted, refused.rejected) == (0, 1), "nobody consented yet"
        register_consent(
            agency=agency, person=person, terms=terms(items=["zczy"], document_number=f"同意{number}")
        )
        return {code: value for code, value in (fresh(item, agency) | said).items() if value}

    by_form(browser, item, row())
    assert by_file(agency, officer, item, "一条.csv", csv_file(item, row())).accepted == 1
    assert by_file(agency, officer, item, "模板.xlsx", filled_template(browser, item, row())).accepted == 1
    by_interface(agency, item, row())
    taken = CreditRecord.objects.filter(item_code="zczy")
    assert sorted(taken.values_list("channel", flat=True)) == ["api", "file", "file", "form"]


def test_no_item_is_left_out() -> None:
    assert set(CatalogItem.objects.values_list("code", flat=True)) == {*ITEMS, *OTHERWISE}


def fresh(item: CatalogItem, agency: Agency) -> dict[str, str]:
    return valid_row(item, agency, next(_numbers))


def browser_of(officer: Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


def by_form(browser: Client, item: CatalogItem, row: dict[str, str]) -> None:
    several = {field.code for field in item.fields.all() if field.type == "codes"}
    typed: dict[str, object] = {
        code: value.split(";") if code in several else value for code, value in row.items()
    }
    if item.asks_procedure:
        typed |= {"_procedure": "ordinary", "_minor": "none"}
    answer = browser.post(f"/workbench/records/new/{item.code}/", typed | {"do": "check"})
    assert answer.status_code == 302, answer.content.decode()[:6000]
    assert "确认报送" in browser.get(answer.headers["Location"]).content.decode()
    assert browser.post(answer.headers["Location"], {"do": "hand_in"}).status_code == 302


def with_procedure(item: CatalogItem, row: dict[str, str]) -> dict[str, str]:
    return row | ({"适用程序": "普通程序", "轻微情形": "无"} if item.asks_procedure else {})


def by_file(agency: Agency, officer: Officer, item: CatalogItem, name: str, content: bytes) -> IntakeBatch:
    batch = services.open_batch(
        agency=agency,
        officer=officer,
        item_code=item.code,
        upload=SimpleUploadedFile(name, content),
        channel=Channel.FILE,
    )
    services.process_batch(batch.pk)
    batch.refresh_from_db()
    return batch


def csv_file(item: CatalogItem, row: dict[str, str]) -> bytes:
    labels = {field.code: field.label for field in item.fields.all()}
    said = with_procedure(item, row)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([labels.get(code, code) for code in said])
    writer.writerow(said.values())
    return out.getvalue().encode()


def filled_template(browser: Client, item: CatalogItem, row: dict[str, str]) -> bytes:
    book = load_workbook(io.BytesIO(browser.get(f"/workbench/items/{item.code}/template/").content))
    sheet = book.worksheets[0]
    codes = {line[0].value: line[1].value for line in book.worksheets[1].iter_rows(min_row=2)}
    said = with_procedure(item, row)
    sheet.append([said.get(codes.get(cell.value, ""), said.get(str(cell.value), "")) for cell in sheet[1]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_interface(agency: Agency, item: CatalogItem, row: dict[str, str]) -> None:
    number = next(row[field.code] for field in item.fields.all() if field.role == "document_number")
    body: dict[str, object] = {"item": item.code, "fields": row, "document": {"number": number}}
    if item.asks_procedure:
        body |= {"procedure": "普通程序", "minor": "无"}
    answer = Client().post(
        "/api/v1/records/",
        body,
        content_type="application/json",
        headers=people.bearer(people.client(Scope.RECORDS_SUBMIT, code=agency.code)),
    )
    assert answer.status_code == 201, answer.content.decode()


@pytest.mark.parametrize("code", ITEMS)
def test_an_item_is_handed_in_by_every_road(code: str) -> None:
    item, agency = item_today(code), provider_of(code)
    officer = people.officer(Role.SUBMITTER, code=agency.code)
    browser = browser_of(officer)
    by_form(browser, item, fresh(item, agency))
    batch = by_file(agency, officer, item, "一条.csv", csv_file(item, fresh(item, agency)))
    assert (batch.accepted, batch.rejected) == (1, 0)
    template = filled_template(browser, item, fresh(item, agency))
    batch = by_file(agency, officer, item, "模板.xlsx", template)
    assert (batch.accepted, batch.rejected) == (1, 0)
    by_interface(agency, item, fresh(item, agency))
    taken = CreditRecord.objects.filter(item_code=code)
    assert sorted(taken.values_list("channel", flat=True)) == ["api", "file", "file", "form"]
    # what may be published is published, what may not is not
    published = taken.filter(published_until__isnull=False).count()
    assert published == (4 if item.publicity == "public" and item.period_kind != "never" else 0)
