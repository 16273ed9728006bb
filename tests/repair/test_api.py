"""The hand-over from the national site: once per number, by the same rules, seen by its sender only."""

import itertools
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from agencies.choices import Scope
from common.models import StoredFile
from repair.models import Case, Material
from tests import people
from tests.clauses import STANDARD
from tests.factories import make_penalty
from tests.repair import samples
from tests.repair.uploads import HARMFUL

pytestmark = pytest.mark.django_db
URL = "/api/v1/repair/applications/"


@pytest.fixture
def headers() -> dict[str, str]:
    return people.bearer(people.client(Scope.REPAIR_SUBMIT, code="hlj-shuju"))


def body(about: object, /, **changed: object) -> dict[str, object]:
    return {
        "external_number": "XYZG-1",
        "record": str(about.pk),  # type: ignore[attr-defined]
        "applicant_name": "李春梅",
        "applicant_phone": "13904680000",
        "statement": "罚款已经缴清",
        "commitment_confirmed": "true",
        "identity": samples.png(),
        "fulfilment": [samples.pdf(), samples.png()],
        **changed,
    }


def test_handed_over_once_and_followed_by_number(client: Client, headers: dict[str, str]) -> None:
    record = samples.ripe_penalty()
    once = {**headers, "Idempotency-Key": "k1"}
    answer = client.post(URL, body(record), headers=once)
    assert answer.status_code == 201, answer.content
    assert len(answer.json()["query_code"]) == 8
    assert client.post(URL, body(record), headers=once).json() == answer.json()
    case = Case.objects.get()
    own = client.post("/progress/", {"number": case.number, "code": answer.json()["query_code"]})
    assert own.status_code == 200 and "待受理" in own.content.decode(), (
        "the applicant follows it like any other"
    )
    assert case.channel == "national" and case.materials.count() == 4
    again = client.post(URL, body(record), headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    followed = client.get(f"{URL}{case.number}/", headers=headers).json()
    assert followed["state"] == "filed" and followed["agency"] == people.agency().name
    other = people.bearer(people.client(Scope.REPAIR_SUBMIT, code="hg-shijian"))
    assert client.get(f"{URL}{case.number}/", headers=other).status_code == 404


def test_named_by_item_number_and_code(client: Client, headers: dict[str, str]) -> None:
    record = samples.ripe_penalty()
    named = {"item": "xzcf", "document_number": record.document_number, "uscc": record.subject.uscc}
    sent = {name: value for name, value in body(record, **named).items() if name != "record"}
    assert client.post(URL, sent, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"fulfilment": []}, 422, "materials_missing"),
        ({"commitment_confirmed": ""}, 422, "materials_missing"),
        ({"statement": ""}, 422, "field_required"),
        ({"record": "999999"}, 404, "not_found"),
        ({"record": ""}, 400, "body_malformed"),
        ({"fee": "100"}, 400, "body_malformed"),
        ({"kind": "review"}, 400, "body_malformed"),
        ({"external_number": ""}, 400, "body_malformed"),
        ({"identity": samples.SimpleUploadedFile("a.pdf", b"MZ\x90\x00")}, 415, "file_type_not_allowed"),
    ],
)
def test_what_is_wrong_is_named(
    client: Client, headers: dict[str, str], changed: dict[str, object], status: int, code: str
) -> None:
    answer = client.post(URL, body(samples.ripe_penalty(), **changed), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert STANDARD not in str(answer.json()["errors"])
    assert not Case.objects.exists()


def test_a_refused_paper_is_named_among_several(client: Client, headers: dict[str, str]) -> None:
    bad = samples.SimpleUploadedFile("b.pdf", b"MZ\x90\x00")
    answer = client.post(URL, body(samples.ripe_penalty(), fulfilment=[samples.pdf(), bad]), headers=headers)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/fulfilment/1"]


PARTS = itertools.cycle(["identity", "fulfilment", "commitment"])


@pytest.mark.parametrize(("name", "part"), list(zip(sorted(HARMFUL), PARTS, strict=False)))
def test_harmful_uploads_are_refused_and_nothing_is_kept(
    client: Client, headers: dict[str, str], settings: LazySettings, name: str, part: str
) -> None:
    settings.FILE_MAX_BYTES = 1024**2
    upload, words = HARMFUL[name]()
    answer = client.post(URL, body(samples.ripe_penalty(), **{part: upload}), headers=headers)
    assert answer.status_code in (413, 415, 422), answer.content
    problem = answer.json()
    assert problem["code"].startswith("file_") and (words in problem["detail"] or words == "field__error")
    assert not Case.objects.exists() and not StoredFile.objects.exists() and not Material.objects.exists()
    assert kept_files(settings) == []


def kept_files(settings: LazySettings) -> list[Path]:
    root = Path(settings.PRIVATE_ROOT)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def test_the_gate_answers_with_code_and_clause(client: Client, headers: dict[str, str]) -> None:
    early = make_penalty(decision_date=samples.today())
    answer = client.post(URL, body(early), headers=headers)
    assert answer.status_code == 422 and answer.json()["code"] == "minimum_period_not_reached"
    assert answer.json()["errors"][0]["basis"]


def test_an_objection_is_handed_over_too(client: Client, headers: dict[str, str]) -> None:
    record = samples.ripe_penalty()
    sent = body(record, kind="objection", ground="wrong", statement="文号有误")
    assert client.post(URL, sent, headers=headers).status_code == 201
    record.refresh_from_db()
    assert record.disputed_since == samples.today()
