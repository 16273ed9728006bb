"""What is wrong with a form is sent back by the clause of what was handed in: the 双公示 standard speaks of 双公示 alone."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.choices import Role, Scope
from agencies.models import Agency
from catalog.clauses import basis_of, form_basis
from common.clock import today
from common.gates import CLAUSES, FORM, Refused
from records import services
from records.agreement.services import compare_list
from records.choices import Channel
from records.evidence.services import Author, correct_record
from records.fulfilment.services import report_status
from records.identity.services import rename_subject
from records.models import IntakeBatch
from tests import people
from tests.clauses import STANDARD
from tests.evidence.samples import WHY
from tests.identity.samples import chief, new_row
from tests.persons.samples import consent
from tests.plan.rows import item_today, provider_of, valid_row
from tests.workbench.test_handing_in import browser_of

pytestmark = pytest.mark.django_db
DOUBLE_PUBLICITY = ("xzcf", "xzxk")
OTHERS = ("htly", "djzc", "xzqz", "cxry")


def bases(refused: Refused) -> set[str]:
    return {one.basis for one in refused.refusals}


def spoilt(code: str, unit: Agency) -> dict[str, str]:
    """A row without its document's date (G5 of its form) and with a name that is too long."""
    item = item_today(code)
    row = valid_row(item, unit, 61_000)
    day = item.fields.get(role="decision_date").code
    name = item.fields.get(role="subject_name")
    return row | {day: "昨天", name.code: "长" * ((name.max_length or 200) + 1)}


@pytest.mark.parametrize("code", [*DOUBLE_PUBLICITY, *OTHERS])
def test_a_hand_in_cites_the_clause_of_its_item(code: str) -> None:
    item, unit = item_today(code), provider_of(code)
    said = {"procedure": "ordinary", "minor": "none"} if item.asks_procedure else {}
    with pytest.raises(Refused) as refused:
        services.accept_record(
            agency=unit, item_code=code, fields=spoilt(code, unit), channel=Channel.FORM, **said
        )
    found = {one.code: one.basis for one in refused.value.refusals}
    assert {"date_invalid", "field_too_long"} <= found.keys()
    expected = STANDARD if code in DOUBLE_PUBLICITY else form_basis(item)
    assert found["date_invalid"] == found["field_too_long"] == expected
    assert (STANDARD in found.values()) == (code in DOUBLE_PUBLICITY)
    assert code in DOUBLE_PUBLICITY or expected.startswith(basis_of(item)), "what the catalog names"


@pytest.mark.parametrize("code", ["xzxk", "htly"])
def test_rows_of_a_file_come_back_by_it_and_so_says_the_page(code: str) -> None:
    unit = provider_of(code)
    row = spoilt(code, unit)
    text = io.StringIO()
    csv.writer(text).writerows([list(row), list(row.values()), ["x"] * (len(row) + 1)])
    client = people.client(Scope.RECORDS_SUBMIT, code=unit.code)
    web = Client(headers=people.bearer(client))
    answer = web.post(
        "/api/v1/batches/", {"item": code, "file": SimpleUploadedFile("报送.csv", text.getvalue().encode())}
    )
    assert answer.status_code == 202, answer.content
    batch = IntakeBatch.objects.get()
    assert services.process_batch(batch.pk)
    report = b"".join(web.get(f"/api/v1/batches/{batch.public_id}/rejections/")).decode("utf-8-sig")  # type: ignore[arg-type]
    first, second = csv.DictReader(io.StringIO(report))
    clause = form_basis(item_today(code))
    assert clause in first["依据"].split("；") and clause in second["依据"].split("；")
    assert (STANDARD in report) == (code == "xzxk")
    officer = people.officer(Role.SUBMITTER, code=unit.code, username="reader")
    page = browser_of(officer).get(f"/workbench/batches/{batch.public_id}/").content.decode()
    assert clause in page and (STANDARD in page) == (code == "xzxk")


@pytest.mark.parametrize("code", ["xzxk", "cxry"])
def test_a_correction_and_a_comparison_are_held_to_it(code: str) -> None:
    item, unit = item_today(code), provider_of(code)
    fields = valid_row(item, unit, 61_001)
    record = services.accept_record(agency=unit, item_code=code, fields=fields, channel=Channel.FORM)
    with pytest.raises(Refused) as refused:
        correct_record(
            author=Author(unit, None), record_id=record.pk, version=record.version, why=WHY,
            fields={item.fields.get(role="decision_date").code: "昨天"},
        )  # fmt: skip
    assert bases(refused.value) == {form_basis(item)}
    with pytest.raises(Refused) as refused:
        compare_list(
            officer=people.officer(Role.REVIEWER, code=unit.code), agency=unit, item_code=code, as_of=today(),
            row={"number": record.document_number, "until": "昨天"},
        )  # fmt: skip
    assert FORM not in bases(refused.value) and STANDARD not in bases(refused.value)


def test_a_later_state_is_held_to_the_clause_of_its_item() -> None:
    item, unit = item_today("htly"), provider_of("htly")
    record = services.accept_record(
        agency=unit, item_code="htly", fields=valid_row(item, unit, 61_002), channel=Channel.FORM
    )
    with pytest.raises(Refused) as refused:
        report_status(record_id=record.pk, status="差不多", on=today())
    assert bases(refused.value) == {form_basis(item)}


def test_persons_identity_and_evidence_cite_their_own() -> None:
    with pytest.raises(Refused) as refused:
        consent(purpose=" ")
    assert all("第13条" in one for one in bases(refused.value))
    with pytest.raises(Refused) as refused:
        rename_subject(
            officer=chief(), subject_id=new_row().pk, name=" ", since=today(), document="", basis=""
        )
    assert {one.split("：")[0] for one in bases(refused.value)} == {"鹤信用发〔2022〕1号 第4条（1）"}
    web = Client(headers=people.bearer(people.client(Scope.RECORDS_SUBMIT)))
    htly = form_basis(item_today("htly"))
    for item, clause in (("", CLAUSES["item_unknown"].basis), ("xzxk", STANDARD), ("htly", htly)):
        answer = web.post("/api/v1/records/", {"item": item, "fields": {}}, content_type="application/json")
        assert clause in {one["basis"] for one in answer.json()["errors"]}, answer.json()
