"""Area codes with the time they were in use; the manager of accounts without an e-mail address."""

import agencies.models
from django.db import migrations, models

from ledger.operations import TrackTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0003_lists_scope'),
    ]

    operations = [
        migrations.AlterModelManagers(
            name='officer',
            managers=[
                ('objects', agencies.models.OfficerManager()),
            ],
        ),
        migrations.CreateModel(
            name='AreaCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=6, verbose_name='行政区划代码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('level', models.CharField(max_length=16, verbose_name='层级')),
                ('parent', models.CharField(blank=True, max_length=6, verbose_name='上级代码')),
                ('effective_from', models.DateField(blank=True, null=True, verbose_name='启用日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('successor', models.CharField(blank=True, max_length=6, verbose_name='后继代码')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
            ],
            options={
                'verbose_name': '行政区划代码',
                'verbose_name_plural': '行政区划代码',
                'constraints': [models.UniqueConstraint(fields=('code', 'name'), name='area_once'), models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{6}$')), name='area_code_shape'), models.CheckConstraint(condition=models.Q(('effective_until__isnull', True), models.Q(('successor', ''), _negated=True), _connector='OR'), name='area_ended_has_successor')],
            },
        ),
        TrackTable("agencies_areacode", 132),
    ]
