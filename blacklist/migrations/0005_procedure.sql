-- Gates G8 and G9 as the database holds them, whoever writes and how. Every message begins with the code of the refusal.
-- The pure rules are blacklist/rules/; where both say the same, this is the last word.

-- --- days -----------------------------------------------------------------------------------------------------------
create function blacklist_today() returns date language sql stable
set search_path = pg_catalog, public, pg_temp
as $$ select (now() at time zone 'Asia/Shanghai')::date $$;

create function blacklist_is_workday(day date) returns boolean language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select coalesce((select c.is_workday from public.common_calendarday c where c.date = day), extract(isodow from day) < 6)
$$;

-- Working days after `since` up to and including `upto`.
create function blacklist_workdays(since date, upto date) returns integer language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select count(*)::integer from generate_series(since + 1, upto, interval '1 day') d where blacklist_is_workday(d::date)
$$;

create function blacklist_last_day(start date, amount integer, unit text) returns date language plpgsql stable
set search_path = pg_catalog, public, pg_temp
as $$
declare
    day date := start;
    missing integer := amount;
begin
    if unit = 'workdays' then
        while missing > 0 loop
            day := day + 1;
            missing := missing - blacklist_is_workday(day)::integer;
        end loop;
        return day;
    end if;
    day := case unit when 'months' then (start + make_interval(months => amount))::date else start + amount end;
    while not blacklist_is_workday(day) loop
        day := day + 1;
    end loop;
    return day;
end $$;

-- --- G8: schemes and who decides --------------------------------------------------------------------------------------
create function blacklist_competent(scheme bigint, agency bigint) returns boolean language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select exists (
        select from public.blacklist_listscheme s, public.agencies_agency a
        where s.id = scheme and a.id = agency and a.active
          and array_position(array['township', 'county', 'city', 'province'], a.level::text)
              >= greatest(2, coalesce(array_position(array['township', 'county', 'city', 'province'],
                                                     s.authority_min_level::text), 4))
          and (a.code = any(s.authority_agencies)
               or (s.authority_kinds <> '{}' or s.authority_sectors <> '{}')
                  and (s.authority_kinds = '{}' or a.kind = any(s.authority_kinds))
                  and (s.authority_sectors = '{}' or a.sectors && s.authority_sectors)))
$$;

create function blacklist_scheme_lawful() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    base record;
begin
    if new.field not in ('health_and_life', 'market_order', 'refused_obligation', 'national_defence') then
        raise exception 'scheme_field_not_allowed: % (%)', new.code, new.field using errcode = 'check_violation';
    end if;
    if new.level not in ('national', 'provincial') then
        raise exception 'authority_not_competent: % is set up by the %', new.code, new.level using errcode = 'check_violation';
    end if;
    if new.authority_min_level not in ('county', 'city', 'province') then
        raise exception 'authority_not_competent: % would be decided below the county', new.code
            using errcode = 'check_violation';
    end if;
    select b.level, b.effective_from, b.effective_until into base
    from public.catalog_legalbasis b where b.id = new.basis_id for share;
    if tg_op = 'INSERT' or new.effective_from <> old.effective_from or new.basis_id <> old.basis_id then
        if coalesce(base.effective_from, '-infinity') > new.effective_from
           or coalesce(base.effective_until, 'infinity') < new.effective_from then
            raise exception 'scheme_basis_too_low: the basis of % is not in force on %', new.code, new.effective_from
                using errcode = 'check_violation';
        end if;
    end if;
    return new;
end $$;
create trigger scheme_a_lawful before insert or update on blacklist_listscheme
for each row execute function blacklist_scheme_lawful();

-- A scheme under which somebody was listed or a case runs may end, never vanish.
create function blacklist_never_deleted() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    raise exception '% on % refused: it stays on file', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;

