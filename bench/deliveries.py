"""A list decided elsewhere at full size: taken in, changed by 2 %, shrunk by 60 % (held), emptied (alarm).

    ./dev bench deliveries [--rows 100000]

Every step runs through the services under the role of the application, as a worker would run it.
"""

import argparse
import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings

from agencies.choices import Role
from agencies.models import Agency, Officer
from agencies.services import create_officer
from bench.databases import prepared, use
from bench.measure import Report, timed
from blacklist.imports import services
from blacklist.models import ListDelivery
from blacklist.selectors import in_force
from common.clock import today
from common.identifiers import make_id_number, make_uscc
from ledger.services import acting

_SOURCE = "zy-sxbzxr"
_PERSONS = 5  # every fifth row is a natural person
Row = Sequence[str]
HEADER = (
    "主体名称",
    "统一社会信用代码",
    "证件号码",
    "认定单位",
    "决定文书号",
    "决定日期",
    "列入事由",
    "列入日期",
    "履行情况",
)


def _row(number: int, state: str = "全部未履行") -> Row:
    person = number % _PERSONS == 0
    code = "" if person else make_uscc("91", "230402", f"{number:08d}")
    born = date(1950 + number % 50, 1 + number // 50 % 12, 1 + number // 600 % 28)
    identity = (
        make_id_number(f"{230402 + number // 840_000:06d}", born, number // 16_800 % 1000) if person else ""
    )
    name = "林有田" if person else f"鹤岗市松涛{number}号商贸有限公司"
    start = "2026-04-08"
    return (
        name,
        code,
        identity,
        "鹤岗市中级人民法院",
        f"（2026）黑04执{number}号",
        "2026-03-02",
        "违反财产报告制度",
        start,
        state,
    )


def _file(rows: Iterable[Row]) -> SimpleUploadedFile:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(rows)
    return SimpleUploadedFile("名单.csv", out.getvalue().encode("utf-8-sig"))


def _deliver(court: Officer, upload: SimpleUploadedFile) -> ListDelivery:
    agency = Agency.objects.get(code="hg-zhongyuan")
    delivery = services.receive(source_code=_SOURCE, agency=agency, upload=upload, officer=court)
    services.process(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def run(argv: list[str]) -> Report:
    parser = argparse.ArgumentParser(prog="bench deliveries")
    parser.add_argument("--rows", type=int, default=100_000)
    count = parser.parse_args(argv).rows
    with (
        prepared() as name,
        tempfile.TemporaryDirectory() as folder,
        override_settings(PRIVATE_ROOT=Path(folder)),
    ):
        use(name)
        with acting(actor=None, action="bench", basis="bench"):
            court = _officer("court", "hg-zhongyuan", Role.SUBMITTER)
            boss = _officer("boss", "hg-yingshang", Role.AUTHORITY)
        with connection.cursor() as cursor:
            cursor.execute("set role credit_app")
        return _measure(count, court, boss)


def _officer(username: str, agency: str, role: Role) -> Officer:
    unit = Agency.objects.get(code=agency)
    return create_officer(
        username=username, full_name=username, agency=unit, roles=[role], password="herb-garden-47-lantern"
    )


def _measure(count: int, court: Officer, boss: Officer) -> Report:
    report = Report(
        f"外部名单 {count:,} 行（五分之一为自然人），以应用的数据库角色运行",
        ("步骤", "耗时", "状态", "新增", "变更", "移出"),
    )
    done: dict[str, ListDelivery] = {}

    def step(label: str, work: Callable[[], ListDelivery]) -> ListDelivery:
        seconds = timed(lambda: done.__setitem__(label, work()))
        one = done[label]
        report.row(label, seconds, one.status, f"{one.added:,}", f"{one.changed:,}", f"{one.removed:,}")
        return one

    def apply(one: ListDelivery) -> ListDelivery:
        services.process(one.pk)
        one.refresh_from_db()
        return one

    rows = [_row(number) for number in range(1, count + 1)]
    upload = _file(rows)
    first = step("收下、逐行核验、比较", lambda: _deliver(court, upload))
    report.check(first.status == "held", "首次来数应当等待核对")
    services.decide(officer=boss, delivery_id=first.pk, approve=True, reason="已核对")
    first = step("批准后应用", lambda: apply(first))
    part = count // 200
    other = [
        *(_row(number, "部分未履行") for number in range(1, 2 * part + 1)),
        *rows[2 * part : count - part],
    ]
    upload = _file([*other, *(_row(count + number) for number in range(1, part + 1))])
    changed = step("变化 2%：收下、核验、比较、应用", lambda: _deliver(court, upload))
    report.check(
        (changed.added, changed.changed, changed.removed) == (part, 2 * part, part), "变化 2% 的结果不对"
    )
    upload = _file(rows[: count * 2 // 5])
    shrunk = step("缩减 60%", lambda: _deliver(court, upload))
    upload = _file([])
    empty = step("空名单", lambda: _deliver(court, upload))
    report.check(
        [first.status, changed.status, shrunk.status, empty.status]
        == ["applied", "applied", "held", "empty"],
        "状态不对",
    )
    report.check(in_force(today()).count() == count, "最后在列的条数不对")
    return report
