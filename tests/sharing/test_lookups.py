"""录入员小宋 and others look up under a purpose: what they are answered, what is refused, and what the register says."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction

from agencies.choices import Role, Scope
from catalog.models import CatalogItem
from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from common.problems import Problem
from records.models import CreditRecord
from records.selectors import shared_with
from records.sharing import selectors, services
from records.sharing.choices import Detail, Outcome, PersonProof, PurposeState
from records.sharing.models import DutyPurpose, LookUp
from tests import people
from tests.clauses import STANDARD
from tests.factories import make_licence, make_penalty, make_person, make_subject
from tests.ledger.samples import AsRole, run
from tests.sharing.samples import approved, chief, register, reviewer

pytestmark = pytest.mark.django_db
ID = make_id_number("230402", today().replace(year=1986, month=3, day=5), 12)


def refused(**asked: object) -> LookUp:
    """Asks, expects a refusal, and returns its row of the register."""
    with pytest.raises(services.LookUpRefused) as caught:
        services.look_up(**asked)  # type: ignore[arg-type]
    row = LookUp.objects.get(receipt=caught.value.receipt)
    assert row.outcome == Outcome.REFUSED and row.refusal_code == caught.value.refusals[0].code
    assert row.subject is None and row.record_count == 0
    return row


def test_an_officer_of_another_agency_is_answered_under_an_approved_purpose() -> None:
    """那松青 of 应急管理局 sees the penalty of 市场监督管理局, and nothing beside the purpose's items."""
    company = make_subject()
    penalty, licence = make_penalty(company), make_licence(company)
    purpose = approved(code="hg-yingji", items=("xzcf",))
    officer = people.stranger()
    answer = services.look_up(
        agency=people.agency("hg-yingji"),
        officer=officer,
        purpose_code=purpose.code,
        uscc=company.uscc.lower(),
    )
    assert [record.pk for record in answer.records] == [penalty.pk] and licence.pk != penalty.pk
    row = LookUp.objects.get()
    assert (row.officer, row.agency.code, row.purpose, row.subject) == (
        officer,
        "hg-yingji",
        purpose,
        company,
    )
    assert (row.outcome, row.record_count, row.item_codes, row.refusal_code) == ("answered", 1, ["xzcf"], "")
    assert company.uscc.encode() not in bytes(row.asked or b"") and len(bytes(row.asked or b"")) == 32
    assert row.keep_until.year == today().year + 5


def test_without_a_purpose_or_with_one_that_does_not_count() -> None:
    company, officer = make_penalty().subject, people.officer(Role.SUBMITTER)
    home = people.agency()
    asked = {"agency": home, "officer": officer, "uscc": company.uscc}
    assert refused(**asked, purpose_code="").refusal_code == "purpose_missing"
    assert refused(**asked, purpose_code="no-such").purpose is None
    pending = register()
    assert refused(**asked, purpose_code=pending.code).refusal_code == "purpose_not_registered"
    theirs = approved(code="hg-yingji")
    assert refused(**asked, purpose_code=theirs.code).purpose is None
    mine = approved()
    later = today() + timedelta(days=181)
    assert refused(**asked, purpose_code=mine.code, on=later).refusal_code == "purpose_not_registered"
    services.withdraw_purpose(officer=reviewer(), purpose_id=mine.pk, reason="职责调整")
    assert refused(**asked, purpose_code=mine.code).refusal_code == "purpose_not_registered"
    assert LookUp.objects.count() == 6


def test_out_of_scope_by_item_and_by_kind_of_subject() -> None:
    company, officer = make_penalty().subject, people.officer(Role.SUBMITTER)
    purpose = approved(items=("xzcf",), kinds=("organisation",))
    asked = {"agency": people.agency(), "officer": officer, "purpose_code": purpose.code}
    row = refused(**asked, uscc=company.uscc, item="sxbzxr")
    assert (row.refusal_code, row.item_codes) == ("scope_exceeded", ["sxbzxr"])
    assert refused(**asked, uscc=company.uscc, item="<张三>").item_codes == []
    trader = make_penalty(make_subject("兴安区老味小吃店", kind="self_employed")).subject
    assert refused(**asked, uscc=trader.uscc).refusal_code == "scope_exceeded"
    assert (
        refused(**asked, name="林有田", id_number=ID, document_number="授权1号").refusal_code
        == "scope_exceeded"
    )


