-- The ledger: tables, capture, guards. Roles and grants are in 0001_roles.sql.

-- One row per action: who, when, why. Written by ledger_context_id(), never by the application.
create table ledger_context (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    actor bigint,
    action text not null,
    basis text not null,
    request_id uuid,
    db_user text not null default session_user,
    db_role text not null default current_setting('role'),
    xid xid8 not null default pg_current_xact_id()
);

-- The inbox. Its id is drawn while the row lock of the changed object is held, so ascending ids keep the order of
-- every object. That rests on the sequence handing out numbers one by one: CACHE must stay 1.
create table ledger_pending (
    id bigint generated always as identity (cache 1) primary key,
    context_id bigint not null,
    object_id bigint not null,
    tbl smallint not null,
    op "char" not null,
    digest bytea not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

create table ledger_event (
    position bigint primary key,
    pending_id bigint not null,
    context_id bigint not null,
    object_id bigint not null,
    tbl smallint not null,
    op "char" not null,
    digest bytea not null
);
create index ledger_event_object on ledger_event (object_id, tbl, position);

-- alg 1: row and context digests SHA-256, leaves, nodes and blocks SM3.
create table ledger_block (
    no bigint primary key,
    first_position bigint not null,
    last_position bigint not null unique,
    sealed_at timestamptz not null,
    alg smallint not null,
    prev_hash bytea not null,
    root bytea not null,
    hash bytea not null,
    constraint ledger_block_range check (first_position <= last_position)
);

create table ledger_table (
    id smallint primary key,
    name text not null unique,
    ignoring text[] not null
);

-- Everything a sealed context says, in one digest. Built from named columns and an epoch number, so that neither the
-- session's time zone nor a column added later changes it.
create function ledger_context_digest(c public.ledger_context) returns bytea
language sql stable
return sha256(convert_to(json_build_array(
    c.id, (extract(epoch from c.at) * 1000000)::bigint, c.actor, c.action, c.basis, c.request_id,
    c.db_user, c.db_role, c.xid::text)::text, 'UTF8'));

-- The context of the running action, written at its first change. The setting alone is not trusted: anybody can set
-- it, so the row must belong to this very transaction.
create function ledger_context_id() returns bigint
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    known bigint := nullif(current_setting('ledger.context_id', true), '')::bigint;
begin
    if known is not null then
        perform 1 from public.ledger_context c where c.id = known and c.xid = pg_current_xact_id();
        if found then
            return known;
        end if;
    end if;
    insert into public.ledger_context (actor, action, basis, request_id)
    values (nullif(current_setting('ledger.actor', true), '')::bigint,
            coalesce(current_setting('ledger.action', true), ''),
            coalesce(current_setting('ledger.basis', true), ''),
            nullif(current_setting('ledger.request_id', true), '')::uuid)
    returning id into known;
    perform set_config('ledger.context_id', known::text, true);
    return known;
end $$;

-- Statement trigger of every tracked table: argument 0 its number, the others the columns left out of the digest.
-- The settings fix every rendering that depends on the session. Nested loops are off because plpgsql keeps the plan of
-- the first statement it saw: planned for one row, it would join 100,000 rows pair by pair.
-- *<> compares stored images: 1.0 and 1.00 are equal numbers with different digests.
create function ledger_capture() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres'
set bytea_output = 'hex'
set extra_float_digits = 1
set enable_nestloop = off
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
               sha256(convert_to(case when plain then row_to_json(new_row)::text
                                      else (to_jsonb(new_row) - ignored)::text end, 'UTF8'))
        from new_rows new_row;
    elsif tg_op = 'DELETE' then
        insert into public.ledger_pending (context_id, object_id, tbl, op, digest)
        select (select public.ledger_context_id()), old_row.id, number, 'D',
               sha256(convert_to(case when plain then row_to_json(old_row)::text
                                      else (to_jsonb(old_row) - ignored)::text end, 'UTF8'))
        from old_rows old_row;
    else
        if exists (select 1 from new_rows new_row where not exists (select 1 from old_rows old_row where old_row.id = new_row.id)) then
            raise exception 'the primary key of a tracked row may not change (%)', tg_relid::regclass
                using errcode = 'restrict_violation';
        end if;
        insert into public.ledger_pending (context_id, object_id, tbl, op, digest)
        select (select public.ledger_context_id()), new_row.id, number, 'U',
               sha256(convert_to(case when plain then row_to_json(new_row)::text
                                      else (to_jsonb(new_row) - ignored)::text end, 'UTF8'))
        from old_rows old_row join new_rows new_row on new_row.id = old_row.id
        where case when plain then old_row *<> new_row
                   else (to_jsonb(old_row) - ignored)::text <> (to_jsonb(new_row) - ignored)::text end;
    end if;
    return null;
end $$;

create function ledger_refuse() returns trigger
language plpgsql
as $$
begin
    raise exception '% on % refused: the ledger and what it tracks are never emptied or rewritten', tg_op, tg_relid::regclass
        using errcode = 'restrict_violation';
end $$;

-- Every row of a table with the digest it would enter the ledger under now; same rendering as ledger_capture().
create function ledger_rows(rel regclass, ignoring text[]) returns table (object_id bigint, digest bytea)
language plpgsql stable rows 100000
set search_path = pg_catalog, public, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres'
set bytea_output = 'hex'
set extra_float_digits = 1
as $$
begin
    return query execute format(
        'select ledger_row.id, sha256(convert_to(%s, ''UTF8'')) from %s ledger_row',
        case when ignoring = '{}' then 'row_to_json(ledger_row)::text' else '(to_jsonb(ledger_row) - $1)::text' end, rel)
    using ignoring;
end $$;

-- One event of the given kind for every row of a tracked table: R = state taken as it stands (start of tracking, change
-- of the table's shape), D = end of tracking.
create function ledger_snapshot(rel regclass, kind "char") returns bigint
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    entry public.ledger_table;
    written bigint;
begin
    select * into strict entry from public.ledger_table t where t.name = (select relname from pg_class where oid = rel);
    execute format('lock table %s in share row exclusive mode', rel);
    insert into public.ledger_pending (context_id, object_id, tbl, op, digest)
    select (select public.ledger_context_id()), r.object_id, entry.id, kind, r.digest
    from public.ledger_rows(rel, entry.ignoring) r order by r.object_id;
    get diagnostics written = row_count;
    return written;
end $$;

-- Put a table under the ledger. Rows it already holds enter as events of kind R.
create function ledger_track(rel regclass, t smallint, ignoring text[] default '{}') returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    arguments text := quote_literal(t) || coalesce(
        (select string_agg(', ' || quote_literal(c), '' order by c) from unnest(ignoring) c), '');
    act text[];
begin
    perform 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = rel and i.indisprimary and i.indnkeyatts = 1 and a.attname = 'id' and a.atttypid = 'bigint'::regtype;
    if not found then
        raise exception 'a tracked table needs a primary key "id bigint" (%)', rel;
    end if;
    insert into public.ledger_table (id, name, ignoring)
    select t, c.relname, (select coalesce(array_agg(x order by x), '{}') from unnest(ledger_track.ignoring) x)
    from pg_class c where c.oid = rel;
    foreach act slice 1 in array array[
        ['insert', 'new table as new_rows'],
        ['update', 'old table as old_rows new table as new_rows'],
        ['delete', 'old table as old_rows']]
    loop
        execute format('create trigger ledger_capture_%s after %1$s on %s referencing %s
                        for each statement execute function public.ledger_capture(%s)', act[1], rel, act[2], arguments);
        execute format('alter table %s enable always trigger ledger_capture_%s', rel, act[1]);
    end loop;
    execute format('create trigger ledger_no_truncate before truncate on %s
                    for each statement execute function public.ledger_refuse()', rel);
    execute format('alter table %s enable always trigger ledger_no_truncate', rel);
    perform public.ledger_snapshot(rel, 'R');
end $$;

-- Take a table out again: its rows leave the ledger as events of kind D, so that the row check stays true.
create function ledger_untrack(rel regclass) returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    act text;
begin
    perform public.ledger_snapshot(rel, 'D');
    foreach act in array array['ledger_capture_insert', 'ledger_capture_update', 'ledger_capture_delete', 'ledger_no_truncate']
    loop
        execute format('drop trigger if exists %I on %s', act, rel);
    end loop;
    delete from public.ledger_table t where t.name = (select relname from pg_class where oid = rel);
end $$;

-- Guards. TRUNCATE has triggers of its own, so that a test can drop just those.
create trigger ledger_append_only before update or delete on ledger_event for each statement execute function ledger_refuse();
create trigger ledger_append_only before update or delete on ledger_block for each statement execute function ledger_refuse();
create trigger ledger_append_only before update or delete on ledger_context for each statement execute function ledger_refuse();
create trigger ledger_append_only before update on ledger_pending for each statement execute function ledger_refuse();
create trigger ledger_no_truncate before truncate on ledger_event for each statement execute function ledger_refuse();
create trigger ledger_no_truncate before truncate on ledger_block for each statement execute function ledger_refuse();
create trigger ledger_no_truncate before truncate on ledger_context for each statement execute function ledger_refuse();
create trigger ledger_no_truncate before truncate on ledger_pending for each statement execute function ledger_refuse();
create trigger ledger_no_truncate before truncate on ledger_table for each statement execute function ledger_refuse();
alter table ledger_event enable always trigger ledger_append_only, enable always trigger ledger_no_truncate;
alter table ledger_block enable always trigger ledger_append_only, enable always trigger ledger_no_truncate;
alter table ledger_context enable always trigger ledger_append_only, enable always trigger ledger_no_truncate;
alter table ledger_pending enable always trigger ledger_append_only, enable always trigger ledger_no_truncate;
alter table ledger_table enable always trigger ledger_no_truncate;

-- A trigger function anybody may use could be hung on a temporary table to forge events.
revoke execute on function ledger_capture(), ledger_refuse(), ledger_context_id() from public;
revoke execute on function ledger_snapshot(regclass, "char"), ledger_track(regclass, smallint, text[]), ledger_untrack(regclass)
    from public;
