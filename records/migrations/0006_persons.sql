-- From which day a period counts (catalog/publication.py, `Regime.start`).
create function records_period_start(start_from text, decided date, determined date, received timestamptz) returns date
language sql immutable
return case start_from when 'determination' then determined
                       when 'publication' then (received at time zone 'Asia/Shanghai')::date
                       else decided end;

-- Consents, and gates G6 and G7 for natural persons over the rows a statement writes (方案第4条（2）、第13条).

-- The last day until which a person's consents in force on `day` carry a state of records of an item; null = not at all.
-- `state`: '' the record itself, 'sharing', 'use'.
create function records_consent_until(person text, item text, wanted text, state text, day date) returns date
language sql stable
return (select max(c.valid_until) from public.records_consent c
        where c.key = person and c.kind = wanted and item = any (c.items) and c.withdrawn_at is null
          and c.valid_from <= day and c.valid_until >= day and (state = '' or state = any (c.allows)));

-- Why a person's record may not stand on the consents in force on `day`, or null (records/rules/persons.py).
create function records_collection_refusal(person text, item text, shared date, used date, day date) returns text
language sql stable
return case
    when records_consent_until(person, item, 'collection', '', day) is null
        then case when exists (select from public.records_consent c
                               where c.key = person and c.kind = 'collection' and item = any (c.items)
                                 and (c.withdrawn_at is not null or c.valid_until < day))
                  then 'G6 consent_expired' else 'G6 consent_missing' end
    when shared >= day and shared > coalesce(records_consent_until(person, item, 'collection', 'sharing', day), '-infinity')
      or used >= day and used > coalesce(records_consent_until(person, item, 'collection', 'use', day), '-infinity')
        then 'G6 consent_expired'
end;

-- Why a person's record may not be published, or null. Of the age no more is known than the year of birth: what the
-- rules refuse by the day, this refuses by the year.
create function records_publication_refusal(
    person text, item text, birth_year int, decided date, published date, by_law boolean, day date) returns text
language sql stable
return case
    when birth_year is null
      or extract(year from decided) - birth_year < (
            select r.adult_age from public.records_consentrule r
            where r.effective_from <= day and coalesce(r.effective_until, 'infinity') >= day
            order by r.effective_from desc limit 1)
      or not by_law and published > coalesce(records_consent_until(person, item, 'publication', '', day), '-infinity')
        then 'G7 publication_not_allowed'
end;

-- A consent is never for life, and what was consented to never changes: it can only be withdrawn, once.
create function records_consent_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    months int;
begin
    if tg_op = 'DELETE' then
        raise exception 'a consent is withdrawn, not deleted: %', old.public_id using errcode = 'restrict_violation';
    end if;
    if tg_op = 'INSERT' then
        select r.max_months into months from public.records_consentrule r
        where r.effective_from <= new.given_on and coalesce(r.effective_until, 'infinity') >= new.given_on
        order by r.effective_from desc limit 1;
        if months is null or new.valid_until > new.valid_from + make_interval(months => months) then
            raise exception 'G6 consent_for_life: %', new.valid_until using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if old.withdrawn_at is not null
       or to_jsonb(new) - '{withdrawn_at,withdrawn_means}'::text[]
          is distinct from to_jsonb(old) - '{withdrawn_at,withdrawn_means}'::text[] then
        raise exception 'a consent can only be withdrawn: %', old.public_id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger records_consent_fixed before insert or update or delete on records_consent
for each row execute function records_consent_fixed();
alter table records_consent enable always trigger records_consent_fixed;
revoke delete, truncate on records_consent from credit_app;

-- A withdrawal takes effect on its day, in the transaction that writes it, whoever writes it: records that stood on the
-- consent alone end, what other consents still carry is cut to them. A clause of the catalog is no consent and stays.
create function records_consent_withdrawn() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    today constant date := least((now() at time zone 'Asia/Shanghai')::date,
                                 (new.withdrawn_at at time zone 'Asia/Shanghai')::date);
begin
    with touched as (
        select r.id, i.person_basis_id is not null as by_law,
               i.person_publication_basis_id is not null as shown_by_law,
               records_consent_until(new.key, r.item_code, 'collection', '', today) as held,
               coalesce(records_consent_until(new.key, r.item_code, 'collection', 'sharing', today), today - 1) as sharing,
               coalesce(records_consent_until(new.key, r.item_code, 'collection', 'use', today), today - 1) as use,
               coalesce(records_consent_until(new.key, r.item_code, 'publication', '', today), today - 1) as showing
        from public.records_subject s
        join public.records_creditrecord r on r.subject_id = s.id
        join public.catalog_catalogitem i on i.id = r.item_id
        where s.key = new.key and r.item_code = any (new.items)
          and (r.ended_on is null or r.ended_on > today)
          and (i.person_basis_id is null or i.person_publication_basis_id is null)
        for update of r)
    update public.records_creditrecord r
    set ended_on = case when t.by_law or t.held is not null then r.ended_on else today end,
        end_reason = case when t.by_law or t.held is not null then r.end_reason else 'consent_withdrawn' end,
        shared_until = case when t.by_law then r.shared_until
                            when r.shared_until > t.sharing then t.sharing else r.shared_until end,
        used_until = case when t.by_law or r.used_until is null then r.used_until
                          else least(r.used_until, t.use, t.sharing) end,
        published_until = case when r.published_until is null then null
                               else least(r.published_until,
                                          case when t.by_law then 'infinity' else t.sharing end,
                                          case when t.shown_by_law then 'infinity' else t.showing end) end
    from touched t
    where r.id = t.id;
    return null;
end $$;
create trigger records_consent_withdrawn after update of withdrawn_at on records_consent
for each row when (old.withdrawn_at is null and new.withdrawn_at is not null)
execute function records_consent_withdrawn();
alter table records_consent enable always trigger records_consent_withdrawn;
