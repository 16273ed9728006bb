"""`bench province`: what the province gets, and how fast (P13–P17).

Pull: pages of the change feed at the first and the last position beside DRF's CursorPagination and PageNumberPagination over the same
records, the stream beside a COPY of the same lines to nowhere. All over the platform's own middleware; the peers are spared the token.
"""

import argparse
import time
from contextlib import nullcontext
from datetime import timedelta
from typing import Any, Final

import orjson
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone
from oauth2_provider.models import AccessToken

from agencies.choices import Scope
from agencies.models import Agency, ApiClient
from bench import measure, population, province_push
from bench.databases import prepared
from common.clock import today
from ledger import selectors as ledger
from ledger.services import seal_all
from province import feed, lines
from province.models import FeedLine
from records.selectors import shared

CHANGES: Final = "/api/v1/province/changes/"
SNAPSHOT: Final = "/api/v1/province/snapshot/"
_CURSOR, _PAGES = "/peer/cursor/", "/peer/pages/"
_STREAM: Final = 100_000
_EVENTS: Final = """
insert into ledger_pending (context_id, object_id, tbl, op, digest)
select (select ledger_context_id()), id, 21, 'I', sha256(id::text::bytea) from records_creditrecord order by id
"""
_USUAL_RECORDS: Final = 100_000
_LIMIT: Final = """
COPY (SELECT '{"position":' || position || ',"event_id":' || position || ',' || fragment FROM province_feedline
WHERE position > %s AND position <= %s ORDER BY position) TO STDOUT
"""


