"""docs/measurements.md: one section per measurement, written by the measurement itself, with day and machine."""

import os
import platform
import re
from pathlib import Path
from typing import Final

from django.db import connection

from bench.measure import Report
from common.clock import today

PATH: Final = Path(__file__).resolve().parent.parent / "docs" / "measurements.md"
_HEAD: Final = """# 性能测量结果

本文件由 `./dev bench <名称> --write` 写入，每节是一次运行的结果。绝对耗时只说明那台机器；可以比较的是同一次运行中与极限、
与同类做法交替测得的比值（各次的中位数）。怎样测、比的是什么，见 `bench/` 中各模块开头的说明。
"""
_SECTION: Final = re.compile(r"^## (\S+)\n", re.MULTILINE)


def machine() -> str:
    """The machine in a line: what the figures were taken on."""
    parts = [f"{os.cpu_count()} 核 {_processor()}".strip(), _memory(), f"Python {platform.python_version()}"]
    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        parts.append(f"PostgreSQL {cursor.fetchone()[0].split()[0]}")
    if hasattr(os, "getloadavg"):
        parts.append(f"测毕负载 {os.getloadavg()[0]:.1f}")
    return "，".join(part for part in parts if part)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return found[1].strip() if found else platform.processor()


def _memory() -> str:
    info = Path("/proc/meminfo")
    found = re.search(r"MemTotal:\s+(\d+)", info.read_text()) if info.exists() else None
    return f"{int(found[1]) / 1024**2:.0f} GiB 内存" if found else ""


def section(name: str, argv: list[str], report: Report) -> str:
    command = " ".join(["./dev bench", name, *argv])
    return f"## {name}{report.part}\n\n{today():%Y-%m-%d}，`{command}`，{machine()}\n\n{report.markdown()}\n"


def write(name: str, text: str, path: Path = PATH) -> None:
    """Put a section into the file, in the place of the one before, in the order of names."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    starts = [*_SECTION.finditer(old)]
    ends = [*(found.start() for found in starts[1:]), len(old)][: len(starts)]
    sections = {
        found[1]: old[found.start() : end].rstrip() + "\n" for found, end in zip(starts, ends, strict=True)
    }
    sections[name] = text.rstrip() + "\n"
    path.write_text("\n".join([_HEAD, *(sections[key] for key in sorted(sections))]), encoding="utf-8")
