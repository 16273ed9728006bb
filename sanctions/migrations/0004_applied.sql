-- Gate G10 and what is in force, the same readings as sanctions/rules/application.py and sanctions/rules/measures.py.

-- Under which names of executors an agency falls.
create function sanctions_bodies(kind text, level text, sectors varchar[]) returns text[]
language sql immutable
as $$
    select sectors::text[] || ('@' || kind)
        || case when kind in ('administration', 'vertical') and level <> 'township' then array['*'] else '{}'::text[] end
$$;

create function sanctions_entry_in_force(e blacklist_listentry, day date) returns boolean
language sql immutable
as $$
select e.effective_from <= day and (e.ends_on is null or e.ends_on >= day) and (e.ended_on is null or e.ended_on > day)
   and not (e.suspended_from is not null and e.suspended_from <= day
            and (e.suspended_until is null or e.suspended_until >= day))
$$;

create function sanctions_record_used(r records_creditrecord, day date) returns boolean
language sql immutable
as $$
select coalesce(r.used_until >= day, false) and (r.ended_on is null or r.ended_on > day)
$$;

-- Whether a record says what a row of the list answers: words of the conduct, kind of penalty. What stands encrypted cannot
-- be read here: `unread` is the answer then, false for matching, true for the gate behind the service that did read.
create function sanctions_says(terms varchar[], kinds varchar[], r records_creditrecord, unread boolean) returns boolean
language sql stable
as $$
    select (cardinality(terms) = 0 or exists (
            select from public.catalog_fielddefinition f, unnest(terms) term
            where f.item_id = r.item_id and f.role = 'conduct'
              and coalesce(position(term in r.data ->> f.code) > 0, unread and r.secret is not null)))
       and (cardinality(kinds) = 0 or exists (
            select from public.catalog_fielddefinition f
            where f.item_id = r.item_id and f.role = 'penalty_types'
              and kinds && string_to_array(replace(replace(r.data ->> f.code, '；', ';'), ' ', ''), ';')::varchar[]))
$$;

-- An applied measure has effect while its dates run, nobody lifted it and its ground is in force.
create function sanctions_applied_in_force(a sanctions_appliedmeasure, day date) returns boolean
language sql stable
as $$
    select a.starts_on <= day and (a.ends_on is null or a.ends_on >= day) and (a.lifted_on is null or a.lifted_on > day)
       and case when a.entry_id is not null
                then (select public.sanctions_entry_in_force(e, day) from public.blacklist_listentry e where e.id = a.entry_id)
                else (select public.sanctions_record_used(r, day) from public.records_creditrecord r where r.id = a.record_id)
           end
$$;

create function sanctions_gate_applied() returns trigger
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
create trigger sanctions_gate_applied before insert or update or delete on sanctions_appliedmeasure
    for each row execute function sanctions_gate_applied();
alter table sanctions_appliedmeasure enable always trigger sanctions_gate_applied;

-- Screenings, their hits and the feedback are kept as they were written.
create function sanctions_kept() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    raise exception '% on % refused: it is kept as it was written', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger sanctions_kept before update or delete on sanctions_screening
    for each row execute function sanctions_kept();
create trigger sanctions_kept before update or delete on sanctions_screeninghit
    for each row execute function sanctions_kept();
create trigger sanctions_kept before update or delete on sanctions_measurefeedback
    for each row execute function sanctions_kept();
alter table sanctions_screening enable always trigger sanctions_kept;
alter table sanctions_screeninghit enable always trigger sanctions_kept;
alter table sanctions_measurefeedback enable always trigger sanctions_kept;

-- Lists belong to what an answer rests on.
create trigger list_changed after insert or update or delete on blacklist_listentry
    for each statement execute function sanctions_list_changed();
create trigger list_changed after insert or update or delete on blacklist_listscheme
    for each statement execute function sanctions_list_changed();
alter table blacklist_listentry enable always trigger list_changed;
alter table blacklist_listscheme enable always trigger list_changed;

-- Whether every source that answers rest on is fresh. Sources brought in from elsewhere hang themselves in here.
create function sanctions_sources_fresh(day date) returns boolean
language sql stable
as $$ select true $$;
