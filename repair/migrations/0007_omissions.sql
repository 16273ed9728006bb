-- An omission is found right only once what was missing was handed in, through the gates of every hand-in, after somebody said so;
-- what was named stays, and the record is noted once.
create function repair_omission_gate() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if not exists (
        select from public.repair_omission o
        join public.records_creditrecord r on r.id = o.record_id and r.item_code = o.item_code
        left join public.repair_case p on p.id = new.previous_id and new.kind = 'review'
        where o.case_id = new.id and r.received_at >= coalesce(p.filed_at, new.filed_at)) then
        raise exception 'what is missing was not handed in: %', new.number using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger repair_omission_gate before update on repair_case
for each row when (new.state = 'granted' and old.state <> 'granted' and new.record_id is null and new.entry_id is null)
execute function repair_omission_gate();
alter table repair_case enable always trigger repair_omission_gate;

create function repair_omission_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if tg_op = 'UPDATE' and old.record_id is null
       and to_jsonb(new) - 'record_id' is not distinct from to_jsonb(old) - 'record_id'
       and exists (select from public.repair_case c where c.id = old.case_id and c.state = 'accepted') then
        return new;
    end if;
    raise exception '% on % refused: what was named stays', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger repair_omission_fixed before update or delete on repair_omission
for each row when (not records_erasing('repair_case', old.case_id)) execute function repair_omission_fixed();
alter table repair_omission enable always trigger repair_omission_fixed;

-- What is erased with a case about a person.
create or replace function erase_repair_case(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.repair_case
    set secret = '', code_digest = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), salt = gen_random_uuid(),
        reasons = case when reasons = '' then '' else '（已删除）' end
    where id = one and subject_id = person and closed_on is not null;
    if not found then
        raise exception 'case % is open, or not about the person', one using errcode = 'restrict_violation';
    end if;
    update public.repair_casestep set note = '' where case_id = one;
    update public.repair_material set note = case when note = '' then '' else '（已删除）' end where case_id = one;
    update public.repair_falsecommitment set facts = '（已删除）' where case_id = one;
    update public.repair_omission
    set key = '', shown_name = '（已删除）', document_number = '', salt = gen_random_uuid() where case_id = one;
end $$;
