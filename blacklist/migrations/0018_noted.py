"""The mark of a change that lies outside the entry, as measures have it: one event instead of two."""

from django.db import migrations, models

from ledger.operations import RebaseTable


class Migration(migrations.Migration):

    dependencies = [
        ("blacklist", "0017_honours_kept_by_officers"),
    ]

    operations = [
        migrations.AddField(
            model_name="listentry",
            name="noted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="变化已记入留痕"),
        ),
        RebaseTable("blacklist_listentry"),
    ]
