"""Every code of G8 and G9 as an officer meets it in a form, a system in the interface, and whoever writes by SQL."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from agencies.choices import Role, Scope
from agencies.models import Officer
from blacklist import services
from blacklist.choices import StepKind
from blacklist.models import CaseStep, ListCase, ListDecision, ListEntry, ListScheme, SchemeAttempt
from catalog.models import LegalBasis
from common.gates import CLAUSES, Refused
from records.models import Subject
from tests import people
from tests.blacklist import samples
from tests.factories import make_penalty
from tests.identity.samples import merged, new_row, old_row

pytestmark = pytest.mark.django_db
FORM = "/workbench/lists/"
API = "/api/v1/list-cases/"


def browser(who: Officer) -> Client:
    client = Client()
    client.force_login(who)
    return client


def step_url(case: ListCase, kind: str) -> str:
    return f"{FORM}cases/{case.public_id}/steps/{kind}/"


def decision_form(**changes: object) -> dict[str, object]:
    text = samples.decision()
    return {
        "reason": text.reason,
        "basis_text": text.basis_text,
        "measures": list(text.measure_codes),
        "removal_text": text.removal_text,
        "remedies": text.remedies,
        **changes,
    }


def by_form(case: ListCase, on: date, **changes: object) -> str:
    who = samples.chief().officer
    assert who is not None
    page = browser(who).post(step_url(case, "decided"), decision_form(on=on.isoformat(), **changes))
    assert page.status_code == 200, "a refused form is shown again"
    return page.content.decode()


@pytest.fixture
def machine() -> dict[str, str]:
    return people.bearer(people.client(Scope.LISTS_DECIDE))


def by_api(client: Client, machine: dict[str, str], case: ListCase, body: dict[str, Any]) -> list[str]:
    answer = client.post(
        f"{API}{case.public_id}/steps/", body, content_type="application/json", headers=machine
    )
    assert answer.status_code == 422, answer.content
    for error in answer.json()["errors"]:
        assert error["basis"], error
    return [error["code"] for error in answer.json()["errors"]]


def by_sql(case: ListCase, on: date, kind: str = "decided", **more: object) -> str:
    """The message of the database to a step written past every service, under the application's role."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role credit_app")
        CaseStep.objects.create(
            case=case, round=1, kind=kind, on=on, channel="workbench", officer=samples.chief().officer,
            text="记录", **more,
        )  # fmt: skip
    return str(error.value)


def decided_body(on: date, **changes: object) -> dict[str, Any]:
    return {"kind": "decided", **decision_form(on=on.isoformat(), **changes)}


# --- G9 ----------------------------------------------------------------------------------------------------------------


def test_notice_not_served(client: Client, machine: dict[str, str]) -> None:
    case, on = samples.notified(), samples.DAY + timedelta(days=30)
    assert CLAUSES["notice_not_served"].sentence in by_form(case, on)
    assert "notice_not_served" in by_api(client, machine, case, decided_body(on))
    assert by_sql(case, on).startswith("notice_not_served")


def test_objection_window_open(client: Client, machine: dict[str, str]) -> None:
    case = samples.served()
    on = samples.window_of(case)
    assert "期满前不得作出决定" in by_form(case, on)
    assert "objection_window_open" in by_api(client, machine, case, decided_body(on))
    assert by_sql(case, on).startswith("objection_window_open")
    sooner = by_sql(samples.notified(), on, "served", service_kind="direct", window_until=samples.DAY)
    assert sooner.startswith("objection_window_open")


def test_objection_unanswered(client: Client, machine: dict[str, str]) -> None:
    case = samples.served()
    services.speak(case_id=case.pk, text="不同意", objects=True, on=samples.DAY)
    on = samples.window_of(case) + timedelta(days=9)
    assert CLAUSES["objection_unanswered"].sentence in by_form(case, on)
    assert "objection_unanswered" in by_api(client, machine, case, decided_body(on))
    assert by_sql(case, on).startswith("objection_unanswered")


def test_decision_incomplete(client: Client, machine: dict[str, str]) -> None:
    case = samples.reviewed()
    on = samples.window_of(case) + timedelta(days=1)
    assert "决定文书没有载明救济措施" in by_form(case, on, remedies="")
    assert by_api(client, machine, case, decided_body(on, remedies=" ")) == ["decision_incomplete"]
    with pytest.raises(DatabaseError, match=r"^decision_incomplete"), transaction.atomic():
        step = CaseStep.objects.create(
            case=case, round=1, kind="decided", on=on, channel="workbench", officer=samples.chief().officer
        )
        ListDecision.objects.create(
            case=case, round=1, step=step, number="伪1号", decided_on=on, reason="事由", basis_text="依据",
            sanction_hints=["提示"], removal_text="移出", remedies="", effective_from=on,
            ends_on=on + timedelta(days=30), decided_by=samples.chief().officer,
        )  # fmt: skip


