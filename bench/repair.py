"""`bench repair`: from the approval of a repair to the last channel that knows of it, per channel, in seconds.

Penalties come in through the intake, list entries stand beside them; each is applied for, accepted and granted through the
services under the role of the application. Celery worker, beat and the province's sandbox run as processes of their own with
the schedule of the real platform; pages and interfaces are asked for inside this process through all middleware. Before the
approval every channel must show the thing; afterwards each is asked again and again until it no longer does. Feed and
province are looked at every tenth of a second.

Then worker and beat are killed (SIGKILL): pages, interfaces, screening, export have to be right all the same, and the
province hears of it once they run again.
"""

import argparse
import json
import logging
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final
from unittest.mock import patch

import structlog
from django.db import connection
from django.test import Client, override_settings
from pypdf import PdfReader

from bench import measure
from bench.databases import prepared, url_of, use
from bench.repair_city import City, Platform, Thing
from blacklist.models import ListEntry
from common.api import PublicThrottle
from ledger import tables
from province.naming import wire_id
from records.models import CreditRecord
from records.sharing import services as sharing
from repair import services
from repair.models import Case
from repair.services import Verdict

_LIMIT: Final = 60.0
_TABLE: Final = tables.TABLES["blacklist_listentry"]


def run(argv: list[str]) -> measure.Report:
    parser = argparse.ArgumentParser(prog="bench repair", description=__doc__)
    parser.add_argument("--records", type=int, default=60, help="工作进程运行时准予修复的处罚")
    parser.add_argument("--entries", type=int, default=20, help="工作进程运行时移出的名单条目")
    parser.add_argument("--stopped", type=int, default=20, help="工作进程停止时准予修复的件数")
    options = parser.parse_args(argv)
    # a page that is gone answers 404 and says so in the log
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    report = measure.Report(
        f"从准予修复到各渠道：处罚 {options.records} 件、名单条目 {options.entries} 件；工作进程停止时 {options.stopped} 件",
        head=("渠道", "p50", "p95", "最大", "件数"),
    )
    with (
        prepared() as name,
        tempfile.TemporaryDirectory() as folder,
        override_settings(PRIVATE_ROOT=Path(folder) / "private"),
        patch.object(PublicThrottle, "get_rate", lambda self: None),
    ):
        use(name)
        _measure(name, Path(folder), options, report)
    return report


def _measure(name: str, folder: Path, options: argparse.Namespace, report: measure.Report) -> None:
    city = City.make()
    things: list[Thing] = [
        *city.penalties(options.records + options.stopped),
        *city.entries(options.entries),
    ]
    with connection.cursor() as cursor:
        cursor.execute("set role credit_app")
    stopped = things[options.records : options.records + options.stopped]
    running = [thing for thing in things if thing not in stopped]
    random.Random(5).shuffle(running)
    cases = {id(thing): city.accepted(thing) for thing in things}
    with Platform(url_of(name), folder) as platform:
        platform.start()
        run = Run(city, platform, report)
        run.wait_until_told(things)
        measure.say("工作进程运行")
        run.settle(running, cases)
        _write(report, run.seconds, "")
        last = [max(one.values()) for one in run.per_thing.values()]
        report.at_most("时限", "到最后一个渠道，p95", measure.percentile(last, 0.95), _LIMIT, " s")
        measure.say("工作进程停止")
        platform.kill()
        without = Run(city, platform, report)
        without.settle_without_worker(stopped, cases)
        _write(report, without.seconds, "工作进程停止：")
        platform.start_background()
        without.wait_until_gone(stopped)
        again = run.seen_again + without.seen_again
        report.notes.append(
            f"页面、接口、导出、审查在准予以后依次各看一次（耗时含前面各次的等待）；仍看到原信息的次数：{again}"
        )
        report.check(not again, "准予以后页面、接口、导出或者审查仍看到原信息")
        report.notes.append(f"工作进程恢复以后，{len(stopped)} 件全部送达省平台；停止期间省平台没有收到")
    report.notes.append("信用报告为新出具的 PDF 里的文字；导出为按履职目的的批量导出，每件各导一次")


