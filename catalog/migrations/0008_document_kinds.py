"""Kinds of documents as dated data on a legal basis, under the ledger."""

from datetime import date

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from catalog.models import in_force_span
from ledger.operations import TrackTable

# Whether a kind of document could carry dishonest conduct on every day from `first` to `last`; rows that follow one
# another without a gap count as one. And the level of basis item 2 of the plan asks for (catalog/rules/document_kinds.py).
SQL = """
create function catalog_kind_lawful(kind text, first date, last date) returns boolean
language sql stable
return coalesce((select range_agg(daterange(k.effective_from, k.effective_until, '[]'))
                 from public.catalog_documentkind k where k.name = kind and k.lawful)
                @> daterange(first, last, '[]'), false);

create function catalog_kind_basis() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if new.lawful and not exists (
            select from public.catalog_legalbasis b where b.id = new.basis_id
              and b.level in ('law', 'administrative_regulation', 'central_policy', 'provincial_regulation')) then
        raise exception 'G3 document_kind_not_allowed: % rests on too low a basis', new.name using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger catalog_kind_basis before insert or update of lawful, basis_id on catalog_documentkind
for each row execute function catalog_kind_basis();
alter table catalog_documentkind enable always trigger catalog_kind_basis;
"""
REVERSE = """
drop trigger catalog_kind_basis on catalog_documentkind; drop function catalog_kind_basis();
drop function catalog_kind_lawful(text, date, date);
"""


def give_a_basis(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Kinds loaded before stand on what item 2 of the plan repeats; the next load of the reference says so itself."""
    alias = editor.connection.alias
    kinds = apps.get_model("catalog", "DocumentKind").objects.using(alias).filter(basis=None)
    if kinds.exists():
        bases = apps.get_model("catalog", "LegalBasis").objects.using(alias)
        kinds.update(basis=bases.get(code="gbf-2020-49"))


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_periods_stay'),
        ('ledger', '0002_stored_files'),
    ]

    operations = [
        migrations.AddField('documentkind', 'basis', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
        migrations.AddField('documentkind', 'effective_from', models.DateField(default=date(2020, 12, 7), verbose_name='生效日期'), preserve_default=False),
        migrations.AddField('documentkind', 'effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
        migrations.AddField('documentkind', 'maintained', models.BooleanField(default=False, editable=False, verbose_name='由工作台维护')),
        migrations.AddField('documentkind', 'mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], default='excerpt', max_length=16, verbose_name='核对情况'), preserve_default=False),
        migrations.RunPython(give_a_basis, migrations.RunPython.noop),
        # what was written is checked before the table is altered again
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AlterField('documentkind', 'basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
        migrations.AlterField('documentkind', 'basis_text', models.CharField(max_length=200, verbose_name='依据条款和内容')),
        migrations.AlterField('documentkind', 'name', models.CharField(max_length=100, verbose_name='名称')),
        migrations.AddConstraint('documentkind', django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('name', '='), (in_force_span(), '&&')], name='document_kind_one_in_force')),
        migrations.AddConstraint('documentkind', models.CheckConstraint(condition=models.Q(('basis_text', ''), _negated=True), name='document_kind_says_why')),
        migrations.RunSQL(SQL, REVERSE),
        TrackTable("catalog_documentkind", 145),
    ]
