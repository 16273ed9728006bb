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
               json_agg(json_build_object('measure', o.body, 'period', o.period, 'ground', o.said, 'decided', o.decided,
                   'remedy', coalesce(o.remedy, $24)) order by o.code, o.since) filter (where o.measure_class <> 'I') as measures,
               json_agg(json_build_object('measure', o.body, 'period', o.period, 'ground', o.said) order by o.code, o.since)
                   filter (where o.measure_class = 'I') as incentives,
               jsonb_agg(jsonb_build_object('measure', o.measure_id, 'code', o.code, 'record', o.record_id, 'entry', o.entry_id,
                   'applied', o.applied_id)) filter (where o.measure_class <> 'I') as grounds,
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
                'entries', coalesce((select json_agg(json_build_object('id', e.public_id, 'scheme', e.scheme, 'scheme_name', e.scheme_name,
                        'authority', e.authority_name, 'document_number', e.decision_number, 'decided_on', e.decided_on,
                        'effective_from', e.effective_from, 'ends_on', e.ends_on, 'disputed_since', e.disputed_since,
                        'remedy', coalesce(nullif(e.remedies, ''), $24)) order by e.id)
                    from entries e where e.ordinal = c.ordinal and e.id = any(c.entry_ids)), '[]'),
                'measures', coalesce(c.measures, '[]'), 'incentives', coalesce(c.incentives, '[]'))))::text
from counted c where exists (select from receipted) order by c.ordinal
