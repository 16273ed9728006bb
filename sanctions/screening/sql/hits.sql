-- What was found, for whoever reports back on it. `hit_rows` = (ordinal, subject_id, grounds) comes before.
, hit as (
    insert into sanctions_screeninghit (screening_id, ordinal, subject_id, grounds)
    select s.id, h.ordinal, h.subject_id, h.grounds from receipted s, hit_rows h
)
