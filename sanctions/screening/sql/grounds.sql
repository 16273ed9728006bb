-- What stands against (or for) whoever is in `asked` (ordinal, subject_id, kind, head): one row of `once` for each measure on
-- each ground. Every body is asked about whole: its head and what was merged into it, so that an old code finds what the
-- new one finds.
bodies as materialized (
    select ordinal, kind, head as subject_id from asked where head is not null
    union all
    select a.ordinal, a.kind, m.id from asked a join records_subject m on m.merged_into_id = a.head
    where m.merged_into_id is not null
),
listed as materialized (
    select m.id, m.code, m.name, m.measure_class, m.by_decision, m.max_months, m.scheme_codes, m.item_codes, m.subject_kinds,
           m.conduct_terms, m.penalty_types, '《' || b.name || '》' || m.basis_clause as basis, json_build_object(
               'code', m.code, 'name', m.name, 'content', m.content, 'measure_class', m.measure_class,
               'can_be_ordered', true, 'severity', m.severity, 'executing_body', m.executing_body,
               'basis', '《' || b.name || '》' || m.basis_clause, 'period_text', m.period_text) as body
    from matter t
    join sanctions_standing($1) m on m.code = any(t.measure_codes)
    join catalog_legalbasis b on b.id = m.basis_id
    where m.measure_class <> 'C' and m.executors && t.bodies and m.subject_kinds && t.subject_kinds
),
entries as (
    select a.ordinal, a.kind, e.id, e.public_id, e.effective_from, e.ends_on, e.decision_number, e.decided_on,
           e.authority_name, e.remedies, e.disputed_since, s.code as scheme, s.name as scheme_name
    from bodies a
    join blacklist_listentry e on e.subject_id = a.subject_id
    join blacklist_listscheme s on s.id = e.scheme_id
    where sanctions_entry_in_force(e, $1)
),
-- First the records of whoever is asked about, then what the list says to them: how many subjects a measure is for cannot be
-- estimated, and guessing low meant to look up every subject of a file by itself.
held as materialized (
    select a.ordinal, a.kind, r.id, r.item_code, r.decision_date, r.document_number, r.authority_name, r.used_until,
           r.published_until, r.disputed_since, i.name as item_name, r as whole
    from bodies a
    join records_creditrecord r on r.subject_id = a.subject_id
    join catalog_catalogitem i on i.id = r.item_id
    where sanctions_record_used(r, $1)
      and r.item_code = any(array(select unnest(m.item_codes) from listed m where not m.by_decision))
      --< items
),
records as (
    select r.ordinal, r.id, r.decision_date, r.document_number, r.authority_name, r.used_until, r.disputed_since, r.item_name,
           m.id as measure_id, m.max_months, m.code, m.measure_class, m.body
    from held r
    join purpose p on r.item_code = any(p.items) or r.published_until >= $1
    join listed m on m.item_codes @> array[r.item_code] and not m.by_decision and m.subject_kinds @> array[r.kind]
    where cardinality(m.conduct_terms) + cardinality(m.penalty_types) = 0  -- a measure for every record of its items
       or sanctions_says(m.conduct_terms, m.penalty_types, r.whole, false)
),
applied as (
    select a.ordinal, d.id, d.company_id, d.public_id, d.document_number, d.starts_on, d.ends_on, d.decided_on, d.entry_id,
           d.record_id, g.name as agency_name, m.id as measure_id, m.code, m.measure_class, m.body
    from bodies a
    join sanctions_appliedmeasure d on d.subject_id = a.subject_id
    join sanctions_measure w on w.id = d.measure_id
    join listed m on m.code = w.code and (m.subject_kinds @> array[a.kind] or d.company_id is not null)
    join agencies_agency g on g.id = d.agency_id
    where d.ordered and sanctions_applied_in_force(d, $1)
),
raised as (
    select e.ordinal, m.id as measure_id, m.code, m.measure_class, m.body, e.id as entry_id, null::bigint as record_id, null::bigint as applied_id,
           e.effective_from as since,
           least(e.ends_on, (e.effective_from + make_interval(months => m.max_months::int))::date) as until,
           'entry' as ground, e.public_id::text as ground_name, e.scheme_name::text as title, e.decision_number::text as document,
           e.authority_name::text as authority, e.decided_on, nullif(e.remedies, '') as remedy, e.disputed_since
    from entries e
    join listed m on m.scheme_codes @> array[e.scheme] and not m.by_decision and m.subject_kinds @> array[e.kind]
    union all
    select r.ordinal, r.measure_id, r.code, r.measure_class, r.body, null, r.id, null, r.decision_date,
           least(r.used_until, (r.decision_date + make_interval(months => r.max_months::int))::date),
           'record', r.id::text, r.item_name, r.document_number, r.authority_name, r.decision_date, null, r.disputed_since
    from records r
    union all
    select d.ordinal, d.measure_id, d.code, d.measure_class, d.body, d.entry_id, d.record_id, d.id, d.starts_on, d.ends_on,
           'decision', d.public_id,
           case when d.company_id is null then '实施奖惩措施的决定' else '对单位负责人实施奖惩措施的决定' end, d.document_number, d.agency_name, d.decided_on, null, null
    from applied d
),
-- The same measure on the same ground is said once; where it was decided, by its decision.
once as materialized (
    select distinct on (r.ordinal, r.measure_id, r.entry_id, r.record_id) r.*
    from raised r
    where (r.until is null or r.until >= $1)
      and (r.measure_class <> 'I' or not exists (select from entries e where e.ordinal = r.ordinal))
    order by r.ordinal, r.measure_id, r.entry_id, r.record_id, r.applied_id desc nulls last
),
