"""Gates in the database, and the tables of this room under the ledger."""

from pathlib import Path

from django.db import migrations

from ledger.operations import TrackTable

# A later change of the catalog must not stop a record from being ended: an update is judged by what it changes.
CHANGED = """(select w.* from new_rows w join old_rows o on o.id = w.id
          where (w.item_id, w.item_code, w.decision_date, w.document_kind, w.provider_id, w.subject_id, w.tier_id,
                 w.regime_id, w.batch_id, w.published_until)
             is distinct from
                (o.item_id, o.item_code, o.decision_date, o.document_kind, o.provider_id, o.subject_id, o.tier_id,
                 o.regime_id, o.batch_id, o.published_until))"""
REFERENCING = {
    "insert": "new table as new_rows",
    "update": "old table as old_rows new table as new_rows",
}
CREATE = """
create trigger records_gates_{event} after {event} on records_creditrecord referencing {tables}
for each statement execute function records_gates_{event}();
alter table records_creditrecord enable always trigger records_gates_{event};
"""

PARENTS = {
    "item_id": "catalog_catalogitem",
    "provider_id": "agencies_agency",
    "batch_id": "records_intakebatch",
    "regime_id": "catalog_publicationregime",
    "tier_id": "catalog_publicationtier",
}
REFERENCE = """
    with wanted as (select distinct n.{column} as id from {{rows}} n where n.{column} is not null),
         held as (select p.id from public.{parent} p where p.id in (select id from wanted) for key share)
    select '{column}=' || w.id into found_one from wanted w where w.id not in (select id from held) limit 1;
    if found then
        raise exception 'records_creditrecord refers to nothing: %', found_one using errcode = 'foreign_key_violation';
    end if;"""
KEEP = """
create trigger records_keep_{parent} after delete on {parent} referencing old table as old_rows
for each statement execute function records_keep_parent('{column}');
alter table {parent} enable always trigger records_keep_{parent};
"""


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _gates(event: str, rows: str) -> migrations.RunSQL:
    references = "".join(
        REFERENCE.format(column=column, parent=parent) for column, parent in PARENTS.items()
    )
    function = _sql("0002_gates.sql").replace("{references}", references)
    return migrations.RunSQL(
        function.replace("{event}", event).replace("{rows}", rows)
        + CREATE.format(event=event, tables=REFERENCING[event]),
        f"drop trigger records_gates_{event} on records_creditrecord; drop function records_gates_{event}();",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
        ("catalog", "0002_track"),
        ("agencies", "0002_track"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        _gates("insert", "new_rows"),
        _gates("update", CHANGED),
        migrations.RunSQL(
            _sql("0002_parents.sql")
            + "".join(KEEP.format(column=column, parent=parent) for column, parent in PARENTS.items()),
            "drop function records_keep_parent() cascade;",
        ),
        TrackTable("records_subject", 20),
        TrackTable("records_creditrecord", 21),
        TrackTable(
            "records_intakebatch",
            22,
            ignoring=("next_row", "attempts", "total", "accepted", "rejected", "duplicate", "stored_as"),
        ),
    ]
