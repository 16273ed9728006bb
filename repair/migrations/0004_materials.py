"""Materials of cases, rules of objections, and gate G12 held by the database."""

import datetime
from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable, TrackTable

REVERSE = """
drop trigger repair_case_gate on repair_case; drop function repair_case_gate();
drop trigger repair_case_kept on repair_case; drop trigger repair_material_fixed on repair_material;
drop trigger repair_step_fixed on repair_casestep; drop function repair_fixed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_deadlines'),
        ('common', '0003_storedfile'),
        ('repair', '0003_cases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='case',
            options={'permissions': [('handle_case', '办理本单位的修复和异议'), ('decide_case', '决定本单位的修复和异议'), ('enter_case', '在服务窗口代为录入'), ('view_all_cases', '查看全部单位的修复和异议'), ('route_case', '指定办理单位')], 'verbose_name': '修复和异议', 'verbose_name_plural': '修复和异议'},
        ),
        migrations.RunSQL("UPDATE repair_case SET due = '9999-12-31' WHERE due IS NULL", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='case',
            name='due',
            field=models.DateField(default=datetime.date(9999, 12, 31), help_text='没有期限在走时为最后一天', verbose_name='办理期限'),
        ),
        migrations.AddField(
            model_name='case',
            name='remedy',
            field=models.CharField(blank=True, choices=[('ended', '停止公示、共享和使用'), ('corrected', '更正内容')], max_length=16, verbose_name='更正方式'),
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('commitment', '信用修复承诺书'), ('identity', '身份证明或者授权委托书'), ('fulfilment', '履行义务、纠正失信行为的证明'), ('evidence', '异议的证据'), ('court_order', '人民法院批准重整计划或者认可和解协议的裁定书')], max_length=16, verbose_name='材料')),
                ('origin', models.CharField(choices=[('uploaded', '申请人提交'), ('confirmed', '在线确认'), ('fetched', '办理单位自行查得')], max_length=16, verbose_name='来源')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='时间')),
                ('added_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='repair.case')),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='material', to='common.storedfile')),
            ],
            options={
                'verbose_name': '申请材料',
                'verbose_name_plural': '申请材料',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('origin', 'uploaded')), models.Q(('file__isnull', True), ('kind', 'commitment'), ('origin', 'confirmed'), models.Q(('note', ''), _negated=True)), models.Q(('added_by__isnull', False), ('origin', 'fetched'), models.Q(('note', ''), _negated=True)), _connector='OR'), name='material_is_something')],
            },
        ),
        migrations.CreateModel(
            name='ObjectionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('ground', models.CharField(choices=[('wrong', '内容错误'), ('omitted', '内容遗漏'), ('overdue', '超过公示期限仍在公示'), ('not_removed', '应当移出而没有移出'), ('not_public', '不应当公示'), ('duplicate', '重复公示'), ('differs', '与认定机关的信息不一致')], max_length=16, verbose_name='异议理由')),
                ('source', models.CharField(choices=[('platform', '平台'), ('provider', '提供单位')], max_length=16, verbose_name='差错来源')),
                ('masks', models.BooleanField(default=False, verbose_name='受理后暂停公示和使用')),
                ('basis_clause', models.CharField(blank=True, max_length=100, verbose_name='依据条款')),
                ('maintained', models.BooleanField(default=False, editable=False, verbose_name='由工作台维护')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '异议规则',
                'verbose_name_plural': '异议规则',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('ground', '='), (models.Func('effective_from', 'effective_until', models.Value('[]'), function='daterange'), '&&')], name='objection_rule_one_in_force')],
            },
        ),
        migrations.RunSQL(Path(__file__).with_name("0004_gates.sql").read_text(encoding="utf-8"), REVERSE),
        RebaseTable("repair_case"),
        TrackTable("repair_material", 54),
        TrackTable("repair_objectionrule", 55),
    ]
