"""Targets as data: who gets what, in which format, how fast, when; and withdrawals that do not wait behind a backlog."""

import csv
import io
import json
import sys
from datetime import time, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from agencies.choices import Role
from province import formats as package
from province import rules, services
from province.choices import DeliveryState
from province.models import Delivery, DeliveryRejection, PushTarget
from tests import people
from tests.province.conftest import SECRET, Sandbox
from tests.province.samples import add_records, change, end, seal
from tests.province.test_push import assert_same, send, send_until_done

TIMES = st.times()


@given(TIMES, TIMES, TIMES)
def test_a_window_and_its_complement_share_no_moment(now: time, since: time, until: time) -> None:
    assert rules.may_send(now, None, None)
    if since != until:
        assert rules.may_send(now, since, until) != rules.may_send(now, until, since)


class TestExpedited:
    def test_what_ends_does_not_wait_behind_a_backlog(self, target: PushTarget, sandbox: Sandbox) -> None:
        start = target.position
        freed, kept = add_records(1)[0], add_records(1)[0]
        seal()
        send(target)
        PushTarget.objects.update(batch_size=3)
        change(freed, note="更正在前")
        add_records(7)
        change(kept, note="更正在后")
        end(freed)
        seal()
        sandbox.fault("refuse")  # the very first batch after it is taken up
        send(target)
        first = Delivery.objects.exclude(state=DeliveryState.DONE).get()
        assert first.expedited and first.event_count == 1
        sandbox.fault("none")
        send_until_done(target)
        assert sandbox.state()["objects"][str(freed.pk)]["action"] == "withdraw"
        assert_same(sandbox, start)

    def test_a_parked_withdrawal_hides_nothing_from_the_backlog(
        self, target: PushTarget, sandbox: Sandbox
    ) -> None:
        start = target.position
        freed = add_records(1)[0]
        seal()
        send(target)
        PushTarget.objects.update(batch_size=2)
        add_records(3)
        end(freed)
        seal()
        sandbox.fault("refuse")
        send(target)
        Delivery.objects.filter(expedited=True).update(state=DeliveryState.PARKED, next_try=None)
        sandbox.fault("none")
        send(target)
        assert sandbox.state()["objects"][str(freed.pk)]["action"] == "withdraw"
        assert sandbox.state()["order_violations"] == 0
        assert start < PushTarget.objects.get(pk=target.pk).position

    def test_new_records_that_were_never_shared_are_nothing_to_hurry_with(
        self, target: PushTarget, sandbox: Sandbox
    ) -> None:
        PushTarget.objects.update(batch_size=2)
        add_records(5)
        seal()
        assert send(target) == 5
        assert not Delivery.objects.filter(expedited=True).exists()


class TestWhatATargetGets:
    def test_only_its_items_and_every_erasure(self, target: PushTarget, sandbox: Sandbox) -> None:
        PushTarget.objects.update(items=["xzxk"])
        penalty, licence = add_records(1)[0], add_records(1, item="xzxk")[0]
        seal()
        assert send(target) == 1
        assert sandbox.state()["objects"].keys() == {str(licence.pk)}
        penalty.delete()
        seal()
        assert send(target) == 1  # withdrawing what was never sent does no harm; its item is no longer known

    def test_no_faster_than_its_pace(self, target: PushTarget, sandbox: Sandbox) -> None:
        PushTarget.objects.update(batch_size=2, pace=3)
        add_records(9)
        seal()
        assert send(target) == 4  # the batch that crosses the line is the last one
        assert send(target) == 0
        Delivery.objects.filter(state=DeliveryState.DONE).update(
            finished_at=Delivery.objects.earliest("id").created_at - timedelta(minutes=2)
        )
        assert send(target) == 4

    def test_only_in_its_window(self, target: PushTarget, sandbox: Sandbox) -> None:
        add_records(1)
        seal()
        now = timezone.localtime()
        clock = [(now + timedelta(hours=hours)).time() for hours in (-2, -1, 1)]
        PushTarget.objects.update(send_from=clock[0], send_until=clock[1])
        assert send(target) == 0
        PushTarget.objects.update(send_from=clock[1], send_until=clock[2])
        assert send(target) == 1


@pytest.fixture
def folder(target: PushTarget, settings: Settings, tmp_path: Path) -> Path:
    """The target takes packages from an exchange folder."""
    (tmp_path / "in").mkdir()
    settings.PROVINCE_PUSH_SECRET = SECRET
    PushTarget.objects.update(format="package", url=f"file://{tmp_path}")
    return tmp_path


