"""G4 in the database: who decided stands in a record by the name registered for the code beside it.

An insert asks it once for all rows that have it in common; an update only where it changes one of the two. What was taken in
before stays as it is, and a unit that takes another name later keeps the old one in its old records.
"""

from importlib import import_module

from django.db import migrations

_LIGHTER: str = import_module("records.migrations.0023_lighter_gates").LIGHTER
BEFORE = _LIGHTER[_LIGHTER.index("create or replace function records_gates_insert") :].split("end $$;")[0] + "end $$;"
AFTER = BEFORE
for old, new in (
    ("n.regime_id, n.tier_id, n.document_kind,\n", "n.regime_id, n.tier_id, n.document_kind, n.authority_name, n.authority_uscc,\n"),
    ("group by 1, 2, 3, 4, 5, 6, 7)", "group by 1, 2, 3, 4, 5, 6, 7, 8, 9)"),
    (
        "                then format('G4 provider_not_authorised: %s/%s', f.provider_id, f.item_code)\n",
        "                then format('G4 provider_not_authorised: %s/%s', f.provider_id, f.item_code)\n"
        "            when not records_named_by_code(f.authority_name, f.authority_uscc)\n"
        "                then format('G4 provider_not_authorised: %s/%s', f.authority_name, f.authority_uscc)\n",
    ),
):  # fmt: skip
    assert AFTER.count(old) == 1, old
    AFTER = AFTER.replace(old, new)

NAMED = """
create function records_named_by_code(stated_name text, stated_code text) returns boolean
language sql stable
return stated_code = '' or exists (select from public.agencies_agency a where a.uscc = stated_code and a.name = stated_name);

create function records_authority_changed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if not records_named_by_code(new.authority_name, new.authority_uscc) then
        raise exception 'G4 provider_not_authorised: %/%', new.authority_name, new.authority_uscc using errcode = 'check_violation';
    end if;
    return null;
end $$;

create trigger records_authority_changed after update of authority_name, authority_uscc on records_creditrecord for each row
when (old.authority_name <> new.authority_name or old.authority_uscc <> new.authority_uscc)
execute function records_authority_changed();
alter table records_creditrecord enable always trigger records_authority_changed;
"""
UNNAMED = """
drop trigger records_authority_changed on records_creditrecord;
drop function records_authority_changed();
drop function records_named_by_code(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0027_lists_as_files"), ("agencies", "0001_initial")]

    operations = [migrations.RunSQL(NAMED, UNNAMED), migrations.RunSQL(AFTER, BEFORE)]
