asked as materialized (
    select a.*, s.id as subject_id, s.kind, coalesce(s.merged_into_id, s.id) as head
    from ready, unnest($8, $11, $12, $15, $16, $17, $18, $19) with ordinality
        a(public_id, keys, digest, document, application, receipt, caller_key, subject_key, ordinal)
    left join records_subject s on s.key = a.subject_key
),
