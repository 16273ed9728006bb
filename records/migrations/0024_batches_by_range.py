"""An index by value for the batch of every record was paid for by every row handed in and asked by next to nobody."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_saved_filter"),
        ("catalog", "0008_document_kinds"),
        ("records", "0023_lighter_gates"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="creditrecord",
            name="record_batch",
        ),
        migrations.AddIndex(
            model_name="creditrecord",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["batch"], name="record_batch"
            ),
        ),
    ]
