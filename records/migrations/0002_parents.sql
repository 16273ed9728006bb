-- The other side of the references kept by records_gates_*: a row that records refer to is not deleted. Its key cannot
-- change either: every table concerned is tracked by the ledger, which refuses that.
create function records_keep_parent() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    referring boolean;
begin
    execute format('select exists (select from old_rows o join public.records_creditrecord r on r.%I = o.id)', tg_argv[0])
        into referring;
    if referring then
        raise exception 'records refer to a row of %', tg_relid::regclass using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;
