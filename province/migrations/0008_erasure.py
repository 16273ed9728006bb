"""Erasure of why the province turned down something about a person (records 0013)."""

from django.db import migrations

from ledger import tables

# an object of another table than the records has its table's number in front (province.naming)
SQL = f"""
create function province_rejection_about(j province_deliveryrejection, person bigint) returns boolean
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
select case j.object_id / 1000000000000
    when 0 then exists (
        select from public.records_creditrecord r where r.id = j.object_id and r.subject_id = person)
    when {tables.TABLES["blacklist_listentry"]} then exists (
        select from public.blacklist_listentry e where e.id = j.object_id % 1000000000000 and e.subject_id = person)
    when {tables.TABLES["repair_case"]} then exists (
        select from public.repair_case k where k.id = j.object_id % 1000000000000 and k.subject_id = person)
    else false
end
$$;

create function erase_rejection(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.province_deliveryrejection j set reason = '（已删除）'
    where j.id = one and public.province_rejection_about(j, person);
    if not found then
        raise exception 'rejection % is not about the person', one using errcode = 'restrict_violation';
    end if;
end $$;
revoke execute on function erase_rejection(bigint, bigint) from public;
"""
REVERSE = (
    "drop function erase_rejection(bigint, bigint); drop function province_rejection_about(province_deliveryrejection, bigint);"
)


class Migration(migrations.Migration):

    dependencies = [
        ("province", "0007_daily_figures"),
        ("records", "0017_more_holdings"),
        ("blacklist", "0013_erasure"),
        ("repair", "0005_erasure"),
    ]

    operations = [migrations.RunSQL(SQL, REVERSE)]
