-- A file's worth of subjects, in `screening_asked` (ordinal, subject_key): the same snapshot, register row, receipt and hits;
-- out go the measures, numbered 0, and one line for each measure on each ground, ready to stand behind the row it is about.
--  $18 actor   $19 action   $20 basis   $21 request id   $22 items whose records the matter's measures may rest on
with settings as materialized (
    select set_config('ledger.actor', $18, true), set_config('ledger.action', $19, true),
           set_config('ledger.basis', $20, true), set_config('ledger.request_id', $21, true),
           set_config('ledger.context_id', '', true)
),
--< ready
asked as materialized (
    select i.ordinal, i.subject_key, s.id as subject_id, s.kind, coalesce(s.merged_into_id, s.id) as head
    from screening_asked i left join records_subject s on s.key = i.subject_key
    -- asked once and not joined: a hundred thousand rows need not be kept to be said again for a single one
    where (select true from ready)
    -- the list may have changed since somebody looked which records its measures rest on: then nobody is answered
      and not exists (select from matter t join sanctions_measure m on m.code = any(t.measure_codes), unnest(m.item_codes) one
                      where not m.by_decision and one <> all ($22))
),
--< grounds
told as materialized (
    select o.ordinal, jsonb_agg(jsonb_build_object('measure', o.measure_id, 'code', o.code, 'record', o.record_id,
               'entry', o.entry_id, 'applied', o.applied_id)) as grounds
    from once o where o.measure_class <> 'I'
    group by o.ordinal
),
hit_rows as (
    select a.ordinal, a.subject_id, t.grounds from told t join asked a on a.ordinal = t.ordinal
),
counted as (
    select (select count(*) from asked) as asked, (select count(*) from once) as found, (select count(*) from told) as hits
),
--< register
--< hits
select 0, m.id, translate(m.code, e'\r\n', '  '), translate(m.name, e'\r\n', '  '), translate(m.basis, e'\r\n', '  '),
       m.measure_class
from receipted, listed m
union all
select o.ordinal, o.measure_id, translate(o.document, e'\r\n', '  '), o.until::text, null, translate(o.remedy, e'\r\n', '  ')
from receipted, once o
union all
select a.ordinal, null, null, null, null, null
from receipted, asked a where a.subject_id is null
