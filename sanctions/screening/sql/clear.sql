-- The answer about one body of whom nothing is kept that a measure of the matter could rest on: where nothing is, no rule about
-- what stands need be asked. Registered and receipted like any other; no row where something is kept after all, or the list may
-- not be used.
--  $18 to $24 as in answer.sql
with settings as materialized (
    select set_config('ledger.actor', $20, true), set_config('ledger.action', $21, true),
           set_config('ledger.basis', $22, true), set_config('ledger.request_id', $23, true),
           set_config('ledger.context_id', '', true)
),
--< ready
--< asked_one
counted as materialized (
    select 1 as asked, 0 as found, 0 as hits
    from asked a cross join matter t left join records_subject s on s.id = a.subject_id
    where (
--< kept
    ) is not true
),
--< register
select json_build_object(
           'id', $8, 'receipt', $17, 'as_of', $9, 'list_version', $10 || ready.version,
           'matter', json_build_object('code', t.code, 'name', t.name), 'feedback_due', $13,
           'results', json_build_object(a.caller_key, json_build_object(
                'status', case when a.subject_id is null then 'unknown_subject' else 'clear' end,
                'entries', '[]'::json, 'measures', '[]'::json, 'incentives', '[]'::json)))::text
from ready, matter t, asked a, receipted
where $24 is not null  -- every statement is told the same
