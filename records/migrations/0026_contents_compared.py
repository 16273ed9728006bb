"""Whether a fact that comes twice says the same is found by comparing it; the digest that every record kept for it goes."""

from importlib import import_module
from pathlib import Path

from django.db import migrations

from ledger.operations import RebaseTable

evidence = import_module("records.migrations.0004_evidence")
_ERASURE = Path(__file__).with_name("0013_erasure.sql").read_text(encoding="utf-8")
_ERASES = _ERASURE[_ERASURE.index("create function erase_record") :].split("end $$;")[0] + "end $$;"
BEFORE = _ERASES.replace("create function", "create or replace function").replace(
    "{barring}", f"{evidence.FINAL}, 'repaired'"
)
AFTER = BEFORE.replace("content_digest = substring(uuid_send(gen_random_uuid()) for 16), ", "")
# Going back, a record is different from whatever comes in again: what it said cannot be digested here.
DROP = "alter table records_creditrecord drop column content_digest"
ADD = r"""
alter table records_creditrecord add column content_digest bytea not null default '\x00000000000000000000000000000000';
alter table records_creditrecord alter column content_digest drop default;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_sealed_anew"),
        ("records", "0025_told_once"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(AFTER + DROP, ADD + BEFORE)],
            state_operations=[migrations.RemoveField("creditrecord", "content_digest")],
        ),
        RebaseTable("records_creditrecord"),
    ]
