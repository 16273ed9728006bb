"""Which papers an application must carry becomes dated rows, which the database's gate reads; a repair rule says itself that it is
the one for lists."""

from datetime import date
from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from catalog.models import in_force_span
from ledger.operations import RebaseTable, TrackTable

LISTED = """unnest(case new.kind when 'repair' then array['commitment', 'identity', 'fulfilment']
                              when 'objection' then array['identity']
                              when 'reorganisation' then array['identity', 'court_order'] else '{}' end) as w(kind)"""
ROWS = """(select q.material from public.repair_requiredmaterial q
          where q.kind = new.kind and daterange(q.effective_from, q.effective_until, '[]') @> new.filed_on) as w(kind)"""
GATES = Path(__file__).with_name("0004_gates.sql").read_text(encoding="utf-8")
GATE = GATES[: GATES.index("create trigger")].replace("create function", "create or replace function")
if LISTED not in GATE:
    raise RuntimeError("the gate of 0004 is not the one this migration changes")

PLAN, ORDER = ("plan-2022-1", "第14条"), ("fgwl-36", "条号待核")
REQUIRED = (
    ("repair", "commitment", PLAN), ("repair", "identity", PLAN), ("repair", "fulfilment", PLAN),
    ("objection", "identity", PLAN), ("reorganisation", "identity", ORDER), ("reorganisation", "court_order", ORDER),
)


def keep_what_was_asked(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """A platform in use asks for what it asked for; the next load of the reference says so itself."""
    alias = editor.connection.alias
    rules = apps.get_model("repair", "RepairRule").objects.using(alias)
    if not rules.exists():
        return
    rules.filter(item_code="yzsx").update(for_lists=True)
    rows, bases = apps.get_model("repair", "RequiredMaterial"), apps.get_model("catalog", "LegalBasis")
    rows.objects.using(alias).bulk_create(
        rows(
            kind=kind, material=material, basis=bases.objects.using(alias).get(code=basis), basis_clause=clause,
            effective_from=date(2022, 3, 2), mark="unverified",
        )
        for kind, material, (basis, clause) in REQUIRED
    )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0012_deadlines_of_sectors'),
        ('repair', '0007_omissions'),
    ]

    operations = [
        migrations.CreateModel(
            name='RequiredMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('kind', models.CharField(choices=[('repair', '信用修复'), ('objection', '异议'), ('review', '异议复核'), ('reorganisation', '重整期间临时屏蔽')], max_length=16, verbose_name='类别')),
                ('material', models.CharField(choices=[('commitment', '信用修复承诺书'), ('identity', '身份证明或者授权委托书'), ('fulfilment', '履行义务、纠正失信行为的证明'), ('evidence', '异议的证据'), ('court_order', '人民法院批准重整计划或者认可和解协议的裁定书')], max_length=16, verbose_name='材料')),
                ('basis_clause', models.CharField(blank=True, max_length=100, verbose_name='依据条款')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '应当提交的材料',
                'verbose_name_plural': '应当提交的材料',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('kind', '='), ('material', '='), (in_force_span(), '&&')], name='required_material_one_in_force')],
            },
        ),
        migrations.AddField('repairrule', 'for_lists', models.BooleanField(default=False, verbose_name='事项为名单，没有另行规定的名单适用')),
        migrations.RunPython(keep_what_was_asked, migrations.RunPython.noop),
        # what was written is checked before the tables are altered again
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AddConstraint('repairrule', django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(in_force_span(), '&&')], condition=models.Q(('for_lists', True)), name='repair_rule_one_for_lists')),
        migrations.AddConstraint('repairrule', models.CheckConstraint(condition=models.Q(('for_lists', False), models.Q(('item_code', ''), _negated=True), _connector='OR'), name='repair_rule_for_lists_names_item')),
        RebaseTable("repair_repairrule"),
        TrackTable("repair_requiredmaterial", 58),
        migrations.RunSQL(GATE.replace(LISTED, ROWS), GATE),
    ]
