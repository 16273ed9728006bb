-- Lists decided elsewhere, as the database holds them: what a delivery would change, when a person must look first, and
-- that nobody gets on a list by an import that was not delivered and let through.

create function blacklist_compare(wanted bigint)
returns table (standing integer, delivered integer, added integer, changed integer, removed integer, same integer)
language sql stable set search_path = pg_catalog, public, pg_temp
as $$
    with incoming as (
        select distinct on (r.fingerprint) r.fingerprint, r.digest
        from public.blacklist_deliveredrow r where r.delivery_id = wanted order by r.fingerprint, r.id
    ), present as (
        select i.fingerprint, i.digest
        from public.blacklist_importedrow i join public.blacklist_listdelivery d on d.source_id = i.source_id
        where d.id = wanted
    ), unreadable as (
        select distinct f.fingerprint from public.blacklist_refusedrow f
        where f.delivery_id = wanted and f.fingerprint is not null
    )
    select count(p.fingerprint)::integer, count(n.fingerprint)::integer,
           (count(*) filter (where p.fingerprint is null))::integer,
           (count(*) filter (where p.digest <> n.digest))::integer,
           (count(*) filter (where n.fingerprint is null and u.fingerprint is null))::integer,
           (count(*) filter (where p.digest = n.digest))::integer
    from incoming n full join present p on p.fingerprint = n.fingerprint
    left join unreadable u on u.fingerprint = p.fingerprint
$$;

-- The last word on "by more than a set share"; blacklist.rules.deliveries says the same with reasons.
create function blacklist_delivery_flow() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    c record;
    s record;
    most integer;
begin
    if tg_op = 'INSERT' then
        if new.status <> 'queued' or new.decided_by_id is not null then
            raise exception 'delivery_not_checked: a delivery begins unread' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if new.source_id <> old.source_id or new.officer_id is distinct from old.officer_id
       or new.client_id is distinct from old.client_id or new.sha256 <> old.sha256
       or old.status in ('applied', 'refused', 'empty', 'failed', 'overtaken') and new.status <> old.status then
        raise exception 'delivery_not_checked: a delivery keeps what it was: %', old.public_id
            using errcode = 'restrict_violation';
    end if;
    if new.status = 'applied' and old.status <> 'approved' then
        raise exception 'delivery_not_checked: %', old.public_id using errcode = 'check_violation';
    end if;
    if new.status = 'approved' and old.status <> 'approved' then
        select * into c from blacklist_compare(new.id);
        select * into s from public.blacklist_importsource where id = new.source_id;
        if c.delivered = 0 then
            raise exception 'delivery_empty: %', old.public_id using errcode = 'check_violation';
        end if;
        most := greatest(s.hold_floor, c.standing * s.hold_percent / 100);
        if new.decided_by_id is null and (greatest(c.added, c.changed, c.removed) > most
           or new.rejected > greatest(s.hold_floor, new.total * s.hold_percent / 100)) then
            raise exception 'delivery_held: % changes too much to pass unseen', old.public_id
                using errcode = 'check_violation';
        end if;
    end if;
    return new;
end $$;
create trigger list_delivery_flow before insert or update on blacklist_listdelivery
for each row execute function blacklist_delivery_flow();

-- An imported entry is a row of a delivery that was let through. The owner of the database may restore and repair data;
-- the application may not get anybody on a list in any other way.
create function blacklist_entry_delivered() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if current_user <> 'credit_app' then
        return null;
    end if;
    if exists (
        select from new_rows n join public.blacklist_listscheme l on l.id = n.scheme_id
        where n.origin = 'imported' and not exists (
            select from public.blacklist_listdelivery d
            join public.blacklist_importsource s on s.id = d.source_id
            join public.blacklist_deliveredrow r on r.delivery_id = d.id
            where d.status = 'approved' and s.active and s.polarity = 'dishonesty' and s.scheme_code = l.code
              and n.source = s.code || ':' || encode(r.fingerprint, 'hex'))) then
        raise exception 'import_not_delivered: nobody is listed by an import without a delivery'
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create trigger list_entry_delivered after insert on blacklist_listentry
referencing new table as new_rows for each statement execute function blacklist_entry_delivered();

create function blacklist_honour_delivered() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if current_user <> 'credit_app' then
        return null;
    end if;
    if exists (
        select from new_rows n join public.blacklist_honourscheme l on l.id = n.scheme_id
        where not exists (
            select from public.blacklist_listdelivery d
            join public.blacklist_importsource s on s.id = d.source_id
            join public.blacklist_deliveredrow r on r.delivery_id = d.id
            where d.status = 'approved' and s.active and s.polarity = 'honour' and s.scheme_code = l.code
              and n.source = s.code || ':' || encode(r.fingerprint, 'hex'))) then
        raise exception 'import_not_delivered: nobody is honoured by an import without a delivery'
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create trigger honour_entry_delivered after insert on blacklist_honourentry
referencing new table as new_rows for each statement execute function blacklist_honour_delivered();

-- An honour stands on a law, a regulation or a policy of the centre or the province, as a list does.
create function blacklist_honour_basis() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    basis_level text;
begin
    select level into basis_level from public.catalog_legalbasis where id = new.basis_id for share;
    if not blacklist_basis_suffices('provincial', coalesce(basis_level, '')) then
        raise exception 'scheme_basis_too_low: % (%)', new.code, basis_level using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger honour_scheme_basis before insert or update of basis_id on blacklist_honourscheme
for each row execute function blacklist_honour_basis();

create trigger honour_entry_kept before delete on blacklist_honourentry
for each row execute function blacklist_never_deleted();
create trigger list_delivery_kept before delete on blacklist_listdelivery
for each row execute function blacklist_never_deleted();
revoke delete, truncate on blacklist_honourentry, blacklist_listdelivery, blacklist_importsource from credit_app;

alter table blacklist_listdelivery enable always trigger list_delivery_flow;
alter table blacklist_listdelivery enable always trigger list_delivery_kept;
alter table blacklist_listentry enable always trigger list_entry_delivered;
alter table blacklist_honourentry enable always trigger honour_entry_delivered;
alter table blacklist_honourentry enable always trigger honour_entry_kept;
alter table blacklist_honourscheme enable always trigger honour_scheme_basis;
