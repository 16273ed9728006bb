-- G6 and G7 for natural persons over the rows a statement writes; a template like 0002_gates.sql. The consents looked at
-- are locked, so that a withdrawal at the same moment waits and then finds the new record. Subjects are found one by one
-- by key: the plan is cached, while a file may make the table grow a thousandfold.
create function records_persons_{event}() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
    persons text[];
    found_one text;
begin
    perform from (select distinct n.item_id from {rows} n) d
    join public.catalog_catalogitem i on i.id = d.item_id
    where 'person' = any (i.subject_kinds) and (i.person_basis_id is null or i.publicity = 'public');
    if not found then
        return null;
    end if;

    select array_agg(distinct s.key) into persons
    from {rows} n
    join public.catalog_catalogitem i on i.id = n.item_id
         and (i.person_basis_id is null or n.published_until is not null)
    cross join lateral (select p.key from public.records_subject p
                        where p.id = n.subject_id and p.kind = 'person' offset 0) s;
    if persons is null then
        return null;
    end if;
    perform from public.records_consent c where c.key = any (persons) for share;

    select judged.refusal into found_one
    from {rows} n
    join public.catalog_catalogitem i on i.id = n.item_id
         and (i.person_basis_id is null or n.published_until is not null)
    cross join lateral (select p.key, p.birth_year from public.records_subject p
                        where p.id = n.subject_id and p.kind = 'person' offset 0) s
    cross join lateral (select coalesce(
        case when i.person_basis_id is null and ({always} or greatest(n.shared_until, n.used_until) >= today)
             then records_collection_refusal(s.key, n.item_code, n.shared_until, n.used_until, today) end,
        case when n.published_until >= today
             then records_publication_refusal(s.key, n.item_code, s.birth_year, n.decision_date, n.published_until,
                                              i.person_publication_basis_id is not null, today) end) as refusal offset 0) judged
    where (n.ended_on is null or n.ended_on > today) and judged.refusal is not null
    limit 1;
    if found then
        raise exception '%', found_one using errcode = 'check_violation';
    end if;
    return null;
end $$;
