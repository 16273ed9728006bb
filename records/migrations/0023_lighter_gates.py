"""The gates of an insert read what rows have in common once; subjects are locked against deletion by one lock."""

from importlib import import_module
from pathlib import Path

from django.db import migrations

evidence = import_module("records.migrations.0004_evidence")
before = import_module("records.migrations.0018_kinds_that_ended")

_LOCK = "hashtextextended('records.subject', 0)"
LIGHTER = (
    Path(__file__)
    .with_name("0023_lighter_gates.sql")
    .read_text(encoding="utf-8")
    .replace("{barring}", f"{evidence.FINAL}, 'repaired'")
    .replace("{lock}", _LOCK)
)
BEFORE = (
    "drop trigger records_subject_going on records_subject; drop function records_subject_going();"
    + before.INSERT
)


class Migration(migrations.Migration):
    dependencies = [("records", "0022_ends_demanded")]

    operations = [migrations.RunSQL(LIGHTER, BEFORE)]
