-- What a look-up would find today for subjects of subscriptions of one matter under one purpose: those whose state differs
-- from the one last seen. Nothing is registered, for nothing is answered: whoever subscribed only learns to look again.
with
--< ready
asked as materialized (
    select w.id as ordinal, w.state as before, s.id as subject_id, s.kind, coalesce(s.merged_into_id, s.id) as head
    from ready, sanctions_watch w
    left join records_subject s on s.key = w.subject_key
    where w.subscription_id = any($6)
),
--< grounds
seen as (
    select o.ordinal, string_agg(o.one, ',' order by o.one collate "C") as everything,
           string_agg(o.one, ',' order by o.one collate "C") filter (where o.measure_class <> 'I') as burdens
    from (select ordinal, measure_class, concat_ws('|', code, coalesce(entry_id, 0), coalesce(record_id, 0),
                                                   coalesce(applied_id, 0)) as one from once) o
    group by o.ordinal
)
select a.ordinal, md5(coalesce(s.everything, '')), coalesce(s.burdens, '')
from asked a left join seen s on s.ordinal = a.ordinal
where a.before <> md5(coalesce(s.everything, ''))
