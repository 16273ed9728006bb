"""Public figures of a day, and what each of them counts."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

from ledger.operations import TrackTable


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0008_document_kinds'),
        ('ledger', '0004_binary_rows'),
        ('portal', '0001_reports'),
    ]

    operations = [
        migrations.CreateModel(
            name='StatisticDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='统计截止日期')),
                ('counted_at', models.DateTimeField(verbose_name='统计时间')),
                ('rows', models.PositiveIntegerField(verbose_name='数字个数')),
                ('digest', models.CharField(max_length=64, verbose_name='数字的摘要')),
            ],
            options={
                'verbose_name': '统计日',
                'verbose_name_plural': '统计日',
            },
        ),
        migrations.CreateModel(
            name='FigureRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('code', models.SlugField(max_length=40, verbose_name='代号')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('counts', models.CharField(max_length=300, verbose_name='怎样统计')),
                ('unit', models.CharField(max_length=8, verbose_name='单位')),
                ('minimum', models.PositiveSmallIntegerField(verbose_name='少于多少不显示')),
                ('basis_clause', models.CharField(blank=True, max_length=100, verbose_name='依据条款')),
                ('order', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '统计口径',
                'verbose_name_plural': '统计口径',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func('effective_from', 'effective_until', models.Value('[]'), function='daterange'), '&&')], name='figure_rule_one_in_force')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=40, verbose_name='统计口径')),
                ('key', models.CharField(max_length=60, verbose_name='分类代号')),
                ('label', models.CharField(max_length=200, verbose_name='分类')),
                ('period', models.CharField(blank=True, help_text='空、年（2026）或者月（2026-05）', max_length=7, verbose_name='时间')),
                ('base', models.PositiveBigIntegerField(null=True, verbose_name='取自多少条')),
                ('value', models.DecimalField(decimal_places=1, max_digits=14, null=True, verbose_name='数值')),
                ('minimum', models.PositiveSmallIntegerField(verbose_name='少于多少不显示')),
                ('day', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='portal.statisticday')),
            ],
            options={
                'verbose_name': '统计数字',
                'verbose_name_plural': '统计数字',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('day', 'series', 'key', 'period'), name='figure_once'), models.CheckConstraint(condition=models.Q(models.Q(('base__isnull', True), ('value__isnull', True)), models.Q(('base__isnull', False), ('value__isnull', False), models.Q(('base', 0), ('base__gte', models.F('minimum')), _connector='OR')), _connector='OR'), name='figure_small_is_withheld')],
            },
        ),
        TrackTable("portal_statisticday", 170),
        TrackTable("portal_figurerule", 171),
    ]