-- --- cases ------------------------------------------------------------------------------------------------------------
create function blacklist_case_opened() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    new.round := 1;
    new.opened_at := now();
    if new.opened_on > blacklist_today() or new.document_date > new.opened_on then
        raise exception 'date_in_future: case %', new.number using errcode = 'check_violation';
    end if;
    if not exists (select from public.blacklist_listscheme s where s.id = new.scheme_id and new.opened_on
                   between s.effective_from and coalesce(s.effective_until, 'infinity')) then
        raise exception 'scheme_not_in_force: case %', new.number using errcode = 'check_violation';
    end if;
    if not blacklist_competent(new.scheme_id, new.agency_id) then
        raise exception 'authority_not_competent: case %', new.number using errcode = 'check_violation';
    end if;
    if not exists (select from public.catalog_documentkind k where k.name = new.document_kind and k.lawful) then
        raise exception 'document_kind_not_allowed: case %', new.number using errcode = 'check_violation';
    end if;
    if new.record_id is not null and not exists (
        select from public.records_creditrecord r where r.id = new.record_id and r.subject_id = new.subject_id) then
        raise exception 'document_missing: case % rests on a record of somebody else', new.number
            using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger list_case_opened before insert on blacklist_listcase
for each row execute function blacklist_case_opened();

create function blacklist_case_fixed() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if (to_jsonb(new) - array['handler_id', 'round']) is distinct from (to_jsonb(old) - array['handler_id', 'round'])
       or new.round <> old.round and (pg_trigger_depth() < 2 or new.round <> old.round + 1) then
        raise exception 'a case keeps what it was opened with: %', old.number using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger list_case_fixed before update on blacklist_listcase
for each row execute function blacklist_case_fixed();
create trigger list_case_kept before delete on blacklist_listcase
for each row execute function blacklist_never_deleted();

-- --- the window, with suspensions left out ----------------------------------------------------------------------------
-- `resumed_on` ends a suspension that runs now; while one runs without it the window has no end.
create function blacklist_window(wanted_case bigint, wanted_round integer, served_on date, service_kind text, resumed_on date)
returns date language plpgsql stable
set search_path = pg_catalog, public, pg_temp
as $$
declare
    start date := served_on;
    due date;
    rule record;
    pause record;
    since date;
    until date;
begin
    if service_kind = 'public_notice' then
        select d.amount, d.unit into rule from public.catalog_deadlinerule d
        where d.code = 'list-public-notice' and served_on between d.effective_from and coalesce(d.effective_until, 'infinity');
        if not found then
            return 'infinity';
        end if;
        start := blacklist_last_day(served_on, rule.amount, rule.unit);
    end if;
    select d.amount, d.unit into rule from public.catalog_deadlinerule d
    where d.code = 'list-objection' and start between d.effective_from and coalesce(d.effective_until, 'infinity');
    if not found then
        return 'infinity';
    end if;
    due := blacklist_last_day(start, rule.amount, rule.unit);
    for pause in
        select s."on" as first, (select r."on" from public.blacklist_casestep r
                                 where r.case_id = s.case_id and r.round = s.round and r.kind = 'resumed' and r.id > s.id
                                 order by r.id limit 1) as next
        from public.blacklist_casestep s
        where s.case_id = wanted_case and s.round = wanted_round and s.kind = 'suspended' order by s.id
    loop
        until := coalesce(pause.next, resumed_on);
        continue when due < pause.first or until <= start;
        if until is null then
            return 'infinity';
        end if;
        since := greatest(pause.first, start + 1);
        if rule.unit = 'workdays' then
            due := blacklist_last_day(until - 1, blacklist_workdays(since - 1, due), 'workdays');
        else
            due := blacklist_last_day(due, greatest(0, until - since), 'days');
        end if;
    end loop;
    return due;
end $$;

-- --- steps ------------------------------------------------------------------------------------------------------------
-- The first code that stands against deciding on a day; null when nothing does.
create function blacklist_before_decision(wanted_case bigint, wanted_round integer, day date, with_review boolean)
returns text language plpgsql stable
set search_path = pg_catalog, public, pg_temp
as $$
declare
    f record;
