"""Erasure of measures applied to persons, once they are over and their retention has run out (records 0013)."""

from django.db import migrations

SQL = """
create function erase_measure(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
begin
    update public.sanctions_appliedmeasure a
    set document_number = '（已删除）', reason = '（已删除）', salt = gen_random_uuid(),
        informed_body = case when a.informed_body = '' then '' else '（已删除）' end,
        lift_document = case when a.lift_document = '' then '' else '（已删除）' end,
        lift_note = case when a.lift_note = '' then '' else '（已删除）' end
    where a.id = one and a.subject_id = person and not public.sanctions_applied_in_force(a, today);
    if not found then
        raise exception 'measure % is in force, or not about the person', one using errcode = 'restrict_violation';
    end if;
    update public.sanctions_measurefeedback f
    set document_number = '（已删除）', reason = case when f.reason = '' then '' else '（已删除）' end
    where f.measure_id = one;
end $$;
revoke execute on function erase_measure(bigint, bigint) from public;

-- What never changes lets this one thing happen.
drop trigger sanctions_gate_applied on sanctions_appliedmeasure;
create trigger sanctions_gate_applied_new before insert or delete on sanctions_appliedmeasure
for each row execute function sanctions_gate_applied();
create trigger sanctions_gate_applied before update on sanctions_appliedmeasure
for each row when (not records_erasing('measure', old.id)) execute function sanctions_gate_applied();
drop trigger sanctions_kept on sanctions_measurefeedback;
create trigger sanctions_kept before update or delete on sanctions_measurefeedback
for each row when (not records_erasing('measure', old.measure_id)) execute function sanctions_kept();
alter table sanctions_appliedmeasure enable always trigger sanctions_gate_applied_new;
alter table sanctions_appliedmeasure enable always trigger sanctions_gate_applied;
alter table sanctions_measurefeedback enable always trigger sanctions_kept;
"""
REVERSE = """
drop trigger sanctions_gate_applied_new on sanctions_appliedmeasure;
drop trigger sanctions_gate_applied on sanctions_appliedmeasure;
create trigger sanctions_gate_applied before insert or update or delete on sanctions_appliedmeasure
for each row execute function sanctions_gate_applied();
drop trigger sanctions_kept on sanctions_measurefeedback;
create trigger sanctions_kept before update or delete on sanctions_measurefeedback
for each row execute function sanctions_kept();
alter table sanctions_appliedmeasure enable always trigger sanctions_gate_applied;
alter table sanctions_measurefeedback enable always trigger sanctions_kept;
drop function erase_measure(bigint, bigint);
"""


class Migration(migrations.Migration):

    dependencies = [("sanctions", "0010_heads"), ("records", "0017_more_holdings")]

    operations = [migrations.RunSQL(SQL, REVERSE)]
