, hit as (
    insert into sanctions_screeninghit (screening_id, ordinal, subject_id, grounds)
    select s.id, 1, c.subject_id, c.grounds from receipted s join counted c on c.public_id = s.public_id
    where c.grounds is not null
)
