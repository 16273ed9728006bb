"""`python -m bench NAME`: one measurement, its limit and its peers in the same run."""

import argparse
import importlib
import os
import sys

import django

MEASUREMENTS = {"import": "bench.importing"}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench", description="测量：与极限和同类程序在同一次运行中比较")
    parser.add_argument("name", choices=sorted(MEASUREMENTS), help="测量项目")
    chosen, rest = parser.parse_known_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hegang_credit.settings")
    django.setup()
    run = importlib.import_module(MEASUREMENTS[chosen.name]).run
    return int(run(rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
