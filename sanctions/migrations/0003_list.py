"""Ties, severity and executors of measures; matters; drafts; the version of the list."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable, TrackTable

SQL = Path(__file__).with_name("0003_list.sql")
REVERSE = """
drop trigger list_changed on sanctions_measureedition;
drop trigger list_changed on sanctions_measure;
drop trigger list_changed on sanctions_matter;
drop function sanctions_list_changed();
drop trigger matter_measures on sanctions_matter;
drop function sanctions_matter_measures();
drop trigger measure_basis_suffices on sanctions_measure;
drop function sanctions_measure_basis();
drop function sanctions_standing(date);
drop function sanctions_rank(text);
delete from sanctions_liststate;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_deadlines'),
        ('sanctions', '0002_track'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ListState',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField(default=1)),
                ('answers', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('id', 1)), name='list_state_is_one_row'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('code', models.SlugField(max_length=60, verbose_name='代号')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('kind', models.CharField(choices=[('service', '政务服务事项'), ('procurement', '政府采购'), ('tender', '招标投标'), ('land', '国有土地出让'), ('subsidy', '财政性资金和项目支持'), ('honour', '评先评优'), ('appointment', '录用和任职'), ('supervision', '日常监管')], max_length=16, verbose_name='种类')),
                ('bodies', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), help_text='监管领域；@court 为人民法院，* 为县级以上行政机关', size=None, verbose_name='办理机关范围')),
                ('subject_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('organisation', '法人及非法人组织'), ('person', '自然人'), ('self_employed', '个体工商户')], max_length=16), size=None, verbose_name='主体类别')),
                ('measure_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None, verbose_name='适用的措施')),
                ('basis_clause', models.CharField(max_length=100, verbose_name='依据条款')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '应用事项',
                'verbose_name_plural': '应用事项',
                'ordering': ['kind', 'code'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['service', 'procurement', 'tender', 'land', 'subsidy', 'honour', 'appointment', 'supervision'])), name='matter_kind_known'),
                    models.CheckConstraint(condition=models.Q(('bodies__len__gt', 0), ('subject_kinds__len__gt', 0)), name='matter_has_scope'),
                    django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func('effective_from', 'effective_until', models.Value('[]'), function='daterange'), '&&')], name='matter_one_in_force'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MeasureDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('national', '全国失信惩戒措施基础清单'), ('provincial', '省补充清单'), ('city', '鹤岗市奖惩措施清单')], max_length=16, verbose_name='层级')),
                ('name', models.CharField(max_length=200, verbose_name='名称')),
                ('effective_from', models.DateField(verbose_name='施行日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('measures', models.JSONField(default=list, editable=False, verbose_name='措施')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='最近修改')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='catalog.legalbasis', verbose_name='依据')),
                ('changed_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='修改人')),
            ],
            options={
                'verbose_name': '措施清单草稿',
                'verbose_name_plural': '措施清单草稿',
                'ordering': ['-changed_at', '-id'],
            },
        ),
        migrations.AlterModelOptions(
            name='measureedition',
            options={'ordering': ['-effective_from'], 'permissions': [('manage_measures', '管理奖惩措施清单')], 'verbose_name': '措施清单版本', 'verbose_name_plural': '措施清单版本'},
        ),
        migrations.AddField(
            model_name='measure',
            name='by_decision',
            field=models.BooleanField(default=False, help_text='须由实施主体作出决定才对当事人生效，比对时只显示已经决定的', verbose_name='须另作决定'),
        ),
        migrations.AddField(
            model_name='measure',
            name='conduct_terms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='目录事项不止一种行为时，记录的行为类型须含其中之一；空为该事项的全部记录', size=None, verbose_name='行为类型用语'),
        ),
        migrations.AddField(
            model_name='measure',
            name='executors',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, help_text='监管领域；@court 为人民法院，* 为县级以上行政机关；空为公共管理机构以外的组织', size=None, verbose_name='实施主体范围'),
        ),
        migrations.AddField(
            model_name='measure',
            name='item_codes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='对应的目录事项'),
        ),
        migrations.AddField(
            model_name='measure',
            name='penalty_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='行政处罚记录须有其中一种处罚；空为不限', size=None, verbose_name='处罚类别'),
        ),
        migrations.AddField(
            model_name='measure',
            name='severity',
            field=models.PositiveSmallIntegerField(choices=[(1, '较轻'), (2, '一般'), (3, '较重')], default=3, verbose_name='力度'),
        ),
        migrations.AddField(
            model_name='measureedition',
            name='measure_count',
            field=models.PositiveSmallIntegerField(default=0, help_text='与实有不符的清单不完整，不得据以答复', verbose_name='应有措施数'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', [1, 2, 3])), name='measure_severity_known'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('measure_class', 'C'), _negated=True), ('executors', []), _connector='OR'), name='measure_class_c_has_no_executor'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), REVERSE),
        TrackTable("sanctions_measuredraft", 42),
        TrackTable("sanctions_matter", 43),
        RebaseTable("sanctions_measureedition"),
        RebaseTable("sanctions_measure"),
    ]
