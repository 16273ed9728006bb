-- Erasure of what this room keeps about a person, once it is over and its retention has run out (records 0013).
create function erase_list_entry(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.blacklist_entrychange set reason = '（已删除）', before = '{}', after = '{}', salt = gen_random_uuid()
    where entry_id = one;
    update public.blacklist_listentry
    set secret = null, data = '{}', reason = '（已删除）', decision_number = '（已删除）', source = case when source = '' then '' else 'erased:' || gen_random_uuid() end,
        salt = gen_random_uuid()
    where id = one and subject_id = person and (ended_on <= blacklist_today() or ends_on < blacklist_today());
    if not found then
        raise exception 'entry % is in force, or not about the person', one using errcode = 'restrict_violation';
    end if;
end $$;

create function erase_honour(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.blacklist_honourentry
    set secret = null, data = '{}', reason = '（已删除）', decision_number = '（已删除）', source = 'erased:' || gen_random_uuid()
    where id = one and subject_id = person and (ended_on <= blacklist_today() or ends_on < blacklist_today());
    if not found then
        raise exception 'honour % is in force, or not about the person', one using errcode = 'restrict_violation';
    end if;
end $$;

create function erase_list_case(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if not exists (select from public.blacklist_listcase c where c.id = one and c.subject_id = person) then
        raise exception 'case % is not about the person', one using errcode = 'restrict_violation';
    end if;
    update public.blacklist_casestep
    set text = case when text = '' then '' else '（已删除）' end, secret = null, document = null, salt = gen_random_uuid()
    where case_id = one;
    update public.blacklist_listdecision set reason = '（已删除）', salt = gen_random_uuid() where case_id = one;
    update public.blacklist_listcase set facts = '（已删除）', document_number = '（已删除）', salt = gen_random_uuid() where id = one;
end $$;
revoke execute on function erase_list_entry(bigint, bigint), erase_honour(bigint, bigint), erase_list_case(bigint, bigint) from public;

-- What never changes lets this one thing happen.
drop trigger list_case_fixed on blacklist_listcase;
create trigger list_case_fixed before update on blacklist_listcase
for each row when (not records_erasing('list_case', old.id)) execute function blacklist_case_fixed();
alter table blacklist_listcase enable always trigger list_case_fixed;
drop trigger case_step_kept on blacklist_casestep;
create trigger case_step_kept before update or delete on blacklist_casestep
for each row when (not records_erasing('list_case', old.case_id)) execute function blacklist_never_deleted();
alter table blacklist_casestep enable always trigger case_step_kept;
drop trigger list_decision_kept on blacklist_listdecision;
create trigger list_decision_kept before update or delete on blacklist_listdecision
for each row when (not records_erasing('list_case', old.case_id)) execute function blacklist_never_deleted();
alter table blacklist_listdecision enable always trigger list_decision_kept;
drop trigger list_entry_fixed on blacklist_listentry;
create trigger list_entry_fixed before update on blacklist_listentry
for each row when (not records_erasing('list_entry', old.id)) execute function blacklist_entry_fixed();
alter table blacklist_listentry enable always trigger list_entry_fixed;
drop trigger entry_change_kept on blacklist_entrychange;
create trigger entry_change_kept before update or delete on blacklist_entrychange
for each row when (not records_erasing('list_entry', old.entry_id)) execute function blacklist_never_deleted();
alter table blacklist_entrychange enable always trigger entry_change_kept;
