-- Replaces 0004_limits.sql: a period starts on the day its regime says.
-- G7 and G13 over the rows a statement writes: nothing is shared or used beyond its rule, and a fact that ended for good
-- does not come in again. A template, as 0002_gates.sql.
create or replace function records_limits_{event}() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    found_one text;
begin
    select n.document_number into found_one
    from {rows} n join public.catalog_catalogitem i on i.id = n.item_id
    left join public.catalog_publicationtier t on t.id = n.tier_id
    left join public.catalog_publicationregime g on g.id = t.regime_id
    left join public.catalog_fielddefinition f on i.period_kind = 'validity' and f.item_id = i.id and f.role = 'valid_until'
    where n.shared_until is not null
      and (i.period_kind = 'penalty'
              and (t.id is null or n.shared_until > records_period_start(g.start_from, n.decision_date, n.effective_date,
                                         n.received_at) + make_interval(months => t.max_months::int))
           or i.period_kind in ('fixed', 'never')
              and n.shared_until > n.decision_date + make_interval(months => i.period_months::int)
           or i.period_kind = 'validity' and n.shared_until > coalesce((n.data ->> f.code)::date, '-infinity'))
    limit 1;
    if found then
        raise exception 'G7 publication_too_long: shared beyond its rule: %', found_one using errcode = 'check_violation';
    end if;

    -- A scalar subquery, so that it stays an index look-up in a cached plan.
    select n.document_number into found_one from {rows} n
    where (select r.id from public.records_creditrecord r
           where r.fingerprint = n.fingerprint and r.ended_on is not null and r.id <> n.id and r.end_reason in ({barring})
           limit 1) is not null
    limit 1;
    if found then
        raise exception 'G3 document_not_effective: the same fact ended for good: %', found_one using errcode = 'check_violation';
    end if;
    return null;
end $$;
