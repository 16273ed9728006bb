-- As answer.sql, for questions of one client that came at once, each about one subject: each has a register row, a receipt and an
-- answer of its own, in their order. Most come alone: a plan costs by its steps, and of one nothing need be grouped or put in order.
--  $8, $11, $12 and $15 to $19 are arrays, an element for each question
with settings as materialized (
    select set_config('ledger.actor', $20, true), set_config('ledger.action', $21, true),
           set_config('ledger.basis', $22, true), set_config('ledger.request_id', $23, true),
           set_config('ledger.context_id', '', true)
),
--< ready
--< asked_each
--< grounds
counted as materialized (
    select 1 as asked, case when p.grounds is null then 0 else 1 end as hits, p.*, ready.*, a.*
    from settings, ready, asked a cross join lateral (
        select count(*) as found,
               --< summed
               array_agg(o.entry_id) filter (where o.entry_id is not null and o.measure_class <> 'I') as entry_ids
        from (
            --< said
            from once one where one.ordinal = a.ordinal) o
    ) p
),
--< register
--< hits_each
select json_build_object(
           'id', c.public_id, 'receipt', c.receipt, 'as_of', $9, 'list_version', $10 || c.version,
           'matter', json_build_object('code', c.code, 'name', c.name), 'feedback_due', $13,
           'results', json_build_object(c.caller_key, json_build_object(
                'status', case when c.subject_id is null then 'unknown_subject'
                               when c.measures is not null then 'hit' else 'clear' end,
                'entries', coalesce((select json_agg(
                        --< entry_said
                    order by e.id)
                    from entries e where e.ordinal = c.ordinal and e.id = any(c.entry_ids)), '[]'),
                'measures', coalesce(c.measures, '[]'), 'incentives', coalesce(c.incentives, '[]'))))::text
from counted c where exists (select from receipted) order by c.ordinal
