"""What an insert of records must satisfy is judged in one function; the subject is checked there, too, by statement."""

from importlib import import_module
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

gates = import_module("records.migrations.0002_gates")
evidence = import_module("records.migrations.0004_evidence")
persons = import_module("records.migrations.0006_persons")

ONE_PASS = (
    Path(__file__)
    .with_name("0015_gates_in_one_pass.sql")
    .read_text(encoding="utf-8")
    .replace("{barring}", f"{evidence.FINAL}, 'repaired'")
)
LIMITS = """
create trigger records_limits_insert after insert on records_creditrecord referencing new table as new_rows
for each statement execute function records_limits_insert();
alter table records_creditrecord enable always trigger records_limits_insert;
"""


def _before() -> str:
    """The three functions as they were."""
    parts = [persons._gates("insert", "new_rows"), persons._limits("insert", "new_rows")]
    parts.append(persons._persons("insert", "new_rows", "true"))
    drop = "drop trigger records_subject_changed on records_creditrecord; drop function records_subject_changed();"
    return "\n".join([drop, parts[0].sql, parts[1].sql, LIMITS, parts[2].sql])


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0014_consent_requests'),
    ]

    operations = [
        migrations.RunSQL(ONE_PASS, _before()),
        migrations.AlterField(
            model_name='creditrecord',
            name='subject',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='records.subject'),
        ),
        migrations.RunSQL(
            gates.KEEP.format(parent="records_subject", column="subject_id"),
            "drop trigger records_keep_records_subject on records_subject;",
        ),
    ]
