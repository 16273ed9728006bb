"""The pages: what is typed becomes the change, secrets never go back to the browser, a stale page overwrites nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.choices import Role
from agencies.models import Officer
from common.clock import today
from common.identifiers import make_id_number
from records.evidence.choices import Outcome
from records.models import CreditRecord
from tests import people
from tests.evidence.samples import BASIS, correct, decide, hand_in, mark

ID_NUMBER = make_id_number("230402", date(1986, 3, 5), 17)


def browser_of(officer: Officer) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


@pytest.fixture
def desk(officer: Officer) -> Client:
    return browser_of(officer)


def filled(browser: Client, url: str, **changes: object) -> dict[str, object]:
    """What a browser would send: the form as it came, with some fields typed over."""
    form = browser.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**values, **changes}.items() if value not in (None, "")}


def test_an_officer_corrects_one_field(desk: Client, record: CreditRecord) -> None:
    url = reverse("workbench:record-correct", args=[record.pk])
    typed = filled(desk, url, CF_NR_FK="0.3", _ground="mistyped", _explanation="多录入一位")
    answer = desk.post(url, typed, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("workbench:record", args=[record.pk])
    record.refresh_from_db()
    assert record.data["CF_NR_FK"] == "0.3" and record.changes.get().fields == ["CF_NR_FK"]
    page = desk.get(reverse("workbench:record-versions", args=[record.pk])).content.decode()
    assert "第2版" in page and "多录入一位" in page and "首次报送" in page


def test_refusals_come_back_to_their_field(desk: Client, record: CreditRecord) -> None:
    url = reverse("workbench:record-correct", args=[record.pk])
    answer = desk.post(
        url, filled(desk, url, CF_JDRQ=today().isoformat(), _ground="mistyped", _explanation="日期有误")
    )
    assert "依据" in answer.context["form"].errors["_number"][0]
    answer = desk.post(url, filled(desk, url, CF_XDR_SHXYM="1", _ground="mistyped", _explanation="代码有误"))
    assert "CF_XDR_SHXYM" in answer.context["form"].errors
    answer = desk.post(url, filled(desk, url))
    assert {"_ground", "_explanation"} <= answer.context["form"].errors.keys()
    record.refresh_from_db()
    assert record.version == 1


def test_a_stale_page_overwrites_nothing(desk: Client, record: CreditRecord) -> None:
    urls = [reverse(f"workbench:record-{name}", args=[record.pk]) for name in ("correct", "withdraw")]
    stale = [
        filled(desk, urls[0], CF_NR_FK="0.9", _ground="mistyped", _explanation="有误"),
        filled(desk, urls[1], reason="entered_wrongly", explanation="重复录入"),
    ]
    correct(record, {"CF_NR_FK": "0.3"})
    for url, typed in zip(urls, stale, strict=True):
        assert "另一位工作人员刚刚改过" in desk.post(url, typed).content.decode()
    record.refresh_from_db()
    assert (record.version, record.data["CF_NR_FK"], record.ended_on) == (2, "0.3", None)


def test_what_is_secret_never_goes_back_to_the_browser_and_stays(desk: Client, record: CreditRecord) -> None:
    empty = dict.fromkeys(("CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_FRDB", "CF_FR_ZJLX", "CF_FR_ZJHM"), "")
    names = {"CF_XDR_MC": "郭长庚", "CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": ID_NUMBER}
    person = hand_in(record.provider, seed=9, **empty, **names)
    url = reverse("workbench:record-correct", args=[person.pk])
    page = desk.get(url).content.decode()
    assert "郭长庚" not in page and ID_NUMBER not in page and "不填表示不改" in page
    typed = filled(
        desk, url, CF_SY="当事人经营超过保质期的食品", _ground="incomplete", _explanation="补充事实"
    )
    assert desk.post(url, typed).status_code == 302
    assert person.changes.get().fields == ["CF_SY"]
    person.refresh_from_db()
    assert person.version == 2 and person.fingerprint == CreditRecord.objects.get(pk=person.pk).fingerprint


def test_withdrawing_marking_and_deciding_by_page(desk: Client, record: CreditRecord) -> None:
    url = reverse("workbench:record-proceeding-new", args=[record.pk])
    since = (today() - timedelta(days=5)).isoformat()
    typed = filled(
        desk, url, kind="review", organ="鹤岗市人民政府", case_number="7号", since=since, basis=BASIS
    )
    assert desk.post(url, typed).status_code == 302
    page = desk.get(reverse("workbench:record", args=[record.pk])).content.decode()
    assert "行政复议中" in page and "7号" in page
    assert "行政复议中" in Client().get(reverse("portal:record", args=[record.pk])).content.decode()
    assert "行政复议中" in Client().get(reverse("portal:penalties")).content.decode()
    one = record.proceedings.get()
    url = reverse("workbench:record-proceeding", args=[record.pk, one.pk])
    typed = filled(desk, url, outcome="changed", document="8号", decided_on=today().isoformat())
    assert desk.post(url, typed).status_code == 302
    waiting = desk.get(reverse("workbench:record-waiting")).content.decode()
    assert record.document_number in waiting
    assert desk.get(url).status_code == 404  # decided once
    url = reverse("workbench:record-withdraw", args=[record.pk])
    assert (
        desk.post(url, filled(desk, url, reason="entered_wrongly", explanation="另行报送")).status_code == 302
    )
    assert Client().get(reverse("portal:record", args=[record.pk])).status_code == 404
    page = desk.get(reverse("workbench:record", args=[record.pk])).content.decode()
    assert (
        "报送有误，报送单位撤回" in page and reverse("workbench:record-correct", args=[record.pk]) not in page
    )


def test_any_day_of_a_record_and_of_a_subject(officer: Officer, record: CreditRecord) -> None:
    yesterday = today() + timedelta(days=1)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        decide(mark(record), Outcome.REVOKED)
        desk = browser_of(officer)
        url = reverse("workbench:record-versions", args=[record.pk])
        for day, words in ((today(), "当日有改动"), (today() - timedelta(days=30), "还没有收到")):
            assert words in desk.get(f"{url}?on={day}").content.decode()
        assert desk.get(f"{url}?version=1").context["standing"].record.contested == ""
        assert desk.get(f"{url}?version=9").status_code == 404
        body = reverse("workbench:subject-as-of", args=[record.subject.public_id])
        before, now = (desk.get(f"{body}?on={day}").context["table"].rows for day in (yesterday, today()))
        assert [cell.chip.text for cell in before[0][2:5]] == ["是", "是", "是"]
        assert [cell.chip.text for cell in now[0][2:5]] == ["否", "否", "否"]
        assert browser_of(people.stranger()).get(body).context["count"] == 0
        assert browser_of(people.officer(Role.AUDITOR)).get(body).status_code == 200


def test_pages_cost_the_same_however_many_versions(desk: Client, record: CreditRecord) -> None:
    urls = [
        reverse("workbench:record-versions", args=[record.pk]),
        reverse("workbench:subject-as-of", args=[record.subject.public_id]),
        reverse("workbench:record", args=[record.pk]),
    ]

    def counted() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(url).status_code == 200
            found.append(len(queries))
        return found

    correct(record, {"CF_NR_FK": "0.3"})
    mark(record)
    counted()  # what the process remembers from then on
    before = counted()
    for number in range(5):
        correct(record, {"CF_NR_FK": f"0.{number + 4}"})
        mark(record, f"{number}号", "litigation")
        hand_in(record.provider, CF_WSH=f"鹤执罚〔2026〕{number}号")
    assert counted() == before
