"""Repair rules become dated rows of their own; cases, what happened in them, and commitments found untrue."""

import common.db
import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable, TrackTable

# A rule that stood beside its regime takes that regime's code, name and first day.
NAMED = """
UPDATE repair_repairrule r SET code = g.code, name = g.name, effective_from = g.effective_from
FROM catalog_publicationregime g WHERE g.id = r.regime_id
"""
NUMBERS = "CREATE SEQUENCE repair_case_number AS bigint"


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_track'),
        ('blacklist', '0004_cases'),
        ('catalog', '0005_deadlines'),
        ('records', '0005_suspension'),
        ('repair', '0002_track'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='受理编号')),
                ('code_digest', models.BinaryField(max_length=32, verbose_name='查询码的摘要')),
                ('kind', models.CharField(choices=[('repair', '信用修复'), ('objection', '异议'), ('review', '异议复核'), ('reorganisation', '重整期间临时屏蔽')], max_length=16, verbose_name='类别')),
                ('state', models.CharField(choices=[('filed', '待受理'), ('returned', '待补正'), ('accepted', '办理中'), ('granted', '已同意'), ('refused', '不予同意'), ('declined', '不予受理'), ('withdrawn', '已撤回')], default='filed', max_length=16, verbose_name='状态')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('handed_over_why', models.CharField(blank=True, max_length=300, verbose_name='转交的依据')),
                ('channel', models.CharField(choices=[('portal', '网站'), ('window', '服务窗口'), ('national', '信用中国转办')], max_length=16, verbose_name='渠道')),
                ('external_number', models.CharField(blank=True, max_length=64, verbose_name='转办编号')),
                ('grounds', models.CharField(blank=True, choices=[('wrong', '内容错误'), ('omitted', '内容遗漏'), ('overdue', '超过公示期限仍在公示'), ('not_removed', '应当移出而没有移出'), ('not_public', '不应当公示'), ('duplicate', '重复公示'), ('differs', '与认定机关的信息不一致')], max_length=16, verbose_name='异议理由')),
                ('source', models.CharField(blank=True, choices=[('platform', '平台'), ('provider', '提供单位')], max_length=16, verbose_name='差错来源')),
                ('secret', models.BinaryField(verbose_name='申请人信息和陈述')),
                ('minimum_until', models.DateField(blank=True, null=True, verbose_name='最短期限至')),
                ('filed_on', models.DateField(verbose_name='申请日期')),
                ('filed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='申请时间')),
                ('due', models.DateField(blank=True, null=True, verbose_name='办理期限')),
                ('decide_by', models.DateField(blank=True, null=True, verbose_name='决定期限')),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None, verbose_name='需要补正')),
                ('returned_on', models.DateField(blank=True, null=True, verbose_name='告知补正日期')),
                ('accepted_on', models.DateField(blank=True, null=True, verbose_name='受理日期')),
                ('extended_why', models.CharField(blank=True, max_length=300, verbose_name='延长的理由')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='决定日期')),
                ('reasons', models.TextField(blank=True, verbose_name='决定的理由')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='办结日期')),
                ('masked_until', models.DateField(blank=True, null=True, verbose_name='临时屏蔽至')),
                ('completed_on', models.DateField(blank=True, null=True, verbose_name='重整计划执行完毕日期')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='主管部门知悉时间')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='办理单位')),
                ('client', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='blacklist.listentry')),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='repair.case', verbose_name='前次申请')),
                ('record', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='records.creditrecord')),
                ('subject', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject')),
            ],
            options={
                'verbose_name': '修复和异议',
                'verbose_name_plural': '修复和异议',
                'permissions': [('handle_case', '办理本单位的修复和异议'), ('enter_case', '在服务窗口代为录入'), ('view_all_cases', '查看全部单位的修复和异议'), ('route_case', '指定办理单位')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state__in', ['filed', 'returned', 'accepted']), ('kind__in', ['repair', 'review', 'reorganisation']), ('record__isnull', False)), fields=('record', 'kind'), name='case_one_open'),
                    models.UniqueConstraint(condition=models.Q(('state__in', ['filed', 'returned', 'accepted']), ('entry__isnull', False), ('kind__in', ['repair', 'review', 'reorganisation'])), fields=('entry', 'kind'), name='case_one_open_of_entry'),
                    models.UniqueConstraint(condition=models.Q(('kind', 'repair'), ('record__isnull', False), ('state', 'granted')), fields=('record',), name='case_repaired_once'),
                    models.UniqueConstraint(condition=models.Q(('entry__isnull', False), ('kind', 'repair'), ('state', 'granted')), fields=('entry',), name='case_entry_repaired_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('entry__isnull', True), ('record__isnull', False)), models.Q(('entry__isnull', False), ('record__isnull', True)), models.Q(('entry__isnull', True), ('grounds', 'omitted'), ('kind', 'objection'), ('record__isnull', True)), _connector='OR'), name='case_about_one_thing'),
                    models.UniqueConstraint(condition=models.Q(('external_number', ''), _negated=True), fields=('client', 'external_number'), name='case_external_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['granted', 'refused']), _negated=True), models.Q(('accepted_on__isnull', False), ('decided_by__isnull', False), ('decided_on__isnull', False), models.Q(('reasons', ''), _negated=True)), _connector='OR'), name='case_decision_whole'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['filed', 'returned', 'accepted']), ('closed_on__isnull', True)), models.Q(models.Q(('state__in', ['filed', 'returned', 'accepted']), _negated=True), ('closed_on__isnull', False)), _connector='OR'), name='case_closed_or_open'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='case_declined_says_why'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('missing__len__gt', 0), ('returned_on__isnull', False)), _connector='OR'), name='case_returned_says_what'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'objection'), models.Q(('grounds', ''), _negated=True), models.Q(('source', ''), _negated=True)), models.Q(('kind', 'objection'), _negated=True), _connector='OR'), name='case_objection_has_ground'),
                    models.CheckConstraint(condition=models.Q(models.Q(('channel', 'national'), ('client__isnull', False)), models.Q(('channel', 'window'), ('entered_by__isnull', False)), ('channel', 'portal'), _connector='OR'), name='case_channel_names_whom'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['repair', 'objection', 'review', 'reorganisation']), ('state__in', ['filed', 'returned', 'accepted', 'granted', 'refused', 'declined', 'withdrawn'])), name='case_values_known'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('state__in', ['filed', 'returned', 'accepted'])), fields=['agency', 'due', 'id'], name='case_inbox'),
                    models.Index(condition=models.Q(('state__in', ['filed', 'returned', 'accepted'])), fields=['due', 'id'], name='case_due'),
                    models.Index(fields=['agency', '-id'], name='case_agency'),
                    models.Index(condition=models.Q(('record__isnull', False)), fields=['record'], name='case_record'),
                    models.Index(condition=models.Q(('entry__isnull', False)), fields=['entry'], name='case_entry'),
                    models.Index(fields=['subject'], name='case_subject'),
                    models.Index(condition=models.Q(('closed_on__isnull', False)), fields=['closed_on', 'id'], name='case_closed'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('filed', '提出申请'), ('returned', '一次性告知补正'), ('supplemented', '补正材料'), ('accepted', '受理'), ('declined', '不予受理'), ('handed_over', '转交办理'), ('fetched', '自行查得证明材料'), ('extended', '延长办理期限'), ('granted', '作出同意的决定'), ('refused', '作出不予同意的决定'), ('withdrawn', '申请人撤回'), ('acknowledged', '社会信用主管部门知悉'), ('false_commitment', '认定承诺不实'), ('completed', '重整计划执行完毕')], max_length=20, verbose_name='事项')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='时间')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('agency', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='repair.case')),
                ('officer', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '办理经过',
                'verbose_name_plural': '办理经过',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FalseCommitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('found_on', models.DateField(verbose_name='认定日期')),
                ('until', models.DateField(verbose_name='至')),
                ('facts', models.TextField(verbose_name='认定的事实')),
                ('basis', models.CharField(max_length=300, verbose_name='依据')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='false_commitment', to='repair.case')),
                ('found_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject')),
            ],
            options={
                'verbose_name': '信用修复承诺不实',
                'verbose_name_plural': '信用修复承诺不实',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('until__gte', models.F('found_on'))), name='false_commitment_ends'),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name='repairrule',
            options={'permissions': [('manage_repair_rules', '维护信用修复规则')], 'verbose_name': '信用修复规则', 'verbose_name_plural': '信用修复规则'},
        ),
        migrations.RemoveField(
            model_name='repairrule',
            name='accept_within_workdays',
        ),
        migrations.RemoveField(
            model_name='repairrule',
            name='decide_within_workdays',
        ),
        migrations.AddField(
            model_name='repairrule',
            name='bar_months',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='承诺不实后不适用承诺修复（月）'),
        ),
        migrations.AddField(
            model_name='repairrule',
            name='code',
            field=models.SlugField(default='x', max_length=40, verbose_name='代号'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='repairrule',
            name='effective_from',
            field=models.DateField(default=datetime.date(2022, 3, 2), verbose_name='生效日期'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='repairrule',
            name='effective_until',
            field=models.DateField(blank=True, null=True, verbose_name='失效日期'),
        ),
        migrations.AddField(
            model_name='repairrule',
            name='irreparable_all',
            field=models.BooleanField(default=False, verbose_name='整类不可修复'),
        ),
        migrations.AddField(
            model_name='repairrule',
            name='irreparable_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='不可修复的处罚类别'),
        ),
        migrations.AddField(
            model_name='repairrule',
            name='item_code',
            field=models.CharField(blank=True, max_length=40, verbose_name='目录事项代码'),
        ),
        migrations.AddField(
            model_name='repairrule',
            name='maintained',
            field=models.BooleanField(default=False, editable=False, verbose_name='由工作台维护'),
        ),
        migrations.AddField(
            model_name='repairrule',
            name='min_months',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='最短期限（月）'),
        ),
        migrations.AddField(
            model_name='repairrule',
            name='name',
            field=models.CharField(default='x', max_length=200, verbose_name='适用于'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='repairrule',
            name='scheme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='repair_rules', to='blacklist.listscheme'),
        ),
        migrations.AddField(
            model_name='repairrule',
            name='time_bound_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='附带期限的处罚类别'),
        ),
        migrations.AlterField(
            model_name='repairrule',
            name='regime',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='repair_rules', to='catalog.publicationregime'),
        ),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='repairrule',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func('effective_from', 'effective_until', models.Value('[]'), function='daterange'), '&&')], name='repair_rule_one_in_force'),
        ),
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE repair_case_number"),
        RebaseTable("repair_repairrule"),
        TrackTable("repair_case", 51),
        TrackTable("repair_casestep", 52),
        TrackTable("repair_falsecommitment", 53),
    ]
