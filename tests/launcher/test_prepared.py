"""What is noted about earlier starts: in the database, and void once the program is another."""

from pathlib import Path

import pytest

from hegang_credit.launcher import prepared
from hegang_credit.launcher.prepared import Prepared, program_mark


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("records", "tests"):
        (tmp_path / name / "reference").mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
        (tmp_path / name / "reference" / "rules.toml").write_text("days = 20")
    (tmp_path / "requirements.txt").write_text("django==5.2")
    return tmp_path


@pytest.mark.parametrize(
    "changed", ["records/reference/rules.toml", "records/__init__.py", "requirements.txt"]
)
def test_the_mark_changes_with_program_reference_and_libraries(root: Path, changed: str) -> None:
    before = program_mark(root)
    assert program_mark(root) == before
    (root / changed).write_text("days = 30")
    assert program_mark(root) != before


def test_the_mark_knows_new_names_and_nothing_of_tests(root: Path) -> None:
    before = program_mark(root)
    (root / "tests" / "reference" / "rules.toml").write_text("days = 30")
    assert program_mark(root) == before
    (root / "records" / "reference" / "rules.toml").rename(root / "records" / "reference" / "other.toml")
    assert program_mark(root) != before


def test_notes_stay_with_the_database_and_are_void_for_another_program(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Prepared(own_database)
    assert not first.holds("demo", "300") and first.migrations() == ""
    first.note("demo", "300")
    first.note("reference")
    assert Prepared(own_database).holds("demo", "300") and Prepared(own_database).holds("reference")
    assert not first.holds("demo", "2000")
    first.note("demo", "2000")
    assert first.holds("demo", "2000") and not first.holds("demo", "300")
    monkeypatch.setattr(prepared, "program_mark", lambda: "another")
    assert not Prepared(own_database).holds("demo", "2000")


def test_migrations_taken_back_are_seen(own_database: str) -> None:
    notes = Prepared(own_database)
    with notes._cursor() as cursor:
        cursor.execute("CREATE TABLE django_migrations (app text, name text)")
        cursor.execute("INSERT INTO django_migrations VALUES ('records', '0001'), ('records', '0002')")
    notes.note("tables", notes.migrations())
    assert notes.holds("tables", notes.migrations())
    with notes._cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0002'")
    assert not notes.holds("tables", notes.migrations())
