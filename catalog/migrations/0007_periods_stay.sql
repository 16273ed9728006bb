-- Records were dated by it: once a regime has begun, what decides about a period stays, whoever writes. Words and marks may
-- be corrected, and a regime may be closed on a day that has not passed (catalog/services/regimes.py).
create function catalog_periods_stay() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
begin
    if tg_relid = 'public.catalog_publicationtier'::regclass then
        if exists (select from public.catalog_publicationregime r where r.id = old.regime_id and r.effective_from <= today)
           and (tg_op = 'DELETE'
             or (new.regime_id, new.penalty_types, new.sectors, new.shown, new.min_months, new.max_months)
                is distinct from (old.regime_id, old.penalty_types, old.sectors, old.shown, old.min_months, old.max_months)) then
            raise exception 'G7 a regime in force keeps its periods: tier %', old.id using errcode = 'restrict_violation';
        end if;
    elsif old.effective_from <= today
       and ((new.effective_from, new.sector, new.start_from) is distinct from (old.effective_from, old.sector, old.start_from)
         or new.effective_until is distinct from old.effective_until
            and least(coalesce(new.effective_until, 'infinity'), coalesce(old.effective_until, 'infinity')) < today) then
        raise exception 'G7 a regime in force keeps its periods: regime %', old.code using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger tier_stays before update or delete on catalog_publicationtier
for each row execute function catalog_periods_stay();
create trigger regime_stays before update on catalog_publicationregime
for each row execute function catalog_periods_stay();
alter table catalog_publicationtier enable always trigger tier_stays;
alter table catalog_publicationregime enable always trigger regime_stays;
