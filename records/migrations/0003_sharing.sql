-- What was approved cannot be widened: an approved purpose may only be withdrawn, and a withdrawal stays.
create function records_purpose_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if old.approved_at is not null
       and (new.code, new.name, new.agency_id, new.basis_id, new.basis_clause, new.items, new.subject_kinds, new.person_proof,
            new.detail, new.valid_from, new.valid_until, new.registered_by_id, new.approved_by_id, new.approved_at)
           is distinct from
           (old.code, old.name, old.agency_id, old.basis_id, old.basis_clause, old.items, old.subject_kinds, old.person_proof,
            old.detail, old.valid_from, old.valid_until, old.registered_by_id, old.approved_by_id, old.approved_at)
       or old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at then
        raise exception 'an approved purpose can only be withdrawn: %', old.code using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger records_purpose_fixed before update on records_dutypurpose
for each row execute function records_purpose_fixed();
alter table records_dutypurpose enable always trigger records_purpose_fixed;

-- The register of look-ups: never changed, and deleted by the owner alone once a row's last day has passed.
create function records_lookup_kept() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if tg_op = 'DELETE' and old.keep_until < (now() at time zone 'Asia/Shanghai')::date then
        return old;
    end if;
    raise exception '% on the register of look-ups refused: it is kept until %', tg_op, old.keep_until
        using errcode = 'restrict_violation';
end $$;
create trigger records_lookup_kept before update or delete on records_lookup
for each row execute function records_lookup_kept();
alter table records_lookup enable always trigger records_lookup_kept;
revoke update, delete, truncate on records_lookup from credit_app;
