"""Consents and the own report as officers, machines and the person meet them."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pypdf import PdfReader

from agencies.choices import Role, Scope
from agencies.models import Officer
from common.clock import today
from common.identifiers import make_id_number
from records import services as records
from records.choices import Channel
from records.models import CreditRecord
from records.persons.models import Consent, PersonReport
from records.sharing.choices import PersonProof
from records.sharing.models import LookUp
from records.sharing.services import look_up
from tests import people
from tests.factories import make_licence
from tests.intake.conftest import codes_by_line
from tests.persons.samples import ADULT, consent, fields, honour, submitter, to_publication
from tests.sharing.samples import approved

pytestmark = pytest.mark.django_db
BASE = "/workbench/persons/"
OTHER = make_id_number("230402", date(1991, 2, 3), 8)


def _png() -> bytes:
    sink = BytesIO()
    Image.new("RGB", (8, 8), "white").save(sink, "PNG")
    return sink.getvalue()


PNG = _png()


def browser(who: Officer) -> Client:
    client = Client()
    client.force_login(who)
    return client


def form(**changes: object) -> dict[str, object]:
    return {
        "name": ADULT.name, "document_kind": "身份证", "document": ADULT.document, "kind": "collection",
        "purpose": "记录获得的荣誉", "items": ["cxry"], "allows": ["sharing", "use"], "method": "由授予机关报送",
        "scope": "在本市公共信用信息系统内使用", "rights_told": "on", "given_by": "self", "means": "paper",
        "document_number": "同意〔2026〕1号", "given_on": f"{today()}", "valid_from": f"{today()}",
        "valid_until": f"{today() + timedelta(days=365)}", **changes,
    }  # fmt: skip


def test_an_officer_registers_uses_and_withdraws_a_consent() -> None:
    song = browser(submitter())
    page = song.post(f"{BASE}consents/new/", form(valid_until="2099-12-31")).content.decode()
    assert "同意须有止日，最长24个月" in page and "鹤信用发〔2022〕1号 第13条" in page
    page = song.post(f"{BASE}consents/new/", form(rights_told="")).content.decode()
    assert "须先告知权利和义务" in page
    scan = SimpleUploadedFile("同意书.png", PNG, content_type="image/png")
    answer = song.post(f"{BASE}consents/new/", form(file=scan))
    given = Consent.objects.get()
    assert answer.headers["Location"] == f"{BASE}consents/{given.public_id}/"
    page = song.get(answer.headers["Location"]).content.decode()
    assert "宋*" in page and "宋小满" not in page and ADULT.document not in page
    assert song.get(f"{BASE}consents/{given.public_id}/file/").content == PNG
    record = honour()
    assert (
        "依据这份同意保存的信息：<strong>1 条"
        in song.get(f"{BASE}consents/{given.public_id}/").content.decode()
    )
    done = song.post(f"{BASE}consents/{given.public_id}/", {"means": "paper"}, follow=True).content.decode()
    assert "即时停止归集、共享、公开和使用" in done and "登记撤回</button>" not in done
    record.refresh_from_db()
    assert record.end_reason == "consent_withdrawn"
    assert given.document_number in song.get(f"{BASE}consents/?state=withdrawn&item=cxry").content.decode()
    assert given.document_number not in song.get(f"{BASE}consents/?state=in_force").content.decode()


def test_statements_of_the_list_do_not_grow() -> None:
    song = browser(submitter())
    counts = []
    song.get(f"{BASE}consents/")  # what a new connection prepares is not part of a page
    for _ in range(2):
        consent(), to_publication()
        with CaptureQueriesContext(connection) as queries:
            song.get(f"{BASE}consents/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_form_of_a_record_meets_the_gate() -> None:
    song = browser(submitter())
    sent = fields()
    page = song.post("/workbench/records/new/cxry/", sent).content.decode()
    assert "也没有登记本人的同意" in page
    consent()
    assert song.post("/workbench/records/new/cxry/", sent).status_code == 302


def test_a_file_meets_the_gate_row_by_row() -> None:
    consent()
    rows = [
        fields(),
        fields() | {"RY_WSH": "鹤市监表彰〔2026〕9号", "RY_XDR_MC": "林有田", "RY_XDR_ZJHM": OTHER},
    ]
    content = "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]).encode()
    batch = records.open_batch(
        agency=people.agency(), officer=submitter(), item_code="cxry",
        upload=SimpleUploadedFile("荣誉.csv", content), channel=Channel.FILE,
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        records.process_batch(batch.pk)
    assert codes_by_line(batch) == {3: {"consent_missing"}}
    assert CreditRecord.objects.count() == 1
    asked = [query["sql"] for query in queries if 'FROM "records_consent"' in query["sql"]]
    assert len(asked) == 1  # one query a file, none a row


def test_machines_register_hand_in_and_withdraw() -> None:
    client, headers = Client(), people.bearer(people.client(Scope.RECORDS_SUBMIT))
    body = {
        "person": {"name": ADULT.name, "document_kind": "身份证", "document": ADULT.document},
        "kind": "collection", "purpose": "记录获得的荣誉", "items": ["cxry"], "allows": ["sharing", "use"],
        "method": "由授予机关报送", "scope": "在本市公共信用信息系统内使用", "rights_told": True, "given_by": "self",
        "means": "online", "document_number": "同意〔2026〕8号", "given_on": f"{today()}", "valid_from": f"{today()}",
    }  # fmt: skip

    def post(url: str, data: object) -> tuple[int, dict[str, object]]:
        answer = client.post(url, data, content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    record = {"item": "cxry", "fields": fields()}
    status, problem = post("/api/v1/records/", record)
    assert (status, problem["code"]) == (422, "consent_missing")
    status, problem = post("/api/v1/consents/", body)
    assert status == 422 and problem["errors"][0]["code"] == "consent_for_life"  # type: ignore[index]
    assert problem["errors"][0]["pointer"] == "/valid_until" and "第13条" in problem["errors"][0]["basis"]  # type: ignore[index]
    for wrong in ({"person": 1}, {"items": "cxry"}, {"given_on": "x"}, {"purpose": 1}, {"unknown": 1}):
        assert post("/api/v1/consents/", {**body, **wrong})[0] == 400
    status, given = post("/api/v1/consents/", {**body, "valid_until": f"{today() + timedelta(days=90)}"})
    assert status == 201 and given["state"] == "in_force" and ADULT.document not in str(given)
    status, taken = post("/api/v1/records/", record)
    assert status == 201 and taken["shared_until"] == f"{today() + timedelta(days=90)}"
    url = f"/api/v1/consents/{given['id']}/"
    assert client.get(url, headers=headers).json() == given
    other = people.bearer(people.client(Scope.RECORDS_SUBMIT, code="hg-yingji"))
    assert client.get(url, headers=other).status_code == 404
    assert (
        client.post(
            f"{url}withdrawal/", {"means": "online"}, content_type="application/json", headers=other
        ).status_code
        == 404
    )
    status, gone = post(f"{url}withdrawal/", {"means": "online"})
    assert status == 200 and gone["state"] == "withdrawn"
    assert (
        post("/api/v1/records/", {**record, "fields": fields(number="鹤市监表彰〔2026〕3号")})[1]["code"]
        == "consent_expired"
    )


# --- the own report ------------------------------------------------------------------------------------------


def words(content: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return re.sub(r"\s", "", text)


def test_the_person_learns_everything_at_the_window() -> None:
    chief = people.officer(Role.AUTHORITY)
    consent(), to_publication()
    record = honour()
    make_licence(record.subject, content="道路货物运输从业资格")
    purpose = approved(items=("cxry",), kinds=("person",), proof=PersonProof.DOCUMENT)
    look_up(
        agency=people.agency(), officer=submitter(), purpose_code=purpose.code, name=ADULT.name,
        id_number=ADULT.document, document_number="授权〔2026〕8号",
    )  # fmt: skip
    window = browser(chief)
    asked = {"name": ADULT.name, "document_kind": "身份证", "document": ADULT.document}
    page = window.post(f"{BASE}report/", asked)
    assert "请先核对本人和证件原件" in page.content.decode()
    answer = window.post(f"{BASE}report/", {**asked, "identity_checked": "on"})
    assert (
        answer.headers["Content-Type"] == "application/pdf" and "no-store" in answer.headers["Cache-Control"]
    )
    issued = PersonReport.objects.get()
    text = words(answer.content)
    for expected in (
        "宋小满", "拾金不昧", "道路货物运输从业资格", "鹤岗市诚信示范个人", "授权〔2026〕8号", purpose.name,
        "同意〔2026〕1号", "单独同意〔2026〕1号", "随时撤回同意", issued.number,
    ):  # fmt: skip
        assert expected in text, expected
    assert ADULT.document not in text
    assert re.fullmatch(r"\d{14}[0-9A-Z]{8}", issued.number)
    row = LookUp.objects.get(kind="self")
    assert (row.officer, row.record_count, row.outcome, row.purpose) == (chief, 2, "answered", None)
    public = Client().get("/reports/verify/", {"number": issued.number.lower()}).content.decode()
    assert "是本平台出具的报告" in public and issued.sha256 in public and "宋" not in public
    assert (
        "没有查到这个编号"
        in Client().get("/reports/verify/", {"number": "20260101000000AAAAAAAA"}).content.decode()
    )
    wrong = window.post(f"{BASE}report/", {**asked, "name": "林有田", "identity_checked": "on"})
    assert "姓名与平台登记的该证件持有人不一致" in wrong.content.decode()
    assert LookUp.objects.filter(kind="self", refusal_code="identifier_invalid").count() == 1
    assert "本人查询" in window.get("/workbench/sharing/lookups/").content.decode()
    again = window.post(f"{BASE}report/", {**asked, "identity_checked": "on"})
    assert "本人查询" in words(again.content)  # who looked, this very window included


def test_somebody_of_whom_nothing_is_held_gets_a_report_that_says_so() -> None:
    window = browser(people.officer(Role.AUTHORITY))
    asked = {
        "name": ADULT.name,
        "document_kind": "身份证",
        "document": ADULT.document,
        "identity_checked": "on",
    }
    text = words(window.post(f"{BASE}report/", asked).content)
    assert text.count("查询期内无相关信息") == 3


def test_the_public_page_tells_the_rights() -> None:
    page = Client().get("/rights/").content.decode()
    for line in ("不得一次授权终身使用", "未成年人的信息不公开", "撤回同意", "最长 24 个月", "保存 60 个月"):
        assert line in page, line
