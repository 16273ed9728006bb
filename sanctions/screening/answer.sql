-- One snapshot, one round trip: what stands against the subjects asked for, its register row, its receipt, its hits.
--  $1 keys of the caller        $2 subject keys (null: a person whose name does not fit)   $3 today in Hegang
--  $4 matter   $5 purpose       $6 agency          $7 officer     $8 client      $9 public id    $10 moment, as text
--  $11 list version             $12 sealed keys    $13 digest of a single subject $14 feedback due $15 register kept until
--  $16 document number          $17 application    $18 actor      $19 action     $20 basis       $21 request id
--  $22 shape of answers         $23 remedy where the ground names none           $24 receipt of the register
with settings as materialized (
    select set_config('ledger.actor', $18, true), set_config('ledger.action', $19, true),
           set_config('ledger.basis', $20, true), set_config('ledger.request_id', $21, true),
           set_config('ledger.context_id', '', true)
),
matter as materialized (
    select t.* from sanctions_matter t
    where t.id = $4 and t.effective_from <= $3 and (t.effective_until is null or t.effective_until >= $3)
),
purpose as materialized (
    select p.* from records_dutypurpose p
    where p.id = $5 and p.agency_id = $6 and p.approved_at is not null and p.withdrawn_at is null
      and p.valid_from <= $3 and p.valid_until >= $3
),
-- Whole, of this release, and fresh: otherwise nothing below finds anything to write and the answer is null.
ready as materialized (
    select state.version from sanctions_liststate state, matter, purpose
    where state.answers = $22
      and exists (select from sanctions_measureedition e
                  where e.effective_from <= $3 and (e.effective_until is null or e.effective_until >= $3))
      and not exists (select from sanctions_measureedition e
                      where e.effective_from <= $3 and (e.effective_until is null or e.effective_until >= $3)
                        and e.measure_count <> (select count(*) from sanctions_measure m where m.edition_id = e.id))
      and sanctions_sources_fresh($3, matter.measure_codes)
),
asked as materialized (
    select a.caller_key, a.subject_key, a.ordinal::int, s.id as subject_id, s.kind,
           coalesce(s.merged_into_id, s.id) as head
    from ready, unnest($1, $2) with ordinality a(caller_key, subject_key, ordinal)
    left join records_subject s on s.key = a.subject_key
),
-- every row of the body asked about: its head and what was merged into it, so that an old code finds what the new one finds
bodies as materialized (
    select ordinal, kind, head as subject_id from asked where head is not null
    union all
    select a.ordinal, a.kind, m.id from asked a join records_subject m on m.merged_into_id = a.head
),
listed as materialized (
    select m.*, json_build_object(
               'code', m.code, 'name', m.name, 'content', m.content, 'measure_class', m.measure_class,
               'can_be_ordered', true, 'severity', m.severity, 'executing_body', m.executing_body,
               'basis', '《' || b.name || '》' || m.basis_clause, 'period_text', m.period_text) as body
    from matter t
    join sanctions_standing($3) m on m.code = any(t.measure_codes)
    join catalog_legalbasis b on b.id = m.basis_id
    where m.measure_class <> 'C' and m.executors && t.bodies and m.subject_kinds && t.subject_kinds
),
entries as (
    select a.ordinal, a.kind, e.id, e.public_id, e.effective_from, e.ends_on, e.decision_number, e.decided_on,
           e.authority_name, e.remedies, s.code as scheme, s.name as scheme_name
    from bodies a
    join blacklist_listentry e on e.subject_id = a.subject_id
    join blacklist_listscheme s on s.id = e.scheme_id
    where sanctions_entry_in_force(e, $3)
),
records as (
    select a.ordinal, a.kind, r.id, r.decision_date, r.document_number, r.authority_name, r.used_until, m.id as measure_id,
           i.name as item_name
    from bodies a
    join records_creditrecord r on r.subject_id = a.subject_id
    join purpose p on r.item_code = any(p.items) or r.published_until >= $3
    join listed m on m.item_codes @> array[r.item_code] and not m.by_decision and m.subject_kinds @> array[a.kind]
    join catalog_catalogitem i on i.id = r.item_id
    where sanctions_record_used(r, $3) and sanctions_says(m.conduct_terms, m.penalty_types, r, false)
),
applied as (
    select a.ordinal, a.kind, d.id, d.public_id, d.document_number, d.starts_on, d.ends_on, d.decided_on, d.entry_id,
           d.record_id, g.name as agency_name, m.id as measure_id
    from bodies a
    join sanctions_appliedmeasure d on d.subject_id = a.subject_id
    join sanctions_measure w on w.id = d.measure_id
    join listed m on m.code = w.code and m.subject_kinds @> array[a.kind]
    join agencies_agency g on g.id = d.agency_id
    where d.ordered and sanctions_applied_in_force(d, $3)
),
raised as (
    select e.ordinal, m.id as measure_id, e.id as entry_id, null::bigint as record_id, null::bigint as applied_id,
           e.effective_from as since,
           least(e.ends_on, (e.effective_from + make_interval(months => m.max_months::int))::date) as until,
           json_build_object('kind', 'entry', 'id', e.public_id, 'title', e.scheme_name,
               'document_number', e.decision_number, 'authority', e.authority_name, 'decided_on', e.decided_on) as ground,
           null::json as decided, nullif(e.remedies, '') as remedy
    from entries e
    join listed m on m.scheme_codes @> array[e.scheme] and not m.by_decision and m.subject_kinds @> array[e.kind]
    union all
    select r.ordinal, r.measure_id, null, r.id, null, r.decision_date,
           least(r.used_until, (r.decision_date + make_interval(months => m.max_months::int))::date),
           json_build_object('kind', 'record', 'id', r.id::text, 'title', r.item_name,
               'document_number', r.document_number, 'authority', r.authority_name, 'decided_on', r.decision_date),
           null, null
    from records r join listed m on m.id = r.measure_id
    union all
    select d.ordinal, d.measure_id, d.entry_id, d.record_id, d.id, d.starts_on, d.ends_on,
           json_build_object('kind', 'decision', 'id', d.public_id, 'title', '实施奖惩措施的决定',
               'document_number', d.document_number, 'authority', d.agency_name, 'decided_on', d.decided_on),
           json_build_object('id', d.public_id, 'document_number', d.document_number, 'agency', d.agency_name,
               'starts_on', d.starts_on, 'ends_on', d.ends_on), null
    from applied d
),
-- The same measure on the same ground is said once; where it was decided, by its decision.
once as materialized (
    select distinct on (r.ordinal, r.measure_id, r.entry_id, r.record_id) r.*, m.code, m.measure_class, m.body
    from raised r join listed m on m.id = r.measure_id
    where (r.until is null or r.until >= $3)
      and (m.measure_class <> 'I' or not exists (select from entries e where e.ordinal = r.ordinal))
    order by r.ordinal, r.measure_id, r.entry_id, r.record_id, r.applied_id desc nulls last
),
per_subject as materialized (
    select o.ordinal,
           json_agg(json_build_object('measure', o.body, 'period', json_build_object('from', o.since, 'until', o.until),
               'ground', o.ground, 'decided', o.decided, 'remedy', coalesce(o.remedy, $23)) order by o.code, o.since)
               filter (where o.measure_class <> 'I') as measures,
           json_agg(json_build_object('measure', o.body, 'period', json_build_object('from', o.since, 'until', o.until),
               'ground', o.ground) order by o.code, o.since) filter (where o.measure_class = 'I') as incentives,
           jsonb_agg(jsonb_build_object('measure', o.measure_id, 'code', o.code, 'record', o.record_id, 'entry', o.entry_id,
               'applied', o.applied_id)) filter (where o.measure_class <> 'I') as grounds,
           array_agg(distinct o.entry_id) filter (where o.entry_id is not null and o.measure_class <> 'I') as entry_ids
    from once o group by o.ordinal
),
shown_entries as materialized (
    select e.ordinal, json_agg(json_build_object('id', e.public_id, 'scheme', e.scheme, 'scheme_name', e.scheme_name,
               'authority', e.authority_name, 'document_number', e.decision_number, 'decided_on', e.decided_on,
               'effective_from', e.effective_from, 'ends_on', e.ends_on,
               'remedy', coalesce(nullif(e.remedies, ''), $23)) order by e.id) as shown
    from entries e join per_subject p on p.ordinal = e.ordinal and e.id = any(p.entry_ids)
    group by e.ordinal
),
registered as (
    insert into records_lookup (receipt, at, kind, agency_id, officer_id, client_id, purpose_id, asked, subject_id,
                                item_codes, record_count, document_number, outcome, refusal_code, keep_until, salt)
    select $24, $10::timestamptz, 'query', $6, $7, $8, p.id, $13,
           case when cardinality($2) = 1 then (select a.subject_id from asked a) end,
           p.items, (select count(*) from once), $16, 'answered', '', $15, gen_random_uuid()
    from settings, ready, purpose p
    returning id
),
receipted as (
    insert into sanctions_screening (public_id, receipt, keep_until, agency_id, matter_id, at, list_version, application, keys,
                                     subjects, asked, hits, feedback_due)
    select $9, $24, $15, $6, $4, $10::timestamptz, $11 || ready.version, $17, $12,
           array(select a.subject_id from asked a where a.subject_id is not null order by a.ordinal),
           cardinality($1), (select count(*) from per_subject p where p.grounds is not null), $14
    from registered l, ready
    returning id
),
hit as (
    insert into sanctions_screeninghit (screening_id, ordinal, subject_id, grounds)
    select s.id, a.ordinal, a.subject_id, p.grounds
    from receipted s, per_subject p join asked a on a.ordinal = p.ordinal
    where p.grounds is not null
)
select json_build_object(
           'id', $9, 'receipt', $24, 'as_of', $10, 'list_version', $11 || ready.version,
           'matter', json_build_object('code', t.code, 'name', t.name), 'feedback_due', $14,
           'results', (select json_object_agg(a.caller_key, json_build_object(
                'status', case when a.subject_id is null then 'unknown_subject'
                               when p.measures is not null then 'hit' else 'clear' end,
                'entries', coalesce(e.shown, '[]'), 'measures', coalesce(p.measures, '[]'),
                'incentives', coalesce(p.incentives, '[]')))
            from asked a left join per_subject p on p.ordinal = a.ordinal
            left join shown_entries e on e.ordinal = a.ordinal))::text
from ready, matter t, receipted
