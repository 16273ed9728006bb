"""Reasons for ending an entry or an honour: part of the list's frame, with its dates and basis."""

import django.contrib.postgres.fields
from django.db import migrations, models

from ledger.operations import RebaseTable


class Migration(migrations.Migration):

    dependencies = [
        ("blacklist", "0015_honour_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="listscheme",
            name="end_reasons",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name="移出原因"),
        ),
        migrations.AddField(
            model_name="honourscheme",
            name="end_reasons",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name="退出原因"),
        ),
        RebaseTable("blacklist_listscheme"),
        RebaseTable("blacklist_honourscheme"),
    ]
