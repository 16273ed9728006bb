"""Which options ./dev adds to the caller's, and which browser it takes."""

from pathlib import Path

import pytest

from hegang_credit.launcher import __main__ as entry
from hegang_credit.launcher import suites

WHOLE = ["--cov", f"--cov-fail-under={suites.COVERAGE_FLOOR}"]


@pytest.mark.parametrize(
    ("argv", "added"),
    [
        ([], ["-n", "2", *WHOLE]),
        (["-x", "-q"], ["-n", "2", *WHOLE]),
        (["-n", "4"], WHOLE),
        (["--numprocesses=0"], WHOLE),
        (["--pdb"], WHOLE),
        (["tests/launcher"], ["-n", "2"]),
        (["tests/launcher/test_suites.py::test_x"], ["-n", "2"]),
        (["-k", "lock"], ["-n", "2"]),
        (["--lf"], ["-n", "2"]),
        (["-n0", "tests/launcher"], []),
    ],
)
def test_two_workers_and_in_ci_the_floor_unless_the_caller_chose(
    argv: list[str], added: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert suites.test_options(argv) == added


def test_a_developer_asks_for_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert suites.test_options([]) == ["-n", "2"]
    assert suites.test_options(["--cov"]) == ["-n", "2"], "what the caller says is passed on"


def test_the_browser_that_is_named_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "my-chromium"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert suites.find_browser() == str(browser)


def test_without_a_browser_the_run_is_neither_passed_nor_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", "")
    monkeypatch.setattr(suites, "_ELSEWHERE", ())
    assert entry.main(["e2e"]) == 69
    assert "浏览器测试没有运行" in capsys.readouterr().err
