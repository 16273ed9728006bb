"""After an approval: no trace in any channel, at once, with no worker, no beat and no cache told of it."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from agencies.choices import Role, Scope
from blacklist.models import ListEntry
from common.clock import today
from ledger.services import seal_all
from records import selectors as records
from records.models import CreditRecord, Subject
from repair import services
from repair.choices import Kind
from sanctions import selectors as measures
from sanctions.lifting import lift_tasks
from sanctions.services import ApplicationText, apply_measure
from tests import people
from tests.factories import make_subject
from tests.repair import samples
from tests.sanctions.samples import Window
from tests.sharing.samples import approved, chief

pytestmark = pytest.mark.django_db
NAME = "鹤岗市青松岭农机销售有限公司"


def pages(company: Subject, record: CreditRecord, entry: ListEntry) -> list[str]:
    return [
        f"/records/{record.pk}/",
        f"/subjects/{company.public_id}/",
        "/penalties/",
        "/search/?q=青松岭",
        f"/search/?q={company.uscc}",
        f"/lists/entries/{entry.public_id}/",
        "/lists/entries/",
        f"/lists/entries/?q={company.uscc}",
        f"/repair/apply/?record={record.pk}",
        f"/repair/notice/?record={record.pk}",
        f"/objections/apply/?entry={entry.public_id}",
        "/api/v1/public/records/?item=xzcf",
        "/api/v1/public/subjects/?q=青松岭",
        f"/api/v1/public/subjects/{company.public_id}/",
        f"/api/v1/public/records/?subject={company.public_id}",
        "/api/v1/public/list-entries/?scheme=tqnmggz",
    ]


def said(answer: HttpResponse) -> str:
    text = answer.content.decode() if answer["Content-Type"].startswith(("text", "application/json")) else ""
    # What the reader typed may be repeated to them; that is no trace of a record.
    return text.replace("q=%E9%9D%92%E6%9D%BE%E5%B2%AD", "")


def test_nothing_is_left_in_any_public_channel() -> None:
    company = make_subject(NAME)
    record, entry = samples.ripe_penalty(company), samples.listed(company)
    traces = (record.document_number, entry.decision_number, company.name)
    client = Client()
    seal_all(using="default")
    before = {path: client.get(path) for path in pages(company, record, entry)}
    shown = [path for path, answer in before.items() if any(trace in said(answer) for trace in traces)]
    assert len(shown) >= 10, shown
    tags = {path: answer.headers["ETag"] for path, answer in before.items() if "ETag" in answer.headers}
    assert tags

    samples.decided(samples.accepted(record))
    samples.decided(samples.accepted(entry))

    for path in pages(company, record, entry):
        # as a cache would ask that holds the old page
        answer = client.get(path, headers={"If-None-Match": tags[path]} if path in tags else {})
        assert answer.status_code != 304, path
        left = [trace for trace in traces if trace in said(answer)]
        assert not left or (left == [company.name] and answer.status_code == 404), (path, left)


def test_the_feed_withdraws_and_says_nothing_of_the_contents() -> None:
    record = samples.ripe_penalty(make_subject(NAME))
    headers = people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju"))
    seal_all(using="default")
    before = feed(headers)
    assert any(one["action"] == "upsert" and one["object_id"] == record.pk for one in before)
    samples.decided(samples.accepted(record))
    seal_all(using="default")
    after = [one for one in feed(headers) if one["object_id"] == record.pk]
    assert after and {one["action"] for one in after} == {"withdraw"}
    assert all(one["payload"] is None for one in after)


def feed(headers: dict[str, str], kind: str = "xzcf") -> list[dict[str, object]]:
    items: list[dict[str, object]] = []
    cursor = ""
    while True:
        answer = Client().get(f"/api/v1/province/changes/?limit=1000&cursor={cursor}", headers=headers).json()
        items += [one for one in answer["items"] if one["kind"] == kind]
        if not answer["items"]:
            return items
        cursor = answer["next_cursor"]


def test_the_feed_carries_the_mark_of_an_objection() -> None:
    record = samples.ripe_penalty()
    samples.file(record, Kind.OBJECTION)
    seal_all(using="default")
    headers = people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju"))
    found = [one for one in feed(headers) if one["object_id"] == record.pk]
    assert found[-1]["payload"]["disputed_since"] == today().isoformat()  # type: ignore[index]


def test_screening_is_clear_at_once_and_measures_have_lost_their_ground() -> None:
    window, company = Window(), make_subject(NAME)
    record = samples.ripe_penalty(company, data={"CF_WFXW": "提供虚假材料申请行政许可"})
    entry = samples.listed(make_subject())
    assert window.one(company, "xzxksc")["status"] == "hit"
    assert window.one(entry.subject)["status"] == "hit"
    samples.decided(samples.accepted(record))
    samples.decided(samples.accepted(entry))
    assert window.one(company, "xzxksc")["status"] == "clear"
    assert window.one(entry.subject)["status"] == "clear"


def test_what_is_masked_for_reorganisation_carries_no_measure_meanwhile() -> None:
    window, company = Window(), make_subject(NAME)
    record = samples.ripe_penalty(company, data={"CF_WFXW": "提供虚假材料申请行政许可"})
    assert window.one(company, "xzxksc")["status"] == "hit"
    samples.decided(samples.accepted(record, Kind.REORGANISATION))
    assert window.one(company, "xzxksc")["status"] == "clear"
    assert Client().get(f"/records/{record.pk}/").status_code == 404


def test_measures_end_with_their_ground_and_leave_a_task() -> None:
    entry = samples.listed(make_subject(NAME))
    treasurer = samples.officer(Role.REVIEWER, "hg-caizheng")
    assert treasurer.agency is not None
    text = ApplicationText(
        document_number="鹤财采〔2026〕9号",
        reason="拖欠工资，不得参加政府采购",
        starts_on=today(),
        ends_on=today() + timedelta(days=300),
    )
    measure = measures.standing(today()).get(code="nmg-48-cg")
    applied = apply_measure(
        agency=treasurer.agency, officer=treasurer, measure_id=measure.pk, ground=entry, text=text
    )
    assert applied in measures.applied(today())
    samples.decided(samples.accepted(entry))
    assert not measures.applied(today()).exists()
    (task,) = lift_tasks(list(measures.to_lift(today())))
    assert (task.measure, task.ended_on, task.why) == (applied, today(), "repair")


def test_look_ups_no_longer_hold_it() -> None:
    record = samples.ripe_penalty(make_subject(NAME))
    purpose = approved(boss=chief())
    unit = people.agency()
    assert record in records.shared_with(unit, purpose, today())
    samples.decided(samples.accepted(record))
    assert record not in records.shared_with(unit, purpose, today())


def test_the_applicant_and_the_authority_are_told_in_the_same_moment() -> None:
    record = samples.ripe_penalty()
    filed = samples.file(record)
    services.accept(officer=samples.reviewer(), case_id=filed.case.pk)
    samples.decided(filed.case.__class__.objects.get(pk=filed.case.pk))
    page = Client().post("/progress/", {"number": filed.case.number, "code": filed.code}).content.decode()
    assert "决定：同意" in page
    client = Client()
    client.force_login(samples.officer(Role.AUTHORITY), backend="django.contrib.auth.backends.ModelBackend")
    assert filed.case.number in client.get("/workbench/repair/?state=unseen").content.decode()
