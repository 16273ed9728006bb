"""`bench import`: a file of penalties taken in, beside the COPY it ends in and beside django-import-export.

Ours is everything from the upload on: sniffing, keeping it encrypted, header, every check, subjects, ledger, rejected rows.
The limit is one COPY of the rows that came out of it into the same table with its triggers on (ledger and gates), and once
more without triggers. Every run has a fresh clone of one database and a process of its own; kinds of run take turns. The
same again into a table that holds `--holding` records already (P4).
"""

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection

from agencies.models import Agency, Officer
from bench import import_limits, measure, population, samples
from bench.databases import database, prepared, use
from common.clock import today
from common.identifiers import USCC_PLACEHOLDER
from common.text import pinyin_key
from records import services
from records.choices import Channel
from records.models import CreditRecord, IntakeBatch

AGENCY = "hg-shijian"
_SPOILED = (5, 10, 20, 30, 39, 40)  # places of a wrong row among 200, see `spoiled`
_MEMORY_GOAL = 300
_USUAL_ROWS = 100_000
_PEERS = ("peer", "peer_xlsx", "peer_defaults")

Runs = dict[str, list[dict[str, object]]]


def run(argv: list[str]) -> measure.Report | None:
    parser = argparse.ArgumentParser(prog="bench import", description=__doc__)
    measure.options(parser)
    parser.add_argument("--rows", type=int, default=_USUAL_ROWS)
    parser.add_argument("--xlsx-rows", type=int, help="行数，不给则同 --rows，至多 100000；0 为不测")
    parser.add_argument("--peer-rows", type=int, help="行数，不给则同 --rows，至多 100000")
    parser.add_argument("--peer-repeats", type=int, default=1, help="0 为不测同类程序")
    parser.add_argument("--holding", type=int, default=1_000_000, help="P4：表中已有的记录数，0 为不测")
    parser.add_argument("--child", choices=sorted(CHILDREN), help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.xlsx_rows is None:
        options.xlsx_rows = min(options.rows, _USUAL_ROWS)
    if options.peer_rows is None:
        options.peer_rows = min(options.rows, _USUAL_ROWS)
    if options.child:
        use(options.database)
        pinyin_key("鹤岗")  # a worker has read these tables long before, the peers' process no less
        print(json.dumps(CHILDREN[options.child](options)))
        return None
    ready = nullcontext(options.template) if options.template else prepared()
    with ready as template, tempfile.TemporaryDirectory(prefix="credit-bench-") as folder:
        options.folder = Path(folder)
        measure.say("制作文件")
        make(template, options)
        found = _measured(template, options)
        connection.close()
        return _report(found, options)


# --- what each process does ----------------------------------------------------------------------------


def make(template: str, options: argparse.Namespace) -> None:
    """Write the files: 1 % wrong code, 1 % wrong date, 0.5 % missing, 0.5 % twice; and clean ones for the peer."""
    use(template)
    agency = Agency.objects.get(code=AGENCY)
    use(template)  # closed, so that it can be cloned

    def rows(count: int) -> Iterator[samples.Row]:
        return samples.penalties(count, samples.Unit(agency.name, agency.uscc), today=today())

    files = {
        "file.csv": samples.csv_blocks(spoiled(rows(options.rows)), samples.COLUMNS),
        "peer.csv": samples.csv_blocks(rows(options.peer_rows), samples.COLUMNS, encoding="utf-8"),
    }
    for name, blocks in files.items():
        with (options.folder / name).open("wb") as file:
            file.writelines(blocks)
    samples.write_xlsx(options.folder / "file.xlsx", spoiled(rows(options.xlsx_rows)), samples.COLUMNS)
    samples.write_xlsx(options.folder / "peer.xlsx", rows(options.peer_rows // 4), samples.COLUMNS)


def spoiled(rows: Iterable[samples.Row]) -> Iterator[samples.Row]:
    """Six in two hundred rows are not to be taken: five are wrong, one stands there twice."""
    before: samples.Row = {}
    for number, row in enumerate(rows):
        match number % 200:
            case 5 | 10:
                _wrong_code(row)
            case 20:
                row["CF_SY"] = ""
            case 30:
                row["CF_JDRQ"] = "待定"
            case 39:
                row = dict(before)
            case 40:
                row["CF_JDRQ"] = "2024-02-30"
        before = row
        yield row


def expected(rows: int) -> list[int]:
    """Total, taken, rejected and duplicate rows of a spoiled file."""
    wrong = sum(number % 200 in (5, 10, 20, 30, 40) for number in range(rows))
    double = sum(number % 200 == 39 for number in range(rows))
    return [rows, rows - wrong - double, wrong, double]


def _wrong_code(row: samples.Row) -> None:
    samples.as_organisation(row)
    code = row["CF_XDR_SHXYM"]
    assert code != USCC_PLACEHOLDER
    row["CF_XDR_SHXYM"] = code[:17] + ("1" if code[17] != "1" else "2")


def ours(options: argparse.Namespace, name: str = "file.csv") -> dict[str, object]:
    settings.PRIVATE_ROOT = options.folder / "private"
    path = options.folder / name
    settings.BATCH_MAX_BYTES = max(settings.BATCH_MAX_BYTES, path.stat().st_size)
    agency = Agency.objects.get(code=AGENCY)
    officer = Officer.objects.create(username="bench", full_name="测", agency=agency)
    held = CreditRecord.objects.count()
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
    assert CreditRecord.objects.count() - held == batch.accepted
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


def peer(options: argparse.Namespace, name: str = "peer.csv") -> dict[str, object]:
    from bench.import_export import import_csv, import_xlsx

    agency = Agency.objects.get(code=AGENCY)
    content = (options.folder / name).read_bytes()
    before = time.perf_counter()
    count = import_csv(content.decode(), agency) if name.endswith("csv") else import_xlsx(content, agency)
    seconds = time.perf_counter() - before
    assert CreditRecord.objects.count() == count
    return {"seconds": seconds, "rss": _peak_memory(), "rows": count}


def peer_defaults(options: argparse.Namespace) -> dict[str, object]:
    """The library as it comes: a tenth of the rows is enough to know what one costs."""
    from bench.import_export import import_csv

    agency = Agency.objects.get(code=AGENCY)
    lines = (options.folder / "peer.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(lines[: 1 + max(1, options.peer_rows // 10)])
    before = time.perf_counter()
    count = import_csv(text, agency, defaults=True)
    return {"seconds": time.perf_counter() - before, "rss": _peak_memory(), "rows": count}


CHILDREN: dict[str, Callable[[argparse.Namespace], dict[str, object]]] = {
    "ours": ours,
    "ours_xlsx": lambda options: ours(options, "file.xlsx"),
    "peer": peer,
    "peer_xlsx": lambda options: peer(options, "peer.xlsx"),
    "peer_defaults": peer_defaults,
}


def _child(kind: str, name: str, options: argparse.Namespace) -> dict[str, object]:
    argv = [sys.executable, "-m", "bench", "import", "--child", kind, "--database", name]
    argv += ["--folder", str(options.folder), "--rows", str(options.rows)]
    argv += ["--xlsx-rows", str(options.xlsx_rows), "--peer-rows", str(options.peer_rows)]
    done = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


# --- the run -------------------------------------------------------------------------------------------


def _measured(template: str, options: argparse.Namespace) -> Runs:
    kinds = ["ours", *(["ours_xlsx"] if options.xlsx_rows else [])]
    found = _turns(template, kinds, options.repeats, options, peers=options.peer_repeats)
    if options.holding:
        measure.say(f"装入 {options.holding:,} 条记录")
        with database(template) as full:
            use(full)
            population.fill(subjects=max(1, options.holding // 10), records=options.holding)
            use(full)  # closed, so that it can be cloned
            again = _turns(full, ["ours"], max(1, (options.repeats + 1) // 2), options)
        found |= {f"{kind}_full": runs for kind, runs in again.items()}
    return found


def _turns(
    template: str, kinds: list[str], repeats: int, options: argparse.Namespace, *, peers: int = 0
) -> Runs:
    """The limits and the given kinds, taking turns, each in a clone of its own; the peers in the first `peers` turns."""
    found: Runs = {name: [] for name in ("limit", "plain", *kinds, *_PEERS)}
    with database(template) as filled:
        measure.say("预备：由一次导入得到极限所用的行")
        use(filled)
        ours(options)
        use(filled)  # closed, so that it can be cloned
        with import_limits.copy_of(filled, template) as (empty, lines):
            for turn in range(max(repeats, peers)):
                measure.say(f"第 {turn + 1}/{max(repeats, peers)} 轮")
                for kind, on in (("limit", True), ("plain", False)):
                    found[kind].append({"seconds": import_limits.seconds(empty, lines, triggers=on)})
                for kind in (*kinds, *(_PEERS if turn < peers else ())):
                    with database(template) as name:
                        found[kind].append(_child(kind, name, options))
    return found


def _median(runs: list[dict[str, object]], key: str = "seconds") -> float:
    return statistics.median(float(str(one[key])) for one in runs)


def _report(found: Runs, options: argparse.Namespace) -> measure.Report:
    report = measure.Report(
        f"导入 {options.rows:,} 行行政处罚（3% 有错或重复）：核验、主体、留痕、退回行都在内",
        ("路径", "耗时", "行数", "行/秒", "内存 MB"),
        part=f"-{options.rows}" if options.rows > _USUAL_ROWS else "",
    )
    good = expected(options.rows)[1]
    full = f"，表中已有 {options.holding:,} 条"
    lines = (
        ("COPY，触发器关闭", "plain", good),
        ("极限：COPY 入同一张表，留痕、门槛触发器开启", "limit", good),
        ("本系统 CSV", "ours", options.rows),
        ("本系统 XLSX", "ours_xlsx", options.xlsx_rows),
        ("django-import-export 批量模式 CSV（仅合格行）", "peer", options.peer_rows),
        ("django-import-export 批量模式 XLSX（仅合格行）", "peer_xlsx", options.peer_rows // 4),
        ("django-import-export 默认模式 CSV（仅合格行）", "peer_defaults", max(1, options.peer_rows // 10)),
        ("极限" + full, "limit_full", good),
        ("本系统 CSV" + full, "ours_full", options.rows),
    )
    for label, kind, rows in lines:
        if runs := found.get(kind):
            seconds = _median(runs)
            memory = str(_memory_of(runs)) if "rss" in runs[0] else "–"
            report.row(label, seconds, f"{rows:,}", f"{rows / seconds:,.0f}", memory)
    _ratios(report, found, options)
    for kind, rows in (("ours", options.rows), ("ours_xlsx", options.xlsx_rows), ("ours_full", options.rows)):
        for one in found.get(kind, ()):
            report.check(one["counts"] == expected(rows), f"{kind}：{one['counts']} 而不是 {expected(rows)}")
    total, taken, rejected, double = expected(options.rows)
    report.notes.append(
        f"P5 有错的行不影响其余：总数 {total:,} = 收下 {taken:,} + 退回 {rejected:,} + 重复 {double:,}，各次都是"
    )
    report.notes.append(
        f"同类程序按 {options.peer_rows:,}（XLSX {options.peer_rows // 4:,}、默认模式 {max(1, options.peer_rows // 10):,}）行测得，逐行相比"
    )
    return report


def _memory_of(runs: list[dict[str, object]]) -> int:
    return max(int(str(one["rss"])) for one in runs)


def _ratios(report: measure.Report, found: Runs, options: argparse.Namespace) -> None:
    ours_each = _median(found["ours"]) / options.rows
    ratio = _median(found["ours"]) / _median(found["limit"])
    report.at_most("P1", "CSV 整个文件 / 极限", ratio, 2)
    if peers := found["peer"]:
        bound = _median(peers) / options.peer_rows * expected(options.rows)[1] / _median(found["limit"])
        report.notes.append(
            f"极限本身（只有 COPY 和触发器，没有读取和核验）快于 import-export 批量模式 {bound:.1f} 倍"
        )
        report.at_least(
            "P2", "CSV 快于 import-export 批量模式（倍）", _median(peers) / options.peer_rows / ours_each, 20
        )
        sample = max(1, options.peer_rows // 10)
        times = _median(found["peer_defaults"]) / sample / ours_each
        report.at_least("P2", "CSV 快于 import-export 默认模式（倍）", times, 80)
    if xlsx := found.get("ours_xlsx"):
        each = _median(xlsx) / options.xlsx_rows
        report.at_most("P3", "XLSX / CSV（逐行）", each / ours_each, 2)
        if peers := found["peer_xlsx"]:
            times = _median(peers) / (options.peer_rows // 4) / each
            report.at_least("P3", "XLSX 快于 import-export 批量模式（倍）", times, 20)
        report.at_most("内存", "XLSX", _memory_of(xlsx), _MEMORY_GOAL, " MB")
    report.at_most("内存", "CSV", _memory_of(found["ours"]), _MEMORY_GOAL, " MB")
    if full := found.get("ours_full"):
        held = _median(full) / _median(found["limit_full"])
        report.at_most("P4", f"表中已有 {options.holding:,} 条时，与极限之比的变化", held / ratio, 1.25)
