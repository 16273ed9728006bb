-- One snapshot, one round trip: what stands against the subjects asked for, its register row, its receipt, its hits.
--  $18 keys of the caller        $19 subject keys (null: a person whose name does not fit)
--  $20 actor    $21 action       $22 basis        $23 request id   $24 remedy where the ground names none
with settings as materialized (
    select set_config('ledger.actor', $20, true), set_config('ledger.action', $21, true),
           set_config('ledger.basis', $22, true), set_config('ledger.request_id', $23, true),
           set_config('ledger.context_id', '', true)
),
--< ready
--< asked_many
--< grounds
per_subject as materialized (
    select o.ordinal,
           --< summed
           array_agg(distinct o.entry_id) filter (where o.entry_id is not null and o.measure_class <> 'I') as entry_ids
    from (
        --< said
        from once one) o
    group by o.ordinal
),
shown_entries as materialized (
    select e.ordinal, json_agg(
               --< entry_said
           order by e.id) as shown
    from entries e join per_subject p on p.ordinal = e.ordinal and e.id = any(p.entry_ids)
    group by e.ordinal
),
hit_rows as (
    select a.ordinal, a.subject_id, p.grounds from per_subject p join asked a on a.ordinal = p.ordinal
    where p.grounds is not null
),
counted as (
    select cardinality($18) as asked, (select count(*) from once) as found,
           (select count(*) from per_subject p where p.grounds is not null) as hits
),
--< register
--< hits
select json_build_object(
           'id', $8, 'receipt', $17, 'as_of', $9, 'list_version', $10 || ready.version,
           'matter', json_build_object('code', t.code, 'name', t.name), 'feedback_due', $13,
           'results', (select json_object_agg(a.caller_key, json_build_object(
                'status', case when a.subject_id is null then 'unknown_subject'
                               when p.measures is not null then 'hit' else 'clear' end,
                'entries', coalesce(e.shown, '[]'), 'measures', coalesce(p.measures, '[]'),
                'incentives', coalesce(p.incentives, '[]')))
            from asked a left join per_subject p on p.ordinal = a.ordinal
            left join shown_entries e on e.ordinal = a.ordinal))::text
from ready, matter t, receipted
