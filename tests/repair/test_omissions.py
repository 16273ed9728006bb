"""遗漏: somebody's licence was never handed in. The applicant names it; the unit that should have handed it in does so, or says
why not. 青松岭农机公司 and its food licence."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from agencies.choices import Role, Scope
from agencies.models import Agency
from catalog.choices import Nature
from catalog.deadlines import due
from catalog.models import ProviderRoute
from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from common.problems import Problem
from records.models import CreditRecord, Subject
from repair import services, targets
from repair.choices import Channel, Kind, MaterialKind, Remedy, State
from repair.contents import statement_of
from repair.models import Case, Omission
from repair.rules import omissions as rules
from repair.services import Claim, Filed, Filing, Verdict
from supervision.models import Clue
from supervision.services.detection import refresh
from tests import people
from tests.factories import invented_uscc, make_licence, make_subject
from tests.repair import samples
from tests.repair.test_portal import answered, filed, track

pytestmark = pytest.mark.django_db
ISSUER = "鹤岗市市场监督管理局"


def claim(**changed: object) -> Claim:
    company = make_subject() if "code" not in changed else None
    given = {
        "party": "organisation",
        "name": company.name if company else "鹤岗市青松岭农机销售有限公司",
        "code": company.uscc if company else "",
        "item_code": "xzxk",
        "issuer": ISSUER,
        "number": "鹤市监许〔2026〕501号",
        "issued_on": today() - timedelta(days=60),
    }
    return Claim(**{**given, **changed})  # type: ignore[arg-type]


def objected(wanted: Claim | None = None, **changed: object) -> Filed:
    given = {
        "kind": Kind.OBJECTION,
        "applicant": samples.APPLICANT,
        "text": "许可证已经发放两个月，平台上没有。",
        "ground": "omitted",
        "claim": wanted or claim(),
        "papers": samples.papers(MaterialKind.IDENTITY),
    }
    return services.file_case(filing=Filing(**{**given, **changed}), channel=Channel.PORTAL)  # type: ignore[arg-type]


def handed_in(about: Claim) -> CreditRecord:
    """As intake leaves it, today, sixty days after the decision."""
    company = Subject.objects.get(key=f"uscc:{about.code}")
    assert about.issued_on is not None, "samples name a day"
    return make_licence(company, number=about.number, decision_date=about.issued_on)


def test_named_routed_and_clocked_without_making_anything_known() -> None:
    subjects, records = Subject.objects.count(), CreditRecord.objects.count()
    case = objected(claim(code=invented_uscc(99_999), name="鹤岗市从未报送过的有限公司")).case
    assert (Subject.objects.count(), CreditRecord.objects.count()) == (subjects, records)
    assert case.subject is None and case.record is None and case.entry is None
    assert case.agency.name == ISSUER and case.due == due("objection-accept", today()).day
    target = targets.target_of(case)
    assert target.title == "遗漏的信息：行政许可 鹤市监许〔2026〕501号" and target.authority == ISSUER
    taken = services.accept(officer=samples.by_unit(case), case_id=case.pk)
    assert taken.due == due("objection-decide-provider", today()).day


def test_granted_only_with_a_record_that_came_through_the_gates_and_judged_late_like_any_other() -> None:
    about = claim()
    early = make_licence(Subject.objects.get(key=f"uscc:{about.code}"), number="鹤市监许〔2026〕1号")
    CreditRecord.objects.filter(pk=early.pk).update(received_at=early.received_at - timedelta(days=1))
    case = objected(about).case
    officer = samples.by_unit(case)
    services.accept(officer=officer, case_id=case.pk)
    foreign = make_licence()
    for supplied in (None, early.pk, foreign.pk):
        with pytest.raises(Refused) as caught:
            services.decide(officer=officer, case_id=case.pk, verdict=Verdict(True, "已补报", supplied))
        assert [one.pointer for one in caught.value.refusals] == ["/supplied"]
    record = handed_in(about)
    done = services.decide(officer=officer, case_id=case.pk, verdict=Verdict(True, "已补报", record.pk))
    assert (done.state, done.remedy) == (State.GRANTED, Remedy.SUPPLIED)
    assert Omission.objects.get(case=case).record == record
    refresh(on=today())
    late = Clue.objects.get(kind="late_report", record_id=record.pk)
    assert late.agency_id == record.provider_id and late.late_by > 0


def test_the_database_grants_nothing_without_the_record_and_keeps_what_was_named() -> None:
    case = objected().case
    officer = samples.by_unit(case)
    services.accept(officer=officer, case_id=case.pk)
    decided = {
        "state": "granted",
        "decided_by": officer,
        "decided_on": today(),
        "closed_on": today(),
        "reasons": "x",
    }
    for wrong in (
        lambda: Case.objects.filter(pk=case.pk).update(**decided),
        lambda: Omission.objects.filter(case=case).update(document_number="另一个"),
        lambda: Omission.objects.filter(case=case).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_refused_with_reasons_and_reviewed_by_a_second_officer() -> None:
    about = claim(issuer="不在平台上的单位")
    case = objected(about).case
    assert case.agency == targets.credit_authority()
    services.accept(officer=samples.chief(), case_id=case.pk)
    refused = services.decide(
        officer=samples.chief(), case_id=case.pk, verdict=Verdict(False, "没有这份文书")
    )
    review = services.file_case(
        filing=Filing(Kind.REVIEW, samples.APPLICANT, "文书在附件", previous=refused), channel=Channel.PORTAL
    ).case
    assert review.omission.document_number == about.number and statement_of(review).party == about.name
    services.accept(officer=samples.chief(), case_id=review.pk)
    record = handed_in(about)
    with pytest.raises(Refused) as caught:
        services.decide(
            officer=samples.chief(), case_id=review.pk, verdict=Verdict(True, "已补报", record.pk)
        )
    assert [one.code for one in caught.value.refusals] == ["second_person_required"]
    second = samples.officer(Role.AUTHORITY, username="second")
    done = services.decide(officer=second, case_id=review.pk, verdict=Verdict(True, "已补报", record.pk))
    assert done.remedy == Remedy.SUPPLIED and review.omission.record_id is None
    assert Omission.objects.get(case=review).record == record


def test_one_at_a_time_and_not_what_anybody_can_see_already() -> None:
    about = claim()
    case = objected(about).case
    with pytest.raises(Problem) as caught:
        objected(about)
    assert caught.value.code == "case_open"
    services.withdraw(case_id=case.pk)
    handed_in(about)
    with pytest.raises(Problem) as caught:
        objected(about)
    assert caught.value.code == "already_there"


def test_a_person_is_masked_and_the_name_is_sealed() -> None:
    number = make_id_number("230402", date(1986, 3, 5), 1)
    case = objected(claim(party="person", name="林有田", code=number)).case
    omission = case.omission
    assert omission.shown_name == "林**" and omission.uscc == "" and number not in omission.key
    assert statement_of(case).party == "林有田" and b"\xe6\x9e\x97" not in bytes(case.secret)
    assert targets.target_of(case).subject_name == "林**"


ISSUERS = st.one_of(st.none(), st.integers(1, 4))


@given(issuer=ISSUERS, holders=st.sets(st.integers(1, 4)))
def test_whose_it_is_is_never_guessed(issuer: int | None, holders: set[int]) -> None:
    found = rules.unit(issuer, holders)
    assert found is None or found in holders
    assert (found == issuer) if issuer in holders else (found is None) == (len(holders) != 1)


@pytest.mark.parametrize(
    ("changed", "nature", "codes"),
    [
        ({}, Nature.HONEST, []),
        ({}, Nature.DISHONEST, ["omission_not_dishonest"]),
        ({}, None, ["item_unknown"]),
        ({"name": " ", "issuer": ""}, Nature.OTHER, ["field_required", "field_required"]),
        ({"party": "ship"}, Nature.OTHER, ["code_unknown"]),
        ({"code": "0" * 17 + "X"}, Nature.OTHER, ["identifier_invalid"]),
        ({"code": "91230402"}, Nature.OTHER, ["identifier_invalid"]),
        ({"party": "person", "code": "2304"}, Nature.OTHER, ["identifier_invalid"]),
        ({"issued_on": date(2031, 1, 1)}, Nature.OTHER, ["date_in_future"]),
    ],
)
def test_what_stands_against_it(changed: dict[str, object], nature: str | None, codes: list[str]) -> None:
    about = replace(claim(), **changed)  # type: ignore[arg-type]
    assert [one.code for one in rules.refusals(about, nature, today())] == codes


# --- the pages and the interface ---------------------------------------------------------------------------


def form(about: Claim, **more: object) -> dict[str, object]:
    return {
        "party": about.party, "party_name": about.name, "party_code": about.code, "item": about.item_code,
        "document_number": about.number, "issuer": about.issuer, "issued_on": str(about.issued_on or ""),
        "text": "许可证已经发放，平台上没有。", "identity": samples.png("身份证明.png"), "evidence": samples.pdf(),
        "name": "李春梅", "phone": "13904680000", **more,
    }  # fmt: skip


def test_on_the_site_from_the_form_to_the_answer(client: Client) -> None:
    about = claim()
    assert "/objections/omitted/" in client.get("/objections/apply/").content.decode()
    page = client.get("/objections/omitted/").content.decode()
    assert 'value="xzxk"' in page and 'value="xzcf"' not in page
    wrong = client.post("/objections/omitted/", form(about, party_code="91", **answered(page)))
    assert wrong.status_code == 422 and not Case.objects.exists()
    page = wrong.content.decode()
    number, code = filed(client.post("/objections/omitted/", form(about, **answered(page))).content.decode())
    case = Case.objects.get(number=number)
    assert {one.kind for one in case.materials.all()} == {"identity", "evidence"}
    assert "遗漏的信息：行政许可" in track(client, number, code)[0]
    officer = samples.by_unit(case)
    desk = Client()
    desk.force_login(officer)
    url = f"/workbench/repair/cases/{number}/"
    desk.post(url, {"do": "accept", "accept-source": "provider", "version": "1"})
    assert "请先通过表单、文件或者接口报送" in desk.get(url).content.decode()
    record = handed_in(about)
    shown = desk.get(url).content.decode()
    assert re.search(rf'name="grant-supplied" value="{record.pk}"[^>]*checked', shown), (
        "the only one is chosen"
    )
    case.refresh_from_db()
    desk.post(
        url,
        {"do": "grant", "grant-reasons": "已经补报", "grant-supplied": record.pk, "version": case.version},
    )
    page, token = track(client, number, code)
    assert "遗漏的信息已经由提供单位报送" in page
    assert client.post("/progress/", {"token": token, "do": "decision"}).content.startswith(b"%PDF")


def test_at_the_window_with_a_receipt() -> None:
    desk = Client()
    desk.force_login(samples.officer(Role.SUBMITTER))
    assert "/workbench/repair/omissions/new/" in desk.get("/workbench/repair/find/").content.decode()
    answer = desk.post("/workbench/repair/omissions/new/", form(claim()))
    case = Case.objects.get()
    assert case.number in answer.content.decode() and case.channel == "window"


def test_handed_over_by_the_national_site(client: Client) -> None:
    about = claim()
    headers = people.bearer(people.client(Scope.REPAIR_SUBMIT, code="hlj-shuju"))
    sent = {
        "kind": "objection", "ground": "omitted", "external_number": "XYZG-YL-1", "uscc": about.code,
        "subject_name": about.name, "item": about.item_code, "document_number": about.number, "issuer": about.issuer,
        "issued_on": str(about.issued_on), "missing": "true", "applicant_name": "李春梅",
        "applicant_phone": "13904680000", "statement": "平台上没有这份许可", "identity": samples.png(),
    }  # fmt: skip
    url = "/api/v1/repair/applications/"
    answer = client.post(url, sent, headers=headers)
    assert answer.status_code == 201, answer.content
    assert Case.objects.get().omission.item_code == "xzxk"
    wrong = client.post(
        url, {**sent, "external_number": "2", "item": "xzcf", "identity": samples.png()}, headers=headers
    )
    assert wrong.status_code == 422 and wrong.json()["code"] == "omission_not_dishonest"
    unsaid = client.post(
        url, {**sent, "external_number": "3", "issued_on": "昨天", "identity": samples.png()}, headers=headers
    )
    assert unsaid.status_code == 400 and "issued_on" in json.dumps(unsaid.json())


def test_routed_to_the_only_unit_that_may_hand_the_item_in() -> None:
    code = ProviderRoute.objects.values_list("item_code", flat=True)[0]
    routes = ProviderRoute.objects.filter(item_code="xzxk")
    routes.exclude(agency__name=ISSUER).delete()
    assert code and objected(claim(issuer="鹤岗市某局")).case.agency == Agency.objects.get(name=ISSUER)
