"""Erasure of what clues say in words about a person, once they are closed and their retention has run out (records 0013)."""

from django.db import migrations

SQL = """
create function supervision_clue_about(c supervision_clue, person bigint) returns boolean
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
select case split_part(c.object_key, ':', 1)
    when 'list_case' then exists (
        select from public.blacklist_listcase k
        where k.subject_id = person and k.id::text = split_part(c.object_key, ':', 2))
    when 'case' then exists (
        select from public.repair_case k where k.subject_id = person and k.id::text = split_part(c.object_key, ':', 2))
    when 'lift' then exists (
        select from public.sanctions_appliedmeasure a
        where a.subject_id = person and a.public_id = split_part(c.object_key, ':', 2))
    else exists (
        select from public.records_creditrecord r where r.id = c.record_id and r.subject_id = person)
end
$$;

create function erase_clue(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.supervision_clue c
    set label = '（已删除）', outcome = '（已删除）', explanation = case when c.explanation = '' then '' else '（已删除）' end
    where c.id = one and c.state = 'closed' and public.supervision_clue_about(c, person);
    if not found then
        raise exception 'clue % is open, or not about the person', one using errcode = 'restrict_violation';
    end if;
end $$;
revoke execute on function erase_clue(bigint, bigint) from public;
"""
REVERSE = "drop function erase_clue(bigint, bigint); drop function supervision_clue_about(supervision_clue, bigint);"


class Migration(migrations.Migration):

    dependencies = [
        ("supervision", "0009_late_erasure"),
        ("sanctions", "0011_erasure"),
        ("repair", "0005_erasure"),
        ("blacklist", "0013_erasure"),
    ]

    operations = [migrations.RunSQL(SQL, REVERSE)]
