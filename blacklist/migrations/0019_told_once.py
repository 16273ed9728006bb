"""An end that is entered on its day or later is told by its own event, not by another one of the hour after."""

from django.db import migrations

TOLD = """
create function blacklist_end_told() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    new.ended_noted := coalesce(least(new.ends_on + 1, new.ended_on) <= (now() at time zone 'Asia/Shanghai')::date, false);
    return new;
end $$;
create trigger list_entry_end_told before update of ends_on, ended_on on blacklist_listentry for each row
when ((new.ends_on, new.ended_on) is distinct from (old.ends_on, old.ended_on))
execute function blacklist_end_told();
"""
NOT_TOLD = "drop trigger list_entry_end_told on blacklist_listentry; drop function blacklist_end_told();"


class Migration(migrations.Migration):

    dependencies = [("blacklist", "0018_noted")]

    operations = [migrations.RunSQL(TOLD, NOT_TOLD)]