begin
    select bool_or(s.kind = 'notice') as notified,
           bool_or(s.kind = 'served') as served,
           bool_or(s.kind = 'answer') as answered,
           bool_or(s.kind = 'answer' and s.outcome = 'upheld') as upheld,
           max(s.window_until) filter (where s.kind in ('served', 'resumed')) as window_until,
           bool_or(s.kind = 'objection' and not exists (
               select from public.blacklist_casestep a where a.answers_id = s.id)) as unanswered,
           bool_or(s.wants_hearing) as wants_hearing,
           bool_or(s.kind = 'hearing') as heard,
           coalesce(max(s.id) filter (where s.kind = 'suspended'), 0)
               > coalesce(max(s.id) filter (where s.kind = 'resumed'), 0) as suspended,
           max(s.id) filter (where s.kind = 'review') as review,
           max(s.id) filter (where s.kind in ('statement', 'objection', 'verified', 'answer', 'hearing')) as spoken
    into f
    from public.blacklist_casestep s where s.case_id = wanted_case and s.round = wanted_round;
    if not (coalesce(f.notified, false) and coalesce(f.served, false)) then
        return 'notice_not_served';
    elsif not f.answered and not coalesce(day > f.window_until, false) then
        return 'objection_window_open';
    elsif f.unanswered then
        return 'objection_unanswered';
    elsif f.upheld then
        return 'objection_upheld';
    elsif f.suspended then
        return 'case_suspended';
    elsif f.wants_hearing and not f.heard and exists (
        select from public.blacklist_listcase c join public.blacklist_listscheme s on s.id = c.scheme_id
        where c.id = wanted_case and s.hearing) then
        return 'hearing_not_held';
    elsif with_review and (f.review is null or f.spoken > f.review or not exists (
        select from public.blacklist_casestep r where r.id = f.review and r.outcome = 'list')) then
        return 'review_missing';
    end if;
    return null;
end $$;

create function blacklist_step_refused(new public.blacklist_casestep, running integer) returns text
language plpgsql stable
set search_path = pg_catalog, public, pg_temp
as $$
declare
    f record;
    asked record;
begin
    select coalesce(bool_or(s.kind = 'notice'), false) as notified,
           min(s."on") filter (where s.kind = 'notice') as notice_on,
           coalesce(bool_or(s.kind = 'served'), false) as served,
           coalesce(bool_or(s.kind in ('statement', 'objection')), false) as spoken,
           coalesce(bool_or(s.wants_hearing), false) as wants_hearing,
           coalesce(bool_or(s.kind = 'hearing'), false) as heard,
           max(s.window_until) as window_until,
           coalesce(bool_or(s.kind = 'decided'), false) as decided,
           coalesce(bool_or(s.kind = 'decision_served'), false) as decision_served,
           coalesce(bool_or(s.kind = 'closed'), false) as closed,
           coalesce(max(s.id) filter (where s.kind = 'suspended'), 0)
               > coalesce(max(s.id) filter (where s.kind = 'resumed'), 0) as suspended,
           max(s."on") filter (where s.kind = 'suspended') as suspended_on,
           max(s."on") filter (where s.kind not in ('served', 'decision_served')) as latest,
           max(s.id) filter (where s.kind = 'verified') as verified
    into f
    from public.blacklist_casestep s where s.case_id = new.case_id and s.round = running;

    if new.channel = 'portal' and new.kind not in ('statement', 'objection') then
        return 'step_not_possible';
    elsif new.kind = 'reopened' then
        return case when not f.closed then 'step_not_possible' end;
    elsif new.kind = 'decision_served' then
        return case when not f.decided or f.decision_served then 'step_not_possible' end;
    elsif f.decided or f.closed then
        return 'case_over';
    elsif new.kind = 'resumed' then
        return case when not f.suspended or new."on" < f.suspended_on then 'step_not_possible' end;
    elsif new.kind = 'closed' then
        return null;
    elsif new.kind in ('statement', 'objection') then
        return case when not f.notified or new."on" < f.notice_on then 'step_not_possible'
                    when new.kind = 'objection' and not f.suspended and new."on" > f.window_until
                    then 'objection_too_late' end;
    elsif f.suspended then
        return 'case_suspended';
    end if;

    case new.kind
    when 'notice' then
        return case when f.notified then 'step_not_possible' end;
    when 'served' then
        return case when not f.notified or f.served or new."on" < f.notice_on then 'step_not_possible' end;
    when 'verified' then
        return case when not f.spoken then 'step_not_possible' end;
    when 'answer' then
        select s.id, s."on" into asked from public.blacklist_casestep s
        where s.id = new.answers_id and s.case_id = new.case_id and s.round = running and s.kind = 'objection';
        if not found or new."on" < asked."on" or new.outcome not in ('upheld', 'partly', 'rejected')
           or new.text !~ '[^[:space:]]' then
            return 'step_not_possible';
        end if;
        return case when f.verified is null or f.verified < asked.id then 'objection_not_verified' end;
    when 'hearing' then
        return case when not f.wants_hearing or f.heard then 'step_not_possible' end;
    when 'suspended' then
        return null;
    when 'review' then
        if new.outcome not in ('list', 'not_list') or new."on" < f.latest then
            return 'step_not_possible';
        end if;
        return blacklist_before_decision(new.case_id, running, new."on", false);
    when 'decided' then
        if new."on" < f.latest then
            return 'step_not_possible';
        end if;
        return blacklist_before_decision(new.case_id, running, new."on", true);
    else
        return 'step_not_possible';
    end case;
