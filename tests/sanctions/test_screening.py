"""The screening interface: what it answers, explains and refuses, and that it answers nothing but what is in force."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blacklist.models import ImportSource, ListDelivery
from blacklist.services import end_entry, suspend_entry
from common.clock import today
from common.identifiers import make_id_number
from records.services import end_record
from records.sharing.choices import PersonProof
from records.sharing.models import LookUp
from sanctions.models import Matter, Measure, MeasureEdition, Screening, ScreeningHit
from tests.factories import invented_uscc, make_penalty, make_person, make_subject
from tests.sanctions.samples import Window, codes, make_defaulter, make_entry, make_honour, registrar
from tests.sharing.samples import approved

pytestmark = pytest.mark.django_db


def test_a_hit_explains_itself_and_is_registered_and_receipted() -> None:
    window, entry = Window(), make_entry()
    answer = window.ask(
        {"投标人甲": {"uscc": entry.subject.uscc}, "乙": {"uscc": make_subject().uscc}, "丙": {"uscc": invented_uscc(99999)}},
        application="SL-2026-0001",
    ).json()  # fmt: skip
    status = {key: one["status"] for key, one in answer["results"].items()}
    assert status == {"投标人甲": "hit", "乙": "clear", "丙": "unknown_subject"}
    hit = answer["results"]["投标人甲"]
    assert codes(hit) == ["nmg-48-cg"]
    measure = hit["measures"][0]
    assert measure["ground"] == {
        "kind": "entry", "id": entry.public_id, "title": "拖欠农民工工资失信联合惩戒对象名单",
        "document_number": entry.decision_number, "authority": entry.authority_name, "decided_on": "2026-03-02",
        "disputed_since": None,
    }  # fmt: skip
    assert measure["period"] == {"from": "2026-03-02", "until": "2029-03-01"}
    assert "保障农民工工资支付条例" in measure["measure"]["basis"] and measure["remedy"] == entry.remedies
    assert measure["measure"]["executing_body"] and measure["measure"]["can_be_ordered"] is True
    assert [one["id"] for one in hit["entries"]] == [entry.public_id]
    assert answer["list_version"].startswith(f"{today():%Y%m%d}-") and answer["as_of"].endswith("+08:00")
    screening = Screening.objects.get(public_id=answer["id"])
    lookup = LookUp.objects.get(receipt=answer["receipt"])
    assert screening.receipt == lookup.receipt and screening.application == "SL-2026-0001"
    assert (lookup.outcome, lookup.client, lookup.purpose, lookup.asked) == (
        "answered", window.client, window.purpose, None,
    )  # fmt: skip
    assert screening.asked == 3 and screening.hits == 1 and len(screening.subjects) == 2
    assert "投标人甲".encode() not in bytes(screening.keys)
    assert ScreeningHit.objects.get().ordinal == 1


def test_a_look_up_answers_only_what_its_matter_may_use() -> None:
    window, entry = Window(), make_entry()
    assert window.one(entry.subject, "tdcr") == {
        "status": "clear", "entries": [], "measures": [], "incentives": [],
    }  # fmt: skip
    assert codes(window.one(entry.subject, "czzj")) == ["nmg-48-zj"]
    assert codes(window.one(entry.subject, "ssyh")) == ["nmg-48-ss"]


def test_records_are_a_ground_where_the_list_ties_them() -> None:
    window, company = Window(), make_subject()
    make_penalty(company)
    assert window.one(company, "xzxksc")["status"] == "clear"
    cheat = make_penalty(company, data={"CF_WFXW": "提供虚假材料申请行政许可"})
    found = window.one(company, "xzxksc")
    assert codes(found) == ["xk-78"] and found["entries"] == []
    assert found["measures"][0]["ground"]["id"] == str(cheat.pk)
    assert found["measures"][0]["period"] == {"from": "2026-05-11", "until": "2027-05-11"}


def test_discretionary_measures_are_no_hit_before_somebody_decided() -> None:
    window, company = Window(), make_subject()
    make_penalty(company, data={"CF_WFXW": "串通投标"})
    assert window.one(company, "gcztb")["status"] == "clear"


def test_what_ended_is_suspended_or_repaired_never_matches_again() -> None:
    window, entry = Window(), make_entry()
    assert window.one(entry.subject)["status"] == "hit"
    suspend_entry(
        officer=None, entry_id=entry.pk, since=today(), until=None, reason="复议停止执行", basis="决定"
    )
    assert window.one(entry.subject)["status"] == "clear"
    other = make_entry()
    assert window.one(other.subject)["status"] == "hit"
    end_entry(officer=None, entry_id=other.pk, on=today(), reason="repaired", basis="决定")
    assert window.one(other.subject)["status"] == "clear"
    expired = make_entry(effective_from=today() - timedelta(days=30), ends_on=today() - timedelta(days=1))
    coming = make_entry(effective_from=today() + timedelta(days=1), ends_on=None)
    last_day = make_entry(effective_from=today() - timedelta(days=30), ends_on=today())
    assert window.one(expired.subject)["status"] == window.one(coming.subject)["status"] == "clear"
    assert window.one(last_day.subject)["status"] == "hit"


def test_a_repaired_record_never_matches_again() -> None:
    window, company = Window(), make_subject()
    record = make_penalty(company, data={"CF_WFXW": "提供虚假材料申请行政许可"})
    assert window.one(company, "xzxksc")["status"] == "hit"
    end_record(officer=None, record_id=record.pk, on=today(), reason="repaired", basis="决定")
    assert window.one(company, "xzxksc")["status"] == "clear"


def test_a_person_is_found_by_number_and_name_and_only_where_purpose_and_matter_name_persons() -> None:
    window = Window()
    number = make_id_number("230402", date(1986, 3, 5), 17)
    person = make_person("林有田", id_number=number)
    asked = {"p": {"id_number": number, "name": "林有田"}}
    refused = window.ask(asked, "scztdj")
    assert refused.status_code == 422 and refused.json()["code"] == "scope_exceeded"
    window.purpose = approved(
        code="hg-zhengwu", by=registrar(), items=("sxbzxr",), kinds=("person",), proof=PersonProof.DOCUMENT
    )
    assert window.ask(asked, "scztdj").json()["results"]["p"]["status"] == "clear"
    make_entry(person, scheme="sxbzxr")
    answer = window.ask(asked, "scztdj", document_number="授〔2026〕1号")
    assert codes(answer.json()["results"]["p"]) == ["gsf-178-1"]
    assert "林有田" not in answer.content.decode() and number not in answer.content.decode()
    for wrong in (
        {"id_number": number, "name": "林大田"},
        {"id_number": make_id_number("230402", date(1990, 1, 1), 5), "name": "林有田"},
    ):
        assert window.ask({"p": wrong}, "scztdj").json()["results"]["p"]["status"] == "unknown_subject"
    assert LookUp.objects.latest("id").asked is not None
    assert window.ask({"o": {"uscc": make_subject().uscc}}, "scztdj").json()["code"] == "scope_exceeded"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"purpose": ""}, "purpose_missing", "/purpose"),
        ({"purpose": "hg-shijian-01"}, "purpose_not_registered", "/purpose"),
        ({"matter": ""}, "purpose_missing", "/matter"),
        ({"matter": "nothing"}, "purpose_not_registered", "/matter"),
    ],
)
def test_purpose_and_matter_are_demanded_and_refusals_registered(
    change: dict[str, str], code: str, pointer: str
) -> None:
    window, company = Window(), make_subject()
    body = {
        "purpose": window.purpose.code,
        "matter": "zfcg",
        "subjects": {"a": {"uscc": company.uscc}},
        **change,
    }
    for headers in ({}, {"Idempotency-Key": "k1"}):
        before = LookUp.objects.count()
        answer = window.post("/api/v1/screenings/", body, **headers)
        assert answer.status_code == 422
        assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (code, pointer)
        assert LookUp.objects.count() == before + 1
        assert LookUp.objects.latest("id").refusal_code == code
    assert Screening.objects.count() == 0


def test_wrong_questions_are_told_apart_by_key_and_register_nothing() -> None:
    window = Window()
    answer = window.ask(
        {
            "a/b": {"uscc": "91230402MA1000000X"},
            "c": {},
            "d": {"id_number": "230402198603050011"},
            "e": {"uscc": 5},
            "f": {"x": "1"},
        }
    ).json()
    assert {one["pointer"]: one["code"] for one in answer["errors"]} == {
        "/subjects/a~1b/uscc": "identifier_invalid", "/subjects/c": "field_required",
        "/subjects/d/id_number": "identifier_invalid", "/subjects/e": "identifier_invalid",
        "/subjects/f": "field_required",
    }  # fmt: skip
    number = make_id_number("230402", date(1986, 3, 5), 17)
    for subjects, code in (
        ({}, "field_required"), ({"": {}}, "field_too_long"), ({"p": {"id_number": number}}, "field_required"),
        ({f"{n}": {"uscc": invented_uscc(n)} for n in range(1001)}, "field_too_long"), ([], "field_required"),
    ):  # fmt: skip
        answer = window.ask(subjects)
        assert answer.status_code == 422 and answer.json()["code"] == code
    assert window.post("/api/v1/screenings/", {"what": 1}).json()["code"] == "code_unknown"
    assert window.post("/api/v1/screenings/", {"purpose": 1, "subjects": {}}).status_code == 422
    assert LookUp.objects.count() == 0


def test_every_wrong_one_among_a_thousand_is_named_in_one_answer_and_nobody_is_looked_up() -> None:
    wrong = {17: "91230402MA1000000X", 500: "230402198603050011", 999: ""}
    subjects = {str(n): {"uscc": wrong.get(n, invented_uscc(n))} for n in range(1000)}
    answer = Window().ask(subjects)
    assert (answer.status_code, "results" in answer.json()) == (422, False)
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/subjects/17/uscc", "identifier_invalid"), ("/subjects/500/uscc", "identifier_invalid"), ("/subjects/999", "field_required"),
    ]  # fmt: skip
    assert not Screening.objects.exists() and not LookUp.objects.exists()


def test_the_number_of_statements_does_not_depend_on_the_number_of_subjects() -> None:
    window = Window()
    companies = [make_entry().subject for _ in range(3)] + [make_subject() for _ in range(27)]
    for few in (
        companies[:1],
        companies[:2],
    ):  # the statements for one and for many, each prepared once per connection
        window.ask({str(place): {"uscc": one.uscc} for place, one in enumerate(few)})
    counts = set()
    for size in (1, 30):
        subjects = {str(place): {"uscc": one.uscc} for place, one in enumerate(companies[:size])}
        with CaptureQueriesContext(connection) as queries:
            assert window.ask(subjects).status_code == 200
        statements = [one["sql"] for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]
        counts.add(len(statements))
    assert counts == {1, 3}  # one asked again, and however many


def test_the_same_idempotency_key_gives_the_same_answer_and_one_register_row() -> None:
    window, entry = Window(), make_entry()
    body = {"purpose": window.purpose.code, "matter": "zfcg", "subjects": {"a": {"uscc": entry.subject.uscc}}}
    first = window.post("/api/v1/screenings/", body, **{"Idempotency-Key": "once"})
    again = window.post("/api/v1/screenings/", body, **{"Idempotency-Key": "once"})
    assert first.json() == again.json() and LookUp.objects.count() == 1


def test_incentives_are_told_apart_and_withheld_from_who_is_listed() -> None:
    window, company = Window(), make_subject()
    make_honour(company)
    found = window.one(company)
    assert found["status"] == "clear" and codes(found, "incentives") == ["hg-yxzc"]
    assert ScreeningHit.objects.count() == 0
    make_entry(company)
    found = window.one(company)
    assert found["status"] == "hit" and found["incentives"] == []


def test_court_records_call_for_the_measures_of_their_item() -> None:
    window = Window()
    record = make_defaulter()
    assert codes(window.one(record.subject, "pxpy")) == ["hg-pxpy"]


# --- never a wrong clear ---------------------------------------------------------------------------------


def refused_as_unavailable(window: Window, company: object) -> None:
    answer = window.ask({"a": {"uscc": company.uscc}})  # type: ignore[attr-defined]
    assert answer.status_code == 503 and answer.json()["code"] == "list_unavailable"
    assert "clear" not in answer.json().get("results", {}) and answer.headers["Retry-After"]
    assert Screening.objects.count() == 0


def test_a_list_refreshed_half_way_answers_nothing() -> None:
    window, company = Window(), make_subject()
    Measure.objects.filter(code="crj-12").delete()
    refused_as_unavailable(window, company)


def test_no_list_in_force_answers_nothing() -> None:
    window, company = Window(), make_subject()
    MeasureEdition.objects.update(effective_until=today() - timedelta(days=1))
    refused_as_unavailable(window, company)


def test_a_list_from_elsewhere_that_did_not_come_in_its_rhythm_answers_nothing_for_its_matters() -> None:
    with connection.cursor() as cursor:  # how a delivery comes to be applied is tested in its own room
        cursor.execute("alter table blacklist_listdelivery disable trigger list_delivery_flow")
    window, company = Window(), make_subject()
    source = ImportSource.objects.get(code="rs-tqnmggz")
    delivery = ListDelivery.objects.create(
        source=source, officer=registrar(), filename="a.csv", format="csv-utf-8", size=1, sha256="0" * 64, status="applied",
        total=1, finished_at=timezone.now() - timedelta(days=source.rhythm_days + 1),
    )  # fmt: skip
    refused_as_unavailable(window, company)
    assert window.one(company, "tdcr")["status"] == "clear"  # rests on another list
    ListDelivery.objects.filter(pk=delivery.pk).update(finished_at=timezone.now())
    assert window.one(company)["status"] == "clear"


def test_a_worker_of_another_release_answers_nothing() -> None:
    window, company = Window(), make_subject()
    with connection.cursor() as cursor:
        cursor.execute("update sanctions_liststate set answers = 2")
    refused_as_unavailable(window, company)


def test_a_new_edition_is_answered_from_its_first_moment_by_a_warm_connection() -> None:
    window, entry = Window(), make_entry()
    for _ in range(7):  # beyond the point where the server settles on one plan
        assert codes(window.one(entry.subject)) == ["nmg-48-cg"]
    before = window.ask({"a": {"uscc": entry.subject.uscc}}).json()["list_version"]
    matter = Matter.objects.get(code="zfcg")
    matter.measure_codes = ["qyxx-18"]
    matter.save()
    after = window.ask({"a": {"uscc": entry.subject.uscc}}).json()
    assert after["results"]["a"]["status"] == "clear" and after["list_version"] != before


def test_names_are_candidates_without_effect() -> None:
    window = Window()
    company = make_subject("鹤岗市青松岭煤业有限公司")
    make_person("林有田")
    answer = window.browser.get("/api/v1/screenings/candidates/?name=青松岭煤", headers=window.headers).json()
    assert answer["effect"] == "none" and [one["uscc"] for one in answer["items"]] == [company.uscc]
    for name, status in (("林有田", 200), ("林", 400), ("", 400)):
        got = window.browser.get(f"/api/v1/screenings/candidates/?name={name}", headers=window.headers)
        assert got.status_code == status and not got.json().get("items")
    assert timezone.localtime().utcoffset() is not None
