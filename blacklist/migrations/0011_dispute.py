"""The mark of an objection on an entry, as records have it."""

from django.db import migrations, models

from ledger.operations import RebaseTable


class Migration(migrations.Migration):

    dependencies = [
        ('blacklist', '0010_source_start'),
    ]

    operations = [
        migrations.AddField(
            model_name='listentry',
            name='disputed_since',
            field=models.DateField(blank=True, null=True, verbose_name='异议标注日期'),
        ),
        RebaseTable("blacklist_listentry"),
    ]
