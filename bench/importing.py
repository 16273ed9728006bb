"""`bench import`: a file of penalties taken in, beside the COPY it ends in and beside django-import-export.

Ours is everything from the upload on: sniffing, keeping it encrypted, header, every check, subjects, ledger, rejected rows.
The limit is one COPY of the rows that came out of it into the same table with its triggers on (ledger and gates), and once
more without triggers. Every run has a fresh clone of one database and a process of its own; kinds of run alternate.
"""

import argparse
import io
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection

from agencies.models import Agency, Officer
from bench import samples
from bench.databases import database, prepared, url_of, use
from common.clock import today
from common.identifiers import USCC_PLACEHOLDER
from records import services
from records.choices import Channel
from records.intake.build import RECORD_COLUMNS
from records.intake.subject_lines import SUBJECT_COLUMNS
from records.models import CreditRecord, IntakeBatch

AGENCY = "hg-shijian"


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench import", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5, help="ours and the limits")
    parser.add_argument("--peer-rows", type=int, default=20_000)
    parser.add_argument("--peer-repeats", type=int, default=1, help="0 = without the peers")
    parser.add_argument("--template", help="a closed, migrated database to clone instead of a new one")
    parser.add_argument("--child", choices=sorted(CHILDREN), help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        use(options.database)
        print(json.dumps(CHILDREN[options.child](options)))
        return 0
    ready = nullcontext(options.template) if options.template else prepared()
    with ready as template, tempfile.TemporaryDirectory(prefix="credit-bench-") as folder:
        options.folder = Path(folder)
        _child("make", template, options)
        _report(_measure(template, options), options)
    return 0


# --- what each process does ----------------------------------------------------------------------------


def make(options: argparse.Namespace) -> dict[str, object]:
    """Write the files: 1 % wrong code, 1 % wrong date, 0.5 % missing, 0.5 % twice; and clean ones for the peer."""
    agency = Agency.objects.get(code=AGENCY)
    rows = list(samples.penalties(options.rows, samples.Unit(agency.name, agency.uscc), today=today()))
    clean = rows[: options.peer_rows]
    (options.folder / "peer.csv").write_bytes(samples.as_csv(clean, samples.COLUMNS, encoding="utf-8"))
    (options.folder / "peer.xlsx").write_bytes(
        samples.as_xlsx(clean[: options.peer_rows // 4], samples.COLUMNS)
    )
    for place in range(40, options.rows, 200):
        _spoil(rows, place)
    (options.folder / "file.csv").write_bytes(samples.as_csv(rows, samples.COLUMNS))
    (options.folder / "file.xlsx").write_bytes(samples.as_xlsx(rows, samples.COLUMNS))
    return {}


def _spoil(rows: list[samples.Row], place: int) -> None:
    rows[place] = rows[place] | {"CF_JDRQ": "2024-02-30"}
    rows[place - 10] = rows[place - 10] | {"CF_JDRQ": "待定"}
    rows[place - 20] = rows[place - 20] | {"CF_SY": ""}
    for wrong in (place - 30, place - 35):
        samples.as_organisation(rows[wrong])
        code = rows[wrong]["CF_XDR_SHXYM"]
        assert code != USCC_PLACEHOLDER
        rows[wrong]["CF_XDR_SHXYM"] = code[:17] + ("1" if code[17] != "1" else "2")
    rows[place - 1] = dict(rows[place - 2])


def ours(options: argparse.Namespace, name: str = "file.csv") -> dict[str, object]:
    settings.PRIVATE_ROOT = options.folder / "private"
    agency = Agency.objects.get(code=AGENCY)
    officer = Officer.objects.create(username="bench", full_name="测", agency=agency)
    path = options.folder / name
    before = time.perf_counter()
    with path.open("rb") as file:
        batch = services.open_batch(
            agency=agency,
            officer=officer,
            item_code="xzcf",
            upload=UploadedFile(file, name, size=path.stat().st_size),
            channel=Channel.FILE,
        )
    services.process_batch(batch.pk)
    seconds = time.perf_counter() - before
    batch = IntakeBatch.objects.get(pk=batch.pk)
    assert batch.status == "done", batch.error_detail
    return {
        "seconds": seconds,
        "rss": _peak_memory(),
        "counts": [batch.total, batch.accepted, batch.rejected, batch.duplicate],
    }


def _peak_memory() -> int:
    """Megabytes. Not ru_maxrss where it can be helped: a child inherits that of the process it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) // 1024  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def ours_xlsx(options: argparse.Namespace) -> dict[str, object]:
    return ours(options, "file.xlsx")


def peer(options: argparse.Namespace, name: str = "peer.csv") -> dict[str, object]:
    from bench.import_export import import_csv, import_xlsx

    agency = Agency.objects.get(code=AGENCY)
    content = (options.folder / name).read_bytes()
    before = time.perf_counter()
    count = import_csv(content.decode(), agency) if name.endswith("csv") else import_xlsx(content, agency)
    seconds = time.perf_counter() - before
    assert CreditRecord.objects.count() == count
    return {
        "seconds": seconds,
        "rss": _peak_memory(),
        "counts": [count, count, 0, 0],
    }


def peer_xlsx(options: argparse.Namespace) -> dict[str, object]:
    return peer(options, "peer.xlsx")


CHILDREN: dict[str, Callable[[argparse.Namespace], dict[str, object]]] = {
    "make": make,
    "ours": ours,
    "ours_xlsx": ours_xlsx,
    "peer": peer,
    "peer_xlsx": peer_xlsx,
}


def _child(kind: str, name: str, options: argparse.Namespace) -> dict[str, object]:
    argv = [
        sys.executable,
        "-m",
        "bench",
        "import",
        "--child",
        kind,
        "--database",
        name,
        "--folder",
        str(options.folder),
    ]
    argv += ["--rows", str(options.rows), "--peer-rows", str(options.peer_rows)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    answer: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


# --- the limit -----------------------------------------------------------------------------------------


@contextmanager
def limit_template(template: str, options: argparse.Namespace) -> Iterator[tuple[str, bytes]]:
    """A database that holds the subjects but no record, and the ready-made lines of the records."""
    with database(template) as filled, database(template) as empty:
        _child("ours", filled, options)
        officers, batches, people, records = (
            _copied(filled, f"copy (select {columns} from {table} order by id) to stdout")
            for table, columns in (
                ("agencies_officer", "*"),
                ("records_intakebatch", "*"),
                ("records_subject", SUBJECT_COLUMNS),
                ("records_creditrecord", RECORD_COLUMNS),
            )
        )
        for table, columns, lines in (
            ("agencies_officer", "", officers),
            ("records_intakebatch", "", batches),
            ("records_subject", f"({SUBJECT_COLUMNS})", people),
        ):
            _copy_in(empty, f"copy {table} {columns} from stdin", lines)
        yield empty, records


def _copied(name: str, sql: str) -> bytes:
    sink = io.BytesIO()
    own = psycopg2.connect(url_of(name))
    with own, own.cursor() as cursor:
        cursor.copy_expert(sql, sink)
    own.close()
    return sink.getvalue()


def _copy_in(name: str, sql: str, lines: bytes, before: str = "select 1") -> float:
    """COPY and commit; returns the seconds, without what `before` takes."""
    own = psycopg2.connect(url_of(name))
    with own.cursor() as cursor:
        cursor.execute(before)
        start = time.perf_counter()
        cursor.copy_expert(sql, io.BytesIO(lines))
        own.commit()
    seconds = time.perf_counter() - start
    own.close()
    return seconds


def _limit(template: str, lines: bytes, *, triggers: bool) -> float:
    off = "alter table records_creditrecord disable trigger all"
    with database(template) as name:
        return _copy_in(
            name,
            f"copy records_creditrecord ({RECORD_COLUMNS}) from stdin",
            lines,
            "select 1" if triggers else off,
        )


# --- the run and its report ----------------------------------------------------------------------------


def _measure(template: str, options: argparse.Namespace) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {name: [] for name in ("limit", "plain", *CHILDREN)}
    with limit_template(template, options) as (empty, lines):
        for _ in range(options.repeats):
            found["limit"].append({"seconds": _limit(empty, lines, triggers=True)})
            found["plain"].append({"seconds": _limit(empty, lines, triggers=False)})
            for kind in ("ours", "ours_xlsx"):
                with database(template) as name:
                    found[kind].append(_child(kind, name, options))
    for _ in range(options.peer_repeats):
        for kind in ("peer", "peer_xlsx"):
            with database(template) as name:
                found[kind].append(_child(kind, name, options))
    connection.close()
    return found


def _median(runs: list[dict[str, object]], key: str = "seconds") -> float:
    return statistics.median(float(str(one[key])) for one in runs)


def _report(found: dict[str, list[dict[str, object]]], options: argparse.Namespace) -> None:
    accepted = int(found["ours"][0]["counts"][1])  # type: ignore[index]
    limit = _median(found["limit"]) / accepted
    lines = (
        ("COPY，无触发器、无约束检查", "plain", accepted),
        ("极限：COPY 入同一张表（留痕、门槛触发器开启）", "limit", accepted),
        ("本系统 CSV（含核验、主体、留痕、退回行）", "ours", options.rows),
        ("本系统 XLSX", "ours_xlsx", options.rows),
        ("django-import-export 批量模式 CSV（仅合格行）", "peer", options.peer_rows),
        ("django-import-export 批量模式 XLSX（仅合格行）", "peer_xlsx", options.peer_rows // 4),
    )
    print(f"\n{'路径':<44}{'行数':>9}{'秒':>9}{'行/秒':>10}{'与极限之比':>8}{'内存MB':>8}")
    for label, kind, rows in lines:
        if not (runs := found[kind]):
            continue
        seconds = _median(runs)
        memory = f"{max(int(str(one.get('rss', 0))) for one in runs):>8}" if "rss" in runs[0] else f"{'–':>8}"
        print(
            f"{label:<44}{rows:>9,}{seconds:>9.2f}{rows / seconds:>10,.0f}{seconds / rows / limit:>10.2f}{memory}"
        )
    ours_seconds = _median(found["ours"])
    each = ours_seconds / options.rows
    print(
        f"\nP1 本系统 / 极限（整个文件的秒数）：{ours_seconds / _median(found['limit']):.2f}（目标 ≤ 2，争取 1.5）"
    )
    if found["peer"]:
        times = _median(found["peer"]) / options.peer_rows / each
        print(f"P2 快于 import-export 批量模式：{times:.1f} 倍（目标 ≥ 20，争取 30）")
    print(f"P3 XLSX / CSV：{_median(found['ours_xlsx']) / ours_seconds:.2f}（目标 ≤ 2）")
    total, taken, rejected, duplicate = found["ours"][0]["counts"]  # type: ignore[misc]
    print(f"P5 总数 {total:,} = 收下 {taken:,} + 退回 {rejected:,} + 重复 {duplicate:,}")
    spread = sorted(float(str(one["seconds"])) for one in found["ours"])
    print(
        f"本系统各次：{'、'.join(f'{one:.2f}' for one in spread)} 秒；同类程序按{options.peer_rows:,}行测得，逐行相比"
    )
