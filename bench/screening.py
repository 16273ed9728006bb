"""`bench screening`: one question, a thousand, a file of 100,000; beside the statement alone, an empty view and plain DRF.

Everything ours is measured with its register row, receipt and hits written, over HTTP (`bench.servers`). The peer answers the
same question by ORM and serializer, registers nothing, and opens a connection per request.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from oauth2_provider.models import AccessToken

from agencies.choices import Role, Scope
from agencies.models import Agency, ApiClient
from agencies.services import create_api_client, create_officer
from bench import measure, population, screening_select
from bench.databases import database, prepared, use, without_triggers
from bench.servers import Asked, load, send, server
from catalog.models import LegalBasis
from common.clock import today
from records.sharing.services import approve_purpose, register_purpose
from sanctions.screening import identities
from sanctions.screening.service import Question, answer, judged, screen

MATTER: Final = "zfcg"
_ROUNDS: Final = 5
_TOKEN: Final = "bench-screening-token"
_URLS: Final = "bench.screening_peer"
_ENTRIES: Final = """
insert into blacklist_listentry (public_id, scheme_id, subject_id, authority_name, origin, decision_number, decided_on, reason,
    basis_text, sanction_hints, removal_text, remedies, data, source, effective_from, ends_on, end_reason, ended_noted, salt)
select 'bench' || x.place, (select max(id) from blacklist_listscheme where code = 'tqnmggz'), x.id, '某局', 'imported',
    '失信〔2026〕' || x.place || '号', current_date - 100, '事由', '依据', '', '', '', '{}', 'bench:' || x.place,
    current_date - 100, current_date + 900, '', false, gen_random_uuid()
from (select id, row_number() over (order by hashint8(id)) as place from records_subject where kind <> 'person') x
where x.place <= %s
"""
# One record in a hundred tells of what a measure of the matter rests on, so that hits come from lists and from records.
_GROUNDS: Final = """
update records_creditrecord r set item_id = i.id, item_code = i.code
from catalog_catalogitem i where i.code = 'jyyc' and r.id %% 100 = 0 and r.decision_date >= i.effective_from
"""
_RAW: Final = """
create temp table raw_in (n int, uscc text) on commit drop;
"""
_JOIN: Final = """
copy (select i.n, s.id, e.decision_number from raw_in i left join records_subject s on s.key = 'uscc:' || i.uscc
      left join blacklist_listentry e on e.subject_id = s.id) to stdout
