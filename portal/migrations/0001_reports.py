"""Credit reports that were issued, so that they can be checked."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0016_kinds_on_their_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='IssuedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='报告编号')),
                ('key', models.CharField(max_length=140, verbose_name='识别键')),
                ('day', models.DateField(verbose_name='出具日期')),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='出具时间')),
                ('said', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), default=list, size=None, verbose_name='每一条的摘要')),
                ('digest', models.BinaryField(max_length=32, verbose_name='内容摘要')),
                ('subject', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject')),
            ],
            options={
                'verbose_name': '信用信息报告',
                'verbose_name_plural': '信用信息报告',
                'constraints': [models.UniqueConstraint(fields=('key', 'day', 'digest'), name='report_once_a_day')],
            },
        ),
    ]
