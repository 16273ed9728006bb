asked as materialized (
    select ($18)[1] as caller_key, ($19)[1] as subject_key, 1 as ordinal, s.id as subject_id, s.kind,
           coalesce(s.merged_into_id, s.id) as head
    from ready left join records_subject s on s.key = ($19)[1]
),
