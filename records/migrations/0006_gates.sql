-- Replaces 0002_gates.sql: a period starts on the day its regime says; what G7 asks of natural persons is asked by
-- 0006_persons_gate.sql.
-- Gates G1, G3, G4 and G7 over the rows a statement writes, whoever writes them and how: COPY, update() or raw SQL.
-- A template: the migration fills in the event and the rows to judge. Values that few rows differ in are judged once.
create or replace function records_gates_{event}() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
    found_one text;
begin
    -- References that hold a handful of values per statement: each is looked up once and locked against deletion.
    {references}

    -- G1: recorded under the catalog row that was in force on the decision date
    select format('%s/%s', d.item_code, d.earliest) into found_one
    from (select n.item_id, n.item_code, min(n.decision_date) as earliest, max(n.decision_date) as latest
          from {rows} n group by 1, 2) d
    join public.catalog_catalogitem i on i.id = d.item_id
    where i.code <> d.item_code or d.earliest < i.effective_from or d.latest > coalesce(i.effective_until, 'infinity')
    limit 1;
    if found then
        raise exception 'G1 item_not_in_force: %', found_one using errcode = 'check_violation';
    end if;

    -- G3: dishonest conduct rests on a lawful kind of document
    select d.document_kind into found_one
    from (select distinct n.item_id, n.document_kind from {rows} n) d
    join public.catalog_catalogitem i on i.id = d.item_id and i.nature = 'dishonest'
    where not exists (select from public.catalog_documentkind k where k.name = d.document_kind and k.lawful)
    limit 1;
    if found then
        raise exception 'G3 document_kind_not_allowed: %', found_one using errcode = 'check_violation';
    end if;

    -- G4: the provider has a route. Seven days of grace: a file handed in on the last day may still be at work.
    select format('%s/%s', d.provider_id, d.item_code) into found_one
    from (select distinct n.provider_id, n.item_code from {rows} n) d
    where not exists (
        select from public.catalog_providerroute r
        where r.agency_id = d.provider_id and r.item_code = d.item_code and r.effective_from <= today
          and coalesce(r.effective_until, 'infinity') >= today - 7)
    limit 1;
    if found then
        raise exception 'G4 provider_not_authorised: %', found_one using errcode = 'check_violation';
    end if;

    -- G7: published only what the item publishes, no longer than its rule
    select case when i.publicity <> 'public' or i.period_kind = 'never' then 'publication_not_allowed'
                else 'publication_too_long' end into found_one
    from {rows} n join public.catalog_catalogitem i on i.id = n.item_id
    left join public.catalog_publicationtier t on t.id = n.tier_id
    left join public.catalog_publicationregime g on g.id = t.regime_id
    where n.published_until is not null
      and (i.publicity <> 'public' or i.period_kind = 'never'
           or i.period_kind = 'penalty'
              and (t.id is null or n.published_until > records_period_start(g.start_from, n.decision_date, n.effective_date, n.received_at)
                                         + make_interval(months => t.max_months::int))
           or i.period_kind = 'fixed'
              and n.published_until > n.decision_date + make_interval(months => i.period_months::int))
    limit 1;
    if found then
        raise exception 'G7 %', found_one using errcode = 'check_violation';
    end if;
    return null;
end $$;
