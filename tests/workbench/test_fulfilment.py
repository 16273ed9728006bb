"""A commitment is fulfilled: reported later by who handed it in, shown everywhere at once, the state before kept."""

from datetime import date, timedelta

import pytest
from django.test import Client

from agencies.choices import Role, Scope
from common.clock import today
from common.gates import Refused, refuse
from records import services as intake
from records.choices import Channel
from records.fulfilment.models import StatusReport
from records.fulfilment.rules import status_refusals
from records.fulfilment.services import report_status
from records.models import CreditRecord
from tests import people
from tests.factories import make_penalty
from tests.plan.rows import item_today, valid_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def commitment() -> CreditRecord:
    unit = people.agency()
    return intake.accept_record(
        agency=unit,
        item_code="xycn",
        fields=valid_row(item_today("xycn"), unit, 61_000),
        channel=Channel.FORM,
    )


def browser_of(officer: object) -> Client:
    browser = Client()
    browser.force_login(officer)  # type: ignore[arg-type]
    return browser


def test_a_report_by_hand_shows_in_portal_and_workbench(commitment: CreditRecord) -> None:
    browser = browser_of(people.officer(Role.SUBMITTER))
    address = f"/workbench/records/{commitment.pk}/status/"
    assert address in browser.get(f"/workbench/records/{commitment.pk}/").content.decode()
    typed = {"status": "全部履行", "on": today().isoformat(), "document_number": "验字1号", "note": ""}
    assert browser.post(address, typed).status_code == 302
    assert "全部履行" in Client().get(f"/records/{commitment.pk}/").content.decode()
    page = browser.get(f"/workbench/records/{commitment.pk}/").content.decode()
    assert "正在履行 → 全部履行" in page and "验字1号" in page
    commitment.refresh_from_db()
    assert commitment.data["CN_ZT"] == "全部履行" and commitment.versions.count() == 1
    text = browser.post(address, typed).content.decode()
    assert "已经是" in text and StatusReport.objects.count() == 1


def test_a_report_by_machine_is_the_agencys_own_alone(commitment: CreditRecord) -> None:
    body = {"status": "部分履行", "on": today().isoformat()}
    address = f"/api/v1/records/{commitment.pk}/status/"
    own = people.bearer(people.client(Scope.RECORDS_SUBMIT))
    answer = Client().post(address, body, content_type="application/json", headers=own)
    assert answer.status_code == 201 and answer.json()["before"] == "正在履行"
    for wrong, status in (({"on": "昨天"}, 422), ({"state": "x"}, 400), ({"status": "差不多"}, 422)):
        found = Client().post(address, body | wrong, content_type="application/json", headers=own)
        assert found.status_code == status
    other = people.bearer(people.client(Scope.RECORDS_SUBMIT, code="hg-yingji"))
    assert Client().post(address, body, content_type="application/json", headers=other).status_code == 404
    stranger = browser_of(people.stranger())
    assert stranger.get(f"/workbench/records/{commitment.pk}/status/").status_code == 404


def test_dishonest_conduct_is_not_carried_on() -> None:
    record = make_penalty()
    with pytest.raises(Refused) as refused:
        report_status(record_id=record.pk, status="x", on=today(), officer=people.officer(Role.SUBMITTER))
    assert refused.value.refusals[0].code == "code_unknown"
    browser = browser_of(people.officer(Role.SUBMITTER, username="other"))
    assert browser.get(f"/workbench/records/{record.pk}/status/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"values": []}, ["code_unknown"]),
        ({"nature": "dishonest"}, ["code_unknown"]),
        ({"ended": True}, ["document_not_effective"]),
        ({"status": "别的"}, ["code_unknown"]),
        ({"status": "正在履行"}, ["duplicate"]),
        ({"on": date(2026, 11, 21)}, ["date_in_future"]),
        ({"on": date(2026, 1, 31)}, ["date_order"]),
        ({"on": date(2026, 5, 31), "last": date(2026, 6, 1)}, ["date_order"]),
        ({"on": date(2026, 6, 1), "last": date(2026, 6, 1)}, []),
    ],
)
def test_what_stands_against_a_report(changes: dict[str, object], codes: list[str]) -> None:
    facts: dict[str, object] = {
        "nature": "honest", "values": ["正在履行", "全部履行"], "before": "正在履行", "status": "全部履行",
        "on": date(2026, 11, 20), "decided": date(2026, 2, 1), "last": None, "ended": False, "today": date(2026, 11, 20), "refuse": refuse,
    }  # fmt: skip
    assert [one.code for one in status_refusals(**(facts | changes))] == codes  # type: ignore[arg-type]


def test_an_ended_commitment_is_not_carried_on(commitment: CreditRecord) -> None:
    intake.end_record(
        officer=None,
        record_id=commitment.pk,
        on=today() - timedelta(days=1),
        reason="withdrawn",
        basis="方案第2条",
    )
    with pytest.raises(Refused):
        report_status(
            record_id=commitment.pk, status="全部履行", on=today(), officer=people.officer(Role.SUBMITTER)
        )