end $$;

create function blacklist_step_taken() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    running integer;
    code text;
    served record;
    expected date;
begin
    -- one step of a case at a time: two who act at once are put one after the other
    select c.round into running from public.blacklist_listcase c where c.id = new.case_id for update;
    new.recorded_at := now();
    if new."on" > blacklist_today() or new."on" < (select c.opened_on from public.blacklist_listcase c where c.id = new.case_id)
    then
        raise exception 'date_in_future: % on %', new.kind, new."on" using errcode = 'check_violation';
    end if;
    code := blacklist_step_refused(new, running);
    if code is not null then
        raise exception '%: % in case %', code, new.kind, new.case_id using errcode = 'check_violation';
    end if;
    new.round := running + (new.kind = 'reopened')::integer;
    if new.kind = 'reopened' then
        update public.blacklist_listcase set round = new.round where id = new.case_id;
    elsif new.kind = 'served' then
        expected := blacklist_window(new.case_id, new.round, new."on", new.service_kind, null);
    elsif new.kind = 'resumed' then
        select s."on", s.service_kind into served from public.blacklist_casestep s
        where s.case_id = new.case_id and s.round = new.round and s.kind = 'served';
        if found then
            expected := blacklist_window(new.case_id, new.round, served."on", served.service_kind, new."on");
        end if;
    end if;
    if expected is null and new.window_until is not null
       or expected is not null and coalesce(new.window_until, '-infinity') < expected then
        raise exception 'objection_window_open: the window of case % ends on %', new.case_id, expected
            using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger case_step_taken before insert on blacklist_casestep
for each row execute function blacklist_step_taken();

-- --- decisions --------------------------------------------------------------------------------------------------------
create function blacklist_decision_complete() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    c record;
    longest integer;
begin
    select l.*, s.effective_from as scheme_from, s.effective_until as scheme_until, s.listing_months, s.longest_months
    into c from public.blacklist_listcase l join public.blacklist_listscheme s on s.id = l.scheme_id
    where l.id = new.case_id for update of l;
    if new.reason !~ '[^[:space:]]' or new.basis_text !~ '[^[:space:]]' or new.removal_text !~ '[^[:space:]]'
       or new.remedies !~ '[^[:space:]]' or cardinality(new.sanction_hints) = 0
       or exists (select from unnest(new.sanction_hints) h where h !~ '[^[:space:]]') then
        raise exception 'decision_incomplete: %', new.number using errcode = 'check_violation';
    end if;
    if not exists (select from public.blacklist_casestep s where s.id = new.step_id and s.case_id = new.case_id
                   and s.kind = 'decided' and s.round = c.round and s."on" = new.decided_on)
       or new.round <> c.round or new.effective_from < new.decided_on then
        raise exception 'step_not_possible: decision % without its step', new.number using errcode = 'check_violation';
    end if;
    if new.decided_on not between c.scheme_from and coalesce(c.scheme_until, 'infinity') then
        raise exception 'scheme_not_in_force: %', new.number using errcode = 'check_violation';
    end if;
    if not blacklist_competent(c.scheme_id, c.agency_id) then
        raise exception 'authority_not_competent: %', new.number using errcode = 'check_violation';
    end if;
    if new.decided_by_id is not null and new.decided_by_id = c.opened_by_id then
        raise exception 'second_person_required: %', new.number using errcode = 'check_violation';
    end if;
    if exists (select from public.records_creditrecord r where r.id = c.record_id and r.ended_on <= new.decided_on) then
        raise exception 'document_not_effective: %', new.number using errcode = 'check_violation';
    end if;
    longest := coalesce(c.longest_months, c.listing_months);
    if longest is not null and (new.ends_on is null
       or new.ends_on >= new.effective_from + make_interval(months => longest)) then
        raise exception 'listing_too_long: %', new.number using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger list_decision_complete before insert on blacklist_listdecision
for each row execute function blacklist_decision_complete();

-- --- entries ----------------------------------------------------------------------------------------------------------
create function blacklist_entry_lawful() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    d record;
    code text;
