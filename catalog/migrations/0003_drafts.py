"""Drafts of editions beside the catalog, and legal bases that officers keep."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable, TrackTable


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_track'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='catalogedition',
            options={'ordering': ['-effective_from', 'id'], 'permissions': [('manage_catalog', '管理公共信用信息目录')], 'verbose_name': '目录版本', 'verbose_name_plural': '目录版本'},
        ),
        migrations.AddField(
            model_name='legalbasis',
            name='maintained',
            field=models.BooleanField(default=False, verbose_name='由工作台维护'),
        ),
        migrations.CreateModel(
            name='EditionDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('national', '全国基础目录'), ('provincial', '省目录'), ('provincial_supplement', '省补充目录')], max_length=32, verbose_name='层级')),
                ('name', models.CharField(max_length=200, verbose_name='名称')),
                ('effective_from', models.DateField(verbose_name='施行日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('items', models.JSONField(default=list, editable=False, verbose_name='事项')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='最近修改')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='catalog.legalbasis', verbose_name='依据')),
                ('changed_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='修改人')),
            ],
            options={
                'verbose_name': '目录版本草稿',
                'verbose_name_plural': '目录版本草稿',
                'ordering': ['-changed_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['national', 'provincial', 'provincial_supplement'])), name='draft_level_never_city')],
            },
        ),
        TrackTable("catalog_editiondraft", 17),
        RebaseTable("catalog_legalbasis"),
    ]