def test_a_person_is_answered_only_on_a_paper_masked_and_only_by_the_right_name() -> None:
    person = make_person("林有田", id_number=ID)
    licence = make_licence(person)
    officer = people.officer(Role.SUBMITTER)
    purpose = approved(items=("xzxk",), kinds=("person",), proof=PersonProof.CONSENT)
    asked = {"agency": people.agency(), "officer": officer, "purpose_code": purpose.code, "id_number": ID}
    row = refused(**asked, name="林有田")
    assert row.refusal_code == "scope_exceeded" and row.asked is not None
    answer = services.look_up(**asked, name="林 有田", document_number="同意〔2026〕8号")  # type: ignore[arg-type]
    assert [record.pk for record in answer.records] == [licence.pk]
    assert answer.lookup.document_number == "同意〔2026〕8号"
    wrong = services.look_up(**asked, name="林友田", document_number="同意〔2026〕8号")  # type: ignore[arg-type]
    assert wrong.subject is None and wrong.lookup.subject is None and wrong.lookup.outcome == Outcome.ANSWERED
    assert bytes(wrong.lookup.asked or b"") == bytes(answer.lookup.asked or b"")
    dump = str(list(LookUp.objects.values()))
    assert ID not in dump and "林有田" not in dump


@pytest.mark.parametrize(
    ("asked", "code", "pointer"),
    [
        ({}, "field_required", "/uscc"),
        ({"uscc": "91230402MA1", "id_number": ID}, "field_required", "/uscc"),
        ({"uscc": "91230402MA1"}, "identifier_invalid", "/uscc"),
        ({"id_number": "230402198603050000", "name": "林有田"}, "identifier_invalid", "/id_number"),
        ({"id_number": ID}, "field_required", "/name"),
    ],
)
def test_what_is_no_question_yet_is_sent_back_and_not_registered(
    asked: dict[str, str], code: str, pointer: str
) -> None:
    with pytest.raises(Refused) as caught:
        services.look_up(agency=people.agency(), officer=reviewer(), purpose_code="x", **asked)
    assert [(one.code, one.pointer) for one in caught.value.refusals] == [(code, pointer)]
    assert STANDARD not in caught.value.refusals[0].basis
    assert not LookUp.objects.exists()


def test_a_machine_client_is_registered_by_its_own_name() -> None:
    client = people.client(Scope.SCREENING_QUERY)
    purpose, company = approved(), make_penalty().subject
    answer = services.look_up(
        agency=client.agency, client=client, purpose_code=purpose.code, uscc=company.uscc
    )
    assert (answer.lookup.client, answer.lookup.officer, len(answer.records)) == (client, None, 1)


def test_shared_with_answers_only_what_is_shared_today_for_the_purpose() -> None:
    purpose, home, on = approved(items=("xzcf",)), people.agency(), today()
    kept = make_penalty(published_until=on)
    make_penalty(ended_on=on)
    make_licence()
    ended = make_penalty(published_until=on - timedelta(days=1))
    found = shared_with(home, purpose, on)
    assert [record.pk for record in found] == [kept.pk] and ended.pk != kept.pk
    assert not shared_with(people.agency("hg-yingji"), purpose, on).exists()
    assert not shared_with(home, purpose, purpose.valid_until + timedelta(days=1)).exists()
    CatalogItem.objects.filter(code="xzcf").update(sharing="none")
    assert not shared_with(home, purpose, on).exists()