def run(argv: list[str]) -> measure.Report:
    parser = argparse.ArgumentParser(prog="bench province", description=__doc__)
    measure.options(parser, repeats=7)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--events", type=int, default=100_000, help="推送的变更数，0 为不测")
    parser.add_argument("--single", type=int, default=2_000, help="逐条推送的变更数")
    options = parser.parse_args(argv)
    report = measure.Report(
        f"省平台交换：{options.records:,} 条变更；推送 {options.events:,} 条",
        ("做法", "耗时", "每秒条数"),
        part=f"-{options.records}" if options.records > _USUAL_RECORDS else "",
    )
    ready = nullcontext(options.template) if options.template else prepared()
    with (
        override_settings(ROOT_URLCONF="bench.province_peer"),
        ready as template,
        population.town(template, subjects=max(200, options.records // 10), records=options.records) as name,
    ):
        cache.clear()
        first = _events(report, options.records)
        reader = Reader()
        _pages(report, reader, first, options.repeats)
        _stream(report, reader, first, options.repeats)
        _snapshot(report, reader, options.repeats)
        if options.events:
            province_push.measured(report, name, options)
    return report


def _events(report: measure.Report, records: int) -> int:
    """An event for every record, sealed and with its line; returns the position before the first."""
    first = ledger.last_position()
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS)
    measure.say("封存")
    seal_all(using="default")
    measure.say("写现成内容")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze ledger_event")
    began = time.perf_counter()
    while lines.write():
        pass
    seconds = time.perf_counter() - began
    report.row("写现成内容和摘要（每个变更一次，后台）", seconds, f"{records / seconds:,.0f}")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze province_feedline")
    report.check(FeedLine.objects.filter(position__gt=first).count() == records, "现成内容的条数不对")
    return first


class Reader:
    """The province's client."""

    def __init__(self) -> None:
        client = ApiClient.objects.create(
            name="测", agency=Agency.objects.get(code="hg-yingshang"), scopes=[Scope.PROVINCE_PULL.value],
            client_type="confidential", authorization_grant_type="client-credentials", hash_client_secret=False,
        )  # fmt: skip
        AccessToken.objects.create(
            application=client, token="bench", scope=Scope.PROVINCE_PULL.value,
            expires=timezone.now() + timedelta(days=1),
        )  # fmt: skip
        self.http = Client(headers={"Authorization": "Bearer bench"})

    def page(self, after: int, limit: int) -> bytes:
        answer = self.http.get(CHANGES, {"cursor": str(after), "limit": str(limit)})
        assert answer.status_code == 200, answer.content
        return answer.content

    def stream(self, after: int, limit: int) -> int:
        answer: Any = self.http.get(
            CHANGES, {"cursor": str(after), "limit": str(limit)}, headers={"Accept": "application/x-ndjson"}
        )
        assert answer.status_code == 200
        return sum(len(chunk) for chunk in answer.streaming_content)

    def peer(self, path: str, **query: str) -> bytes:
        answer = self.http.get(path, query)
        assert answer.status_code == 200, answer.content
        return answer.content


def _pages(report: measure.Report, reader: Reader, first: int, repeats: int) -> None:
    size = 1000
    end = ledger.last_position()
    pages = (end - first) // size
    deep = max(1, int(pages * 0.99))
    _right(report, reader, first, end)
    following = orjson.loads(reader.peer(_CURSOR))["next"]
    cursor = {"cursor": str(following).split("cursor=", 1)[1]} if following else {}
    kinds = {
        "变更清单 1,000 条一页，第一页": lambda: reader.page(first, size),
        "变更清单 1,000 条一页，最后一页": lambda: reader.page(end - size, size),
        "变更清单 5,000 条一页": lambda: reader.page(first, 5 * size),
        "DRF CursorPagination 1,000 条一页": lambda: reader.peer(_CURSOR, **cursor),
        "DRF PageNumberPagination 1,000 条一页，99% 深处": lambda: reader.peer(_PAGES, page=str(deep)),
    }
    found = measure.medians(measure.interleaved(kinds, repeats))
    for name, seconds in found.items():
        report.row(name, seconds, f"{(5 if '5,000' in name else 1) * size / seconds:,.0f}")
    head, last, large, drf, numbered = found.values()
    report.at_least("P13", "一页 1,000 条与 DRF CursorPagination 的速度之比", drf / head, 10)
    report.at_least("P13", "一页 5,000 条与 DRF CursorPagination 的速度之比", 5 * drf / large, 10)
    report.at_most("P13", "最后一页与第一页之差", abs(last / head - 1), 0.2)
    report.at_least("P15", "99% 深处与 DRF PageNumberPagination 之比", numbered / last, 200)


def _right(report: measure.Report, reader: Reader, first: int, end: int) -> None:
    """Ready-made lines say what would be said anew."""
    for after in (first, (first + end) // 2, max(first, end - 300)):
        ours = orjson.loads(reader.page(after, 300))["items"]
        anew = [orjson.loads(orjson.dumps(one)) for one in feed.page(after, 300, end, today()).items]
        report.check(ours == anew, f"位置 {after} 之后的内容与现读的不同")


def _snapshot(report: measure.Report, reader: Reader, repeats: int) -> None:
    """The first load: the feed again, each object once and nothing that is over."""
    count = min(_STREAM, shared(today()).count())

    def load() -> None:
        answer: Any = reader.http.get(SNAPSHOT, headers={"Accept": "application/x-ndjson"})
        lines = 0
        for chunk in answer.streaming_content:
            lines += chunk.count(b"\n")
            if lines >= count:
                break
        answer.close()
        report.check(lines >= count, "快照不完整")

    seconds = measure.medians(measure.interleaved({"load": load}, repeats))["load"]
    report.row(f"全量快照 NDJSON，前 {count:,} 个对象", seconds, f"{count / seconds:,.0f}")


class _Nowhere:
    """A file that only counts."""

    size = 0

    def write(self, block: bytes) -> None:
        self.size += len(block)


def _stream(report: measure.Report, reader: Reader, first: int, repeats: int) -> None:
    count = min(_STREAM, ledger.last_position() - first)
    sizes: dict[str, int] = {}

    def limit() -> None:
        sink = _Nowhere()
        with connection.cursor() as cursor:
            cursor.copy_expert(cursor.mogrify(_LIMIT, [first, first + count]).decode(), sink)
        sizes["limit"] = sink.size

    def ours() -> None:
        sizes["ours"] = reader.stream(first, count)

    found = measure.medians(measure.interleaved({"ours": ours, "limit": limit}, repeats))
    report.row(f"NDJSON，{count:,} 条", found["ours"], f"{count / found['ours']:,.0f}")
    report.row("同样内容的 COPY", found["limit"], f"{count / found['limit']:,.0f}")
    report.at_least("P14", "NDJSON 与 COPY 同样内容的速度之比", found["limit"] / found["ours"], 0.9)
    report.check(sizes["ours"] > 0.9 * sizes["limit"], "流中的内容不完整")
