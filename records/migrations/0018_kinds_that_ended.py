"""No record, of whatever nature, names a kind of document that had ended on the day of its decision."""

from importlib import import_module

from django.db import migrations

before = import_module("records.migrations.0016_kinds_on_their_days")
_dated = before._dated

# Dishonest conduct needs a kind that was lawful on its day; everything else one that had not ended. What was decided before
# a kind was written down here is not held against it.
RUNS = """
create function catalog_kind_runs(kind text, first date, last date) returns boolean
language sql stable
return coalesce((select range_agg(daterange(k.effective_from, k.effective_until, '[]'))
                        + multirange(daterange(null, min(k.effective_from), '[)'))
                 from public.catalog_documentkind k where k.name = kind)
                @> daterange(first, last, '[]'), true);
"""
INSERT_BEFORE = _dated(
    before.INSERT,
    (
        "not exists (\n                select from public.catalog_documentkind k where k.name = f.document_kind and k.lawful)",
        "not catalog_kind_lawful(f.document_kind, f.earliest, f.latest)",
    ),
)
_ASKED = "when i.nature = 'dishonest' and not catalog_kind_lawful(f.document_kind, f.earliest, f.latest)"
INSERT = _dated(
    INSERT_BEFORE,
    (
        _ASKED,
        f"{_ASKED}\n          or not catalog_kind_runs(f.document_kind, f.earliest, f.latest)",
    ),
)
UPDATE = _dated(
    before.DATED,
    ("i.id = d.item_id and i.nature = 'dishonest'", "i.id = d.item_id"),
    (
        "where not catalog_kind_lawful(d.document_kind, d.earliest, d.latest)",
        "where i.nature = 'dishonest' and not catalog_kind_lawful(d.document_kind, d.earliest, d.latest)\n"
        "       or not catalog_kind_runs(d.document_kind, d.earliest, d.latest)",
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0017_more_holdings"),
        ("catalog", "0008_document_kinds"),
    ]

    operations = [
        migrations.RunSQL(RUNS, "drop function catalog_kind_runs(text, date, date)"),
        migrations.RunSQL(INSERT, INSERT_BEFORE),
        migrations.RunSQL(UPDATE, before.DATED),
    ]