def test_a_purpose_takes_two_people_of_two_kinds() -> None:
    boss = chief()
    own = register(code="hg-shijian")
    with pytest.raises(PermissionDenied):
        services.approve_purpose(officer=reviewer(), purpose_id=own.pk)
    basis = own.basis
    authoritys = services.register_purpose(
        officer=boss, name="信用监测", basis=basis, basis_clause="第一条", items=["xzcf"],
        subject_kinds=["organisation"], valid_from=today(), valid_until=today() + timedelta(days=30),
    )  # fmt: skip
    with pytest.raises(Refused, match="second_person_required"):
        services.approve_purpose(officer=boss, purpose_id=authoritys.pk)
    with pytest.raises(IntegrityError, match="purpose_approved_by_another"), transaction.atomic():
        DutyPurpose.objects.filter(pk=authoritys.pk).update(
            approved_by=boss, approved_at=authoritys.registered_at
        )
    second = people.officer(Role.AUTHORITY, username="second")
    done = services.approve_purpose(officer=second, purpose_id=authoritys.pk)
    assert done.state(today()) == PurposeState.IN_FORCE
    with pytest.raises(Problem, match="state_changed"):
        services.approve_purpose(officer=second, purpose_id=authoritys.pk)
    with pytest.raises(PermissionDenied):
        services.register_purpose(
            officer=people.officer(Role.SUBMITTER), name="x", basis=basis, basis_clause="x", items=["xzcf"],
            subject_kinds=["organisation"], valid_from=today(), valid_until=today(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        "items = '{xzcf,sxbzxr}'",
        "valid_until = valid_until + 900",
        "person_proof = 'consent', subject_kinds = '{person}'",
    ],
)
def test_an_approved_purpose_cannot_be_widened(change: str) -> None:
    purpose = approved()
    with pytest.raises(IntegrityError, match="can only be withdrawn"):
        run(f"update records_dutypurpose set {change} where id = {purpose.pk}")


