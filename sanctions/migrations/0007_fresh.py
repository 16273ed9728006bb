"""Imported lists that an answer rests on must have come in their rhythm."""

from django.db import migrations

# Only lists the matter uses count, and only sources that ever delivered: what never came is no list of ours that could be old.
FRESH = """
drop function sanctions_sources_fresh(date);
create function sanctions_sources_fresh(day date, codes varchar[]) returns boolean
language sql stable
as $$
    select not exists (
        select from public.blacklist_importsource s
        cross join lateral (
            select max(d.finished_at) as at from public.blacklist_listdelivery d
            where d.source_id = s.id and d.status = 'applied') last
        where s.active and s.polarity = 'dishonesty'
          and (last.at at time zone 'Asia/Shanghai')::date + s.rhythm_days < day
          and exists (select from public.sanctions_measure m
                      where m.code = any(codes) and m.scheme_codes @> array[s.scheme_code]))
$$;
"""
BEFORE = """
drop function sanctions_sources_fresh(date, varchar[]);
create function sanctions_sources_fresh(day date) returns boolean language sql stable as $$ select true $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sanctions", "0006_suspended"), ("blacklist", "0008_imports")]
    operations = [migrations.RunSQL(FRESH, BEFORE)]
