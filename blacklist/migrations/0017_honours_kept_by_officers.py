"""Frames of honours that officers changed; the reference files leave them alone."""

from django.db import migrations, models

from ledger.operations import RebaseTable


class Migration(migrations.Migration):

    dependencies = [("blacklist", "0016_end_reasons")]

    operations = [
        migrations.AddField(
            model_name="honourscheme",
            name="maintained",
            field=models.BooleanField(default=False, editable=False, verbose_name="由工作台维护"),
        ),
        RebaseTable("blacklist_honourscheme"),
    ]
