-- The digest of a row is taken over the row as PostgreSQL sends it, `record_send`, instead of over its text: dates, numbers and
-- bytes need not be written out nor every character be looked at for quoting, 40 % of what the digest of a record cost.
-- It states the number of every type and the length of every value, so that no two rows have the same. Texts are sent in the
-- client's encoding, which is therefore set.
create function ledger_digest(sent bytea) returns bytea
language sql immutable
return substr(sha512(sent), 1, 32);

create or replace function ledger_capture() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres'
set bytea_output = 'hex'
set extra_float_digits = 1
set enable_nestloop = off
set client_encoding = 'UTF8'
as $$
#variable_conflict use_variable  -- a tracked table may have columns of these names
declare
    number constant smallint := tg_argv[0]::smallint;
    ignored constant text[] := tg_argv[1:];
    plain constant boolean := tg_nargs = 1;
begin
    if tg_op = 'INSERT' then
        insert into public.ledger_pending (context_id, object_id, tbl, op, digest)
        select (select public.ledger_context_id()), new_row.id, number, 'I',
               public.ledger_digest(case when plain then record_send(new_row) else convert_to((to_jsonb(new_row) - ignored)::text, 'UTF8') end)
        from new_rows new_row;
    elsif tg_op = 'DELETE' then
        insert into public.ledger_pending (context_id, object_id, tbl, op, digest)
        select (select public.ledger_context_id()), old_row.id, number, 'D',
               public.ledger_digest(case when plain then record_send(old_row) else convert_to((to_jsonb(old_row) - ignored)::text, 'UTF8') end)
        from old_rows old_row;
    else
        if exists (select 1 from new_rows new_row where not exists (select 1 from old_rows old_row where old_row.id = new_row.id)) then
            raise exception 'the primary key of a tracked row may not change (%)', tg_relid::regclass
                using errcode = 'restrict_violation';
        end if;
        insert into public.ledger_pending (context_id, object_id, tbl, op, digest)
        select (select public.ledger_context_id()), new_row.id, number, 'U',
               public.ledger_digest(case when plain then record_send(new_row) else convert_to((to_jsonb(new_row) - ignored)::text, 'UTF8') end)
        from old_rows old_row join new_rows new_row on new_row.id = old_row.id
        where case when plain then old_row *<> new_row
                   else (to_jsonb(old_row) - ignored)::text <> (to_jsonb(new_row) - ignored)::text end;
    end if;
    return null;
end $$;

-- Same form as ledger_capture().
create or replace function ledger_rows(rel regclass, ignoring text[]) returns table (object_id bigint, digest bytea)
language plpgsql stable rows 100000
set search_path = pg_catalog, public, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres'
set bytea_output = 'hex'
set extra_float_digits = 1
set client_encoding = 'UTF8'
as $$
begin
    return query execute format(
        'select ledger_row.id, public.ledger_digest(%s) from %s ledger_row',
        case when ignoring = '{}' then 'record_send(ledger_row)' else 'convert_to((to_jsonb(ledger_row) - $1)::text, ''UTF8'')' end, rel)
    using ignoring;
end $$;

-- One event of the given kind for every row of a tracked table, as before; what cannot be compared later is refused.
create or replace function ledger_snapshot(rel regclass, kind "char") returns bigint
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    entry public.ledger_table;
    written bigint;
begin
    select * into strict entry from public.ledger_table t where t.name = (select relname from pg_class where oid = rel);
    -- The form a row is sent in names the types of its columns by number, and only the numbers of built-in types are the same
    -- in every database and every version: with another type a restored copy would look tampered with.
    if exists (select from pg_attribute a where a.attrelid = rel and a.attnum > 0 and not a.attisdropped and a.atttypid >= 10000) then
        raise exception 'a tracked table may have columns of built-in types only (%)', rel using errcode = 'feature_not_supported';
    end if;
    execute format('lock table %s in share row exclusive mode', rel);
    insert into public.ledger_pending (context_id, object_id, tbl, op, digest)
    select (select public.ledger_context_id()), r.object_id, entry.id, kind, r.digest
    from public.ledger_rows(rel, entry.ignoring) r order by r.object_id;
    get diagnostics written = row_count;
    return written;
end $$;

drop function ledger_digest(text);

-- What stands is entered anew in the form it is now compared in. Whoever migrates has verified before (ledger/operations.py).
do $$
declare
    tracked text;
begin
    for tracked in select t.name from public.ledger_table t order by t.id loop
        perform public.ledger_snapshot(tracked::regclass, 'R');
    end loop;
end $$;