def test_the_database_wants_an_end_a_scope_and_a_proof() -> None:
    purpose = register()
    for change in (
        "valid_until = null",
        "items = '{}'",
        "subject_kinds = '{person}'",
        "valid_until = valid_from - 1",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(f"update records_dutypurpose set {change} where id = {purpose.pk}")


def test_withdrawal_needs_a_reason_and_the_right_people_and_stays() -> None:
    purpose = approved()
    with pytest.raises(Refused, match="field_required"):
        services.withdraw_purpose(officer=reviewer(), purpose_id=purpose.pk, reason=" ")
    with pytest.raises(PermissionDenied):
        services.withdraw_purpose(officer=reviewer("hg-yingji"), purpose_id=purpose.pk, reason="x")
    services.withdraw_purpose(officer=chief(), purpose_id=purpose.pk, reason="已无必要")
    services.withdraw_purpose(officer=reviewer(), purpose_id=purpose.pk, reason="再撤一次")
    purpose.refresh_from_db()
    assert (purpose.withdrawn_why, purpose.withdrawn_by) == ("已无必要", chief())
    with pytest.raises(IntegrityError, match="can only be withdrawn"):
        run(f"update records_dutypurpose set withdrawn_at = null where id = {purpose.pk}")


def test_the_register_cannot_be_changed_by_the_application_nor_early_by_the_owner() -> None:
    purpose, company = approved(), make_penalty().subject
    services.look_up(agency=people.agency(), officer=reviewer(), purpose_code=purpose.code, uscc=company.uscc)
    for sql in (
        "update records_lookup set outcome = 'refused'",
        "delete from records_lookup",
        "truncate records_lookup",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), AsRole("credit_app"):
            run(sql)
    for sql in ("update records_lookup set keep_until = '2020-01-01'", "delete from records_lookup"):
        with pytest.raises(IntegrityError, match="is kept until"), transaction.atomic():
            run(sql)
    assert LookUp.objects.count() == 1


def test_the_limits_are_dated_rows() -> None:
    rule = selectors.rule_on(today())
    assert (rule.lookup_keep_months, rule.mark) == (60, "unverified") and "第12条" in rule.basis_clause


def test_filters_of_state_agree_with_the_state_of_each_purpose() -> None:
    register(), approved(), approved(valid_from=today() + timedelta(days=5))
    gone = approved()
    services.withdraw_purpose(officer=chief(), purpose_id=gone.pk, reason="已无必要")
    for on in (today(), today() + timedelta(days=6), today() + timedelta(days=400)):
        everything = DutyPurpose.objects.all()
        for state in PurposeState:
            found = set(selectors.filter_purposes(everything, state=state, on=on))
            assert found == {one for one in everything if one.state(on) == state}
        in_force = selectors.purposes_in_force(people.agency(), on)
        assert set(in_force) == {one for one in everything if one.state(on) == PurposeState.IN_FORCE}


def test_an_export_takes_two_people_once_and_holds_no_person() -> None:
    company = make_subject("=cmd|' /C calc'!A1有限公司")
    make_penalty(company), make_licence(make_person())
    purpose = approved(
        items=("xzcf", "xzxk"),
        kinds=("organisation", "person"),
        proof=PersonProof.DOCUMENT,
        detail=Detail.CONTENTS,
    )
    officer, boss = people.officer(Role.SUBMITTER), reviewer()
    export = services.request_export(officer=officer, purpose_id=purpose.pk, reason="核对许可条件")
    with pytest.raises(Problem, match="state_changed"):
        services.take_export(officer=officer, export_id=export.pk)
    with pytest.raises(PermissionDenied):
        services.decide_export(officer=reviewer("hg-yingji"), export_id=export.pk, grant=True)
    mine = services.request_export(officer=boss, purpose_id=purpose.pk, reason="自己申请")
    with pytest.raises(Refused, match="second_person_required"):
        services.decide_export(officer=boss, export_id=mine.pk, grant=True)
    services.decide_export(officer=boss, export_id=export.pk, grant=True)
    with pytest.raises(PermissionDenied):
        services.take_export(officer=boss, export_id=export.pk)
    taken = services.take_export(officer=officer, export_id=export.pk)
    text = taken.content.decode("utf-8-sig")
    assert (
        taken.count == 1
        and "'=cmd" in text
        and "\n=cmd" not in text
        and "林" not in text
        and "违法事实" in text
    )
    row = LookUp.objects.get(receipt=taken.receipt)
    assert (row.kind, row.record_count, row.officer, row.asked) == ("export", 1, officer, None)
    with pytest.raises(Problem, match="state_changed"):
        services.take_export(officer=officer, export_id=export.pk)
    assert CreditRecord.objects.count() == 2


def test_an_export_lapses_and_ends_with_its_purpose() -> None:
    purpose, officer = approved(), people.officer(Role.SUBMITTER)
    first, second = (
        services.request_export(officer=officer, purpose_id=purpose.pk, reason="核对") for _ in range(2)
    )
    services.decide_export(officer=reviewer(), export_id=first.pk, grant=True)
    services.decide_export(officer=reviewer(), export_id=second.pk, grant=False)
    with pytest.raises(Problem, match="state_changed"):
        services.decide_export(officer=chief(), export_id=second.pk, grant=True)
    with pytest.raises(Problem, match="state_changed"):
        services.take_export(officer=officer, export_id=first.pk, on=today() + timedelta(days=4))
    with pytest.raises(Problem, match="state_changed"):
        services.take_export(officer=officer, export_id=second.pk)
    services.withdraw_purpose(officer=chief(), purpose_id=purpose.pk, reason="已无必要")
    with pytest.raises(services.LookUpRefused, match="purpose_not_registered"):
        services.take_export(officer=officer, export_id=first.pk)
    assert LookUp.objects.get().refusal_code == "purpose_not_registered"
    with pytest.raises(PermissionDenied):
        services.request_export(officer=officer, purpose_id=purpose.pk, reason="核对")
