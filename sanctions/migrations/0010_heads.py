"""A measure on the legal representative or head of a unit, on the ground of the unit, where the law names heads."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable


GATE = """
create or replace function sanctions_gate_applied() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    m public.sanctions_measure;
    r public.records_creditrecord;
    e public.blacklist_listentry;
    subject public.records_subject;
    bodies text[];
    wrong text;
    latest date;
begin
    if tg_op = 'DELETE' then
        raise exception 'an applied measure is lifted, not deleted: %', old.public_id using errcode = 'restrict_violation';
    end if;
    if tg_op = 'UPDATE' then
        if (to_jsonb(new) - array['lifted_on', 'lift_document', 'lift_note', 'lifted_by_id', 'lifted_client_id'])
           is distinct from
           (to_jsonb(old) - array['lifted_on', 'lift_document', 'lift_note', 'lifted_by_id', 'lifted_client_id'])
           or old.lifted_on is not null and new.lifted_on is distinct from old.lifted_on then
            raise exception 'an applied measure can only be lifted: %', old.public_id using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    select * into m from public.sanctions_standing(new.decided_on) s where s.id = new.measure_id;
    select * into subject from public.records_subject where id = new.subject_id;
    -- The ground is locked, so that it cannot end between this look and the commit.
    if new.entry_id is not null then
        select * into e from public.blacklist_listentry where id = new.entry_id for share;
        latest := e.ends_on;
    else
        select * into r from public.records_creditrecord where id = new.record_id for share;
        latest := r.used_until;
    end if;
    -- Whoever reports what came of a screening acts for the bodies that handle the matter.
    if new.matter_id is null then
        select public.sanctions_bodies(a.kind, a.level, a.sectors) into bodies
        from public.agencies_agency a where a.id = new.agency_id;
    else
        select t.bodies into bodies from public.sanctions_matter t where t.id = new.matter_id;
    end if;
    wrong := case
        when m.id is null then 'measure_not_listed'
        when coalesce(e.subject_id, r.subject_id) <> coalesce(new.company_id, new.subject_id) then 'measure_not_for_conduct'
        when e.id is not null and not (public.sanctions_entry_in_force(e, new.decided_on)
             and exists (select from public.blacklist_listscheme s
                         where s.id = e.scheme_id and m.scheme_codes @> array[s.code])) then 'measure_not_for_conduct'
        when r.id is not null and not (public.sanctions_record_used(r, new.decided_on)
             and m.item_codes @> array[r.item_code]
             and public.sanctions_says(m.conduct_terms, m.penalty_types, r, true)) then 'measure_not_for_conduct'
        when new.company_id is null and not m.subject_kinds @> array[subject.kind] then 'measure_not_for_subject'
        -- the head of a unit: only where the law names heads, and only a natural person heads one
        when new.company_id is not null and not (m.reaches_head and subject.kind = 'person'
             and exists (select from public.records_subject c where c.id = new.company_id and c.kind <> 'person'))
            then 'measure_not_for_subject'
        when m.measure_class = 'C' and new.ordered then 'measure_cannot_be_ordered'
        when m.measure_class <> 'C' and not m.executors::text[] && bodies then 'measure_not_competent'
        when new.ends_on is null and (m.max_months is not null or latest is not null) then 'measure_exceeds_limit'
        when new.ends_on > least(latest, (new.starts_on + make_interval(months => m.max_months::int))::date)
            then 'measure_exceeds_limit'
        end;
    if wrong is not null then
        raise exception 'G10 %: measure %', wrong, new.measure_id using errcode = 'check_violation';
    end if;
    return new;
end $$;
"""
BEFORE = """
create or replace function sanctions_gate_applied() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    m public.sanctions_measure;
    r public.records_creditrecord;
    e public.blacklist_listentry;
    subject public.records_subject;
    bodies text[];
    wrong text;
    latest date;
