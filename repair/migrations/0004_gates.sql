-- G12 in the database, whoever writes and how: an approval only by an officer of the unit that has the case, and that unit
-- determined the thing or was given the case on a stated basis; not before the minimum; with its materials; only once.
create function repair_case_gate() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
    closed constant text[] := array['granted', 'refused', 'declined', 'withdrawn'];
    missing text;
begin
    if tg_op = 'INSERT' then
        if new.state <> 'filed' then
            raise exception 'a case begins by being filed: %', new.number using errcode = 'check_violation';
        end if;
        return new;
    end if;

    if old.state = any (closed)
       and to_jsonb(new) - array['acknowledged_at', 'completed_on', 'masked_until', 'version']
           is distinct from to_jsonb(old) - array['acknowledged_at', 'completed_on', 'masked_until', 'version'] then
        raise exception 'a closed case stays as it is: %', old.number using errcode = 'restrict_violation';
    end if;
    if (new.number, new.code_digest, new.kind, new.record_id, new.entry_id, new.subject_id, new.channel, new.filed_on, new.salt)
       is distinct from
       (old.number, old.code_digest, old.kind, old.record_id, old.entry_id, old.subject_id, old.channel, old.filed_on, old.salt)
       or old.returned_on is not null and new.returned_on is distinct from old.returned_on then
        raise exception 'what was filed stays, and what is missing is said once: %', old.number using errcode = 'restrict_violation';
    end if;
    if new.state not in ('granted', 'refused') or old.state = any (closed) then
        return new;
    end if;

    if old.state <> 'accepted' or new.agency_id <> old.agency_id or new.decided_on > today then
        raise exception 'only an accepted case is decided, on no later day than today: %', old.number using errcode = 'restrict_violation';
    end if;
    if new.agency_id is distinct from (select o.agency_id from public.agencies_officer o where o.id = new.decided_by_id) then
        raise exception 'G12 not_determining_unit: %', old.number using errcode = 'check_violation';
    end if;
    if new.state = 'refused' then
        return new;
    end if;
    select string_agg(w.kind, ',') into missing
    from unnest(case new.kind when 'repair' then array['commitment', 'identity', 'fulfilment']
                              when 'objection' then array['identity']
                              when 'reorganisation' then array['identity', 'court_order'] else '{}' end) as w(kind)
    where not exists (select from public.repair_material m where m.case_id = new.id and m.kind = w.kind);
    if missing is not null then
        raise exception 'G12 materials_missing: % lacks %', old.number, missing using errcode = 'check_violation';
    end if;
    if new.kind = 'review' and exists (
        select from public.repair_case p where p.id = new.previous_id and p.decided_by_id = new.decided_by_id) then
        raise exception 'a review is decided by a second person: %', old.number using errcode = 'check_violation';
    end if;
    if new.kind <> 'repair' then
        return new;
    end if;

    if new.handed_over_why = '' and not exists (
        select from public.records_creditrecord r join public.agencies_agency a on a.id = new.agency_id
        where r.id = new.record_id and (a.uscc = r.authority_uscc or a.name = r.authority_name or a.id = r.provider_id)
        union all
        select from public.blacklist_listentry e join public.agencies_agency a on a.id = new.agency_id
        where e.id = new.entry_id and (e.authority_id = a.id or e.authority_id is null and a.is_credit_authority)) then
        raise exception 'G12 not_determining_unit: %', old.number using errcode = 'check_violation';
    end if;
    if new.decided_on <= greatest(new.minimum_until, (
        select r.minimum_until from public.records_creditrecord r where r.id = new.record_id)) then
        raise exception 'G12 minimum_period_not_reached: %', old.number using errcode = 'check_violation';
    end if;
    if exists (select from public.records_creditrecord r where r.id = new.record_id and r.ended_on <= today)
       or exists (select from public.blacklist_listentry e where e.id = new.entry_id and e.ended_on <= today) then
        raise exception 'G12 not_repairable: over already: %', old.number using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger repair_case_gate before insert or update on repair_case
for each row execute function repair_case_gate();
alter table repair_case enable always trigger repair_case_gate;

-- What happened and what was handed in stays.
create function repair_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    raise exception '% on % refused: what was written stays', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger repair_step_fixed before update or delete on repair_casestep for each row execute function repair_fixed();
alter table repair_casestep enable always trigger repair_step_fixed;
create trigger repair_material_fixed before update or delete on repair_material for each row execute function repair_fixed();
alter table repair_material enable always trigger repair_material_fixed;
create trigger repair_case_kept before delete on repair_case for each row execute function repair_fixed();
alter table repair_case enable always trigger repair_case_kept;
