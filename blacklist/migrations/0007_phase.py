"""Where a case stands, for boards: computed by the database from the steps, never stored."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("0007_phase.sql")


class Migration(migrations.Migration):
    dependencies = [("blacklist", "0006_files")]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "drop function blacklist_phase(bigint, integer, boolean, date);",
        ),
    ]