begin
    if tg_op = 'DELETE' then
        raise exception 'an applied measure is lifted, not deleted: %', old.public_id using errcode = 'restrict_violation';
    end if;
    if tg_op = 'UPDATE' then
        if (to_jsonb(new) - array['lifted_on', 'lift_document', 'lift_note', 'lifted_by_id', 'lifted_client_id'])
           is distinct from
           (to_jsonb(old) - array['lifted_on', 'lift_document', 'lift_note', 'lifted_by_id', 'lifted_client_id'])
           or old.lifted_on is not null and new.lifted_on is distinct from old.lifted_on then
            raise exception 'an applied measure can only be lifted: %', old.public_id using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    select * into m from public.sanctions_standing(new.decided_on) s where s.id = new.measure_id;
    select * into subject from public.records_subject where id = new.subject_id;
    -- The ground is locked, so that it cannot end between this look and the commit.
    if new.entry_id is not null then
        select * into e from public.blacklist_listentry where id = new.entry_id for share;
        latest := e.ends_on;
    else
        select * into r from public.records_creditrecord where id = new.record_id for share;
        latest := r.used_until;
    end if;
    -- Whoever reports what came of a screening acts for the bodies that handle the matter.
    if new.matter_id is null then
        select public.sanctions_bodies(a.kind, a.level, a.sectors) into bodies
        from public.agencies_agency a where a.id = new.agency_id;
    else
        select t.bodies into bodies from public.sanctions_matter t where t.id = new.matter_id;
    end if;
    wrong := case
        when m.id is null then 'measure_not_listed'
        when coalesce(e.subject_id, r.subject_id) <> new.subject_id then 'measure_not_for_conduct'
        when e.id is not null and not (public.sanctions_entry_in_force(e, new.decided_on)
             and exists (select from public.blacklist_listscheme s
                         where s.id = e.scheme_id and m.scheme_codes @> array[s.code])) then 'measure_not_for_conduct'
        when r.id is not null and not (public.sanctions_record_used(r, new.decided_on)
             and m.item_codes @> array[r.item_code]
             and public.sanctions_says(m.conduct_terms, m.penalty_types, r, true)) then 'measure_not_for_conduct'
        when not m.subject_kinds @> array[subject.kind] then 'measure_not_for_subject'
        when m.measure_class = 'C' and new.ordered then 'measure_cannot_be_ordered'
        when m.measure_class <> 'C' and not m.executors::text[] && bodies then 'measure_not_competent'
        when new.ends_on is null and (m.max_months is not null or latest is not null) then 'measure_exceeds_limit'
        when new.ends_on > least(latest, (new.starts_on + make_interval(months => m.max_months::int))::date)
            then 'measure_exceeds_limit'
        end;
    if wrong is not null then
        raise exception 'G10 %: measure %', wrong, new.measure_id using errcode = 'check_violation';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0007_saved_filter'),
        ('blacklist', '0013_erasure'),
        ('records', '0014_consent_requests'),
        ('sanctions', '0009_subscriptions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='appliedmeasure',
            name='applied_once_per_record',
        ),
        migrations.RemoveConstraint(
            model_name='appliedmeasure',
            name='applied_once_per_entry',
        ),
        migrations.AddField(
            model_name='appliedmeasure',
            name='company',
            field=models.ForeignKey(blank=True, help_text='对单位的法定代表人、主要负责人实施的，依据是这个单位的事实', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject', verbose_name='事实所属的单位'),
        ),
        migrations.AddField(
            model_name='measure',
            name='reaches_head',
            field=models.BooleanField(default=False, help_text='法律写明对象包括单位的法定代表人、主要负责人的，可以依据单位的事实对其本人实施', verbose_name='及于负责人'),
        ),
        migrations.AddConstraint(
            model_name='appliedmeasure',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_on__isnull', True), ('record__isnull', False)), fields=('agency', 'measure', 'record', 'subject'), name='applied_once_per_record'),
        ),
        migrations.AddConstraint(
            model_name='appliedmeasure',
            constraint=models.UniqueConstraint(condition=models.Q(('entry__isnull', False), ('lifted_on__isnull', True)), fields=('agency', 'measure', 'entry', 'subject'), name='applied_once_per_entry'),
        ),
        migrations.RunSQL(GATE, BEFORE),
        RebaseTable("sanctions_measure"),
        RebaseTable("sanctions_appliedmeasure"),
    ]
