"""Gates in the database, and the tables of this room under the ledger."""

from pathlib import Path

from django.db import migrations

from ledger.operations import TrackTable

# A later change of the catalog must not stop a record from being ended: an update is judged by what it changes.
CHANGED = """(select w.* from new_rows w join old_rows o on o.id = w.id
          where (w.item_id, w.item_code, w.decision_date, w.document_kind, w.provider_id, w.subject_id, w.tier_id,
                 w.published_until)
             is distinct from
                (o.item_id, o.item_code, o.decision_date, o.document_kind, o.provider_id, o.subject_id, o.tier_id,
                 o.published_until))"""
REFERENCING = {
    "insert": "new table as new_rows",
    "update": "old table as old_rows new table as new_rows",
}
CREATE = """
create trigger records_gates_{event} after {event} on records_creditrecord referencing {tables}
for each statement execute function records_gates_{event}();
alter table records_creditrecord enable always trigger records_gates_{event};
"""


def _gates(event: str, rows: str) -> migrations.RunSQL:
    function = Path(__file__).with_name("0002_gates.sql").read_text(encoding="utf-8")
    return migrations.RunSQL(
        function.replace("{event}", event).replace("{rows}", rows)
        + CREATE.format(event=event, tables=REFERENCING[event]),
        f"drop trigger records_gates_{event} on records_creditrecord; drop function records_gates_{event}();",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
        ("catalog", "0002_track"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        _gates("insert", "new_rows"),
        _gates("update", CHANGED),
        TrackTable("records_subject", 20),
        TrackTable("records_creditrecord", 21),
        TrackTable(
            "records_intakebatch",
            22,
            ignoring=("next_row", "attempts", "total", "accepted", "rejected", "duplicate", "stored_as"),
        ),
    ]
