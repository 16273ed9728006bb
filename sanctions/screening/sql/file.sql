-- A file's worth of subjects, in `screening_asked` (ordinal, subject_key): the same snapshot, register row, receipt and hits;
-- one line out for each row that has something to say, ready to stand behind the row it is about.
--  $18 actor   $19 action   $20 basis   $21 request id   $22 remedy where the ground names none
--  $23 items whose records the matter's measures may rest on
with settings as materialized (
    select set_config('ledger.actor', $18, true), set_config('ledger.action', $19, true),
           set_config('ledger.basis', $20, true), set_config('ledger.request_id', $21, true),
           set_config('ledger.context_id', '', true)
),
--< ready
asked as materialized (
    select i.ordinal, i.subject_key, s.id as subject_id, s.kind, coalesce(s.merged_into_id, s.id) as head
    from ready, screening_asked i left join records_subject s on s.key = i.subject_key
    -- the list may have changed since somebody looked which records its measures rest on: then nobody is answered
    where not exists (select from matter t join sanctions_measure m on m.code = any(t.measure_codes), unnest(m.item_codes) one
                      where not m.by_decision and one <> all ($23))
),
--< grounds
told as materialized (
    select o.ordinal, string_agg(o.code, e'\x1f') filter (where not o.incentive) as codes,
           string_agg(o.name, e'\x1f') filter (where not o.incentive) as names,
           string_agg(o.basis, e'\x1f') filter (where not o.incentive) as bases,
           string_agg(o.document, e'\x1f') filter (where not o.incentive) as documents,
           string_agg(o.until::text, e'\x1f') filter (where not o.incentive) as until,
           string_agg(o.name, e'\x1f') filter (where o.incentive) as incentives,
           string_agg(coalesce(o.remedy, $22), e'\x1f') filter (where not o.incentive) as remedies,
           jsonb_agg(jsonb_build_object('measure', o.measure_id, 'code', o.code, 'record', o.record_id, 'entry', o.entry_id,
               'applied', o.applied_id)) filter (where not o.incentive) as grounds
    from (select one.*, one.measure_class = 'I' as incentive from once one) o
    group by o.ordinal
),
hit_rows as (
    select a.ordinal, a.subject_id, t.grounds from told t join asked a on a.ordinal = t.ordinal where t.grounds is not null
),
counted as (
    select (select count(*) from asked) as asked, (select count(*) from told where grounds is not null) as hits
),
--< register
select t.ordinal, case when t.grounds is null then 'clear' else 'hit' end, translate(t.codes, e'\r\n', '  '),
       translate(t.names, e'\r\n', '  '), translate(t.bases, e'\r\n', '  '), translate(t.documents, e'\r\n', '  '), t.until,
       translate(t.incentives, e'\r\n', '  '), translate(t.remedies, e'\r\n', '  ')
from receipted, told t
union all
select a.ordinal, 'unknown_subject', null, null, null, null, null, null, null
from receipted, asked a where a.subject_id is null
