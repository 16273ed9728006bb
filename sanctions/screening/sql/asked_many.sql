asked as materialized (
    select a.caller_key, a.subject_key, a.ordinal::int, s.id as subject_id, s.kind,
           coalesce(s.merged_into_id, s.id) as head
    from ready, unnest($18, $19) with ordinality a(caller_key, subject_key, ordinal)
    left join records_subject s on s.key = a.subject_key
),
