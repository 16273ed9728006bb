"""A measure on the legal representative of a company, on the company's ground: only where the law names heads, traced, ended with it."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from agencies.choices import Role
from blacklist.services import end_entry
from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from records.contents import secret_of_subject
from records.models import CreditRecord, Subject
from sanctions import contents, documents, grounds, heads, selectors
from sanctions.heads import Head
from sanctions.models import AppliedMeasure, Measure
from sanctions.rules import application as rules
from sanctions.rules.measures import Superior, superior_refusals
from sanctions.services import ApplicationText, apply_measure, lift_measure
from tests import people
from tests.factories import make_penalty, make_person, make_subject
from tests.sanctions.samples import Window, codes, make_entry, registrar
from tests.sanctions.test_applying import MEASURE, RECORD, judge
from tests.sharing.samples import approved

NUMBER = make_id_number("230402", date(1978, 5, 6), 21)
OTHER = make_id_number("230402", date(1980, 5, 6), 22)


def test_the_object_is_checked() -> None:
    reaching = replace(MEASURE, reaches_head=True)
    assert judge(reaching, head=True) == []
    assert judge(MEASURE, head=True) == ["measure_not_for_subject"]
    assert judge(reaching, head=True, subject_kind="person") == ["measure_not_for_subject"]
    only_persons = replace(reaching, subject_kinds=frozenset({"person"}))
    assert judge(only_persons, RECORD) == ["measure_not_for_subject"] and judge(only_persons, head=True) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"name": ""}, "field_required"),
        ({"document_problem": "校验码不正确"}, "identifier_invalid"),
        ({"stated_name": "李大山"}, "measure_not_for_subject"),
        ({"stated_document": OTHER}, "measure_not_for_subject"),
        ({"stated_name": "", "stated_document": ""}, ""),
    ],
)
def test_the_head_is_the_one_the_ground_names(change: dict[str, str], code: str) -> None:
    given = {
        "name": "王守仁", "document": NUMBER, "document_problem": None, "stated_name": "王守仁", "stated_document": NUMBER,
    } | change  # fmt: skip
    found = rules.head_refusals(**given)  # type: ignore[arg-type]
    assert [one.code for one in found] == ([code] if code else [])


def text(ends_on: date | None, name: str = "王守仁", number: str = NUMBER) -> ApplicationText:
    return ApplicationText(
        document_number="鹤市监限〔2026〕1号", reason="食品安全法第一百三十五条的当然后果", heavier_why="许可证被吊销",
        starts_on=today(), ends_on=ends_on, head=Head(name, number),
    )  # fmt: skip


def revoked() -> CreditRecord:
    record = make_penalty(types="吊销许可证件", secret={"CF_FR_ZJHM": NUMBER}, data={"CF_FR_ZJLX": "身份证"})
    CreditRecord.objects.filter(pk=record.pk).update(used_until=date(2029, 5, 10))
    record.refresh_from_db()
    return record


@pytest.mark.django_db
class TestByService:
    def test_on_a_record_traced_answered_and_ended_with_it(self) -> None:
        officer, record = people.officer(Role.REVIEWER), revoked()
        measure = Measure.objects.get(code="spaq-135-2")
        assert heads.stated(record) == Head("王守仁", NUMBER)
        row = apply_measure(
            agency=officer.agency,
            officer=officer,
            measure_id=measure.pk,
            ground=record,
            text=text(record.used_until),
        )
        assert (row.company, row.record, row.subject.kind) == (record.subject, record, "person")
        assert secret_of_subject(row.subject)["name"] == "王守仁"
        assert row.subject.name == "" and NUMBER not in str(
            Subject.objects.filter(pk=row.subject_id).values()
        )
        assert record.subject.name in str(documents.decision(row).blocks)
        window = Window()
        window.purpose = approved(
            code="hg-zhengwu",
            by=registrar(),
            items=("xzcf",),
            kinds=("person", "organisation"),
            proof="document",
        )
        person = {"p": {"id_number": NUMBER, "name": "王守仁"}}
        found = window.ask(person, "scztdj", document_number="授1号").json()["results"]["p"]
        assert codes(found) == ["spaq-135-2"] and found["measures"][0]["ground"]["title"].startswith(
            "对单位负责人"
        )
        CreditRecord.objects.filter(pk=record.pk).update(ended_on=today(), end_reason="repaired")
        assert (
            window.ask(person, "scztdj", document_number="授1号").json()["results"]["p"]["status"] == "clear"
        )
        assert list(selectors.to_lift(today())) == [row] and not selectors.applied(today()).exists()
        lift_measure(applied_id=row.pk, on=today(), document="解1号", officer=officer)
        assert not selectors.to_lift(today()).exists()

    def test_on_an_entry_beside_the_measure_on_the_company_itself(self) -> None:
        officer, entry = people.officer(Role.REVIEWER), make_entry(scheme="spaq")
        give = {"agency": officer.agency, "officer": officer, "ground": entry}
        own = Measure.objects.get(code="spaq-135-1")
        company = apply_measure(measure_id=own.pk, text=replace(text(entry.ends_on), head=None), **give)
        head = apply_measure(measure_id=own.pk, text=text(entry.ends_on), **give)
        assert (company.company, head.company) == (
            None,
            entry.subject,
        ) and AppliedMeasure.objects.count() == 2
        end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
        assert selectors.to_lift(today()).count() == 2

    def test_nobody_else_and_no_measure_that_does_not_name_heads(self) -> None:
        officer, record = people.officer(Role.REVIEWER), revoked()
        give = {"agency": officer.agency, "officer": officer, "ground": record}
        reaching = Measure.objects.get(code="spaq-135-2").pk
        for wrong in (
            text(record.used_until, name="李大山"), text(record.used_until, number=OTHER),
            text(record.used_until, number="230402"), text(record.used_until, number=""),
        ):  # fmt: skip
            with pytest.raises(Refused):
                apply_measure(measure_id=reaching, text=wrong, **give)
        Measure.objects.filter(pk=reaching).update(reaches_head=False)
        with pytest.raises(Refused) as refused:
            apply_measure(measure_id=reaching, text=text(record.used_until), **give)
        assert [one.code for one in refused.value.refusals] == ["measure_not_for_subject"]
        assert not Subject.objects.filter(kind="person").exists()

    def test_the_database_holds_it_too(self) -> None:
        officer, record, person = people.officer(Role.REVIEWER), revoked(), make_person()
        measure = Measure.objects.get(code="spaq-135-2")
        row = {
            "measure": measure, "agency": officer.agency, "record": record, "document_number": "1", "reason": "x",
            "decided_on": today(), "starts_on": today(), "ends_on": record.used_until,
        }  # fmt: skip
        for wrong, code in (
            ({"subject": make_subject(), "company": record.subject}, "measure_not_for_subject"),
            ({"subject": person, "company": make_subject()}, "measure_not_for_conduct"),
            ({"subject": person}, "measure_not_for_conduct"),
        ):
            with pytest.raises(IntegrityError, match=code), transaction.atomic():
                AppliedMeasure.objects.create(**row, **wrong)
        AppliedMeasure.objects.create(**row, subject=person, company=record.subject)

    def test_the_page(self) -> None:
        officer, record = people.officer(Role.REVIEWER), revoked()
        CreditRecord.objects.filter(pk=record.pk).update(provider=officer.agency)
        page = Client()
        page.force_login(officer)
        address = f"/workbench/measures/apply/?record={record.pk}&measure=spaq-135-2"
        assert "负责人身份证号码" in page.get(address).content.decode()
        data = {
            "document_number": "鹤市监限〔2026〕2号", "reason": "当然后果", "heavier_why": "吊销", "starts_on": f"{today()}",
            "ends_on": f"{record.used_until}", "head_name": "李大山", "head_document": NUMBER,
        }  # fmt: skip
        assert "不是这个人" in page.post(address, data).content.decode()
        done = page.post(address, {**data, "head_name": "王守仁"}, follow=True).content.decode()
        assert "事实所属的单位" in done and NUMBER not in done
        fact = grounds.of(record, today())
        assert fact.subject_kind == "organisation"


@pytest.mark.django_db
def test_a_lower_list_does_not_reach_heads_that_the_higher_one_leaves_alone() -> None:
    above = contents.of(Measure.objects.select_related("basis").get(code="spaq-135-2"))
    reaching, leaving = replace(above, reaches_head=True), replace(above, reaches_head=False)
    refused = superior_refusals(reaching, Superior(leaving, "全国清单"))
    assert [(one.code, one.pointer) for one in refused] == [("measure_exceeds_limit", "reaches_head")]
    assert superior_refusals(leaving, Superior(reaching, "全国清单")) == []