def _write(report: measure.Report, seconds: dict[str, list[float]], prefix: str) -> None:
    for channel, found in seconds.items():
        points = (measure.percentile(found, 0.5), measure.percentile(found, 0.95), max(found))
        report.rows.append((f"{prefix}{channel}", *map(measure.spent, points), str(len(found))))


# --- the run -----------------------------------------------------------------------------------------------


def _object_id(thing: Thing) -> int:
    return thing.pk if isinstance(thing, CreditRecord) else wire_id(_TABLE, thing.pk)


def _number(thing: Thing) -> str:
    return thing.document_number if isinstance(thing, CreditRecord) else thing.decision_number


class Run:
    """Approves one thing after the other and watches every channel."""

    def __init__(self, city: City, platform: Platform, report: measure.Report) -> None:
        self.city, self.platform, self.report = city, platform, report
        self.client, self.draw = Client(), random.Random(17)
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.per_thing: dict[int, dict[str, float]] = defaultdict(dict)
        self.waiting: dict[str, dict[int, float]] = {"省平台拉取": {}, "省平台沙箱": {}}
        self.tags: dict[str, str] = {}
        self.cursor = ""
        self.seen_again = 0  # looks after an approval that still found something

    def wait_until_told(self, things: Sequence[Thing]) -> None:
        """The province holds everything before anything is repaired."""
        wanted, until = {_object_id(thing) for thing in things}, time.monotonic() + 300
        while not wanted <= self.platform.withdrawn()[0]:
            if time.monotonic() > until:
                raise RuntimeError("the province was not told of the records in five minutes")
            time.sleep(0.5)
        self._feed()

    def settle(self, things: Sequence[Thing], cases: dict[int, Case]) -> None:
        """Approve at random moments, about one a second, and look at everything in between."""
        rest, due = list(things), time.perf_counter()
        while rest or any(self.waiting.values()):
            if rest and time.perf_counter() >= due:
                self.approve(rest.pop(), cases, told=True)
                due = time.perf_counter() + self.draw.uniform(0, 2)
            self._look()
            time.sleep(0.1)

    def settle_without_worker(self, things: Sequence[Thing], cases: dict[int, Case]) -> None:
        for thing in things:
            self.approve(thing, cases, told=False)
        heard = self.platform.withdrawn()[1] & {_object_id(thing) for thing in things}
        self.report.check(not heard, "工作进程停止，省平台却收到了撤回")

    def wait_until_gone(self, things: Sequence[Thing]) -> None:
        wanted, until = {_object_id(thing) for thing in things}, time.monotonic() + 120
        while not wanted <= self.platform.withdrawn()[1] and time.monotonic() < until:
            time.sleep(0.2)
        self.report.check(wanted <= self.platform.withdrawn()[1], "工作进程恢复以后，省平台没有全部收到")

    def approve(self, thing: Thing, cases: dict[int, Case], *, told: bool) -> None:
        channels, number = self.channels(thing), _number(thing)
        for name, ask in channels.items():
            self.report.check(number in ask(), f"{name}：准予修复以前就没有{number}")
        verdict = Verdict(True, "义务已经履行")
        services.decide(officer=self.city.reviewer, case_id=cases[id(thing)].pk, verdict=verdict)
        begun = time.perf_counter()
        for name in self.draw.sample(list(channels), len(channels)):
            while number in channels[name]():
                self.seen_again += 1
                if time.perf_counter() - begun > _LIMIT:
                    self.report.check(False, f"{name}：一分钟以后还有{number}")
                    break
                time.sleep(0.1)
            self._note(thing, name, begun)
        if told:
            for waiting in self.waiting.values():
                waiting[_object_id(thing)] = begun

    def _note(self, thing: Thing, channel: str, begun: float) -> None:
        self._noted(_object_id(thing), channel, time.perf_counter() - begun)

    def _noted(self, key: int, channel: str, seconds: float) -> None:
        self.seconds[channel].append(seconds)
        self.per_thing[key][channel] = seconds

    def _look(self) -> None:
        gone = {"省平台拉取": self._feed(), "省平台沙箱": self.platform.withdrawn()[1]}
        now = time.perf_counter()
        for channel, waiting in self.waiting.items():
            for key in waiting.keys() & gone[channel]:
                self._noted(key, channel, now - waiting.pop(key))
            for key, begun in list(waiting.items()):
                if now - begun > 3 * _LIMIT:
                    self.report.check(False, f"{channel}：三分钟以后还没有撤回 {key}")
                    self._noted(key, channel, now - waiting.pop(key))

    def _feed(self) -> set[int]:
        """Withdrawals read since the last look."""
        found: set[int] = set()
        headers = {"Authorization": self.city.tokens["province"]}
        while True:
            path = f"/api/v1/province/changes/?limit=1000&cursor={self.cursor}"
            page = self.client.get(path, headers=headers).json()
            found |= {one["object_id"] for one in page["items"] if one["action"] == "withdraw"}
            self.cursor = page["next_cursor"] or self.cursor
            if not page["items"]:
                return found

    # --- channels that compute from the dates --------------------------------------------------------------

    def channels(self, thing: Thing) -> dict[str, Callable[[], str]]:
        subject = thing.subject.public_id
        if isinstance(thing, ListEntry):
            return {
                "名单条目页": lambda: self._get(f"/lists/entries/{thing.public_id}/"),
                "名单条目页（缓存，ETag）": lambda: self._cached(thing, f"/lists/entries/{thing.public_id}/"),
                "信用报告": lambda: self._report(thing),
                "名单列表": lambda: self._get(f"/lists/entries/?q={thing.subject.uscc}"),
                "名单公开接口": lambda: self._get(f"/api/v1/public/list-entries/?subject={subject}"),
                "联动审查（名单）": lambda: self._screen(thing, "zfcg"),
            }
        return {
            "记录页": lambda: self._get(f"/records/{thing.pk}/"),
            "记录页（缓存，ETag）": lambda: self._cached(thing, f"/records/{thing.pk}/"),
            "主体页": lambda: self._get(f"/subjects/{subject}/"),
            "信用报告": lambda: self._report(thing),
            "查询": lambda: self._get(f"/search/?q={thing.subject.uscc}"),
            "公开接口": lambda: self._get(f"/api/v1/public/records/?subject={subject}"),
            "导出": self._export,
            "联动审查": lambda: self._screen(thing, "xzxksc"),
        }

    def _get(self, path: str) -> str:
        answer = self.client.get(path, follow=True)
        return answer.content.decode() if answer.status_code == 200 else ""

    def _cached(self, thing: Thing, path: str) -> str:
        """As a cache asks that holds the page: 304 would leave the old one in front of the reader."""
        headers = {"If-None-Match": self.tags[path]} if path in self.tags else {}
        answer = self.client.get(path, headers=headers)
        self.tags[path] = answer.headers.get("ETag", "")
        return _number(thing) if answer.status_code in (200, 304) else ""

    def _report(self, thing: Thing) -> str:
        """A report made now, as it reads on paper."""
        content = self.client.post("/reports/", {"uscc": thing.subject.uscc}).content
        return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())

    def _screen(self, thing: Thing, matter: str) -> str:
        body = {
            "purpose": self.city.window.code,
            "matter": matter,
            "subjects": {"a": {"uscc": thing.subject.uscc}},
        }
        answer = self.client.post(
            "/api/v1/screenings/", json.dumps(body), content_type="application/json",
            headers={"Authorization": self.city.tokens["screening"]},
        ).json()  # fmt: skip
        return json.dumps(answer["results"]["a"], ensure_ascii=False)

    def _export(self) -> str:
        export = sharing.request_export(
            officer=self.city.reviewer, purpose_id=self.city.purpose.pk, reason="核对"
        )
        sharing.decide_export(officer=self.city.boss, export_id=export.pk, grant=True)
        return sharing.take_export(officer=self.city.reviewer, export_id=export.pk).content.decode(
            "utf-8-sig"
        )
