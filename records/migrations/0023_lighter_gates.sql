-- The gates over the rows an insert writes, with less work for every row: what an item and a tier say is read once for the
-- whole statement and joined, the subjects are found by one sorted search, and the rows of persons are not looked for again.
-- Without sequential scans, because the plans are cached while a file may make the tables grow a thousandfold.
create or replace function records_gates_insert() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
    found_one text;
    item_ids bigint[];
    tier_ids bigint[];
    asked_item_ids bigint[];
    subject_ids bigint[];
    person_ids bigint[];
    persons text[];
    known bigint;
begin
    -- Whoever deletes a subject waits for those who name one, and is waited for here.
    perform pg_advisory_xact_lock_shared({lock});

    -- References that hold a handful of values per statement, each looked up once and locked against deletion; G1: recorded
    -- under the catalog row in force on the decision date; G3: dishonest conduct rests on a lawful kind of document; G4: the
    -- provider has a route (seven days of grace: a file handed in on the last day may still be at work).
    with facts as materialized (
        select n.item_id, n.item_code, n.provider_id, n.batch_id, n.regime_id, n.tier_id, n.document_kind,
               min(n.decision_date) as earliest, max(n.decision_date) as latest
        from new_rows n group by 1, 2, 3, 4, 5, 6, 7),
    items as materialized (
        select i.* from public.catalog_catalogitem i where i.id in (select item_id from facts) for key share),
    providers as materialized (
        select a.id from public.agencies_agency a where a.id in (select provider_id from facts) for key share),
    batches as materialized (
        select b.id from public.records_intakebatch b where b.id in (select batch_id from facts) for key share),
    regimes as materialized (
        select g.id from public.catalog_publicationregime g where g.id in (select regime_id from facts) for key share),
    tiers as materialized (
        select t.id from public.catalog_publicationtier t where t.id in (select tier_id from facts) for key share),
    judged as materialized (
        select case
            when i.id is null then 'item_id=' || f.item_id
            when p.id is null then 'provider_id=' || f.provider_id
            when f.batch_id is not null and b.id is null then 'batch_id=' || f.batch_id
            when f.regime_id is not null and g.id is null then 'regime_id=' || f.regime_id
            when f.tier_id is not null and t.id is null then 'tier_id=' || f.tier_id
            when i.code <> f.item_code or f.earliest < i.effective_from or f.latest > coalesce(i.effective_until, 'infinity')
                then format('G1 item_not_in_force: %s/%s', f.item_code, f.earliest)
            when i.nature = 'dishonest' and not catalog_kind_lawful(f.document_kind, f.earliest, f.latest)
              or not catalog_kind_runs(f.document_kind, f.earliest, f.latest)
                then 'G3 document_kind_not_allowed: ' || f.document_kind
            when not exists (
                    select from public.catalog_providerroute r
                    where r.agency_id = f.provider_id and r.item_code = f.item_code and r.effective_from <= today
                      and coalesce(r.effective_until, 'infinity') >= today - 7)
                then format('G4 provider_not_authorised: %s/%s', f.provider_id, f.item_code)
            end as wrong
        from facts f left join items i on i.id = f.item_id left join providers p on p.id = f.provider_id
        left join batches b on b.id = f.batch_id left join regimes g on g.id = f.regime_id left join tiers t on t.id = f.tier_id)
    select (select min(j.wrong) from judged j), (select array_agg(i.id) from items i), (select array_agg(t.id) from tiers t),
           (select array_agg(i.id) from items i where i.person_basis_id is null)
    into found_one, item_ids, tier_ids, asked_item_ids;
    if found_one like 'G_ %' then
        raise exception '%', found_one using errcode = 'check_violation';
    elsif found_one is not null then
        raise exception 'records_creditrecord refers to nothing: %', found_one using errcode = 'foreign_key_violation';
    end if;

    -- G7: published only what the item publishes; neither shared nor, which is never longer, published beyond its rule
    with items as materialized (
        select i.id, i.period_kind, i.publicity = 'public' and i.period_kind <> 'never' as publishes,
               make_interval(months => i.period_months::int) as longest,
               (select f.code from public.catalog_fielddefinition f where f.item_id = i.id and f.role = 'valid_until') as valid_until
        from public.catalog_catalogitem i where i.id = any (item_ids)),
    tiers as materialized (
        select t.id, g.start_from, make_interval(months => t.max_months::int) as longest
        from public.catalog_publicationtier t join public.catalog_publicationregime g on g.id = t.regime_id
        where t.id = any (tier_ids))
    select case when n.published_until is not null and not i.publishes
                then 'publication_not_allowed' else 'publication_too_long: ' || n.document_number end into found_one
    from new_rows n join items i on i.id = n.item_id left join tiers t on t.id = n.tier_id
    where n.published_until is not null and not i.publishes
       or n.shared_until is not null
          and case i.period_kind
              when 'penalty' then t.id is null
                  or n.shared_until > records_period_start(t.start_from, n.decision_date, n.effective_date, n.received_at) + t.longest
              when 'validity' then n.shared_until > coalesce((n.data ->> i.valid_until)::date, '-infinity')
              else n.shared_until > n.decision_date + i.longest end
    limit 1;
    if found then
        raise exception 'G7 %', found_one using errcode = 'check_violation';
    end if;

    -- The subject of every row
    select array_agg(distinct n.subject_id) into subject_ids from new_rows n;
    select count(*), array_agg(s.id) filter (where s.kind = 'person') into known, person_ids
    from public.records_subject s where s.id = any (subject_ids);
    if known <> coalesce(cardinality(subject_ids), 0) then
        select 'subject_id=' || w.id into found_one from unnest(subject_ids) w(id)
        where not exists (select from public.records_subject s where s.id = w.id) limit 1;
        raise exception 'records_creditrecord refers to nothing: %', found_one using errcode = 'foreign_key_violation';
    end if;

    -- G6 and G7 for the natural persons among them, who are locked as a foreign key would. So are the consents, so that a
    -- withdrawal at the same moment waits and then finds the new record.
    if person_ids is not null then
        select array_agg(held.key) into persons from (
            select s.key from public.records_subject s where s.id = any (array(
                select n.subject_id from unnest(person_ids) p(id) join new_rows n on n.subject_id = p.id
                where n.published_until is not null or n.item_id = any (asked_item_ids)))
            for key share) held;
    end if;
    if persons is not null then
        perform from public.records_consent c where c.key = any (persons) for share;
        select judged.refusal into found_one
        from (select s.id, s.key, s.birth_year from public.records_subject s where s.key = any (persons) offset 0) s
        join new_rows n on n.subject_id = s.id
        join public.catalog_catalogitem i on i.id = n.item_id
             and (i.person_basis_id is null or n.published_until is not null)
        cross join lateral (select coalesce(
            case when i.person_basis_id is null
                 then records_collection_refusal(s.key, n.item_code, n.shared_until, n.used_until, today) end,
            case when n.published_until >= today
                 then records_publication_refusal(s.key, n.item_code, s.birth_year, n.decision_date, n.published_until,
                                                  i.person_publication_basis_id is not null, today) end) as refusal offset 0) judged
        where (n.ended_on is null or n.ended_on > today) and judged.refusal is not null
        limit 1;
        if found then
            raise exception '%', found_one using errcode = 'check_violation';
        end if;
    end if;

    -- G3: a fact that ended for good does not come in again
    select n.document_number into found_one from new_rows n
    where (select r.id from public.records_creditrecord r
           where r.fingerprint = n.fingerprint and r.ended_on is not null and r.id <> n.id and r.end_reason in ({barring})
           limit 1) is not null
    limit 1;
    if found then
        raise exception 'G3 document_not_effective: the same fact ended for good: %', found_one using errcode = 'check_violation';
    end if;
    return null;
end $$;

create function records_subject_going() returns trigger
language plpgsql
as $$
begin
    perform pg_advisory_xact_lock({lock});
    return null;
end $$;

create trigger records_subject_going before delete on records_subject
for each statement execute function records_subject_going();
alter table records_subject enable always trigger records_subject_going;
