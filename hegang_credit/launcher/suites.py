"""Runs that need throw-away servers: the tests, the browser tests and the measurements."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from hegang_credit.devstack import throw_away_stack

from .bootstrap import ROOT
from .processes import LauncherError, die_with_parent

COVERAGE_FLOOR = 92
_SELECTING = (
    "-k",
    "-m",
    "--lf",
    "--last-failed",
    "--sw",
    "--stepwise",
    "--collect-only",
    "--co",
    "--deselect",
)
_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
_ELSEWHERE = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/snap/bin/chromium")


class BrowserMissingError(LauncherError):
    exit_code = 69  # the usual code for "service unavailable": not run is neither passed nor failed


def test(argv: list[str]) -> NoReturn:
    """Run the suite; the servers are started by the pytest plugin, so that plain ``pytest`` works the same."""
    _become("pytest", *test_options(argv), *argv)


def test_options(argv: list[str]) -> list[str]:
    """Return the options added to the caller's: two workers, and in CI the coverage floor where everything is run.

    Tracing nearly doubles the time, so that a developer gets it by asking: `./dev test --cov`.
    """
    parallel = any(word.startswith(("-n", "--numprocesses", "--pdb", "--trace")) for word in argv)
    options = [] if parallel else ["-n", "2"]
    if any(_selects(word) for word in argv) or not os.environ.get("CI"):
        return options
    return [*options, "--cov", f"--cov-fail-under={COVERAGE_FLOOR}"]


def _selects(word: str) -> bool:
    if word.startswith("-"):
        return word.startswith(_SELECTING)
    return (ROOT / word.split("::")[0]).exists()


def e2e(argv: list[str]) -> NoReturn:
    """Run the browser tests with the browser of this machine; none is downloaded."""
    browser = find_browser()
    targets = [] if any(_selects(word) for word in argv if not word.startswith("-")) else ["tests/e2e"]
    _become("pytest", "-m", "e2e", *targets, *argv, CHROMIUM=browser, DJANGO_ALLOW_ASYNC_UNSAFE="1")


def find_browser() -> str:
    for name in (os.environ.get("CHROMIUM", ""), *_BROWSERS):
        if name and (found := shutil.which(name)):
            return found
    for path in map(
        Path, ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/snap/bin/chromium")
    ):
        if path.exists():
            return str(path)
    raise BrowserMissingError(
        "本机没有找到 Chromium 或 Chrome，浏览器测试没有运行。"
        "请安装后重试（Debian、Ubuntu：apt install chromium fonts-noto-cjk），或用 CHROMIUM=/路径 指明。"
    )


def bench(argv: list[str]) -> int:
    """Run the measurements on servers of their own."""
    with throw_away_stack(measured=True) as servers:
        child = subprocess.Popen(
            [sys.executable, "-m", "bench", *argv],
            env={**os.environ, **servers},
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # the terminal has told the child as well
                continue


def _become(*argv: str, **extra: str) -> NoReturn:
    """Turn into that module, so that every signal reaches it and its exit code is ours."""
    os.execve(sys.executable, [sys.executable, "-m", *argv], {**os.environ, **extra})  # noqa: S606
