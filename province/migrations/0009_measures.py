"""Erasure of why the province turned down something about a person reaches applied measures."""

from django.db import migrations

from ledger import tables

FUNCTION = """
create or replace function province_rejection_about(j province_deliveryrejection, person bigint) returns boolean
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
select case j.object_id / 1000000000000
    when 0 then exists (
        select from public.records_creditrecord r where r.id = j.object_id and r.subject_id = person)
    when {entries} then exists (
        select from public.blacklist_listentry e where e.id = j.object_id % 1000000000000 and e.subject_id = person)
    when {cases} then exists (
        select from public.repair_case k where k.id = j.object_id % 1000000000000 and k.subject_id = person)
    {measures}
    else false
end
$$;
"""
MEASURES = f"""when {tables.TABLES["sanctions_appliedmeasure"]} then exists (
        select from public.sanctions_appliedmeasure a where a.id = j.object_id % 1000000000000 and a.subject_id = person)"""
NUMBERS = {"entries": tables.TABLES["blacklist_listentry"], "cases": tables.TABLES["repair_case"]}


class Migration(migrations.Migration):

    dependencies = [("province", "0008_erasure"), ("sanctions", "0013_told")]

    operations = [
        migrations.RunSQL(FUNCTION.format(measures=MEASURES, **NUMBERS), FUNCTION.format(measures="", **NUMBERS))
    ]
