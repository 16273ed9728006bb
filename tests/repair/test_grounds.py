"""What each ground of an objection brings, about a record and about a list entry: who answers, by which clock, whether
publication pauses, and what an upheld one puts right. The way of a correction is walked through the pages themselves."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.choices import Role, Scope
from blacklist.models import ListEntry
from blacklist.services import EntryText, modify_entry
from catalog.deadlines import due
from common.clock import today
from common.problems import Problem
from ledger.services import seal_all
from records.models import CreditRecord
from records.sharing import services as sharing
from repair import services
from repair.choices import Ground, Kind, Remedy, Source
from repair.models import Case, RepairRule
from repair.services import Verdict
from supervision.selectors.errors import upheld_objections
from tests import people
from tests.evidence.samples import correct, hand_in
from tests.factories import make_subject
from tests.repair import samples
from tests.repair.test_channels import feed
from tests.repair.test_portal import apply, filed, track
from tests.repair.test_workbench import as_officer, post
from tests.sanctions.samples import Window
from tests.sharing.samples import approved, chief

pytestmark = pytest.mark.django_db
Thing = CreditRecord | ListEntry


@dataclass(frozen=True)
class Expected:
    source: Source
    pauses: bool
    remedy: Remedy


TABLE = {
    Ground.WRONG: Expected(Source.PROVIDER, False, Remedy.CORRECTED),
    Ground.OMITTED: Expected(Source.PROVIDER, False, Remedy.CORRECTED),
    Ground.DIFFERS: Expected(Source.PROVIDER, False, Remedy.CORRECTED),
    Ground.OVERDUE: Expected(Source.PLATFORM, True, Remedy.ENDED),
    Ground.NOT_REMOVED: Expected(Source.PLATFORM, True, Remedy.ENDED),
    Ground.NOT_PUBLIC: Expected(Source.PROVIDER, True, Remedy.ENDED),
    Ground.DUPLICATE: Expected(Source.PLATFORM, False, Remedy.ENDED),
}


def page_of(thing: Thing) -> str:
    if isinstance(thing, CreditRecord):
        return f"/records/{thing.pk}/"
    return f"/lists/entries/{thing.public_id}/"


def marked(thing: Thing) -> str | None:
    """What the public interface says: since when disputed."""
    if isinstance(thing, CreditRecord):
        address = f"/api/v1/public/records/?subject={thing.subject.public_id}"
    else:
        address = f"/api/v1/public/list-entries/?subject={thing.subject.public_id}"
    (item,) = Client().get(address).json()["items"]
    disputed: str | None = item["disputed_since"]
    return disputed


def put_right(thing: Thing) -> None:
    """As the unit that handed it in or decided it would."""
    if isinstance(thing, CreditRecord):
        correct(thing, {"CF_NR_FK": "0.3"})
    else:
        text = EntryText(reason="拖欠农民工工资，责令限期支付后部分支付")
        modify_entry(
            officer=samples.reviewer(), entry_id=thing.pk, on=today(), text=text, reason="更正事由", basis="更正通知"
        )  # fmt: skip


def test_the_table_names_every_ground() -> None:
    assert TABLE.keys() == set(Ground)


@pytest.mark.parametrize("about", ["record", "entry"])
@pytest.mark.parametrize("ground", list(Ground))
def test_what_an_objection_brings_and_what_an_upheld_one_puts_right(ground: Ground, about: str) -> None:
    thing = hand_in(people.agency()) if about == "record" else samples.listed()
    expected, client, now = TABLE[ground], Client(), today()
    case = samples.file(thing, Kind.OBJECTION, ground=ground.value).case
    assert case.source == expected.source
    assert case.agency.is_credit_authority == (expected.source == Source.PLATFORM)
    assert marked(thing) == now.isoformat()
    table = "/penalties/" if about == "record" else "/lists/entries/"
    for path in (page_of(thing), f"/subjects/{thing.subject.public_id}/", table):
        assert "异议处理中" in client.get(path).content.decode(), path

    case = services.accept(officer=samples.by_unit(case), case_id=case.pk)
    assert case.due == due(f"objection-decide-{expected.source}", now).day
    assert client.get(page_of(thing)).status_code == (404 if expected.pauses else 200)

    if expected.remedy == Remedy.CORRECTED:
        with pytest.raises(Problem) as caught:
            samples.decided(case)
        assert caught.value.code == "correction_missing"
        put_right(thing)
    case = samples.decided(case)
    assert case.remedy == expected.remedy
    if expected.remedy == Remedy.ENDED:
        assert client.get(page_of(thing)).status_code == 404
    else:
        page = client.get(page_of(thing)).content.decode()
        assert ("0.3 万元" in page or "部分支付" in page) and "异议处理中" not in page
        assert marked(thing) is None
    wrong = {people.agency().pk: 1} if expected.source == Source.PROVIDER else {}
    assert upheld_objections(since=now, until=now, items=["xzcf", "yzsx"]) == wrong


def test_officers_and_machines_that_look_are_told_of_the_objection() -> None:
    """The mark stands in a screening, beside the record at the desk, in a look-up and in an export as well."""
    company, on = make_subject(), today().isoformat()
    record = samples.ripe_penalty(company, data={"CF_WFXW": "提供虚假材料申请行政许可"})
    entry = samples.listed(company)
    for thing in (record, entry):
        samples.file(thing, Kind.OBJECTION)
    window = Window()
    (told,) = window.one(company)["entries"]
    assert told["disputed_since"] == on
    assert {one["ground"]["disputed_since"] for one in window.one(company, "xzxksc")["measures"]} == {on}
    clerk = samples.officer(Role.SUBMITTER)
    desk = as_officer(clerk)
    for address in (
        reverse("workbench:record", args=[record.pk]),
        reverse("workbench:record-list"),
        reverse("workbench:list-entry", args=[entry.public_id]),
    ):
        assert "异议处理中" in desk.get(address).content.decode(), address
    purpose = approved(boss=chief())
    export = sharing.request_export(officer=clerk, purpose_id=purpose.pk, reason="核对")
    sharing.decide_export(officer=chief(), export_id=export.pk, grant=True)
    assert "异议处理中" in sharing.take_export(officer=clerk, export_id=export.pk).content.decode("utf-8-sig")
    asked = {"purpose": purpose.code, "uscc": company.uscc}
    assert "异议处理中" in desk.post(reverse("workbench:lookup"), asked).content.decode()


def test_an_upheld_correction_is_seen_everywhere(client: Client) -> None:
    """Page by page: objected to, corrected by its provider, upheld; record, history, portal, feed, figure, applicant."""
    record = hand_in(people.agency())
    number, code = filed(apply(client, record, "/objections/apply/", ground="wrong", text="罚款是 3000 元"))
    case = Case.objects.get(number=number)
    clerk, reviewer = as_officer(samples.officer(Role.SUBMITTER)), as_officer(samples.reviewer())
    post(clerk, case, "accept", source="provider")
    url = reverse("workbench:record-correct", args=[record.pk])
    form = clerk.get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    typed |= {"CF_NR_FK": "0.3", "_ground": "mistyped", "_explanation": "少录入一千元"}
    assert clerk.post(url, typed).status_code == 302
    post(reviewer, case, "grant", reasons="核对决定书，罚款应为 3000 元，已经更正")
    assert case.state == "granted"

    record.refresh_from_db()
    assert record.data["CF_NR_FK"] == "0.3" and record.disputed_since is None and record.ended_on is None
    history = clerk.get(reverse("workbench:record-versions", args=[record.pk])).content.decode()
    assert "第2版" in history and "少录入一千元" in history
    assert "0.3 万元（3000 元）" in re.sub(",", "", client.get(page_of(record)).content.decode())
    assert marked(record) is None
    seal_all(using="default")
    headers = people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju"))
    payload = next(one["payload"] for one in reversed(feed(headers)) if one["object_id"] == record.pk)
    assert (payload["CF_NR_FK"], payload.get("disputed_since")) == ("0.3", None)  # type: ignore[index,attr-defined]
    assert upheld_objections(since=today(), until=today(), items=["xzcf"]) == {record.provider_id: 1}
    page, token = track(client, number, code)
    assert "信息已经更正" in page and "罚款应为 3000 元" in page
    assert client.post("/progress/", {"token": token, "do": "decision"}).content.startswith(b"%PDF")


def test_an_error_found_on_review_counts_for_whoever_made_it() -> None:
    record = samples.ripe_penalty()
    refused = samples.decided(
        samples.accepted(record, Kind.OBJECTION, ground="not_public"), grant=False, reasons="应当公示"
    )
    review = samples.file(record, Kind.REVIEW, previous=refused).case
    services.accept(officer=samples.chief(), case_id=review.pk)
    services.decide(officer=samples.chief(), case_id=review.pk, verdict=Verdict(True, "目录没有规定公示"))
    assert upheld_objections(since=today(), until=today(), items=["xzcf"]) == {record.provider_id: 1}


def test_under_which_item_a_list_entry_counts_is_data() -> None:
    RepairRule.objects.filter(for_lists=True).update(item_code="qtsx")
    samples.decided(samples.accepted(samples.listed(), Kind.OBJECTION, ground="not_public"))
    assert upheld_objections(since=today(), until=today(), items=["qtsx"]) == {people.agency().pk: 1}
    assert upheld_objections(since=today(), until=today(), items=["yzsx"]) == {}


def test_the_province_reads_the_mark_of_an_entry() -> None:
    entry = samples.listed()
    headers = people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju"))

    def told() -> object:
        seal_all(using="default")
        found = [one for one in feed(headers, "list_entry") if names(one["payload"], entry)]
        return found[-1]["payload"]["disputed_since"]  # type: ignore[index]

    assert told() is None
    case = samples.file(entry, Kind.OBJECTION).case
    assert told() == today().isoformat()
    services.withdraw(case_id=case.pk)
    assert told() is None


def names(payload: object, entry: ListEntry) -> bool:
    return isinstance(payload, dict) and payload["decision_number"] == entry.decision_number


@pytest.mark.parametrize("about", ["record", "entry"])
def test_a_masking_for_reorganisation_outlasts_an_objection(about: str) -> None:
    """The pause of an objection neither shortens what the court's order brought, nor makes it endless."""
    thing = samples.ripe_penalty() if about == "record" else samples.listed()
    masking = samples.decided(samples.accepted(thing, Kind.REORGANISATION))
    objection = samples.accepted(thing, Kind.OBJECTION, ground="not_public")
    samples.decided(objection, grant=False, reasons="目录规定应当公示")
    thing.refresh_from_db()
    assert masking.masked_until is not None
    assert thing.suspended_until == masking.masked_until > today() + timedelta(days=300)
    assert thing.disputed_since is None
