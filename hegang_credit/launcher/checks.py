"""``./dev check``: every check runs, whatever the others said; one table at the end.

The committed OpenAPI document is compared with a fresh one, so an interface cannot change unseen.
"""

import difflib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hegang_credit.devstack import throw_away_stack

from .bootstrap import ROOT

OPENAPI = ROOT / "docs" / "openapi.yaml"
_MANAGE = (sys.executable, "manage.py")
_DIFF_LINES = 60


@dataclass(frozen=True)
class Outcome:
    ok: bool
    output: str


Check = Callable[[dict[str, str]], Outcome]


def main(argv: list[str]) -> int:
    """Run all checks, or those whose names are given; return 1 when one fails."""
    if unknown := [name for name in argv if name not in CHECKS]:
        print(f"没有这些检查：{'、'.join(unknown)}。可选：{'、'.join(CHECKS)}。", file=sys.stderr)
        return 2
    rows = []
    with throw_away_stack() as servers:
        environment = {**os.environ, **servers}
        for name in argv or CHECKS:
            print(f"· {name} …", end="", flush=True)
            began = time.monotonic()
            outcome = CHECKS[name](environment)
            rows.append((name, outcome.ok, time.monotonic() - began))
            print(" 通过" if outcome.ok else f" 未通过\n{outcome.output.strip()}\n", flush=True)
    print(summary(rows))
    return 0 if all(ok for _, ok, _ in rows) else 1


def summary(rows: list[tuple[str, bool, float]]) -> str:
    width = max(len(name) for name, _, _ in rows)
    lines = [
        f"{'通过  ' if ok else '未通过'}  {name:<{width}}  {seconds:6.1f} 秒" for name, ok, seconds in rows
    ]
    failed = sum(not ok for _, ok, _ in rows)
    verdict = f"{len(rows)} 项检查全部通过" if not failed else f"{len(rows)} 项检查中有 {failed} 项未通过"
    return "\n".join(["", *lines, verdict])


def write_openapi(argv: list[str]) -> int:
    """Regenerate docs/openapi.yaml."""
    done = _run([*_MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", str(OPENAPI), *argv])
    print(done.output.strip() or f"已写入 {OPENAPI.relative_to(ROOT)}")
    return 0 if done.ok else 1


def _run(argv: list[str], environment: dict[str, str] | None = None) -> Outcome:
    done = subprocess.run(
        argv, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return Outcome(done.returncode == 0, done.stdout + done.stderr)


def _tool(*argv: str) -> Check:
    """Return the check that runs one module or script with the environment's interpreter."""
    return lambda environment: _run([sys.executable, *argv], environment)


def _openapi(environment: dict[str, str]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        made = _run(
            [*_MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", str(fresh)], environment
        )
        if not made.ok:
            return made
        return compare_openapi(OPENAPI, fresh)


def compare_openapi(committed: Path, fresh: Path) -> Outcome:
    old = committed.read_text().splitlines() if committed.exists() else []
    changes = list(
        difflib.unified_diff(
            old, fresh.read_text().splitlines(), "docs/openapi.yaml", "现在的接口", lineterm=""
        )
    )
    if not changes:
        return Outcome(True, "")
    shown = "\n".join(changes[:_DIFF_LINES])
    return Outcome(
        False, f"{shown}\n接口与文档不一致。确认无误后运行 ./dev openapi 并提交 docs/openapi.yaml。"
    )


def _deploy(environment: dict[str, str]) -> Outcome:
    return _run(
        [*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"], {**environment, **production_like()}
    )


def production_like() -> dict[str, str]:
    """The environment a production host would set, with keys made up on the spot."""
    return {
        "CREDIT_PRODUCTION": "1",
        "CREDIT_HTTPS": "1",
        "STATIC_HASHED": "1",
        "ALLOWED_HOSTS": "credit.example.cn",
        "CSRF_TRUSTED_ORIGINS": "https://credit.example.cn",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CREDIT_DATA_KEYS": f"d1={secrets.token_hex(32)}",
        "CREDIT_LOOKUP_KEY": secrets.token_hex(32),
        "PROVINCE_PUSH_SECRET": secrets.token_hex(32),
        "DATABASE_ROLE": "credit_app",
    }


_SCRIPTS = Path(sys.executable).parent
CHECKS: dict[str, Check] = {
    "ruff-check": _tool("-m", "ruff", "check", "."),
    "ruff-format": _tool("-m", "ruff", "format", "--check", "."),
    "djlint": _tool("-m", "djlint", "--lint", "--quiet", "templates"),
    "mypy": _tool("-m", "mypy"),
    "lint-imports": _tool(str(_SCRIPTS / "lint-imports")),
    "migrations": _tool("manage.py", "makemigrations", "--check", "--dry-run"),
    "openapi": _openapi,
    "deploy": _deploy,
}