def test_an_entry_without_a_decision_is_no_entry() -> None:
    case = samples.reviewed()
    row = ListEntry(
        scheme=case.scheme, subject=case.subject, authority=case.agency, authority_name=case.agency.name,
        origin="decided", decision_number="伪1号", decided_on=samples.DAY, reason="事由", basis_text="依据",
        effective_from=samples.DAY,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match=r"^decision_incomplete"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    "statement",
    [
        "update blacklist_casestep set window_until = date '2020-01-01'",
        "delete from blacklist_casestep",
        "update blacklist_listdecision set remedies = ''",
        "delete from blacklist_listdecision",
        "update blacklist_entrychange set reason = ''",
        "delete from blacklist_listentry",
        "delete from blacklist_listcase",
        "delete from blacklist_casefile",
        "truncate blacklist_casestep cascade",
    ],
)
def test_what_was_written_stays_for_the_application_and_for_the_owner_alike(statement: str) -> None:
    samples.listed(samples.served(samples.open_case(), files=[(samples.pdf_file(), "送达回证")]))
    for role in ("credit_app", "none"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local role {role}")
            cursor.execute(statement)
            pytest.fail("the database let it pass")


# --- G8 ----------------------------------------------------------------------------------------------------------------


def scheme_form(**changes: object) -> dict[str, object]:
    return {
        "name": "交通违法严重失信主体名单",
        "field": "market_order",
        "level": "national",
        "basis": "spaqf",
        "basis_clause": "第一百条",
        "authority": "市场监督管理局",
        "authority_min_level": "county",
        "authority_sectors": "市场监管",
        "grounds": "情形",
        "listing_text": "三年",
        "listing_months": "36",
        "removal_text": "期满",
        "shown_fields": "名称、列入事由",
        "effective_from": "2026-12-01",
        "mark": "unverified",
        "acting_on": "来文1号",
        **changes,
    }


def scheme_body(**changes: object) -> dict[str, object]:
    body = scheme_form(**changes)
    lists = ("authority_sectors", "shown_fields")
    return {**body, **{name: str(body[name]).split("、") for name in lists}, "listing_months": 36}


UNLAWFUL = [
    ({"field": "other"}, "scheme_field_not_allowed"),
    ({"basis": "zjl-44"}, "scheme_basis_too_low"),
    ({"level": "city"}, "authority_not_competent"),
    ({"authority_min_level": "township"}, "authority_not_competent"),
]


@pytest.mark.parametrize(("change", "code"), UNLAWFUL)
def test_an_unlawful_scheme_is_refused_and_the_attempt_stays(
    client: Client, change: dict[str, object], code: str
) -> None:
    chief = people.officer(Role.AUTHORITY)
    page = browser(chief).post(f"{FORM}schemes/new/", scheme_form(**change))
    assert page.status_code == 200 and "（依据：鹤信用发〔2022〕1号 第" in page.content.decode()
    machine = people.bearer(people.client(Scope.LISTS_DECIDE, code="hg-yingshang"))
    answer = client.post(
        "/api/v1/list-schemes/", scheme_body(**change), content_type="application/json", headers=machine
    )
    assert answer.status_code == 422 and code in [error["code"] for error in answer.json()["errors"]]
    assert [code in attempt.codes for attempt in SchemeAttempt.objects.all()] == [True, True]
    shown = browser(chief).get(f"{FORM}schemes/attempts/").content.decode()
    assert "交通违法严重失信主体名单" in shown and code in shown
    assert not ListScheme.objects.filter(name="交通违法严重失信主体名单").exists()


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"field": "traffic"}, "scheme_field_not_allowed"),
        ({"basis_id": "zjl-44"}, "scheme_basis_too_low"),
        ({"level": "city"}, "authority_not_competent"),
        ({"authority_min_level": "township"}, "authority_not_competent"),
    ],
)
def test_no_update_makes_a_scheme_unlawful(columns: dict[str, object], code: str) -> None:
    if "basis_id" in columns:
        columns = {"basis_id": LegalBasis.objects.get(code=columns["basis_id"]).pk}
    with pytest.raises(DatabaseError, match=f"^{code}"), transaction.atomic():
        ListScheme.objects.filter(code="spaq").update(**columns)


