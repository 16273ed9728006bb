-- Where a case stands on a day, for boards that count and filter; blacklist.rules.procedure.phase says the same.
create function blacklist_phase(wanted_case bigint, running integer, hearing_due boolean, day date) returns text
language plpgsql stable
set search_path = pg_catalog, public, pg_temp
as $$
declare
    f record;
begin
    select coalesce(bool_or(s.kind = 'notice'), false) as notified,
           coalesce(bool_or(s.kind = 'served'), false) as served,
           coalesce(bool_or(s.kind = 'answer'), false) as answered,
           coalesce(day > max(s.window_until) filter (where s.kind in ('served', 'resumed')), false) as window_over,
           coalesce(bool_or(s.kind = 'objection' and not exists (
               select from public.blacklist_casestep a where a.answers_id = s.id)), false) as unanswered,
           coalesce(bool_or(s.wants_hearing), false) as wants_hearing,
           coalesce(bool_or(s.kind = 'hearing'), false) as heard,
           coalesce(bool_or(s.kind = 'decided'), false) as decided,
           coalesce(bool_or(s.kind = 'closed'), false) as closed,
           coalesce(max(s.id) filter (where s.kind = 'suspended'), 0)
               > coalesce(max(s.id) filter (where s.kind = 'resumed'), 0) as suspended,
           max(s.id) filter (where s.kind = 'review') as review,
           coalesce(max(s.id) filter (where s.kind in ('statement', 'objection', 'verified', 'answer', 'hearing')), 0)
               as spoken
    into f
    from public.blacklist_casestep s where s.case_id = wanted_case and s.round = running;
    return case
        when f.decided then 'listed'
        when f.closed then 'closed'
        when f.suspended then 'suspended'
        when not f.notified then 'to_notify'
        when f.unanswered then 'to_answer'
        when not f.served then 'to_serve'
        when hearing_due and f.wants_hearing and not f.heard then 'to_hear'
        when not f.answered and not f.window_over then 'window'
        when f.review > f.spoken then 'to_decide'
        else 'to_review' end;
end $$;
