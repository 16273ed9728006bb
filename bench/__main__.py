"""`python -m bench NAME`: one measurement, its limit and its peers in the same run; `all` runs each in a process of its own."""

import argparse
import importlib
import logging
import os
import subprocess
import sys

import django
import structlog

MEASUREMENTS = {
    "import": "bench.importing",
    "screening": "bench.screening",
    "lists": "bench.lists",
    "deliveries": "bench.deliveries",
    "portal": "bench.portal",
    "province": "bench.province",
    "repair": "bench.repair",
}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench", description="测量：与极限和同类程序在同一次运行中比较")
    parser.add_argument(
        "name", nargs="?", default="all", choices=["all", *sorted(MEASUREMENTS)], help="测量项目"
    )
    parser.add_argument("--write", action="store_true", help="把结果写入 docs/measurements.md")
    chosen, rest = parser.parse_known_args(argv)
    if chosen.name == "all":
        more = [*(["--write"] if chosen.write else []), *rest]
        codes = [
            subprocess.call([sys.executable, "-m", "bench", name, *more]) for name in sorted(MEASUREMENTS)
        ]
        return max(codes)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hegang_credit.settings")
    django.setup()
    # a line per request is no part of the page, nor of the report
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    return _one(chosen.name, rest, write=chosen.write)


def _one(name: str, argv: list[str], *, write: bool) -> int:
    from bench import results

    report = importlib.import_module(MEASUREMENTS[name]).run(argv)
    if report is None:  # a part of a measurement, in a process of its own
        return 0
    text = results.section(name, argv, report)
    print(text)
    if write:
        results.write(name + report.part, text)
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