def test_another_units_attempt_is_refused_and_seen_by_the_credit_authority(client: Client) -> None:
    stranger = people.stranger()
    page = browser(stranger).post(f"{FORM}schemes/new/", scheme_form())
    assert "名单设列由社会信用主管部门" in page.content.decode()
    machine = people.bearer(people.client(Scope.LISTS_DECIDE, code="hg-yingji"))
    answer = client.post(
        "/api/v1/list-schemes/", scheme_body(), content_type="application/json", headers=machine
    )
    assert answer.json()["code"] == "authority_not_competent"
    attempts = SchemeAttempt.objects.order_by("id")
    assert [attempt.agency.code for attempt in attempts if attempt.agency] == ["hg-yingji", "hg-yingji"]
    assert browser(stranger).get(f"{FORM}schemes/attempts/").status_code == 403


def test_a_body_the_scheme_does_not_name_cannot_open_a_case(client: Client, machine: dict[str, str]) -> None:
    record = make_penalty()
    handler = samples.handler().officer
    assert handler is not None
    form = {"agency": samples.agency().pk, "scheme": "aqsc", "facts": "事实", "basis_clause": "第一条"}
    page = browser(handler).post(f"{FORM}cases/new/?record={record.pk}", form)
    assert "不是“安全生产严重失信主体名单”指明的认定单位" in page.content.decode()
    body = {"scheme": "aqsc", "facts": "事实", "basis_clause": "第一条", "record": record.pk}
    answer = client.post(API, body, content_type="application/json", headers=machine)
    assert answer.status_code == 422 and answer.json()["code"] == "authority_not_competent"
    with pytest.raises(DatabaseError, match=r"^authority_not_competent"), transaction.atomic():
        ListCase.objects.create(
            number="伪案1号", scheme=ListScheme.objects.get(code="aqsc"), agency=samples.agency(),
            subject=record.subject, document_kind="行政处罚决定书", document_number="1号",
            document_date=samples.DAY, document_issuer="某局", facts="事实", basis_clause="第一条",
            opened_on=samples.DAY, opened_by=handler,
        )  # fmt: skip


# --- one case at a time ------------------------------------------------------------------------------------------------


def test_a_second_case_about_the_same_body_and_list_is_refused_three_ways(
    client: Client, machine: dict[str, str]
) -> None:
    first = samples.open_case()
    assert first.record is not None
    handler = samples.handler().officer
    assert handler is not None
    form = {"agency": samples.agency().pk, "scheme": "spaq", "facts": "事实", "basis_clause": "第一条"}
    page = browser(handler).post(f"{FORM}cases/new/?record={first.record_id}", form)
    assert f"案件“{first.number}”" in page.content.decode()
    body = {"scheme": "spaq", "facts": "事实", "basis_clause": "第一条", "record": first.record_id}
    answer = client.post(API, body, content_type="application/json", headers=machine)
    assert answer.status_code == 422 and answer.json()["code"] == "case_already_open"
    assert second_by_sql(first, first.subject).startswith("case_already_open")
    # once the first is over there may be another, and then the first is not taken up again
    services.close_case(actor=samples.chief(), case_id=first.pk, reasons="不符合认定标准", on=samples.DAY)
    second = samples.open_case(first.record)
    assert second.pk != first.pk
    with pytest.raises(Refused) as refused:
        services.reopen_case(actor=samples.chief(), case_id=first.pk, reason="新证据", on=samples.DAY)
    assert [refusal.code for refusal in refused.value.refusals] == ["case_already_open"]
    assert by_sql(first, samples.DAY, "reopened").startswith("case_already_open")


def second_by_sql(case: ListCase, subject: Subject) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        ListCase.objects.create(
            number="伪案2号", scheme=case.scheme, agency=case.agency, subject=subject, document_kind="行政处罚决定书",
            document_number="1号", document_date=samples.DAY, document_issuer="某局", facts="事实",
            basis_clause="第一条", opened_on=samples.DAY, opened_by=samples.handler().officer,
        )  # fmt: skip
    return str(error.value)


def test_rows_merged_into_one_body_count_as_one() -> None:
    kept, other = new_row(), old_row()
    merged(kept, other)
    case = samples.open_case(make_penalty(other))
    with pytest.raises(Refused, match="case_already_open"):
        samples.open_case(make_penalty(kept))
    assert second_by_sql(case, kept).startswith("case_already_open")


