"""A new name of a subject moves the mark of its running entries, as it does for measures: one event, where turning a mark over and back took
two."""

from django.db import migrations

SQL = """
create or replace function sanctions_tell_again() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    ids bigint[];
    today date := (now() at time zone 'Asia/Shanghai')::date;
begin
    if tg_argv[0] = 'record' then
        ids := array(select a.id from public.sanctions_appliedmeasure a where a.record_id = new.id);
    elsif tg_argv[0] = 'entry' then
        ids := array(select a.id from public.sanctions_appliedmeasure a where a.entry_id = new.id);
    else
        ids := array(select a.id from public.sanctions_appliedmeasure a where a.subject_id = new.id or a.company_id = new.id);
        update public.blacklist_listentry set noted_at = clock_timestamp()
        where subject_id = new.id and (ends_on is null or ends_on >= today) and (ended_on is null or ended_on > today);
    end if;
    if cardinality(ids) > 0 then
        update public.sanctions_appliedmeasure a set noted_at = clock_timestamp()
        where a.id = any(ids) and (a.lifted_on is null or a.lifted_on > today);
    end if;
    return null;
end $$;
"""


class Migration(migrations.Migration):

    dependencies = [("sanctions", "0014_told_while_they_run"), ("blacklist", "0018_noted")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
