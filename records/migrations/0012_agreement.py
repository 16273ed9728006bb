"""Comparisons with a department's own publication, and the differences they found."""

import common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_initial'),
        ('agencies', '0004_areas'),
        ('records', '0011_drafts_and_status'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, unique=True, verbose_name='编号')),
                ('item_code', models.CharField(max_length=40, verbose_name='事项代码')),
                ('as_of', models.DateField(verbose_name='公示情况截至')),
                ('complete', models.BooleanField(verbose_name='清单完整')),
                ('filename', models.CharField(blank=True, max_length=255, verbose_name='文件名')),
                ('sha256', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('stated', models.PositiveIntegerField(verbose_name='对方公示条数')),
                ('held', models.PositiveIntegerField(verbose_name='本平台公示条数')),
                ('compared_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='比对时间')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='认定单位')),
                ('compared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='比对人')),
            ],
            options={
                'verbose_name': '公示一致性比对',
                'verbose_name_plural': '公示一致性比对',
                'permissions': [('compare_publication', '比对认定单位的公示，处理差异')],
                'indexes': [
                    models.Index(fields=['agency', '-id'], name='comparison_agency'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PublicationDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('missing_here', '认定单位公示，本平台没有'), ('missing_there', '本平台公示，认定单位没有'), ('other_content', '内容不同'), ('other_period', '公示期限不同')], max_length=16, verbose_name='差异')),
                ('number', models.CharField(max_length=128, verbose_name='文书号')),
                ('uscc', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                ('field', models.CharField(blank=True, max_length=100, verbose_name='项目')),
                ('theirs', models.CharField(blank=True, max_length=500, verbose_name='认定单位')),
                ('ours', models.CharField(blank=True, max_length=500, verbose_name='本平台')),
                ('verdict', models.CharField(blank=True, choices=[('ours', '报送有误，已更正、补报或者撤回'), ('theirs', '认定单位的公示有误，已请其更正'), ('justified', '依法可以不一致')], max_length=16, verbose_name='处理')),
                ('explanation', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('explained_at', models.DateTimeField(blank=True, null=True, verbose_name='处理时间')),
                ('comparison', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='records.comparison')),
                ('explained_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='records.creditrecord')),
            ],
            options={
                'verbose_name': '公示差异',
                'verbose_name_plural': '公示差异',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('verdict', ''), models.Q(models.Q(('explanation', ''), _negated=True), ('explained_at__isnull', False), ('explained_by__isnull', False)), _connector='OR'), name='difference_verdict_says_why'),
                ],
                'indexes': [
                    models.Index(fields=['comparison', 'id'], name='difference_comparison'),
                ],
            },
        ),
        TrackTable("records_comparison", 123),
        TrackTable("records_publicationdifference", 124),
    ]
