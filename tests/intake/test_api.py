"""Handing in by machine, through the front door."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from celery import Celery
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import Agency, ApiClient
from bench import samples
from common.clock import today
from hegang_credit.launcher.processes import free_port
from records import services
from records.models import CreditRecord, IntakeBatch
from tests.intake.conftest import token_for, upload

Post = Callable[..., Any]


@pytest.fixture
def penalty(unit: samples.Unit) -> dict[str, str]:
    row = next(samples.penalties(1, unit, today=today()))
    samples.as_organisation(row)
    row |= {"CF_CFLB": "罚款", "CF_NR_FK": "0.2", "CF_JDRQ": "2026-05-11", "CF_YXQ": "", "CF_NR_WFFF": ""}
    return {name: value for name, value in row.items() if name in samples.PENALTY_COLUMNS and value}


def body(penalty: Mapping[str, object], **more: object) -> dict[str, object]:
    return {
        "item": "xzcf",
        "fields": dict(penalty),
        "document": {"kind": "行政处罚决定书", "number": penalty.get("CF_WSH", "")},
        "procedure": "普通程序",
        "minor": "无",
        **more,
    }


def post(web: Client, content: object, **headers: str) -> Any:
    return web.post("/api/v1/records/", content, content_type="application/json", headers=headers)


def pointers(answer: Any) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


# --- one record ----------------------------------------------------------------------------------------


def test_a_record_is_taken_in_and_its_ends_are_told(web: Client, penalty: dict[str, str]) -> None:
    answer = post(web, body(penalty))
    assert answer.status_code == 201, answer.content
    told = answer.json()
    record = CreditRecord.objects.get(pk=told["id"])
    assert told["subject"]["public_id"] == record.subject.public_id
    assert (told["item"], told["subject"]["name"]) == ("xzcf", penalty["CF_XDR_MC"])
    # 36号令, general tier: from three months to one year
    assert (told["minimum_until"], told["published_until"]) == ("2026-08-11", "2027-05-11")
    assert (record.channel, record.batch_id) == ("api", None)


def test_every_gate_is_heard_and_what_may_not_be_collected_comes_first(
    web: Client, penalty: dict[str, str]
) -> None:
    asked = body(penalty | {"CF_NR_FK": "-1"}, procedure="简易程序")
    del asked["document"]
    answer = post(web, asked)
    assert answer.status_code == 422 and answer.json()["code"] == "excluded_summary_procedure"
    assert [one["code"] for one in answer.json()["errors"]] == [
        "excluded_summary_procedure", "document_missing", "amount_invalid",
    ]  # fmt: skip
    assert answer.json()["errors"][1]["pointer"] == "/document"
    [nothing] = post(web, body(penalty, item="")).json()["errors"]
    assert (nothing["code"], nothing["pointer"]) == ("field_required", "/item")


def test_labels_serve_as_well_as_codes_and_the_document_fills_its_fields(
    web: Client, penalty: dict[str, str]
) -> None:
    number, day = penalty.pop("CF_WSH"), penalty.pop("CF_JDRQ")
    penalty["罚款金额(万元)"] = penalty.pop("CF_NR_FK")
    document = {
        "number": number,
        "date": day,
        "issuer": penalty.pop("CF_CFJG"),
        "effective_date": "2026-05-20",
    }
    answer = post(web, body(penalty, document=document, procedure="ordinary", minor="none"))
    assert answer.status_code == 201, answer.content
    record = CreditRecord.objects.get()
    assert (record.document_number, record.data["CF_NR_FK"]) == (number, "0.2")
    assert (str(record.decision_date), str(record.effective_date)) == (day, "2026-05-20")


def test_every_refusal_is_told_with_pointer_and_clause(web: Client, penalty: dict[str, str]) -> None:
    penalty |= {"CF_NR_FK": "-1", "CF_JDRQ": "2026-02-30", "CF_SY": ""}
    answer = post(web, body(penalty, minor="轻微并主动消除", document={"kind": "会议纪要"}))
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert pointers(answer) == {
        "/fields/CF_NR_FK": "amount_invalid",
        "/fields/CF_JDRQ": "date_invalid",
        "/fields/CF_SY": "field_required",
        "/minor": "excluded_minor_corrected",
        "/document/kind": "document_kind_not_allowed",
    }
    assert all(error["basis"] and error["detail"] for error in answer.json()["errors"])
    assert not CreditRecord.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"document": None}, 422, "document_missing", "/document"),
        ({"document": {"number": "别的文书"}}, 422, "document_mismatch", "/document/number"),
        ({"procedure": "简易程序"}, 422, "excluded_summary_procedure", "/procedure"),
        ({"procedure": ""}, 422, "field_required", "/procedure"),
        ({"procedure": "听证程序"}, 422, "code_unknown", "/procedure"),
        ({"minor": "first_minor"}, 422, "excluded_first_minor", "/minor"),
        ({"item": "xyfs"}, 422, "item_unknown", "/item"),
        ({"item": 7}, 400, "body_malformed", "/item"),
        ({"fields": []}, 400, "body_malformed", "/fields"),
        ({"fields": {"CF_SY": {"a": 1}}}, 400, "body_malformed", "/fields/CF_SY"),
        ({"fields": {"a/b": [1]}}, 400, "body_malformed", "/fields/a~1b"),
        ({"document": {}}, 422, "document_missing", "/document"),
        ({"document": {"kind": " ", "number": ""}}, 422, "document_missing", "/document"),
        ({"document": {"kind": 1}}, 400, "body_malformed", "/document/kind"),
        ({"document": {"a/b": "1"}}, 400, "body_malformed", "/document/a~1b"),
        ({"fields": {"CF_XX": "1", "a/b": "2"}}, 422, "field_unknown", "/fields/CF_XX"),
        ({"document": "决定书"}, 400, "body_malformed", "/document"),
        ({"document": {"page": "1"}}, 400, "body_malformed", "/document/page"),
        ({"batch": 1}, 400, "body_malformed", "/batch"),
    ],
)
def test_what_is_wrong_is_named(
    web: Client, penalty: dict[str, str], change: dict[str, object], status: int, code: str, pointer: str
) -> None:
    answer = post(web, body(penalty, **change))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert pointer.lstrip("/") in {place.lstrip("/") for place in pointers(answer)}


def test_a_field_given_twice_is_named(web: Client, penalty: dict[str, str]) -> None:
    answer = post(web, body(penalty, fields={**penalty, "违法事实": "另一事实"}))
    assert (answer.status_code, answer.json()["code"]) == (422, "field_duplicate")


@pytest.mark.parametrize("inside", ["简易程序", "普通程序"])
def test_said_twice_what_excludes_a_record_counts(web: Client, penalty: dict[str, str], inside: str) -> None:
    outside = {"简易程序": "普通程序", "普通程序": "简易程序"}[inside]
    answer = post(web, body(penalty, fields={**penalty, "适用程序": inside}, procedure=outside))
    assert pointers(answer) == {"/procedure": "excluded_summary_procedure"}


def test_the_same_fact_twice_is_a_conflict(web: Client, penalty: dict[str, str]) -> None:
    assert post(web, body(penalty)).status_code == 201
    again = post(web, body(penalty))
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    other = post(web, body(penalty | {"CF_NR": "另一内容"}))
    assert (other.status_code, "内容不同" in other.json()["detail"]) == (409, True)


def test_an_idempotency_key_repeats_the_answer(web: Client, penalty: dict[str, str]) -> None:
    first = post(web, body(penalty), **{"Idempotency-Key": "k-1"})
    second = post(web, body(penalty), **{"Idempotency-Key": "k-1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert CreditRecord.objects.count() == 1


def test_numbers_null_and_lists_are_values(web: Client, penalty: dict[str, str]) -> None:
    values: dict[str, object] = {**penalty, "CF_NR_FK": 0.2, "CF_CFLB": ["罚款", "警告"], "BZ": None}
    assert post(web, body(penalty, fields=values)).status_code == 201
    assert CreditRecord.objects.get().data["CF_CFLB"] == "警告;罚款"


def test_another_agencys_decision_is_refused_with_the_right_sender(
    web: Client, penalty: dict[str, str]
) -> None:
    other = Agency.objects.get(code="hg-yingji")
    answer = post(web, body(penalty | {"CF_CFJGDM": other.uscc, "CF_CFJG": other.name}))
    assert (answer.status_code, answer.json()["code"]) == (403, "provider_not_authorised")
    assert f"请由“{other.name}”报送" in answer.json()["detail"]


def test_a_county_units_decision_comes_through_its_upper_department(
    web: Client, penalty: dict[str, str]
) -> None:
    county = Agency.objects.get(code="luobei-shijian")
    assert county.parent is not None
    assert county.parent.code == "hg-shijian"
    answer = post(web, body(penalty | {"CF_CFJGDM": county.uscc, "CF_CFJG": county.name}))
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize(("field", "label"), [("CF_CFJG", "处罚机关"), ("CF_SJLY", "数据来源单位")])
def test_nobody_hands_in_under_another_units_name(
    web: Client, penalty: dict[str, str], agency: Agency, field: str, label: str
) -> None:
    answer = post(web, body(penalty | {field: "鹤岗市公安局"}))
    assert (answer.status_code, pointers(answer)) == (403, {f"/fields/{field}": "provider_not_authorised"})
    assert answer.json()["detail"] == (
        f"{label}“鹤岗市公安局”与代码{agency.uscc}不符，该代码登记的单位是“鹤岗市市场监督管理局”，"
        "请填写“鹤岗市市场监督管理局”；是“鹤岗市公安局”的，请由该单位报送"
    )
    assert not CreditRecord.objects.exists()


def test_the_issuer_of_the_document_is_no_way_around(web: Client, penalty: dict[str, str]) -> None:
    del penalty["CF_CFJG"]
    answer = post(web, body(penalty, document={"number": penalty["CF_WSH"], "issuer": "鹤岗市公安局"}))
    assert pointers(answer) == {"/fields/CF_CFJG": "provider_not_authorised"}


def test_a_name_without_the_city_is_recorded_as_registered(web: Client, penalty: dict[str, str]) -> None:
    short = {"CF_CFJG": "市场监督管理局", "CF_SJLY": "黑龙江省鹤岗市市场监督管理局"}
    assert post(web, body(penalty | short)).status_code == 201
    record = CreditRecord.objects.get()
    told = {record.authority_name, record.data["CF_CFJG"], record.data["CF_SJLY"]}
    assert told == {"鹤岗市市场监督管理局"}
    again = post(web, body(penalty))
    assert (again.status_code, "内容相同" in again.json()["detail"]) == (409, True)
    assert f"逐条报送，记录编号{record.pk}" in again.json()["detail"]


def test_a_unit_publishes_no_longer_than_it_does_itself(web: Client, penalty: dict[str, str]) -> None:
    """Shorter than the minimum, too: that one says when repair may be asked for, and stays."""
    answer = post(web, body(penalty | {"CF_GSJZQ": "2026-08-10"})).json()
    assert answer["published_until"] == "2026-08-10"
    assert CreditRecord.objects.get().minimum_until == date(2026, 8, 11)


def test_a_value_that_is_none_of_a_columns_is_answered_in_its_words(
    web: Client, penalty: dict[str, str]
) -> None:
    [wrong] = post(web, body(penalty, procedure="听证程序")).json()["errors"]
    assert wrong["detail"] == "“听证程序”不在规定取值内，应为：普通程序、简易程序"
    assert wrong["basis"] == "鹤信用发〔2022〕1号 第1条"


def test_the_answer_says_where_the_record_is(web: Client, penalty: dict[str, str]) -> None:
    answer = post(web, body(penalty))
    assert web.get(answer["Location"]).json()["id"] == answer.json()["id"]


def test_no_token_and_no_scope_is_no_entry(
    client_of_agency: ApiClient, web: Client, penalty: dict[str, str]
) -> None:
    assert post(Client(), body(penalty)).status_code == 401
    narrow = Client(headers={"authorization": token_for(client_of_agency, "screening:query")})
    assert post(narrow, body(penalty)).status_code == 403
    client_of_agency.active = False
    client_of_agency.save()
    assert post(web, body(penalty)).status_code in {401, 403}
    assert not CreditRecord.objects.exists()


# --- files ---------------------------------------------------------------------------------------------


def test_a_file_goes_in_and_its_bad_rows_come_back(web: Client, unit: samples.Unit) -> None:
    rows = list(samples.penalties(30, unit, today=today()))
    rows[4]["CF_SY"] = ""
    answer = upload(web, samples.as_csv(rows, samples.COLUMNS))
    assert answer.status_code == 202, answer.content
    name = answer.json()["id"]
    assert answer["Location"].endswith(f"/api/v1/batches/{name}/")
    waiting = web.get(f"/api/v1/batches/{name}/").json()
    assert (waiting["status"], waiting["total"], waiting["error"]) == ("queued", 0, None)
    assert services.process_batch(IntakeBatch.objects.get().pk)
    done = web.get(f"/api/v1/batches/{name}/").json()
    assert {**done, "id": ""} == {
        "id": "", "status": "done", "total": 30, "accepted": 29, "rejected": 1, "duplicate": 0, "error": None,
    }  # fmt: skip
    report = web.get(f"/api/v1/batches/{name}/rejections/")
    text = b"".join(report).decode("utf-8-sig")
    assert report["Content-Type"] == "text/csv; charset=utf-8"
    assert text.splitlines()[0].endswith("行号,错误代码,错误说明,依据")
    assert ",6,field_required,违法事实必填," in text.splitlines()[1]
    book = web.get(f"/api/v1/batches/{name}/rejections/?format=xlsx")
    assert b"".join(book)[:4] == b"PK\x03\x04"
    assert web.get(f"/api/v1/batches/{name}/rejections/?format=pdf").status_code == 400


def test_the_declaration_of_the_procedure_is_kept(web: Client, unit: samples.Unit) -> None:
    rows = list(samples.penalties(3, unit, today=today()))
    content = samples.as_csv(rows, samples.PENALTY_COLUMNS, samples.PENALTY_COLUMNS)
    assert upload(web, content).json()["code"] == "procedure_undeclared"
    assert upload(web, content, procedure="简易程序").json()["code"] == "excluded_summary_procedure"
    assert upload(web, content, procedure="随便").json()["code"] == "code_unknown"
    assert upload(web, content, procedure="普通程序").status_code == 202
    assert IntakeBatch.objects.get().declared_procedure == "ordinary"


def test_a_file_too_large_is_stopped_by_its_length_and_by_what_comes(
    web: Client, settings: LazySettings, unit: samples.Unit
) -> None:
    content = samples.as_csv(samples.penalties(400, unit, today=today()), samples.COLUMNS)
    settings.BATCH_MAX_BYTES = 100_000
    assert len(content) > 200_000
    answer = upload(web, content)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    settings.BATCH_MAX_BYTES = len(content) - 1
    assert upload(web, content).status_code == 413
    claimed = web.post("/api/v1/batches/", b"--x--", content_type="multipart/form-data; boundary=x",
                       headers={"content-length": str(2 * 1024**3)})  # fmt: skip
    assert claimed.status_code == 413
    assert not IntakeBatch.objects.exists()


def test_a_request_without_a_file_says_so(web: Client) -> None:
    answer = web.post("/api/v1/batches/", {"item": "xzcf"})
    assert (answer.status_code, answer.json()["code"]) == (400, "file_missing")


@pytest.mark.parametrize(
    ("more", "pointer", "says"),
    [
        ({"batch": "1"}, "/batch", "不认识的成员"),
        ({"second": SimpleUploadedFile("b.csv", b"x")}, "/second", "不认识的成员"),
        ({"item": ["xzcf", "xzxk"]}, "/item", "只能出现一次"),
        ({"file": [SimpleUploadedFile(name, b"x") for name in ("a.csv", "b.csv")]}, "/file", "一个文件"),
    ],
)
def test_what_a_request_brings_beside_one_file_is_refused(
    web: Client, more: dict[str, object], pointer: str, says: str
) -> None:
    answer = web.post("/api/v1/batches/", {"item": "xzcf", "file": SimpleUploadedFile("a.csv", b"x"), **more})
    assert (answer.status_code, answer.json()["code"]) == (400, "body_malformed")
    assert pointers(answer) == {pointer: "body_malformed"} and says in answer.json()["detail"]
    assert not IntakeBatch.objects.exists()


def test_a_file_without_a_row_says_so_and_is_not_kept(web: Client) -> None:
    answer = upload(web, samples.as_csv([], samples.COLUMNS))
    assert (answer.status_code, answer.json()["code"]) == (400, "file_empty")
    assert pointers(answer) == {"/file": "file_empty"}
    assert not IntakeBatch.objects.exists()


def test_an_upload_is_accepted_while_the_broker_is_away(
    web: Client, unit: samples.Unit, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once: nobody waits for it to come back."""
    away, waited = Celery(set_as_current=False), list[float]()
    away.config_from_object("django.conf:settings", namespace="CELERY")
    away.conf.broker_url = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr("records.services.batches.current_app", away)
    monkeypatch.setattr("kombu.utils.functional.sleep", waited.append)
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(web, samples.as_csv(samples.penalties(2, unit, today=today()), samples.COLUMNS))
    assert answer.status_code == 202
    assert services.unfinished_batches() == [IntakeBatch.objects.get().pk] and waited == []


def test_batches_of_other_agencies_do_not_exist(web: Client, unit: samples.Unit) -> None:
    name = upload(web, samples.as_csv(samples.penalties(2, unit, today=today()), samples.COLUMNS)).json()[
        "id"
    ]
    stranger = ApiClient.objects.create(
        name="别的系统",
        client_type="confidential",
        authorization_grant_type="client-credentials",
        agency=Agency.objects.get(code="hg-yingji"),
        scopes=["records:submit"],
    )
    other = Client(headers={"authorization": token_for(stranger)})
    for path in (f"/api/v1/batches/{name}/", f"/api/v1/batches/{name}/rejections/"):
        assert web.get(path).status_code == 200
        assert other.get(path).status_code == 404
