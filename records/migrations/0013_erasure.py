"""Erasure of personal information: requests, the fate of each holding, and the functions that overwrite what is due."""

from importlib import import_module
from pathlib import Path

import common.db
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable

gates = import_module("records.migrations.0002_gates")
evidence = import_module("records.migrations.0004_evidence")
persons = import_module("records.migrations.0006_persons")
SQL = Path(__file__).with_name("0013_erasure.sql")
# A date taken away ends something; what could let it live on is judged.
CHANGED = gates.CHANGED.replace("w.published_until)", "coalesce(w.published_until, o.published_until))")
_BEFORE = Path(__file__).with_name("0006_persons.sql").read_text(encoding="utf-8")
_FIXED = _BEFORE[_BEFORE.index("create function records_consent_fixed") :].split("end $$;")[0] + "end $$;"
REVERSE = _FIXED.replace("create function", "create or replace function") + """
drop function records_erasing(text, bigint); drop function records_erase(bigint); drop function erase_subject(bigint, bigint); drop function erase_consent(bigint, bigint);
drop function erase_record(bigint, bigint);
drop trigger records_erasureline_new on records_erasureline; drop function records_erasureline_new();
drop trigger records_erasure_fixed on records_erasure; drop function records_erasure_fixed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0006_province_send_scope'),
        ('catalog', '0007_periods_stay'),
        ('records', '0012_agreement'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='受理编号')),
                ('code_digest', models.BinaryField(max_length=32, verbose_name='查询码的摘要')),
                ('key', models.CharField(max_length=140, verbose_name='识别键')),
                ('secret', models.BinaryField(null=True, verbose_name='姓名、证件和说明（加密）')),
                ('ground', models.CharField(choices=[('purpose', '处理目的已实现、无法实现或者不再必要'), ('retention', '保存期限已届满'), ('withdrawn', '本人撤回同意'), ('unlawful', '违反法律、行政法规或者约定处理'), ('other_law', '法律、行政法规规定的其他情形')], max_length=16, verbose_name='情形')),
                ('asked_by', models.CharField(choices=[('person', '本人在窗口提出'), ('authority', '社会信用主管部门主动提出')], max_length=16, verbose_name='提出')),
                ('asked_on', models.DateField(verbose_name='提出日期')),
                ('due', models.DateField(verbose_name='决定期限')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='决定日期')),
                ('granted', models.BooleanField(null=True, verbose_name='同意删除')),
                ('reason', models.CharField(blank=True, help_text='不写姓名、证件号码', max_length=300, verbose_name='决定理由')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='决定依据')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='登记时间')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='受理单位')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='受理人')),
                ('subject', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject', verbose_name='主体')),
            ],
            options={
                'verbose_name': '删除个人信息',
                'verbose_name_plural': '删除个人信息',
                'permissions': [('decide_erasure', '决定删除个人信息')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('officer')), _negated=True), _connector='OR'), name='erasure_two_officers'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('decided_on__isnull', True), ('granted__isnull', True)), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), ('granted__isnull', False), models.Q(('reason', ''), _negated=True), models.Q(('basis', ''), _negated=True)), _connector='OR'), name='erasure_decided_whole'),
                    models.CheckConstraint(condition=models.Q(models.Q(('granted', True), _negated=True), models.Q(('key', ''), ('secret__isnull', True)), _connector='OR'), name='erasure_forgets_the_person'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('granted__isnull', True)), fields=['due', 'id'], name='erasure_open'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ErasureLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holding', models.CharField(choices=[('record', '信用记录（含历史版本、更正和标注）'), ('consent', '同意登记（含同意书扫描件）'), ('subject', '主体登记（姓名、证件）'), ('list_entry', '名单列入'), ('honour', '诚信名单列入'), ('list_case', '名单认定案卷'), ('repair_case', '修复、异议案卷')], max_length=16, verbose_name='保存处')),
                ('object_id', models.BigIntegerField(verbose_name='编号')),
                ('fate', models.CharField(choices=[('erase', '立即删除'), ('store', '停止处理，只保存'), ('stay', '不删除，仍依法处理')], max_length=8, verbose_name='处理')),
                ('until', models.DateField(blank=True, null=True, verbose_name='保存至')),
                ('why', models.CharField(max_length=400, verbose_name='理由')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='删除时间')),
                ('erasure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='records.erasure')),
            ],
            options={
                'verbose_name': '删除清单',
                'verbose_name_plural': '删除清单',
                'constraints': [
                    models.UniqueConstraint(fields=('erasure', 'holding', 'object_id'), name='erasure_line_once'),
                    models.CheckConstraint(condition=models.Q(('fate__in', ['erase', 'store', 'stay']), ('holding__in', ['record', 'consent', 'subject', 'list_entry', 'honour', 'list_case', 'repair_case']), models.Q(('why', ''), _negated=True)), name='erasure_line_whole'),
                    models.CheckConstraint(condition=models.Q(models.Q(('fate', 'store'), ('until__isnull', False)), models.Q(models.Q(('fate', 'store'), _negated=True), ('until__isnull', True)), _connector='OR'), name='erasure_stored_until'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('fate', 'stay'), _negated=True), fields=['holding', 'object_id'], name='erasure_object'),
                    models.Index(condition=models.Q(('erased_at__isnull', True)), fields=['until', 'id'], name='erasure_waiting'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='代号')),
                ('kept', models.CharField(choices=[('record_by_law', '依法律规定归集的信用记录'), ('record_by_consent', '依本人同意归集的信用记录'), ('consent', '同意登记（证明处理合法）'), ('case', '办理案卷')], max_length=24, verbose_name='保存对象')),
                ('keep_months', models.PositiveSmallIntegerField(help_text='0：立即删除', verbose_name='处理结束后保存月数')),
                ('basis_clause', models.CharField(blank=True, max_length=100, verbose_name='依据条款')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '个人信息保存期限',
                'verbose_name_plural': '个人信息保存期限',
                'ordering': ['kept', '-effective_from'],
                'constraints': [
                    django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('kept', '='), (models.Func('effective_from', 'effective_until', models.Value('[]'), function='daterange'), '&&')], name='retention_one_in_force'),
                ],
            },
        ),
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8").replace("{barring}", f"{evidence.FINAL}, 'repaired'"), REVERSE
        ),
        persons._gates("update", persons._with_effective_date(CHANGED)),
        TrackTable("records_retentionrule", 125),
        TrackTable("records_erasure", 126),
        TrackTable("records_erasureline", 127),
    ]
