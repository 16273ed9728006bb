"""G8 in the database: the basis of a scheme ranks high enough for its level, whoever writes and from whichever side."""

from django.db import migrations

FORWARD = """
create function blacklist_basis_suffices(scheme_level text, basis_level text) returns boolean
language sql immutable
return basis_level in ('law', 'administrative_regulation', 'central_policy')
    or (scheme_level = 'provincial' and basis_level = 'provincial_regulation');

-- The lock keeps the basis from being ranked down between this look and the commit.
create function blacklist_scheme_basis() returns trigger
language plpgsql
as $$
declare
    basis_level text;
begin
    select level into basis_level from catalog_legalbasis where id = new.basis_id for share;
    if not blacklist_basis_suffices(new.level, coalesce(basis_level, '')) then
        raise exception 'scheme_basis_too_low: % (%)', new.code, basis_level using errcode = 'check_violation';
    end if;
    return new;
end $$;

create function blacklist_basis_level() returns trigger
language plpgsql
as $$
declare
    scheme text;
begin
    select s.code into scheme from blacklist_listscheme s
    where s.basis_id = new.id and not blacklist_basis_suffices(s.level, new.level) limit 1;
    if found then
        raise exception 'scheme_basis_too_low: % (%)', scheme, new.level using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger scheme_basis_suffices before insert or update of level, basis_id on blacklist_listscheme
    for each row execute function blacklist_scheme_basis();
create trigger scheme_basis_suffices after update of level on catalog_legalbasis
    for each row execute function blacklist_basis_level();
"""

REVERSE = """
drop trigger scheme_basis_suffices on catalog_legalbasis;
drop trigger scheme_basis_suffices on blacklist_listscheme;
drop function blacklist_basis_level();
drop function blacklist_scheme_basis();
drop function blacklist_basis_suffices(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("blacklist", "0002_track")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
