"""Windows end with their last day, everywhere at once: page, subject, list, search and interface agree."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from ledger.services import acting
from records.models import CreditRecord
from tests.factories import make_licence, make_penalty, make_subject
from tests.portal.conftest import HEGANG

pytestmark = pytest.mark.django_db


def channels(client: Client, record: CreditRecord) -> set[str]:
    """The channels in which the record, or its subject because of it, can be seen now."""
    subject, address = record.subject, f"/records/{record.pk}/"
    listing = "/penalties/" if record.item_code == "xzcf" else "/licences/"
    subjects = client.get("/api/v1/public/subjects/", {"q": subject.name}).json()["items"]
    records = client.get("/api/v1/public/records/", {"item": record.item_code}).json()["items"]
    seen = {
        "page": client.get(address).status_code == 200,
        "subject": client.get(f"/subjects/{subject.public_id}/").status_code == 200,
        "list": address in client.get(listing).content.decode(),
        "search": subject.public_id in client.get("/search/", {"q": subject.name}).content.decode(),
        "code": client.get("/search/", {"q": subject.uscc}).status_code == 302,
        "api subject": client.get(f"/api/v1/public/subjects/{subject.public_id}/").status_code == 200,
        "api subjects": [found["id"] for found in subjects] == [subject.public_id],
        "api records": record.pk in [found["id"] for found in records],
    }
    return {channel for channel, visible in seen.items() if visible}


EVERYWHERE = {"page", "subject", "list", "search", "code", "api subject", "api subjects", "api records"}


def penalty(end: date) -> CreditRecord:
    company = make_subject("鹤岗市青松岭农机销售有限公司")
    return make_penalty(
        company, decision_date=date(2024, 1, 8), published_until=end, minimum_until=date(2024, 4, 8)
    )


def licence(end: date) -> CreditRecord:
    return make_licence(
        make_subject("鹤岗市青松岭农机销售有限公司"), valid_until=end, decision_date=date(2024, 1, 8)
    )


@pytest.mark.parametrize(
    ("make", "end"),
    [
        (penalty, date(2026, 11, 30)),
        (penalty, date(2024, 2, 29)),
        (licence, date(2024, 2, 29)),
        (licence, date(2026, 12, 31)),
    ],
)
def test_the_last_day_is_shown_and_the_next_is_not(
    client: Client, today: time_machine.Traveller, make: Callable[[date], CreditRecord], end: date
) -> None:
    record = make(end)
    moments = {
        datetime.combine(end - timedelta(days=1), time(12, 0), HEGANG): EVERYWHERE,
        datetime.combine(end, time(0, 0, 1), HEGANG): EVERYWHERE,
        datetime.combine(end, time(23, 59, 59), HEGANG): EVERYWHERE,
        datetime.combine(end + timedelta(days=1), time(0, 0), HEGANG): set(),
        datetime.combine(end + timedelta(days=400), time(12, 0), HEGANG): set(),
    }
    for moment, expected in moments.items():
        today.move_to(moment)
        assert channels(client, record) == expected, moment


def test_an_early_end_takes_effect_at_once(client: Client) -> None:
    record = penalty(date(2026, 12, 31))
    assert channels(client, record) == EVERYWHERE
    with acting(actor=None, action="record.end", basis="鹤信用发〔2022〕1号 第15条"):
        record.ended_on, record.end_reason = timezone.localdate(), "repaired"
        record.save(update_fields=["ended_on", "end_reason"])
    assert channels(client, record) == set()


def test_an_end_set_for_later_waits_for_its_day(client: Client, today: time_machine.Traveller) -> None:
    record = penalty(date(2026, 12, 31))
    CreditRecord.objects.filter(pk=record.pk).update(ended_on=date(2026, 11, 25), end_reason="repaired")
    today.move_to(datetime(2026, 11, 24, 23, 59, 59, tzinfo=HEGANG))
    assert channels(client, record) == EVERYWHERE
    today.move_to(datetime(2026, 11, 25, 0, 0, tzinfo=HEGANG))
    assert channels(client, record) == set()


def test_a_record_that_is_over_leaves_no_trace_beside_one_that_is_not(client: Client) -> None:
    company = make_subject("鹤岗市青松岭农机销售有限公司")
    over = make_penalty(company, decision_date=date(2025, 1, 8), published_until=date(2026, 11, 22))
    running = make_penalty(company, decision_date=date(2026, 5, 11))
    page = client.get(f"/subjects/{company.public_id}/").content.decode()
    assert "在公示的信息：<strong>1 条" in page
    assert running.document_number in page
    assert over.document_number not in page and f"/records/{over.pk}/" not in page
    assert client.get(f"/api/v1/public/subjects/{company.public_id}/").json()["records"] == 1
