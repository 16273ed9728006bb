"""Notices to those who subscribed, through the one engine to a real receiver: the window of the service platform."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer

import httpx2
import orjson
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from agencies.choices import Role, Scope
from blacklist.services import end_entry
from common.clock import today
from common.problems import Problem
from province import comparison, notices, services, signing
from province.choices import DeliveryState
from province.models import Delivery, DeliveryRejection, PushTarget
from province.selectors import backlog
from sanctions.models import Screening
from sanctions.services import close_subscription, note_changes, subscribe
from sandbox.callbacks import Receiver
from sandbox.service_window import Platform, PlatformError, serve
from sandbox.service_window import Window as Desk
from sandbox.signing import Verifier
from tests import people
from tests.factories import make_subject
from tests.province.samples import add_records, seal
from tests.province.test_push import send
from tests.sanctions.samples import Window, make_entry


@dataclass
class Asked:
    """A desk that only remembers; `running` says whether it has such an application."""

    looked: list[tuple[str, str]]
    running: bool = True
    broken: bool = False

    def look_again(self, screening: str, key: str) -> bool:
        if self.broken:
            raise PlatformError(503, {})
        self.looked.append((screening, key))
        return self.running


@dataclass
class Setting:
    window: Window
    desk: Asked
    receiver: Receiver
    target: PushTarget
    url: str

    def subscribed(self, *subjects: str) -> str:
        asked = self.window.ask({f"键{n}": {"uscc": one} for n, one in enumerate(subjects)}).json()
        subscribe(client=self.window.client, screening_id=asked["id"])
        return str(asked["id"])


@pytest.fixture
def setting(db: None, settings: Settings) -> Iterator[Setting]:
    window, desk = Window(), Asked([])
    receiver = Receiver(desk, Verifier(""))
    server: ThreadingHTTPServer = serve(Desk(Platform("http://127.0.0.1:9", "", "")), 0, receiver)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/callback"
    boss = people.officer(Role.AUTHORITY, username="boss")
    seal()
    target, secret = notices.save_callback(officer=boss, basis="登记", client_id=window.client.pk, url=url)
    receiver.verifier.secret = secret
    yield Setting(window, desk, receiver, target, url)
    server.shutdown()
    server.server_close()


def noted(number: int = 1) -> None:
    assert note_changes() == number
    seal()


class TestDelivery:
    def test_a_notice_says_look_again_and_nothing_of_the_subject(self, setting: Setting) -> None:
        entry = make_entry()
        asked = setting.subscribed(make_subject().uscc, entry.subject.uscc)
        end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repaired", basis="决定")
        noted()
        delivery = services.batches.take_next(target=setting.target)
        assert delivery is not None
        (event,) = services._events(setting.target, services.batches.events_of(delivery))
        said = orjson.loads(orjson.dumps(event))["payload"]
        assert said.keys() == {"subscription", "screening", "key", "at"} and said["key"] == "键1"
        assert entry.subject.uscc not in str(said) and entry.subject.name not in str(said)
        assert send(setting.target) == 1
        assert setting.desk.looked == [(asked, "键1")] and not setting.receiver.refused
        assert send(setting.target) == 0 and Delivery.objects.get().state == DeliveryState.DONE

    def test_only_its_own_notices_and_nothing_else_of_the_ledger(
        self, setting: Setting, settings: Settings
    ) -> None:
        other = people.client(Scope.SCREENING_QUERY, code="hg-caizheng")
        foreign, _ = notices.save_callback(
            officer=people.officer(Role.AUTHORITY, username="boss-2"),
            basis="登记",
            client_id=other.pk,
            url=setting.url,
        )
        company = make_subject()
        setting.subscribed(company.uscc)
        make_entry(company)
        add_records(3)
        noted()
        assert send(foreign) == 0 and Delivery.objects.get(target=foreign).state == DeliveryState.DONE
        assert send(setting.target) == 1 and len(setting.desk.looked) == 1
        province = PushTarget.objects.get(code="province")
        setting.target.refresh_from_db()
        assert backlog(province).events >= 4 and backlog(setting.target).events == 0
        assert comparison.address(setting.target) == ""

    def test_what_is_over_is_not_told_any_more(self, setting: Setting) -> None:
        company = make_subject()
        asked = setting.subscribed(company.uscc)
        make_entry(company)
        noted()
        row = Screening.objects.get(public_id=asked).subscriptions.get()
        close_subscription(subscription_id=row.public_id, client=setting.window.client)
        assert send(setting.target) == 0 and setting.desk.looked == []
        assert Delivery.objects.get().state == DeliveryState.DONE

    def test_a_receiver_that_fails_is_tried_again_with_pauses(self, setting: Setting) -> None:
        company = make_subject()
        setting.subscribed(company.uscc)
        make_entry(company)
        noted()
        setting.desk.broken = True
        assert send(setting.target) == 0
        waiting = Delivery.objects.get()
        assert (waiting.state, waiting.last_status, waiting.attempts) == (DeliveryState.WAITING, 503, 1)
        setting.desk.broken = False
        assert send(setting.target) == 0  # its pause runs
        Delivery.objects.update(next_try=timezone.now())
        assert send(setting.target) == 1 and len(setting.desk.looked) == 1

    def test_what_a_receiver_turns_down_is_seen_by_its_agency(self, setting: Setting) -> None:
        company = make_subject()
        setting.subscribed(company.uscc)
        make_entry(company)
        noted()
        setting.desk.running = False
        assert send(setting.target) == 1
        row = DeliveryRejection.objects.get()
        assert (row.code, row.item_code, row.provider) == (
            "not_running",
            notices.KIND,
            setting.window.client.agency,
        )


class TestGenuine:
    def test_forged_old_and_repeated_requests_are_refused(self, setting: Setting) -> None:
        now = timezone.now().timestamp()
        body = json.dumps({"batch_id": "x", "schema": "1", "events": []}).encode()
        secret = setting.receiver.verifier.secret
        good = signing.headers(secret, body, now=now)
        for headers, sent, status in (
            (signing.headers("another-secret", body, now=now), body, 401),
            (signing.headers(secret, body, now=now), body + b" ", 401),
            (signing.headers(secret, body, now=now - 600), body, 401),
            ({}, body, 401),
            (good, body, 200),
            (good, body, 401),
        ):
            assert httpx2.post(setting.url, content=sent, headers=headers).status_code == status
        assert setting.receiver.refused == [
            "signature_invalid", "signature_invalid", "clock_skew", "signature_invalid", "nonce_repeated",
        ]  # fmt: skip

    def test_the_secret_is_the_clients_own_shown_once_and_can_be_renewed(self, setting: Setting) -> None:
        boss, first = people.officer(Role.AUTHORITY, username="boss-3"), setting.receiver.verifier.secret
        assert first.encode() not in bytes(setting.target.sealed_secret or b"")
        save = lambda **more: notices.save_callback(  # noqa: E731
            officer=boss, basis="x", client_id=setting.window.client.pk, url=setting.url, **more
        )
        assert save()[1] == "" and services.secret_of(save()[0]) == first
        target, second = save(renew=True)
        assert second and second != first and services.secret_of(target) == second

    def test_where_it_may_go_and_who_says_so(self, setting: Setting) -> None:
        boss = people.officer(Role.AUTHORITY, username="boss-4")
        clerk = people.officer(Role.REVIEWER, username="clerk-4")
        other = people.client(Scope.RECORDS_SUBMIT, code="hg-caizheng")
        pk = setting.window.client.pk
        with pytest.raises(PermissionDenied):
            notices.save_callback(officer=clerk, basis="x", client_id=pk, url=setting.url)
        for client, url in ((pk, "http://example.invalid/x"), (other.pk, setting.url)):
            with pytest.raises(Problem, match="target_invalid"):
                notices.save_callback(officer=boss, basis="x", client_id=client, url=url)

    def test_the_page(self, setting: Setting) -> None:
        page = Client()
        page.force_login(
            people.officer(Role.AUTHORITY, username="boss-5"),
        )
        address = "/workbench/exchange/callbacks/"
        assert setting.url in page.get(address).content.decode()
        data = {"client": setting.window.client.pk, "url": setting.url, "active": "on", "acting_on": "依据"}
        assert page.post(address, data).status_code == 302
        shown = page.post(address, {**data, "renew": "on"}).content.decode()
        setting.target.refresh_from_db()
        assert services.secret_of(setting.target) in shown
        assert "须为 https" in page.post(address, {**data, "url": "http://example.invalid"}).content.decode()
        targets = page.get("/workbench/exchange/targets/").content.decode()
        assert setting.target.code not in targets
        assert page.get(f"/workbench/exchange/targets/{setting.target.code}/").status_code == 404
        assert page.get("/workbench/exchange/").status_code == 200
