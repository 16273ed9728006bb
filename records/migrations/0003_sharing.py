"""Duty purposes, the register of look-ups and exports, with what the database itself refuses."""

from pathlib import Path

import common.db
import common.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable

SQL = Path(__file__).with_name("0003_sharing.sql")
REVERSE = """
grant update, delete on records_lookup to credit_app;
drop trigger records_lookup_kept on records_lookup; drop function records_lookup_kept();
drop trigger records_purpose_fixed on records_dutypurpose; drop function records_purpose_fixed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_track'),
        ('catalog', '0004_basis'),
        ('ledger', '0001_initial'),
        ('records', '0002_gates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyPurpose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='代号')),
                ('name', models.CharField(max_length=100, verbose_name='目的名称')),
                ('basis_clause', models.CharField(max_length=100, verbose_name='依据条款')),
                ('items', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='可查事项')),
                ('subject_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('organisation', '法人及非法人组织'), ('person', '自然人'), ('self_employed', '个体工商户')], max_length=16), size=None, verbose_name='主体类别')),
                ('person_proof', models.CharField(choices=[('none', '不查询自然人'), ('document', '凭授权文书'), ('consent', '凭本人书面同意')], max_length=16, verbose_name='自然人查询凭据')),
                ('detail', models.CharField(choices=[('summary', '只看事项、文书、决定机关和期限'), ('contents', '另看记录内容（脱敏）')], max_length=16, verbose_name='内容范围')),
                ('valid_from', models.DateField(verbose_name='有效期自')),
                ('valid_until', models.DateField(verbose_name='有效期至')),
                ('registered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='登记时间')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                ('withdrawn_why', models.CharField(blank=True, max_length=200, verbose_name='撤销原因')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purposes', to='agencies.agency', verbose_name='单位')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='职责依据')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '履职目的',
                'verbose_name_plural': '履职目的',
                'permissions': [('register_purpose', '登记本单位的履职目的'), ('approve_purpose', '审核履职目的'), ('look_up', '按履职目的查询非公开信息'), ('view_lookups', '查看查询登记'), ('approve_export', '审批批量导出')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('approved_by', models.F('registered_by')), _negated=True), name='purpose_approved_by_another'),
                    models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('valid_from'))), name='purpose_dates_in_order'),
                    models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='purpose_approval_whole'),
                    models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='purpose_withdrawal_has_reason'),
                    models.CheckConstraint(condition=models.Q(('items__len__gt', 0), ('subject_kinds__len__gt', 0)), name='purpose_has_scope'),
                    models.CheckConstraint(condition=models.Q(models.Q(('subject_kinds__contains', ['person']), models.Q(('person_proof', 'none'), _negated=True)), models.Q(models.Q(('subject_kinds__contains', ['person']), _negated=True), ('person_proof', 'none')), _connector='OR'), name='purpose_persons_on_proof'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LookUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receipt', models.CharField(default=common.ids.public_id, max_length=24, unique=True, verbose_name='登记号')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='时间')),
                ('kind', models.CharField(choices=[('query', '逐户查询'), ('export', '批量导出')], max_length=8, verbose_name='方式')),
                ('asked', models.BinaryField(help_text='带密钥的摘要，不存代码和号码', max_length=32, null=True, verbose_name='查询对象的摘要')),
                ('item_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None, verbose_name='事项')),
                ('record_count', models.PositiveIntegerField(default=0, verbose_name='记录数')),
                ('document_number', models.CharField(blank=True, max_length=128, verbose_name='授权文书或者同意书编号')),
                ('outcome', models.CharField(choices=[('answered', '已答复'), ('refused', '未予答复')], max_length=8, verbose_name='结果')),
                ('refusal_code', models.CharField(blank=True, max_length=40, verbose_name='未予答复的原因代码')),
                ('keep_until', models.DateField(verbose_name='保存至')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='查询单位')),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='接口客户端')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='查询人')),
                ('purpose', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lookups', to='records.dutypurpose', verbose_name='履职目的')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject', verbose_name='主体')),
            ],
            options={
                'verbose_name': '查询登记',
                'verbose_name_plural': '查询登记',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('client__isnull', False), ('officer__isnull', True)), models.Q(('client__isnull', True), ('officer__isnull', False)), _connector='OR'), name='lookup_by_one'),
                    models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'answered'), ('purpose__isnull', False), ('refusal_code', '')), models.Q(('outcome', 'refused'), ('record_count', 0), ('subject__isnull', True), models.Q(('refusal_code', ''), _negated=True)), _connector='OR'), name='lookup_outcome_whole'),
                ],
                'indexes': [
                    models.Index(fields=['agency', '-id'], name='lookup_agency'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ExportRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, unique=True)),
                ('reason', models.CharField(max_length=200, verbose_name='用途')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='审批时间')),
                ('granted', models.BooleanField(null=True, verbose_name='同意')),
                ('usable_until', models.DateField(blank=True, null=True, verbose_name='可下载至')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('purpose', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='records.dutypurpose')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lookup', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='export', to='records.lookup')),
            ],
            options={
                'verbose_name': '批量导出申请',
                'verbose_name_plural': '批量导出申请',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('decided_by', models.F('requested_by')), _negated=True), name='export_decided_by_another'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('granted__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('granted__isnull', False)), _connector='OR'), name='export_decision_whole'),
                    models.CheckConstraint(condition=models.Q(('lookup__isnull', True), ('granted', True), _connector='OR'), name='export_taken_when_granted'),
                    models.CheckConstraint(condition=models.Q(models.Q(('granted', True), _negated=True), ('usable_until__isnull', False), _connector='OR'), name='export_grant_ends'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SharingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='代号')),
                ('lookup_keep_months', models.PositiveSmallIntegerField(verbose_name='查询登记保存月数')),
                ('purpose_max_months', models.PositiveSmallIntegerField(verbose_name='履职目的最长有效月数')),
                ('export_days', models.PositiveSmallIntegerField(verbose_name='批准导出后可下载天数')),
                ('basis_clause', models.CharField(blank=True, max_length=100, verbose_name='依据条款')),
                ('effective_from', models.DateField(verbose_name='施行日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '共享查询规则',
                'verbose_name_plural': '共享查询规则',
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), REVERSE),
        TrackTable("records_dutypurpose", 23),
        TrackTable("records_lookup", 24),
        TrackTable("records_exportrequest", 25),
        TrackTable("records_sharingrule", 26),
    ]
