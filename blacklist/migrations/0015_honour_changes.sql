-- An honour ends, and is put right, by a row of its history; the history is written once.

create trigger honour_change_kept before update or delete on blacklist_honourchange
for each row when (not records_erasing('honour', old.entry_id)) execute function blacklist_never_deleted();
alter table blacklist_honourchange enable always trigger honour_change_kept;
revoke update, delete, truncate on blacklist_honourchange from credit_app;

-- Who holds an honour and on which list stays, and what was withdrawn does not come back.
create function blacklist_honour_fixed() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if (new.public_id, new.scheme_id, new.subject_id, new.source)
       is distinct from (old.public_id, old.scheme_id, old.subject_id, old.source) then
        raise exception 'entry_not_longer: an honour keeps its holder and its list: %', old.public_id
            using errcode = 'restrict_violation';
    end if;
    if old.ended_on is not null and (new.ended_on is null or new.ended_on > old.ended_on) then
        raise exception 'entry_not_longer: an honour that was withdrawn does not come back: %', old.public_id
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger honour_entry_fixed before update on blacklist_honourentry
for each row when (not records_erasing('honour', old.id)) execute function blacklist_honour_fixed();
alter table blacklist_honourentry enable always trigger honour_entry_fixed;

create or replace function erase_honour(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.blacklist_honourchange set reason = '（已删除）', before = '{}', after = '{}', salt = gen_random_uuid()
    where entry_id = one;
    update public.blacklist_honourentry
    set secret = null, data = '{}', reason = '（已删除）', decision_number = '（已删除）', source = 'erased:' || gen_random_uuid()
    where id = one and subject_id = person and (ended_on <= blacklist_today() or ends_on < blacklist_today());
    if not found then
        raise exception 'honour % is in force, or not about the person', one using errcode = 'restrict_violation';
    end if;
end $$;
