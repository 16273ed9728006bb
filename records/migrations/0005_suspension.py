"""Pausing publication and use, and the mark of an objection."""

from django.db import migrations, models

from ledger.operations import RebaseTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_track'),
        ('catalog', '0005_deadlines'),
        ('records', '0004_evidence'),
    ]

    operations = [
        migrations.AddField(
            model_name='creditrecord',
            name='disputed_since',
            field=models.DateField(blank=True, null=True, verbose_name='异议标注日期'),
        ),
        migrations.AddField(
            model_name='creditrecord',
            name='suspended_from',
            field=models.DateField(blank=True, null=True, verbose_name='暂停公示和使用自'),
        ),
        migrations.AddField(
            model_name='creditrecord',
            name='suspended_until',
            field=models.DateField(blank=True, null=True, verbose_name='暂停公示和使用至'),
        ),
        migrations.AddConstraint(
            model_name='creditrecord',
            constraint=models.CheckConstraint(condition=models.Q(('suspended_until__isnull', True), models.Q(('suspended_from__isnull', False), ('suspended_until__gte', models.F('suspended_from'))), _connector='OR'), name='record_suspension_in_order'),
        ),
        RebaseTable("records_creditrecord"),
    ]