class TestPackages:
    def test_a_package_waits_for_its_receipt_and_is_written_once(
        self, target: PushTarget, folder: Path
    ) -> None:
        rows = add_records(2, secret=True) + add_records(1, item="xzxk")
        change(rows[0], note="=1+1 看似公式")
        end(rows[2])
        seal()
        assert send(target) == 0
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.last_error) == (
            DeliveryState.WAITING,
            "数据包已放入交换目录，等候回执",
        )
        place = folder / "out" / str(delivery.batch_id)
        manifest = json.loads((place / "manifest.json").read_text())
        assert {one["name"]: one["rows"] for one in manifest["files"]} == {
            "withdraw.csv": 2,
            "withdraw.xlsx": 2,
            "xzcf.csv": 3,
            "xzcf.xlsx": 3,
        }
        table = list(csv.DictReader(io.StringIO((place / "xzcf.csv").read_text("utf-8-sig"))))
        assert {row["CF_NR"] for row in table if row["object_id"] == str(rows[0].pk)} == {"'=1+1 看似公式"}
        assert all(row["CF_FRDB_ZJHM"].startswith("23040119800101") for row in table)
        sheet = openpyxl.load_workbook(place / "xzcf.xlsx").active
        assert sheet.max_row == 4
        written = (place / "manifest.json").stat().st_mtime_ns
        Delivery.objects.update(next_try=delivery.created_at)
        send(target)
        assert (place / "manifest.json").stat().st_mtime_ns == written

        results = [{"event_id": int(row["event_id"]), "status": "accepted"} for row in table]
        gone = csv.DictReader(io.StringIO((place / "withdraw.csv").read_text("utf-8-sig")))
        results += [{"event_id": int(row["event_id"]), "status": "accepted"} for row in gone]
        results[0] |= {"status": "rejected", "code": "E1", "reason": "缺少字段"}
        (folder / "in" / f"{delivery.batch_id}.json").write_text(json.dumps({"results": results}))
        Delivery.objects.update(next_try=delivery.created_at)
        assert send(target) == 5
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.DONE
        assert delivery.rejections.get().reason == "缺少字段"

    @pytest.mark.parametrize("receipt", ["kaputt", '{"results": []}'])
    def test_a_receipt_that_is_none_acknowledges_nothing(
        self, target: PushTarget, folder: Path, receipt: str
    ) -> None:
        add_records(1)
        seal()
        send(target)
        delivery = Delivery.objects.get()
        (folder / "in" / f"{delivery.batch_id}.json").write_text(receipt)
        Delivery.objects.update(next_try=delivery.created_at)
        assert send(target) == 0
        assert Delivery.objects.get().state == DeliveryState.WAITING

    def test_a_folder_that_is_gone_stops_nothing_else(self, target: PushTarget, folder: Path) -> None:
        PushTarget.objects.update(url="file:///nowhere/at/all")
        add_records(1)
        seal()
        assert send(target) == 0
        assert not services.is_ready(PushTarget.objects.get(pk=target.pk))


class TestPages:
    def form(self, **changed: str) -> dict[str, object]:
        return {
            "code": "gsxt",
            "name": "国家企业信用信息公示系统（黑龙江）副本",
            "format": "json",
            "url": "https://gsxt.example/push",
            "secret_setting": "PROVINCE_PUSH_SECRET",
            "items": ["xzcf", "jyyc"],
            "batch_size": "200",
            "timeout": "20",
            "active": "on",
            "acting_on": "鹤信用发〔2022〕1号 第4条",
            **changed,
        }

    def test_the_authority_keeps_targets(self, db: None, client: Client) -> None:
        client.force_login(people.officer(Role.AUTHORITY))
        address = "/workbench/exchange/targets/new/"
        for wrong, word in (
            ({"url": "http://gsxt.example/push"}, "地址与格式不符"),
            ({"send_from": "20:00"}, "同时填写"),
            ({"code": "province"}, "已经有了"),
            ({"batch_size": "501"}, "500"),
        ):
            assert word in client.post(address, self.form(**wrong)).content.decode(), wrong
        assert client.post(address, self.form()).status_code == 302
        found = PushTarget.objects.get(code="gsxt")
        assert (found.items, found.position) == (["xzcf", "jyyc"], 0)
        assert "公示系统" in client.get("/workbench/exchange/targets/").content.decode()
        page = f"/workbench/exchange/targets/{found.code}/"
        assert "gsxt.example" in client.get(page).content.decode()
        assert client.post(page, self.form(active="")).status_code == 302
        found.refresh_from_db()
        assert not found.active


class TestFormats:
    def test_single_calls_keep_order_and_come_again_whole(self, target: PushTarget, sandbox: Sandbox) -> None:
        start = target.position
        PushTarget.objects.update(format="json-single")
        rows = add_records(4, secret=True)
        change(rows[0], note="更正")
        end(rows[1])
        seal()
        sandbox.fault("drop", times=1)
        send(target)
        waiting = Delivery.objects.get()
        assert waiting.state == DeliveryState.WAITING and sandbox.state()["accepted"] == 1
        send_until_done(target)
        state = sandbox.state()
        assert (state["accepted"], state["duplicates"], Delivery.objects.count()) == (6, 1, 1)
        assert_same(sandbox, start)

    def test_one_refused_among_single_calls_goes_back_alone(
        self, target: PushTarget, sandbox: Sandbox
    ) -> None:
        PushTarget.objects.update(format="json-single")
        add_records(3)
        seal()
        sandbox.fault("reject", share=1, times=1)
        assert send(target) == 3
        rejected = DeliveryRejection.objects.get()
        assert rejected.provider is not None and rejected.item_code == "xzcf"
        assert sandbox.state()["accepted"] == 2

    def test_a_module_in_the_folder_is_all_a_format_takes(
        self, target: PushTarget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "memo.py").write_text(
            "from province.transport import Attempt\n"
            "NAME, TITLE, SUBSCRIBERS, told = 'memo', '备忘', False, []\n"
            "def usable(address, secret):\n    return True\n"
            "def deliver(target, parcel, *, address, secret):\n"
            "    told.extend(event['object_id'] for event in parcel.events)\n"
            "    answer = [{'event_id': one['event_id'], 'status': 'accepted'} for one in parcel.events]\n"
            "    return Attempt(200, answer={'results': answer})\n"
        )
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        package.formats.cache_clear()
        try:
            PushTarget.objects.update(format="memo")
            rows = add_records(2)
            seal()
            assert send(target) == 2
            assert sys.modules["province.formats.memo"].told == [row.pk for row in rows]
        finally:
            sys.modules.pop("province.formats.memo", None)
            package.formats.cache_clear()