begin
    new.created_at := now();
    if new.origin <> 'decided' then
        return new;
    end if;
    select l.*, c.scheme_id, c.subject_id, c.agency_id, c.round as running, s.effective_from as scheme_from,
           s.effective_until as scheme_until
    into d
    from public.blacklist_listdecision l join public.blacklist_listcase c on c.id = l.case_id
    join public.blacklist_listscheme s on s.id = c.scheme_id
    where l.id = new.decision_id;
    if not found then
        raise exception 'decision_incomplete: an entry rests on a decision' using errcode = 'check_violation';
    end if;
    if not blacklist_competent(d.scheme_id, d.agency_id) then
        raise exception 'authority_not_competent: %', d.number using errcode = 'check_violation';
    end if;
    if d.decided_on not between d.scheme_from and coalesce(d.scheme_until, 'infinity') then
        raise exception 'scheme_not_in_force: %', d.number using errcode = 'check_violation';
    end if;
    code := blacklist_before_decision(d.case_id, d.round, d.decided_on, true);
    if code is not null then
        raise exception '%: %', code, d.number using errcode = 'check_violation';
    end if;
    if d.round <> d.running
       or (new.scheme_id, new.subject_id, new.authority_id, new.decision_number, new.decided_on, new.effective_from, new.ends_on)
          is distinct from (d.scheme_id, d.subject_id, d.agency_id, d.number, d.decided_on, d.effective_from, d.ends_on) then
        raise exception 'decision_incomplete: the entry is not what % decided', d.number using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger list_entry_lawful before insert on blacklist_listentry
for each row execute function blacklist_entry_lawful();

create function blacklist_entry_fixed() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if (new.id, new.public_id, new.origin, new.scheme_id, new.subject_id, new.decision_id)
       is distinct from (old.id, old.public_id, old.origin, old.scheme_id, old.subject_id, old.decision_id)
       or old.ended_on is not null and (new.ended_on is null or new.ended_on > old.ended_on)
       or new.origin = 'decided' and (
           (new.authority_id, new.authority_name, new.decision_number, new.decided_on, new.effective_from)
           is distinct from
           (old.authority_id, old.authority_name, old.decision_number, old.decided_on, old.effective_from)
           or old.ends_on is not null and (new.ends_on is null or new.ends_on > old.ends_on)) then
        raise exception 'entry_not_longer: an entry keeps its decision and may only end earlier: %', old.decision_number
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger list_entry_fixed before update on blacklist_listentry
for each row execute function blacklist_entry_fixed();
create trigger list_entry_kept before delete on blacklist_listentry
for each row execute function blacklist_never_deleted();

-- --- written once -----------------------------------------------------------------------------------------------------
create trigger case_step_kept before update or delete on blacklist_casestep
for each row execute function blacklist_never_deleted();
create trigger list_decision_kept before update or delete on blacklist_listdecision
for each row execute function blacklist_never_deleted();
create trigger entry_change_kept before update or delete on blacklist_entrychange
for each row execute function blacklist_never_deleted();
create trigger scheme_attempt_kept before update or delete on blacklist_schemeattempt
for each row execute function blacklist_never_deleted();
revoke update, delete, truncate on blacklist_casestep, blacklist_listdecision, blacklist_entrychange, blacklist_schemeattempt
from credit_app;
revoke delete, truncate on blacklist_listcase, blacklist_listentry from credit_app;

-- replication and bulk loads do not get past these either
alter table blacklist_listscheme enable always trigger scheme_a_lawful;
alter table blacklist_listcase enable always trigger list_case_opened;
alter table blacklist_listcase enable always trigger list_case_fixed;
alter table blacklist_listcase enable always trigger list_case_kept;
alter table blacklist_casestep enable always trigger case_step_taken;
alter table blacklist_casestep enable always trigger case_step_kept;
alter table blacklist_listdecision enable always trigger list_decision_complete;
alter table blacklist_listdecision enable always trigger list_decision_kept;
alter table blacklist_listentry enable always trigger list_entry_lawful;
alter table blacklist_listentry enable always trigger list_entry_fixed;
alter table blacklist_listentry enable always trigger list_entry_kept;
alter table blacklist_entrychange enable always trigger entry_change_kept;
alter table blacklist_schemeattempt enable always trigger scheme_attempt_kept;
