-- Nobody reviews or decides on a day before the notice was served.
create or replace function blacklist_step_refused(new public.blacklist_casestep, running integer) returns text
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
           max(s."on") as latest,
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
