-- The gates over the rows an insert writes, in one function: what records_gates_insert, records_limits_insert and
-- records_persons_insert judged before (0006_*.sql, which go on judging updates), and the reference to the subject. Every
-- pass over the rows costs an import of a hundred thousand, so there are four in all: what rows have in common, their
-- periods, their subjects, and facts that ended for good.
-- Without sequential scans, because the plans are cached while a file may make the tables grow a thousandfold.
create or replace function records_gates_insert() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
    found_one text;
    persons text[];
begin
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
        select t.id from public.catalog_publicationtier t where t.id in (select tier_id from facts) for key share)
    select case
        when i.id is null then 'item_id=' || f.item_id
        when p.id is null then 'provider_id=' || f.provider_id
        when f.batch_id is not null and b.id is null then 'batch_id=' || f.batch_id
        when f.regime_id is not null and g.id is null then 'regime_id=' || f.regime_id
        when f.tier_id is not null and t.id is null then 'tier_id=' || f.tier_id
        when i.code <> f.item_code or f.earliest < i.effective_from or f.latest > coalesce(i.effective_until, 'infinity')
            then format('G1 item_not_in_force: %s/%s', f.item_code, f.earliest)
        when i.nature = 'dishonest' and not exists (
                select from public.catalog_documentkind k where k.name = f.document_kind and k.lawful)
            then 'G3 document_kind_not_allowed: ' || f.document_kind
        when not exists (
                select from public.catalog_providerroute r
                where r.agency_id = f.provider_id and r.item_code = f.item_code and r.effective_from <= today
                  and coalesce(r.effective_until, 'infinity') >= today - 7)
            then format('G4 provider_not_authorised: %s/%s', f.provider_id, f.item_code)
        end as wrong into found_one
    from facts f left join items i on i.id = f.item_id left join providers p on p.id = f.provider_id
    left join batches b on b.id = f.batch_id left join regimes g on g.id = f.regime_id left join tiers t on t.id = f.tier_id
    order by wrong nulls last limit 1;
    if found_one like 'G_ %' then
        raise exception '%', found_one using errcode = 'check_violation';
    elsif found_one is not null then
        raise exception 'records_creditrecord refers to nothing: %', found_one using errcode = 'foreign_key_violation';
    end if;

    -- G7: published only what the item publishes; neither shared nor, which is never longer, published beyond its rule
    select case when n.published_until is not null and (i.publicity <> 'public' or i.period_kind = 'never')
                then 'publication_not_allowed' else 'publication_too_long: ' || n.document_number end into found_one
    from new_rows n join public.catalog_catalogitem i on i.id = n.item_id
    left join public.catalog_publicationtier t on t.id = n.tier_id
    left join public.catalog_publicationregime g on g.id = t.regime_id
    left join public.catalog_fielddefinition f on i.period_kind = 'validity' and f.item_id = i.id and f.role = 'valid_until'
    where n.published_until is not null and (i.publicity <> 'public' or i.period_kind = 'never')
       or n.shared_until is not null
          and case i.period_kind
              when 'penalty' then t.id is null
                  or n.shared_until > records_period_start(g.start_from, n.decision_date, n.effective_date, n.received_at)
                                      + make_interval(months => t.max_months::int)
              when 'validity' then n.shared_until > coalesce((n.data ->> f.code)::date, '-infinity')
              else n.shared_until > n.decision_date + make_interval(months => i.period_months::int) end
    limit 1;
    if found then
        raise exception 'G7 %', found_one using errcode = 'check_violation';
    end if;

    -- The subject of every row, locked as a foreign key would; and the persons whose rows G6 and G7 ask about
    with wanted as materialized (
        select n.subject_id as id, bool_or(i.person_basis_id is null or n.published_until is not null) as asked
        from new_rows n join public.catalog_catalogitem i on i.id = n.item_id group by 1),
    held as materialized (
        select w.id, w.asked, s.kind, s.key from wanted w
        cross join lateral (
            select p.kind, p.key from public.records_subject p where p.id = w.id for key share) s)
    select (select 'subject_id=' || w.id from wanted w where w.id not in (select h.id from held h) limit 1),
           (select array_agg(h.key) from held h where h.kind = 'person' and h.asked)
    into found_one, persons;
    if found_one is not null then
        raise exception 'records_creditrecord refers to nothing: %', found_one using errcode = 'foreign_key_violation';
    end if;

    -- G6 and G7 for natural persons. The consents are locked, so that a withdrawal at the same moment waits and then finds
    -- the new record.
    if persons is not null then
        perform from public.records_consent c where c.key = any (persons) for share;
        select judged.refusal into found_one
        from new_rows n
        join public.catalog_catalogitem i on i.id = n.item_id
             and (i.person_basis_id is null or n.published_until is not null)
        cross join lateral (select p.key, p.birth_year from public.records_subject p
                            where p.id = n.subject_id and p.kind = 'person' offset 0) s
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

-- The reference to the subject, when it changes and when the subject goes
create function records_subject_changed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    found_one bigint;
begin
    select w.subject_id into found_one
    from (select distinct n.subject_id from new_rows n join old_rows o on o.id = n.id where n.subject_id <> o.subject_id) w
    left join lateral (select p.id from public.records_subject p where p.id = w.subject_id for key share) s on true
    where s.id is null limit 1;
    if found then
        raise exception 'records_creditrecord refers to nothing: subject_id=%', found_one using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;
create trigger records_subject_changed after update on records_creditrecord referencing old table as old_rows new table as new_rows
for each statement execute function records_subject_changed();
alter table records_creditrecord enable always trigger records_subject_changed;

drop trigger records_limits_insert on records_creditrecord;
drop function records_limits_insert();
drop trigger records_persons_insert on records_creditrecord;
drop function records_persons_insert();