def test_of_two_cases_that_a_merge_brought_together_neither_is_decided_while_both_run(
    client: Client, machine: dict[str, str]
) -> None:
    kept, other = new_row(), old_row()
    case = samples.reviewed(samples.served(samples.open_case(make_penalty(kept))))
    beside = samples.open_case(make_penalty(other))
    merged(kept, other)
    who = samples.chief().officer
    assert who is not None
    page = browser(who).get(f"{FORM}cases/{case.public_id}/").content.decode()
    assert "另有一件未办结的案件" in page and beside.number in page
    # what is offered comes from the rule that refuses, on the page, by interface and in the list of cases
    blocked = f"同一主体在同一名单上的案件“{beside.number}”"
    assert blocked in page and "steps/decided/" not in page
    assert blocked in browser(who).get(f"{FORM}cases/{case.public_id}/steps/decided/").content.decode()
    listed_there = client.get(API, headers=machine).json()["items"]
    found = client.get(f"{API}{case.public_id}/", headers=machine).json()
    assert next(one for one in listed_there if one["id"] == case.public_id) == found
    assert "decided" not in found["possible"] and "closed" in found["possible"]
    assert [blocked in need["detail"] for need in found["missing"] if not need["met"]] == [True, False]
    with pytest.raises(Refused, match="case_already_open"):
        samples.listed(case)
    assert by_sql(case, samples.window_of(case) + timedelta(days=1)).startswith("case_already_open")
    services.close_case(actor=samples.chief(), case_id=beside.pk, reasons="并入另案", on=samples.DAY)
    assert "steps/decided/" in browser(who).get(f"{FORM}cases/{case.public_id}/").content.decode()
    assert samples.listed(case).pk


def test_a_list_does_not_end_before_what_was_decided_under_it() -> None:
    entry = samples.listed()
    before = entry.decided_on - timedelta(days=1)
    with pytest.raises(Refused, match="date_order"):
        services.end_scheme(actor=samples.keeper(), basis="来文", code="spaq", last_day=before)
    with pytest.raises(DatabaseError, match=r"^scheme_not_in_force"), transaction.atomic():
        ListScheme.objects.filter(pk=entry.scheme_id).update(effective_until=before)


# --- the whole way by the interface ------------------------------------------------------------------------------------


def test_a_system_works_a_case_from_the_record_to_the_entry(client: Client, machine: dict[str, str]) -> None:
    record = make_penalty(decision_date=date(2026, 5, 11))
    opened = client.post(
        API,
        {"scheme": "spaq", "facts": "多次销售过期食品", "basis_clause": "第五条", "record": record.pk},
        content_type="application/json",
        headers={**machine, "Idempotency-Key": "case-1"},
    )
    assert opened.status_code == 201, opened.content
    case = opened.json()
    assert case["phase"] == "to_notify" and "notice" in case["possible"]

    def take(**body: object) -> dict[str, Any]:
        answer = client.post(
            f"{API}{case['id']}/steps/", body, content_type="application/json", headers=machine
        )
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        return found

    take(kind="notice")
    take(kind="served", service_kind="electronic", proof="电子送达 20260601")
    take(kind="objection", text="不同意")
    take(kind="verified", text="已核实")
    take(kind="answer", outcome="rejected", text="事实清楚")
    take(kind="review", outcome="list", text="一致同意")
    done = take(kind="decided", **decision_form())
    assert done["phase"] == "listed" and all(need["met"] for need in done["missing"])
    notice = next(step for step in done["steps"] if step["kind"] == "notice")
    paper = client.get(f"{API}{case['id']}/documents/{notice['id']}/", headers=machine)
    assert paper.content.startswith(b"%PDF")
    assert ListEntry.objects.get().decision_number.endswith("1号")
    stranger = people.bearer(people.client(Scope.LISTS_DECIDE, code="hg-yingji"))
    assert client.get(f"{API}{case['id']}/", headers=stranger).status_code == 404
    assert {kind.value for kind in StepKind} >= {step["kind"] for step in done["steps"]}


def test_a_body_lacking_something_hears_the_clause_of_lists(client: Client, machine: dict[str, str]) -> None:
    answer = client.post(API, {}, content_type="application/json", headers=machine)
    errors = answer.json()["errors"]
    assert answer.status_code == 400 and {one["code"] for one in errors} == {"field_required"}
    assert all("第8条" in one["basis"] for one in errors)
