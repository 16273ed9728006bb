"""Erasure of cases about persons, once their retention has run out (records 0013)."""

from django.db import migrations

SQL = """
create function erase_repair_case(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.repair_case
    set secret = '', code_digest = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), salt = gen_random_uuid(),
        reasons = case when reasons = '' then '' else '（已删除）' end
    where id = one and subject_id = person and closed_on is not null;
    if not found then
        raise exception 'case % is open, or not about the person', one using errcode = 'restrict_violation';
    end if;
    update public.repair_casestep set note = '' where case_id = one;
    update public.repair_material set note = case when note = '' then '' else '（已删除）' end where case_id = one;
    update public.repair_falsecommitment set facts = '（已删除）' where case_id = one;
end $$;
revoke execute on function erase_repair_case(bigint, bigint) from public;

drop trigger repair_case_gate on repair_case;
create trigger repair_case_gate_new before insert on repair_case for each row execute function repair_case_gate();
create trigger repair_case_gate before update on repair_case
for each row when (not records_erasing('repair_case', old.id)) execute function repair_case_gate();
drop trigger repair_step_fixed on repair_casestep;
create trigger repair_step_fixed before update or delete on repair_casestep
for each row when (not records_erasing('repair_case', old.case_id)) execute function repair_fixed();
drop trigger repair_material_fixed on repair_material;
create trigger repair_material_fixed before update or delete on repair_material
for each row when (not records_erasing('repair_case', old.case_id)) execute function repair_fixed();
alter table repair_case enable always trigger repair_case_gate;
alter table repair_case enable always trigger repair_case_gate_new;
alter table repair_casestep enable always trigger repair_step_fixed;
alter table repair_material enable always trigger repair_material_fixed;
"""
REVERSE = """
drop trigger repair_case_gate_new on repair_case;
drop trigger repair_case_gate on repair_case;
create trigger repair_case_gate before insert or update on repair_case for each row execute function repair_case_gate();
drop trigger repair_step_fixed on repair_casestep;
create trigger repair_step_fixed before update or delete on repair_casestep for each row execute function repair_fixed();
drop trigger repair_material_fixed on repair_material;
create trigger repair_material_fixed before update or delete on repair_material for each row execute function repair_fixed();
alter table repair_case enable always trigger repair_case_gate;
alter table repair_casestep enable always trigger repair_step_fixed;
alter table repair_material enable always trigger repair_material_fixed;
drop function erase_repair_case(bigint, bigint);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('repair', '0004_materials'),
        ('records', '0013_erasure'),
    ]

    operations = [migrations.RunSQL(SQL, REVERSE)]
