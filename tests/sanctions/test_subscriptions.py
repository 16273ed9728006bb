"""Subscriptions: bounded by the look-up they rest on, over by themselves, and noticing what begins and ends by date alone."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from agencies.choices import Role, Scope
from agencies.models import ApiClient
from blacklist.services import end_entry
from common.clock import today
from common.identifiers import make_id_number
from records.sharing.choices import PersonProof
from sanctions import selectors
from sanctions.models import Matter, Measure, Screening, Subscription, SubscriptionNotice
from sanctions.rules import subscriptions as rules
from sanctions.services import clear_screenings, note_changes
from tests import people
from tests.factories import invented_uscc, make_person, make_subject
from tests.sanctions.samples import ADDRESS, Window, make_entry, make_honour, registrar
from tests.sharing.samples import approved

BASE = f"{ADDRESS}subscriptions/"
DAYS = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@given(DAYS, DAYS, DAYS, DAYS)
def test_nobody_is_watched_beyond_purpose_and_limit(
    until: date, on: date, limit: date, purpose: date
) -> None:
    latest = rules.latest_day(limit=limit, purpose_until=purpose)
    if not rules.refusals(until=until, on=on, latest=latest):
        assert on <= until <= limit and until <= purpose
    else:
        assert not on <= until <= min(limit, purpose)


def subscribe(
    window: Window, subjects: dict[str, object], matter: str = "zfcg", **more: object
) -> dict[str, object]:
    asked = window.ask(subjects, matter).json()
    answer = window.post(BASE, {"screening": asked["id"], **more})
    assert answer.status_code == 201, answer.content.decode()
    return dict(answer.json())


def changed(window: Window, subscription: dict[str, object]) -> list[str]:
    answer = window.browser.get(f"{BASE}{subscription['id']}/", headers=window.headers).json()
    return [one["key"] for one in answer["subjects"] if one["changed_at"]]


@pytest.mark.django_db
class TestWhatIsNoticed:
    def test_what_ends_by_decision_and_what_begins(self) -> None:
        window, entry, company = Window(), make_entry(), make_subject()
        made = subscribe(window, {"甲": {"uscc": entry.subject.uscc}, "乙": {"uscc": company.uscc}})
        assert note_changes() == 0
        end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
        assert note_changes() == 1 and changed(window, made) == ["甲"]
        make_entry(company, effective_from=today())
        assert note_changes() == 1 and changed(window, made) == ["甲", "乙"]
        assert note_changes() == 0 and SubscriptionNotice.objects.count() == 2

    def test_what_ends_and_begins_by_date_alone(self) -> None:
        window = Window()
        ending = make_entry(ends_on=today() + timedelta(days=3))
        coming = make_entry(effective_from=today() + timedelta(days=5))
        honour = make_honour(until=today() + timedelta(days=8))
        subjects = {"a": ending, "b": coming, "c": honour}
        subscribe(window, {key: {"uscc": one.subject.uscc} for key, one in subjects.items()})
        noticed = [note_changes(on=today() + timedelta(days=day)) for day in range(1, 12)]
        assert [day for day, number in enumerate(noticed, 1) if number] == [4, 5, 9] and sum(noticed) == 3

    def test_what_changed_between_answer_and_subscription(self) -> None:
        window, entry = Window(), make_entry()
        asked = window.ask({"a": {"uscc": entry.subject.uscc}}).json()
        end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
        assert window.post(BASE, {"screening": asked["id"]}).status_code == 201
        assert note_changes() == 1 and note_changes() == 0

    def test_somebody_the_platform_did_not_know(self) -> None:
        window, code = Window(), invented_uscc(99123)
        subscribe(window, {"a": {"uscc": code}})
        subject = make_subject()
        type(subject).objects.filter(pk=subject.pk).update(uscc=code, key=f"uscc:{code}")
        assert note_changes() == 0
        make_entry(subject)
        assert note_changes() == 1

    def test_only_what_the_matter_may_use(self) -> None:
        window, company = Window(), make_subject()
        subscribe(window, {"a": {"uscc": company.uscc}}, "tdcr")
        make_entry(company)
        assert (window.one(company, "tdcr")["status"], note_changes()) == ("clear", 0)
        assert window.one(company, "zfcg")["status"] == "hit"

    def test_a_list_that_cannot_answer_changes_nothing_and_is_not_subscribed_to(self) -> None:
        window, entry = Window(), make_entry()
        subscribe(window, {"a": {"uscc": entry.subject.uscc}})
        asked = window.ask({"a": {"uscc": entry.subject.uscc}}).json()
        Measure.objects.filter(code="crj-12").delete()
        assert note_changes() == 0
        answer = window.post(BASE, {"screening": asked["id"]})
        assert (answer.status_code, answer.json()["code"]) == (503, "list_unavailable")
        assert Subscription.objects.count() == 1


@pytest.mark.django_db
class TestBounds:
    def test_it_is_over_by_itself_when_closed_and_when_its_purpose_is(self) -> None:
        window, company = Window(), make_subject()
        last = today() + timedelta(days=2)
        made = subscribe(window, {"a": {"uscc": company.uscc}}, until=f"{last}")
        assert selectors.subscriptions_live(last).exists()
        assert not selectors.subscriptions_live(last + timedelta(days=1)).exists()
        for change, back in (({"active": False}, {"active": True}),):
            ApiClient.objects.filter(pk=window.client.pk).update(**change)
            assert not selectors.subscriptions_live(today()).exists()
            ApiClient.objects.filter(pk=window.client.pk).update(**back)
        closed = window.post(f"{BASE}{made['id']}/end/", {}).json()
        assert closed["running"] is False and closed["closed_at"]
        assert window.post(f"{BASE}{made['id']}/end/", {}).json()["closed_at"] == closed["closed_at"]
        make_entry(company)
        assert note_changes() == 0 and not selectors.notices(today()).exists()

    def test_a_newer_row_of_the_same_matter_goes_on(self) -> None:
        window, company = Window(), make_subject()
        subscribe(window, {"a": {"uscc": company.uscc}})
        matter = Matter.objects.get(code="zfcg")
        Matter.objects.filter(pk=matter.pk).update(effective_until=today() - timedelta(days=1))
        assert not selectors.subscriptions_live(today()).exists()
        matter.pk, matter.effective_from, matter.effective_until = None, today(), None
        matter.save(force_insert=True)
        make_entry(company)
        assert note_changes() == 1

    def test_what_may_not_be_asked(self) -> None:
        window, company = Window(), make_subject()
        asked = window.ask({"a": {"uscc": company.uscc}}).json()["id"]
        too_long = f"{today() + timedelta(days=400)}"
        for body, status, code, pointer in (
            ({}, 422, "field_required", "/screening"),
            ({"screening": asked, "more": 1}, 422, "code_unknown", "/more"),
            ({"screening": asked, "keys": "a"}, 422, "field_required", "/keys"),
            ({"screening": asked, "keys": []}, 422, "field_too_long", "/keys"),
            ({"screening": asked, "keys": ["a", "x"]}, 422, "code_unknown", "/keys/1"),
            ({"screening": asked, "until": "soon"}, 422, "date_invalid", "/until"),
            ({"screening": asked, "until": too_long}, 422, "scope_exceeded", "/until"),
            ({"screening": asked, "until": "2020-01-01"}, 422, "date_order", "/until"),
        ):
            answer = window.post(BASE, body)
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code), body
            assert answer.json()["errors"][0]["pointer"] == pointer
        assert window.post(BASE, {"screening": "nothing"}).status_code == 404
        assert window.post(BASE, {"screening": asked}).status_code == 201
        assert window.post(BASE, {"screening": asked}).json()["code"] == "state_changed"
        with connection.cursor() as cursor:  # an old look-up is asked again, not prolonged
            cursor.execute("set constraints all immediate")
            cursor.execute("alter table sanctions_screening disable trigger sanctions_kept")
            Screening.objects.update(at="2025-01-01T00:00:00Z")
        old = window.ask({"a": {"uscc": company.uscc}}).json()["id"]
        Screening.objects.filter(public_id=old).update(at="2025-01-01T00:00:00Z")
        assert window.post(BASE, {"screening": old}).json()["errors"][0]["pointer"] == "/screening"

    def test_others_have_no_part_in_it(self) -> None:
        window, entry = Window(), make_entry()
        made = subscribe(window, {"a": {"uscc": entry.subject.uscc}})
        own = dict(window.headers)
        window.headers = people.bearer(people.client(Scope.SCREENING_QUERY, code="hg-caizheng"))
        assert window.browser.get(BASE, headers=window.headers).json()["items"] == []
        assert window.browser.get(f"{BASE}{made['id']}/", headers=window.headers).status_code == 404
        assert window.post(f"{BASE}{made['id']}/end/", {}).status_code == 404
        asked = Screening.objects.get().public_id
        assert window.post(BASE, {"screening": asked}).status_code == 404
        window.headers = own
        (listed,) = window.browser.get(BASE, headers=window.headers).json()["items"]
        assert (listed["id"], listed["watched"], listed["running"]) == (made["id"], 1, True)

    def test_a_person_whose_name_did_not_fit_is_not_watched(self) -> None:
        window, number = Window(), make_id_number("230402", date(1986, 3, 5), 17)
        make_person("林有田", id_number=number)
        window.purpose = approved(
            code="hg-zhengwu",
            by=registrar(),
            items=("sxbzxr",),
            kinds=("person",),
            proof=PersonProof.DOCUMENT,
        )
        body = {"a": {"id_number": number, "name": "林有田"}, "b": {"id_number": number, "name": "别的名字"}}
        asked = window.ask(body, "pxpy", document_number="授权书1号").json()
        refused = window.post(BASE, {"screening": asked["id"]}).json()["errors"]
        assert [(one["code"], one["pointer"]) for one in refused] == [("identifier_invalid", "/keys/1")]
        assert window.post(BASE, {"screening": asked["id"], "keys": ["a"]}).status_code == 201

    def test_the_database_holds_it_too(self) -> None:
        window, company = Window(), make_subject()
        subscribe(window, {"a": {"uscc": company.uscc}})
        row = Subscription.objects.get()
        with pytest.raises(IntegrityError, match="can only be closed"), transaction.atomic():
            Subscription.objects.update(ends_on=row.ends_on + timedelta(days=1))
        row.pk, row.public_id, row.agency = None, "x", people.agency("hg-caizheng")
        with pytest.raises(IntegrityError, match="scope_exceeded"), transaction.atomic():
            row.save(force_insert=True)

    def test_it_goes_with_its_screening(self) -> None:
        window, company = Window(), make_subject()
        subscribe(window, {"a": {"uscc": company.uscc}})
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute("alter table sanctions_screening disable trigger sanctions_kept")
            Screening.objects.update(keep_until="2020-01-01")
            cursor.execute("set constraints all immediate")
            cursor.execute("alter table sanctions_screening enable always trigger sanctions_kept")
        assert clear_screenings(on=today()) == 1 and Subscription.objects.count() == 0


@pytest.mark.django_db
def test_the_page_and_the_interface_list_with_constant_statements() -> None:
    window, page = Window(), Client()
    clerk = people.officer(Role.REVIEWER, code="hg-zhengwu", username="clerk")
    page.force_login(clerk)
    address, counts = "/workbench/measures/screening/subscriptions/", []
    assert "没有订阅" in page.get(address).content.decode()
    for more in (1, 4):
        for _ in range(more):
            made = subscribe(window, {"a": {"uscc": make_subject().uscc}})
        page.get(address)
        found = []
        for ask in (lambda: page.get(address), lambda: window.browser.get(BASE, headers=window.headers)):
            with CaptureQueriesContext(connection) as queries:
                assert ask().status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]
    assert page.post(address, {"end": made["id"]}).status_code == 302
    assert Subscription.objects.get(public_id=made["id"]).closed_by == clerk
    assert "已办结" in page.get(address).content.decode()
