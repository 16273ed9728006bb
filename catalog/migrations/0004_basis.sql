-- The same reading of items 1 and 2 of the plan as catalog/rules/bases.py; an item that ended stays as it was.
create function catalog_basis_suffices(edition_level text, nature text, basis_level text, of_the_edition boolean)
    returns boolean
language sql immutable
return basis_level in ('law', 'administrative_regulation', 'central_policy')
    or (basis_level = 'provincial_regulation' and edition_level <> 'national')
    or (nature <> 'dishonest' and of_the_edition);

-- The lock keeps the basis from being ranked down between this look and the commit.
create function catalog_item_basis() returns trigger
language plpgsql
as $$
declare
    basis public.catalog_legalbasis;
    edition public.catalog_catalogedition;
begin
    select * into basis from public.catalog_legalbasis where id = new.basis_id for share;
    select * into edition from public.catalog_catalogedition where id = new.edition_id;
    if not public.catalog_basis_suffices(edition.level, new.nature, basis.level, basis.id = edition.basis_id)
       or new.effective_from not between coalesce(basis.effective_from, '-infinity')
                                     and coalesce(basis.effective_until, 'infinity') then
        raise exception 'G1 item_basis_too_low: %/%', new.code, basis.code using errcode = 'check_violation';
    end if;
    return new;
end $$;

create function catalog_basis_level() returns trigger
language plpgsql
as $$
declare
    item text;
begin
    select i.code into item
    from public.catalog_catalogitem i join public.catalog_catalogedition e on e.id = i.edition_id
    where i.basis_id = new.id
      and coalesce(i.effective_until, 'infinity') >= (now() at time zone 'Asia/Shanghai')::date
      and not public.catalog_basis_suffices(e.level, i.nature, new.level, new.id = e.basis_id)
    limit 1;
    if found then
        raise exception 'G1 item_basis_too_low: %/%', item, new.code using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger item_basis_suffices before insert or update of edition_id, basis_id, nature, effective_from
    on catalog_catalogitem for each row execute function catalog_item_basis();
create trigger item_basis_suffices after update of level on catalog_legalbasis
    for each row execute function catalog_basis_level();
