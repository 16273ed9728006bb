"""What changes a ground enters its measures in the ledger, each with an event of its own: receivers tell events apart by object.

Inserts pay nothing, and of updates only those that name one of these columns and change it.
"""

from django.db import migrations, models

from ledger.operations import RebaseTable

SQL = """
-- The subject's name stands in what is told of an entry and of a measure; `ended_noted` is only a message and is turned back.
create function sanctions_tell_again() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    ids bigint[];
begin
    if tg_argv[0] = 'record' then
        ids := array(select a.id from public.sanctions_appliedmeasure a where a.record_id = new.id);
    elsif tg_argv[0] = 'entry' then
        ids := array(select a.id from public.sanctions_appliedmeasure a where a.entry_id = new.id);
    else
        ids := array(select a.id from public.sanctions_appliedmeasure a where a.subject_id = new.id or a.company_id = new.id);
        for turn in 1..2 loop
            update public.blacklist_listentry set ended_noted = not ended_noted where subject_id = new.id;
        end loop;
    end if;
    if cardinality(ids) > 0 then
        update public.sanctions_appliedmeasure a set noted_at = clock_timestamp()
        where a.id = any(ids) and (a.lifted_on is null or a.lifted_on > (now() at time zone 'Asia/Shanghai')::date);
    end if;
    return null;
end $$;
create trigger sanctions_tell_again
after update of shared_until, used_until, ended_on, suspended_from, suspended_until, document_number on records_creditrecord
for each row when (
    (old.shared_until, old.used_until, old.ended_on, old.suspended_from, old.suspended_until, old.document_number) is distinct from
    (new.shared_until, new.used_until, new.ended_on, new.suspended_from, new.suspended_until, new.document_number))
execute function sanctions_tell_again('record');
create trigger sanctions_tell_again
after update of ends_on, ended_on, suspended_from, suspended_until, decision_number on blacklist_listentry
for each row when (
    (old.ends_on, old.ended_on, old.suspended_from, old.suspended_until, old.decision_number) is distinct from
    (new.ends_on, new.ended_on, new.suspended_from, new.suspended_until, new.decision_number))
execute function sanctions_tell_again('entry');
create trigger sanctions_tell_again after update of name, uscc on records_subject
for each row when ((old.name, old.uscc) is distinct from (new.name, new.uscc))
execute function sanctions_tell_again('subject');
alter table records_creditrecord enable always trigger sanctions_tell_again;
alter table blacklist_listentry enable always trigger sanctions_tell_again;
alter table records_subject enable always trigger sanctions_tell_again;

-- The mark alone may change, and only by what changes a ground or for a measure that is over: whoever notes anything else is refused.
drop trigger sanctions_gate_applied on sanctions_appliedmeasure;
create trigger sanctions_gate_applied before update on sanctions_appliedmeasure for each row
when (not records_erasing('measure', old.id) and to_jsonb(old) - 'noted_at' is distinct from to_jsonb(new) - 'noted_at')
execute function sanctions_gate_applied();
create trigger sanctions_noted before update of noted_at on sanctions_appliedmeasure for each row
when (old.noted_at is distinct from new.noted_at and pg_trigger_depth() = 0
      and sanctions_applied_in_force(old, (now() at time zone 'Asia/Shanghai')::date))
execute function sanctions_kept();
alter table sanctions_appliedmeasure enable always trigger sanctions_gate_applied;
alter table sanctions_appliedmeasure enable always trigger sanctions_noted;
"""
REVERSE = """
drop trigger sanctions_noted on sanctions_appliedmeasure;
drop trigger sanctions_gate_applied on sanctions_appliedmeasure;
create trigger sanctions_gate_applied before update on sanctions_appliedmeasure
for each row when (not records_erasing('measure', old.id)) execute function sanctions_gate_applied();
alter table sanctions_appliedmeasure enable always trigger sanctions_gate_applied;
drop trigger sanctions_tell_again on records_creditrecord;
drop trigger sanctions_tell_again on blacklist_listentry;
drop trigger sanctions_tell_again on records_subject;
drop function sanctions_tell_again();
"""


class Migration(migrations.Migration):

    dependencies = [("sanctions", "0012_storage"), ("blacklist", "0013_erasure"), ("records", "0017_more_holdings")]

    operations = [
        migrations.AddField(
            model_name="appliedmeasure",
            name="noted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="变化已记入留痕"),
        ),
        migrations.RunSQL(SQL, REVERSE),
        RebaseTable("sanctions_appliedmeasure"),
    ]
