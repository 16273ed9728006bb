"""./dev check: the table, the comparison of interface documents, and a production-like environment."""

from pathlib import Path

import pytest

from hegang_credit.launcher import checks


def test_an_interface_that_changed_unseen_is_shown_and_refused(tmp_path: Path) -> None:
    committed, fresh = tmp_path / "committed.yaml", tmp_path / "fresh.yaml"
    fresh.write_text("paths:\n  /api/v1/records/: {}\n")
    assert not checks.compare_openapi(committed, fresh).ok
    committed.write_text("paths:\n  /api/v1/batches/: {}\n")
    outcome = checks.compare_openapi(committed, fresh)
    assert not outcome.ok
    assert "-  /api/v1/batches/: {}\n+  /api/v1/records/: {}" in outcome.output
    assert "./dev openapi" in outcome.output
    committed.write_text(fresh.read_text())
    assert checks.compare_openapi(committed, fresh) == checks.Outcome(True, "")


def test_every_check_runs_and_one_failure_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def check(name: str, ok: bool) -> checks.Check:
        def run(environment: dict[str, str]) -> checks.Outcome:
            assert environment["DATABASE_URL"]
            ran.append(name)
            return checks.Outcome(ok, "第三行有误")

        return run

    fakes = {name: check(name, name != "第二项") for name in ("第一项", "第二项", "第三项")}
    monkeypatch.setattr(checks, "CHECKS", fakes)
    assert checks.main([]) == 1
    assert ran == ["第一项", "第二项", "第三项"]
    told = capsys.readouterr().out
    assert "第三行有误" in told
    assert "3 项检查中有 1 项未通过" in told
    assert checks.main(["第一项", "第三项"]) == 0
    assert checks.main(["没有的项"]) == 2


def test_a_program_that_fails_fails_its_check(tmp_path: Path) -> None:
    assert checks._tool("-c", "raise SystemExit('有误')")({}) == checks.Outcome(False, "有误\n")
    assert checks._tool("-c", "print('可')")({}) == checks.Outcome(True, "可\n")
