"""Correcting, withdrawing and marking by machine: own records only, on the version that was read, once per key."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from agencies.choices import Scope
from common.clock import today
from records.models import CreditRecord
from tests import people
from tests.clauses import STANDARD
from tests.evidence.samples import BASIS, correct, decided, hand_in, penalty_row
from tests.people import bearer

REASON = {"ground": "mistyped", "explanation": "金额录入有误"}


@pytest.fixture
def system(record: CreditRecord) -> dict[str, str]:
    return bearer(people.client(Scope.RECORDS_SUBMIT))


def call(
    name: str, headers: dict[str, str], body: object = None, *, match: str = "", key: str = "", **kwargs: int
) -> tuple[int, dict[str, object], dict[str, str]]:
    extra = {"If-Match": match} if match else {}
    extra |= {"Idempotency-Key": key} if key else {}
    url = reverse(f"api:{name}", kwargs=kwargs)
    if body is None:
        answer = Client().get(url, headers=headers)
    else:
        answer = Client().post(
            url, json.dumps(body), content_type="application/json", headers={**headers, **extra}
        )
    return answer.status_code, answer.json(), dict(answer.headers)


def test_a_system_corrects_what_its_agency_handed_in(record: CreditRecord, system: dict[str, str]) -> None:
    status, own, headers = call("record", system, pk=record.pk)
    assert (status, own["version"], headers["ETag"]) == (200, 1, '"1"')
    body = {**REASON, "fields": {"CF_NR_FK": "0.3", "处罚内容": "罚款3000元"}}
    status, answer, headers = call("record-corrections", system, body, match='"1"', pk=record.pk)
    assert (status, answer["version"], headers["ETag"]) == (200, 2, '"2"')
    record.refresh_from_db()
    assert record.data["CF_NR_FK"] == "0.3" and record.changes.get().client is not None
    _, versions, _ = call("record-versions", system, pk=record.pk)
    assert [(one["version"], one["kind"], one["until"] is None) for one in versions["items"]] == [  # type: ignore[union-attr, index]
        (2, "correction", True),
        (1, "", False),
    ]
    _, as_of, _ = call("record-as-of", system, pk=record.pk)
    assert as_of == {"on": today().isoformat(), "version": 2, "published": True, "shared": True, "used": True}


def test_every_change_names_the_version_it_was_made_on(record: CreditRecord, system: dict[str, str]) -> None:
    body = {**REASON, "fields": {"CF_NR_FK": "0.3"}}
    assert call("record-corrections", system, body, pk=record.pk)[0] == 428
    assert call("record-corrections", system, body, match="newest", pk=record.pk)[0] == 400
    correct(record, {"CF_NR_FK": "0.4"})
    status, problem, headers = call("record-corrections", system, body, match='"1"', pk=record.pk)
    assert (status, problem["code"], headers["ETag"]) == (412, "version_changed", '"2"')
    record.refresh_from_db()
    assert record.data["CF_NR_FK"] == "0.4"


def test_the_same_key_corrects_once(record: CreditRecord, system: dict[str, str]) -> None:
    body = {**REASON, "fields": {"CF_NR_FK": "0.3"}}
    first = call("record-corrections", system, body, match='"1"', key="k1", pk=record.pk)
    again = call("record-corrections", system, body, match='"1"', key="k1", pk=record.pk)
    assert (first[0], again[0], first[1]) == (200, 200, again[1])
    record.refresh_from_db()
    assert record.version == 2


@pytest.mark.parametrize(
    ("status", "code", "pointer", "body"),
    [
        (422, "reason_missing", "/explanation", {**REASON, "explanation": " "}),
        (422, "code_unknown", "/ground", {**REASON, "ground": "because"}),
        (422, "nothing_changed", "/fields", REASON),
        (422, "identifier_invalid", "/fields/CF_XDR_SHXYM", {**REASON, "fields": {"CF_XDR_SHXYM": "1"}}),
        (422, "document_kind_not_allowed", "/document/kind", {**REASON, "document": {"kind": "会议纪要"}}),
        (422, "field_unknown", "/fields/NO_SUCH", {**REASON, "fields": {"NO_SUCH": "1"}}),
        (422, "date_invalid", "/basis_document/date", {**REASON, "basis_document": {"number": "1", "date": "昨天"}}),
        (400, "body_malformed", "/subject", {**REASON, "subject": {}}),
        (400, "body_malformed", "/basis_document", {**REASON, "basis_document": "1号"}),
    ],
)  # fmt: skip
def test_refusals_name_the_field_and_the_clause(
    record: CreditRecord,
    system: dict[str, str],
    status: int,
    code: str,
    pointer: str,
    body: dict[str, object],
) -> None:
    got, problem, _ = call("record-corrections", system, body, match='"1"', pk=record.pk)
    assert (got, problem["code"]) == (status, code)
    [basis] = [error["basis"] for error in problem["errors"] if error["pointer"] == pointer]  # type: ignore[union-attr, index, attr-defined]
    assert STANDARD not in basis, "no data were handed in"
    assert "第4条" in basis or code not in {"code_unknown", "date_invalid"}


def test_withdrawing_and_marking(record: CreditRecord, system: dict[str, str]) -> None:
    case = {"kind": "litigation", "organ": "鹤岗市向阳区人民法院", "case_number": "（2026）黑0402行初3号"}
    case |= {"since": decided(5).isoformat(), "basis": BASIS}
    status, marked, _ = call("record-proceedings", system, case, match='"1"', pk=record.pk)
    assert (status, marked["outcome"]) == (201, "")
    public = Client().get(reverse("api:public-records") + "?item=xzcf").json()["items"]
    assert [one["contested"] for one in public if one["id"] == record.pk] == [["litigation"]]
    number = int(str(marked["id"]))
    outcome = {
        "outcome": "revoked",
        "document": "（2026）黑0402行初3号判决书",
        "decided_on": today().isoformat(),
    }
    path = "record-proceeding-outcome"
    assert call(path, system, outcome, match='"1"', pk=record.pk, number=number)[0] == 412
    status, ended, _ = call(path, system, outcome, match='"2"', pk=record.pk, number=number)
    assert (status, ended["ends_on"]) == (200, today().isoformat())
    assert Client().get(reverse("api:public-records") + "?item=xzcf").json()["items"] == []

    other = hand_in(record.provider, CF_WSH="鹤执罚〔2026〕998号")
    body = {"reason": "entered_wrongly", "explanation": "重复录入"}
    status, gone, _ = call("record-withdrawal", system, body, match='"1"', pk=other.pk)
    assert (status, gone["end_reason"], gone["ended_on"]) == (200, "entered_wrongly", today().isoformat())


def test_an_own_correction_comes_with_its_outcome(record: CreditRecord, system: dict[str, str]) -> None:
    day = decided(1).isoformat()
    body = {
        "kind": "supervision",
        "organ": record.provider.name,
        "case_number": "1号",
        "since": day,
        "basis": BASIS,
    }
    status, problem, _ = call("record-proceedings", system, body, match='"1"', pk=record.pk)
    assert (status, problem["code"]) == (422, "code_unknown")
    body["outcome"] = {"outcome": "void", "document": "1号", "decided_on": day}  # type: ignore[assignment]
    assert call("record-proceedings", system, body, match='"1"', pk=record.pk)[0] == 201
    record.refresh_from_db()
    assert record.end_reason == "void"


def test_records_of_others_do_not_exist(record: CreditRecord) -> None:
    others = bearer(people.client(Scope.RECORDS_SUBMIT, code="hg-yingji"))
    assert call("record", others, pk=record.pk)[0] == 404
    assert call("record-corrections", others, REASON, match='"1"', pk=record.pk)[0] == 404


def test_a_hand_in_with_other_contents_is_led_to_the_correction(
    record: CreditRecord, system: dict[str, str]
) -> None:
    row = penalty_row(record.provider, CF_NR_FK="0.9")
    fields = {name: value for name, value in row.items() if value and name.startswith(("CF_", "BZ"))}
    body = {"item": "xzcf", "fields": fields, "document": {"kind": "行政处罚决定书"}, "procedure": "普通程序"}
    answer = Client().post(
        reverse("api:records"), json.dumps(body), content_type="application/json", headers=system
    )
    assert answer.status_code == 409
    assert f"/api/v1/records/{record.pk}/corrections/" in answer.json()["detail"]
