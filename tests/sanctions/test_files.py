"""Files of subjects: handed in by API, screened in the background, fetched; rows that name nobody cost the others nothing."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from blacklist.services import end_entry
from common.clock import today
from common.identifiers import make_id_number
from records.sharing.models import LookUp
from sanctions.models import Measure, Screening, ScreeningFile
from sanctions.screening import files, sheet
from tests.factories import invented_uscc, make_subject
from tests.sanctions.samples import ADDRESS, Window, make_entry, make_honour

pytestmark = pytest.mark.django_db
FILES = f"{ADDRESS}files/"


@pytest.fixture(autouse=True)
def store(settings: LazySettings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path


def submit(window: Window, content: bytes, **more: str) -> object:
    data = {
        "purpose": window.purpose.code, "matter": "zfcg", "file": SimpleUploadedFile("名册.csv", content), **more,
    }  # fmt: skip
    return window.browser.post(FILES, data, headers=window.headers)


def table(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def test_a_file_is_screened_like_single_questions_and_reported_on_by_line() -> None:
    window, entry, honest = Window(), make_entry(), make_honour().subject
    content = table(
        ("项目", "统一社会信用代码"), ("甲", entry.subject.uscc), ("=1+1", make_subject().uscc), ("丙", "91230402MA1000000X"),
        ("丁", invented_uscc(99998)), ("戊", honest.uscc), ("己", ""),
    )  # fmt: skip
    submitted = submit(window, content)
    assert submitted.status_code == 202, submitted.content.decode()  # type: ignore[attr-defined]
    one = f"{FILES}{submitted.json()['id']}/"  # type: ignore[attr-defined]
    assert window.browser.get(one, headers=window.headers).json()["status"] == "queued"
    assert window.browser.get(f"{one}result/", headers=window.headers).status_code == 404
    assert files.process_file(ScreeningFile.objects.get().pk) and not files.process_file(
        ScreeningFile.objects.get().pk
    )
    done = window.browser.get(one, headers=window.headers).json()
    assert (done["status"], done["total"], done["hits"], done["invalid"]) == ("done", 6, 1, 2)
    answer = window.browser.get(f"{one}result/", headers=window.headers)
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row["比对结果"] for row in rows] == [
        "比中",
        "未比中",
        "没有比对",
        "平台没有这个主体",
        "未比中",
        "没有比对",
    ]
    assert rows[0]["措施代号"] == "nmg-48-cg" and rows[0]["所依据的文书"] == entry.decision_number
    assert rows[4]["激励措施"] == "优先享受优惠政策" and "校验码" in rows[2]["说明"]
    assert not rows[1]["项目"].startswith("=")
    assert LookUp.objects.count() == Screening.objects.count() == 1
    report = {"measure": "nmg-48-cg", "applied": False, "reason": "未参加投标"}
    assert window.report(done["screening"], {"1": [report]}).json()["remaining"] == 0


def test_a_list_that_cannot_answer_leaves_the_file_waiting() -> None:
    window, entry = Window(), make_entry()
    submit(window, table(("统一社会信用代码",), (entry.subject.uscc,)))
    row = ScreeningFile.objects.get()
    gone = Measure.objects.get(code="crj-12")
    gone_values = {field.attname: getattr(gone, field.attname) for field in Measure._meta.concrete_fields}
    Measure.objects.filter(code="crj-12").delete()
    assert not files.process_file(row.pk)
    row.refresh_from_db()
    assert (row.status, row.result_as) == ("queued", "") and files.waiting_files() == [row.pk]
    Measure.objects.create(**gone_values)
    assert files.process_file(row.pk)
    row.refresh_from_db()
    assert (row.status, row.hits) == ("done", 1)


def test_what_ended_before_the_work_was_done_is_no_hit() -> None:
    window, entry = Window(), make_entry()
    submit(window, table(("统一社会信用代码",), (entry.subject.uscc,)))
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
    assert files.process_file(ScreeningFile.objects.get().pk)
    assert ScreeningFile.objects.get().hits == 0


def test_files_are_refused_for_what_they_are_and_for_what_they_ask() -> None:
    window = Window()
    good = table(("统一社会信用代码",), (make_subject().uscc,))
    for content, more, status, code in (
        (table(("名称",), ("甲公司",)), {}, 422, "file_header_missing"),
        (table(("统一社会信用代码",), ("",)), {}, 400, "file_empty"),
        (b"%PDF-1.4", {}, 415, "file_unreadable"),
        (good, {"purpose": ""}, 422, "purpose_missing"),
        (good, {"matter": "nothing"}, 422, "purpose_not_registered"),
    ):
        answer = submit(window, content, **more)
        assert (answer.status_code, answer.json()["code"]) == (status, code)  # type: ignore[attr-defined]
    assert (
        window.browser.post(FILES, {"purpose": "x"}, headers=window.headers).json()["code"]
        == "field_required"
    )
    assert ScreeningFile.objects.count() == 0
    assert LookUp.objects.filter(outcome="refused").count() == 2


def test_persons_outside_the_purpose_fail_the_file_with_its_reason() -> None:
    window = Window()
    number = make_id_number("230402", date(1986, 3, 5), 17)
    submit(window, table(("身份证号码", "姓名"), (number, "林有田")))
    row = ScreeningFile.objects.get()
    assert files.process_file(row.pk)
    row.refresh_from_db()
    assert row.status == "failed" and "不包括这类主体" in row.error_detail and row.stored_as == ""


def test_a_row_with_several_measures_says_each_thing_once() -> None:
    measures = '0,7,x,限制,"甲, 乙",A\n0,8,y,限制,丙,B\n0,9,z,容缺受理,丁,I\n'
    lines = '1,7,1号,2029-01-01,,\n1,8,"1,号",,,申诉\n1,9,荣誉,,,\n4,7,2号,,,\n5,9,荣誉,,,\n6,,,,,\n'
    copied = sheet.copied(["代码"], [["a"], ["=b"], ["c"], ["d"], ["e"], ["f"]])
    said = b"".join(sheet.result(copied, f"{measures}{lines}".encode(), {3: "不正确"}, "救济, 途径"))
    rows = list(csv.reader(io.StringIO(said.decode("utf-8-sig"))))
    assert rows[1] == [
        "a",
        "比中",
        "x；y",
        "限制",
        "甲, 乙；丙",
        "1号；1,号",
        "2029-01-01",
        "容缺受理",
        "救济, 途径；申诉",
    ]
    assert rows[2] == ["'=b", "未比中", *[""] * 7] and rows[3] == ["c", "没有比对", *[""] * 6, "不正确"]
    assert rows[4] == ["d", "比中", "x", "限制", "甲, 乙", "2号", "", "", "救济, 途径"]
    assert rows[5] == ["e", "未比中", *[""] * 5, "容缺受理", ""]
    assert rows[6] == ["f", "平台没有这个主体", *[""] * 7]


def test_the_work_on_a_file_keeps_neither_limit_nor_plan_of_the_question_at_the_gate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, seen, ask = Window(), [], files.identities.subject_keys

    def looking(persons: list[files.identities.Identity]) -> list[str | None]:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('statement_timeout'), current_setting('plan_cache_mode')")
            seen.append(cursor.fetchone())
        return ask(persons)

    monkeypatch.setattr(files.identities, "subject_keys", looking)
    submit(window, table(("统一社会信用代码",), (make_subject().uscc,)))
    assert files.process_file(ScreeningFile.objects.get().pk)
    assert seen == [("5min", "auto")]
