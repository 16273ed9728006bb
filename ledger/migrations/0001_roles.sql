-- Two roles without login. Web and workers act as credit_app, the sealer as credit_sealer; the owner migrates.
-- Roles belong to the whole cluster: another database may be creating them in this very moment, hence the retries.
do $$
declare
    wanted text;
    attempt int := 0;
begin
    foreach wanted in array array['credit_app', 'credit_sealer'] loop
        if not exists (select 1 from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin', wanted);
            exception
                when duplicate_object or unique_violation then
                    null;
                when insufficient_privilege then
                    raise exception 'role % is missing and % may not create roles', wanted, current_user using
                        errcode = 'insufficient_privilege',
                        hint = format('as a database administrator run: CREATE ROLE credit_app NOLOGIN; CREATE ROLE credit_sealer '
                                      'NOLOGIN; GRANT credit_app, credit_sealer TO %I; then migrate again', current_user);
            end;
        end if;
    end loop;
    -- A superuser may take any role; nothing to grant, and one write less to a shared catalog.
    while not (select rolsuper from pg_roles where rolname = current_user) and attempt < 50 loop
        begin
            execute format('grant credit_app, credit_sealer to %I', current_user);
            exit;
        exception
            when insufficient_privilege then
                raise warning '% is no member of credit_app and credit_sealer and may not grant them', current_user;
                exit;
            when unique_violation or internal_error then   -- "tuple concurrently updated"
                attempt := attempt + 1;
                perform pg_sleep(0.02);
        end;
    end loop;
end $$;

grant usage on schema public to credit_app, credit_sealer;
grant select, insert, update, delete on all tables in schema public to credit_app;
grant usage, select on all sequences in schema public to credit_app;
alter default privileges in schema public grant select, insert, update, delete on tables to credit_app;
alter default privileges in schema public grant usage, select on sequences to credit_app;

revoke all on ledger_event, ledger_block, ledger_context, ledger_pending, ledger_table from credit_app, public;
revoke all on sequence ledger_context_id_seq, ledger_pending_id_seq from credit_app, public;
grant select on ledger_event, ledger_block, ledger_context, ledger_pending, ledger_table to credit_app, credit_sealer;
grant delete on ledger_pending to credit_sealer;
grant insert on ledger_event, ledger_block to credit_sealer;
