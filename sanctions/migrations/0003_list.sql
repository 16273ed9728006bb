-- The same readings as sanctions/rules/measures.py.
create function sanctions_rank(level text) returns smallint
language sql immutable
return case level when 'national' then 0 when 'provincial' then 1 else 2 end;

-- The list on a day: rows of editions in force. Of rows with one code the one of the newest edition stands (plan, item 9).
create function sanctions_standing(day date) returns setof sanctions_measure
language sql stable
as $$
    select m.* from public.sanctions_measure m join public.sanctions_measureedition e on e.id = m.edition_id
    where e.effective_from <= day and (e.effective_until is null or e.effective_until >= day)
      and not exists (
          select from public.sanctions_measure s join public.sanctions_measureedition h on h.id = s.edition_id
          where s.code = m.code and s.id <> m.id
            and h.effective_from <= day and (h.effective_until is null or h.effective_until >= day)
            and (h.effective_from > e.effective_from
                 or h.effective_from = e.effective_from and public.sanctions_rank(h.level) < public.sanctions_rank(e.level)))
$$;

-- What takes rights away quotes a basis that ranks high enough. The lock keeps the basis from being ranked down meanwhile.
create function sanctions_measure_basis() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    basis public.catalog_legalbasis;
    level text;
begin
    select * into basis from public.catalog_legalbasis where id = new.basis_id for share;
    select e.level into level from public.sanctions_measureedition e where e.id = new.edition_id;
    if new.measure_class in ('A', 'B')
       and not (basis.level in ('law', 'administrative_regulation', 'central_policy')
                or basis.level = 'provincial_regulation' and level <> 'national') then
        raise exception 'G10 measure_basis_too_low: %/%', new.code, basis.code using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger measure_basis_suffices before insert or update of edition_id, basis_id, measure_class
    on sanctions_measure for each row execute function sanctions_measure_basis();
alter table sanctions_measure enable always trigger measure_basis_suffices;

-- A matter never calls for what nobody may order (class C).
create function sanctions_matter_measures() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    found_one text;
begin
    select m.code into found_one from public.sanctions_measure m
    where m.code = any(new.measure_codes) and m.measure_class = 'C' limit 1;
    if found then
        raise exception 'G10 measure_cannot_be_ordered: %/%', new.code, found_one using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger matter_measures before insert or update on sanctions_matter
    for each row execute function sanctions_matter_measures();
alter table sanctions_matter enable always trigger matter_measures;

-- One number for everything an answer rests on: it rises with every change, in the same transaction.
insert into sanctions_liststate (id, version, answers) values (1, 1, 1);
create function sanctions_list_changed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.sanctions_liststate set version = version + 1;
    return null;
end $$;
create trigger list_changed after insert or update or delete on sanctions_measureedition
    for each statement execute function sanctions_list_changed();
create trigger list_changed after insert or update or delete on sanctions_measure
    for each statement execute function sanctions_list_changed();
create trigger list_changed after insert or update or delete on sanctions_matter
    for each statement execute function sanctions_list_changed();
alter table sanctions_measureedition enable always trigger list_changed;
alter table sanctions_measure enable always trigger list_changed;
alter table sanctions_matter enable always trigger list_changed;
