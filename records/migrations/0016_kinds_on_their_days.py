"""G3 asks whether a kind of document was lawful on the day of the decision."""

from importlib import import_module

from django.db import migrations

erasure = import_module("records.migrations.0013_erasure")
persons = import_module("records.migrations.0006_persons")
one_pass = import_module("records.migrations.0015_gates_in_one_pass")

INSERT = one_pass.ONE_PASS.split("-- The reference to the subject, when it changes")[0]
UPDATE = persons._gates("update", persons._with_effective_date(erasure.CHANGED)).sql


def _dated(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        if old not in text:
            raise LookupError(old)
        text = text.replace(old, new)
    return text


ASK = " (select from public.catalog_documentkind k where k.name = d.document_kind and k.lawful)"
DATED = _dated(
    UPDATE,
    (
        "select distinct n.item_id, n.document_kind from",
        "select n.item_id, n.document_kind, min(n.decision_date) as earliest, max(n.decision_date) as latest from",
    ),
    (
        " n) d\n    join public.catalog_catalogitem i on i.id = d.item_id and i.nature = 'dishonest'",
        " n group by 1, 2) d\n    join public.catalog_catalogitem i on i.id = d.item_id and i.nature = 'dishonest'",
    ),
    ("not exists" + ASK, "not catalog_kind_lawful(d.document_kind, d.earliest, d.latest)"),
)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0008_document_kinds'),
        ('records', '0015_gates_in_one_pass'),
    ]

    operations = [
        migrations.RunSQL(
            _dated(
                INSERT,
                (
                    "not exists (\n                select from public.catalog_documentkind k where k.name = f.document_kind and k.lawful)",
                    "not catalog_kind_lawful(f.document_kind, f.earliest, f.latest)",
                ),
            ),
            INSERT,
        ),
        migrations.RunSQL(DATED, UPDATE),
    ]
