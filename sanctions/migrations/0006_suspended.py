"""A record whose publication and use rest (objection, reorganisation) carries no measure while they do."""

from django.db import migrations

USED = """
create or replace function sanctions_record_used(r records_creditrecord, day date) returns boolean
language sql immutable
as $$
select coalesce(r.used_until >= day, false) and (r.ended_on is null or r.ended_on > day)
   and (r.suspended_from is null or r.suspended_from > day or coalesce(r.suspended_until < day, false))
$$;
"""
BEFORE = """
create or replace function sanctions_record_used(r records_creditrecord, day date) returns boolean
language sql immutable
as $$
select coalesce(r.used_until >= day, false) and (r.ended_on is null or r.ended_on > day)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("sanctions", "0005_files"), ("records", "0005_suspension")]

    operations = [migrations.RunSQL(USED, BEFORE)]
