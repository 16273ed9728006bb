"""Reorganisation from page to page: asked for with the court's order, masked, completed, evaluated anew at the window."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from agencies.choices import Role
from blacklist.models import ListEntry
from catalog.deadlines import due
from common.clock import today
from records.models import CreditRecord
from repair import services
from repair.choices import Kind
from repair.models import Case
from tests.repair import samples
from tests.repair.test_grounds import page_of
from tests.repair.test_portal import application, filed, track
from tests.repair.test_workbench import as_officer, post

pytestmark = pytest.mark.django_db
Thing = CreditRecord | ListEntry


def about(thing: Thing, *, officer: bool = False) -> str:
    if isinstance(thing, CreditRecord):
        return f"record={thing.pk}"
    return f"entry={thing.pk if officer else thing.public_id}"


def asked_for(client: Client, thing: Thing) -> tuple[Case, str]:
    path = f"/repair/reorganisation/?{about(thing)}"
    sent = application(client.get(path).content.decode(), court_order=samples.pdf("裁定书.pdf"))
    number, code = filed(client.post(path, sent).content.decode())
    return Case.objects.get(number=number), code


@pytest.mark.parametrize("kind", ["record", "entry"])
def test_masked_on_the_courts_order_and_evaluated_anew(client: Client, kind: str) -> None:
    thing: Thing = samples.ripe_penalty() if kind == "record" else samples.listed()
    case, code = asked_for(client, thing)
    desk = as_officer(samples.reviewer())
    post(desk, case, "accept")
    post(desk, case, "grant", reasons="裁定书与法院公告一致")
    assert client.get(page_of(thing)).status_code == 404
    page, token = track(client, case.number, code)
    assert "临时屏蔽" in page
    assert client.post("/progress/", {"token": token, "do": "decision"}).content.startswith(b"%PDF")

    post(desk, case, "complete", document="（2026）黑04破1号之二裁定书")
    last = due("reorganisation-reevaluate", today()).day
    assert case.completed_on == today() and case.masked_until == last
    assert client.get(page_of(thing)).status_code == 404
    assert "执行完毕" in track(client, case.number, code)[0]

    window = as_officer(samples.officer(Role.SUBMITTER))
    number = thing.document_number if isinstance(thing, CreditRecord) else thing.decision_number
    link = f"/workbench/repair/new/repair/?{about(thing, officer=True)}"
    assert (
        link in window.get("/workbench/repair/find/", {"number": number, "kind": "repair"}).content.decode()
    )
    sent = {"name": "李春梅", "phone": "1", "text": "重整计划执行完毕，义务已履行", "confirm": "on"}
    answer = window.post(link, {**sent, "fulfilment": samples.pdf(), "identity": samples.png()})
    again = Case.objects.get(kind=Kind.REPAIR)
    assert again.number in answer.content.decode()
    samples.decided(services.accept(officer=samples.reviewer(), case_id=again.pk))
    with time_machine.travel(timezone.now() + (last - today()) + timedelta(days=1), tick=False):
        assert client.get(page_of(thing)).status_code == 404


def test_without_a_repair_it_is_shown_again_after_the_evaluation(client: Client) -> None:
    record = samples.ripe_penalty()
    case = samples.decided(samples.accepted(record, Kind.REORGANISATION))
    post(as_officer(samples.reviewer()), case, "complete", document="（2026）黑04破1号之二裁定书")
    assert case.masked_until is not None
    for days, status in ((0, 404), (1, 200)):
        day = timezone.now() + (case.masked_until - today()) + timedelta(days=days)
        with time_machine.travel(day, tick=False):
            assert client.get(page_of(record)).status_code == status


def test_only_with_an_order_of_the_court() -> None:
    record = samples.ripe_penalty()
    client = Client()
    path = f"/repair/reorganisation/?{about(record)}"
    answer = client.post(path, application(client.get(path).content.decode()))
    assert answer.status_code == 422 and not Case.objects.exists()