"""


def run(argv: list[str]) -> measure.Report | None:
    parser = argparse.ArgumentParser(prog="bench screening", description=__doc__)
    measure.options(parser)
    parser.add_argument("--subjects", type=int, default=200_000)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--small-records", type=int, default=20_000, help="比较规模影响时的小库")
    parser.add_argument("--file-rows", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="每种并发各测多久")
    options = parser.parse_args(argv)
    ready = nullcontext(options.template) if options.template else prepared()
    report = measure.Report(
        f"查询比对：{options.subjects:,} 个主体、{options.records:,} 条记录、{options.entries:,} 个名单条目",
        head=("路径", "耗时", "每秒"),
    )
    with ready as template:
        small = _costs(template, options, options.small_records)
        with database(template) as name:
            use(name)
            _fill(options, options.records)
            large = _statement(options)
            _http(name, options, report)
            codes = _codes(2000)
            screening_select.peer(name, report, codes, _question(codes[:1]), options.seconds)
            _batch(options, report, large)
            _file(options, report)
    report.row("单个，语句本身（大库）", large[0])
    report.row("单个，语句本身（小库）", small[0])
    report.at_most(
        "规模",
        f"{options.records:,} 条与 {options.small_records:,} 条记录时单个之比",
        large[0] / small[0],
        1.5,
    )
    report.notes.append("本系统各项都含查询登记、回执和比中记录的写入；同类程序不登记。")
    connection.close()
    return report


# --- the town ----------------------------------------------------------------------------------------------


def _fill(options: argparse.Namespace, records: int) -> None:
    population.fill(subjects=options.subjects, records=records)
    with connection.cursor() as cursor:
        cursor.execute("alter table blacklist_listentry disable trigger user")
        cursor.execute(_ENTRIES, [options.entries])
        cursor.execute("alter table blacklist_listentry enable always trigger list_changed")
        with without_triggers(cursor, "records_creditrecord"):
            cursor.execute(_GROUNDS, [])
        # in use for a while: nothing of the filling is left to be tidied or written out while it is measured
        cursor.execute("vacuum analyze records_subject, blacklist_listentry, records_creditrecord")
        cursor.execute("checkpoint")
    agency = Agency.objects.get(code="hg-zhengwu")
    boss = create_officer(
        username="bench-boss", full_name="贺明远", agency=Agency.objects.get(is_credit_authority=True), roles=[Role.AUTHORITY],
        password="herb-garden-47-lantern",
    )  # fmt: skip
    clerk = create_officer(
        username="bench-clerk",
        full_name="周立秋",
        agency=agency,
        roles=[Role.REVIEWER],
        password="herb-garden-47-lantern",
    )
    purpose = register_purpose(
        officer=clerk, name="政务服务", basis=LegalBasis.objects.get(code="xzxkf"), basis_clause="第三十四条",
        items=("xzcf", "jyyc", "sxbzxr"), subject_kinds=("organisation", "self_employed"), valid_from=today(),
        valid_until=today() + timedelta(days=100),
    )  # fmt: skip
    approve_purpose(officer=boss, purpose_id=purpose.pk)
    client, _ = create_api_client(name="bench", agency=agency, scopes=[Scope.SCREENING_QUERY])
    AccessToken.objects.create(
        application=client,
        token=_TOKEN,
        scope=Scope.SCREENING_QUERY,
        expires=timezone.now() + timedelta(hours=9),
    )


def _codes(count: int, seed: int = 1) -> list[str]:
    """Codes of organisations, about a third of them listed."""
    listed, others = (
        f"select uscc from records_subject s where kind <> 'person' and {clause} exists (select from blacklist_listentry e"
        " where e.subject_id = s.id) order by hashint8(s.id) limit %s"
        for clause in ("", "not")
    )
    found = []
    with connection.cursor() as cursor:
        for sql, share in ((listed, 0.36), (others, 0.64)):
            cursor.execute(sql, [max(1, int(count * share))])
            found += [code for (code,) in cursor.fetchall()]
    random.Random(seed).shuffle(found)
    return found


def _question(codes: Sequence[str]) -> Question:
    from records.sharing.models import DutyPurpose

    purpose = DutyPurpose.objects.get(name="政务服务").code
    return Question(
        purpose=purpose, matter=MATTER, subjects={str(n): {"uscc": code} for n, code in enumerate(codes)}
    )


# --- without HTTP ------------------------------------------------------------------------------------------


def _costs(template: str, options: argparse.Namespace, records: int) -> tuple[float, float]:
    with database(template) as name:
        use(name)
        _fill(options, records)
        return _statement(options)


def _bare(question: Question) -> Callable[[], object]:
    """The statement alone, parameters ready, on a warm connection."""
    client = ApiClient.objects.select_related("agency").get(name="bench")
    asked = identities.read(question.subjects)

    def work() -> None:
        facts, asker = judged(
            agency=client.agency, question=question, officer=None, client=client, asked=asked, on=today()
        )
        start = time.perf_counter()
        answer(asker, question, facts, asked, today())
        spent.append(time.perf_counter() - start)

    spent: list[float] = []
    work.spent = spent  # type: ignore[attr-defined]
    return work


def _statement(options: argparse.Namespace) -> tuple[float, float]:
    """Median seconds of the statement for one subject and for a thousand."""
    found = []
    for size in (1, 1000):
        singles = (
            [_bare(_question([code])) for code in _codes(60)]
            if size == 1
            else [_bare(_question(_codes(1000)))] * 10
        )
        for work in singles * 3:
            work()
        spent = [one for work in dict.fromkeys(singles) for one in work.spent[1:]]  # type: ignore[attr-defined]
        found.append(measure.percentile(spent, 0.5))
    return found[0], found[1]


def _batch(options: argparse.Namespace, report: measure.Report, bare: tuple[float, float]) -> None:
    client = ApiClient.objects.select_related("agency").get(name="bench")
    question = _question(_codes(1000))

    def whole() -> None:
        screen(agency=client.agency, client=client, question=question)

    found = measure.medians(measure.interleaved({"whole": whole}, options.repeats * 2))["whole"]
    report.row("1,000 个一批（服务内）", found, f"{1000 / found:,.0f} 个")
    report.row("1,000 个一批，语句本身", bare[1], f"{1000 / bare[1]:,.0f} 个")
    report.at_most("P8", "1,000 个一批与语句本身之比", found / bare[1], 1.5)


def _file(options: argparse.Namespace, report: measure.Report) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from sanctions.models import ScreeningFile
    from sanctions.screening import files

    codes = _codes(options.file_rows) * (
        options.file_rows // max(1, min(options.subjects // 2, options.file_rows)) + 1
    )
    codes = codes[: options.file_rows]
    content = ("统一社会信用代码\n" + "\n".join(codes) + "\n").encode()
    agency = Agency.objects.get(code="hg-zhengwu")
    client = ApiClient.objects.get(name="bench")
    purpose = _question(codes[:1]).purpose
    files._wake = lambda pk: None  # type: ignore[assignment]

    def ours() -> None:
        row = files.open_file(
            agency=agency,
            client=client,
            purpose=purpose,
            matter=MATTER,
            upload=SimpleUploadedFile("a.csv", content),
        )
        report.check(files.process_file(row.pk), "文件没有办完")
        row.refresh_from_db()
        report.check(ScreeningFile.objects.get(pk=row.pk).total == len(codes), "行数不符")

    def raw() -> None:
        import io

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_RAW)
            lines = "".join(f"{n}\t{code}\n" for n, code in enumerate(codes)).encode()
            cursor.copy_expert("copy raw_in from stdin", io.BytesIO(lines))
            cursor.execute("analyze raw_in")
            cursor.copy_expert(_JOIN, io.BytesIO())

    found = measure.medians(measure.interleaved({"ours": ours, "raw": raw}, max(2, options.repeats // 2)))
    report.row(f"文件 {len(codes):,} 行", found["ours"], f"{len(codes) / found['ours']:,.0f} 行")
    report.row("极限：COPY 入、连接、COPY 出", found["raw"], f"{len(codes) / found['raw']:,.0f} 行")
    report.at_most("P9", "文件与 COPY＋连接＋COPY 之比", found["ours"] / found["raw"], 5)


# --- over HTTP ---------------------------------------------------------------------------------------------


def _asked(path: str, bodies: Sequence[bytes]) -> list[Asked]:
    headers = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"}
    return [Asked(path, body, headers) for body in bodies]


def _statuses(port: int, path: str, bodies: Sequence[bytes]) -> list[str]:
    """Of each question whether something stands; told the same by everybody."""
    link = HTTPConnection("127.0.0.1", port, timeout=60)
    answers = [json.loads(send(link, one)[1]) for one in _asked(path, bodies)]
    return [one.get("results", one)["0"]["status"] for one in answers]


def _http(name: str, options: argparse.Namespace, report: measure.Report) -> None:
    codes = _codes(2000)
    bodies = [json.dumps(_body([code])).encode() for code in codes]
    thousand = [json.dumps(_body(_codes(1000))).encode()]
    rates: dict[str, float] = {}
    with server(_URLS, name, naive=False) as port, server(_URLS, name, naive=True) as naive:
        for clients in (1, 8):  # connections warm, statements prepared on each of them
            load(port, _asked("/api/v1/screenings/", bodies), clients, min(2, options.seconds))
            load(naive, _asked("/naive/", bodies), clients, min(1, options.seconds))
        report.check(
            _statuses(port, "/api/v1/screenings/", bodies) == _statuses(port, "/naive/", bodies),
            "同类程序的结果与本系统不同",
        )
        kinds: list[tuple[str, int, str, list[bytes], int]] = [
            ("空视图，8 个并发", port, "/api/v1/empty/", bodies, 8),
            ("本系统单个，8 个并发", port, "/api/v1/screenings/", bodies, 8),
            ("本系统单个，1 个并发", port, "/api/v1/screenings/", bodies, 1),
            ("同类 DRF（每次新连接），8 个并发", naive, "/naive/", bodies, 8),
            ("同类 DRF（保持连接），8 个并发", port, "/naive/", bodies, 8),
            ("本系统 1,000 个一批（HTTP）", port, "/api/v1/screenings/", thousand, 1),
        ]
        spent: dict[str, list[list[float]]] = {kind[0]: [] for kind in kinds}
        turns = min(_ROUNDS, options.repeats)
        share = options.seconds / turns
        for turn in range(turns):  # kinds take turns, so that whoever else uses the machine meets all alike
            for label, where, path, sent, clients in kinds if turn % 2 else reversed(kinds):
                spent[label].append(load(where, _asked(path, sent), clients, share))
    for label, rounds in spent.items():
        rates[label] = statistics.median(len(one) / share for one in rounds)
        together = [one for part in rounds for one in part]
        report.row(label, measure.percentile(together, 0.5), f"{rates[label]:,.0f} 次")
        if label == "本系统单个，1 个并发":
            p99 = measure.percentile(together, 0.99) * 1000
    ours = rates["本系统单个，8 个并发"]
    report.at_least(
        "P6",
        "含登记的单个与同类 DRF（每次新连接）之比，8 个并发",
        ours / rates["同类 DRF（每次新连接），8 个并发"],
        6,
    )
    report.at_least(
        "P6",
        "含登记的单个与同类 DRF（保持连接）之比，8 个并发",
        ours / rates["同类 DRF（保持连接），8 个并发"],
        1.5,
    )
    report.at_least("P6", "含登记的单个与空视图之比，8 个并发", ours / rates["空视图，8 个并发"], 1 / 3)
    report.at_most("P6", "单个 p99，1 个并发", p99, 10, unit=" ms")


def _body(codes: Sequence[str]) -> dict[str, Any]:
    question = _question(codes)
    return {"purpose": question.purpose, "matter": question.matter, "subjects": dict(question.subjects)}
