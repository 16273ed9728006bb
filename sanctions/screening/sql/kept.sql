-- Whether anything at all is kept about the body `s` that a measure of the matter `t` could rest on, whatever its state and dates.
s.merged_into_id is not null
    or exists (select from records_subject m where m.merged_into_id = s.id)
    or exists (select from blacklist_listentry e where e.subject_id = s.id)
    or exists (select from sanctions_appliedmeasure d where d.subject_id = s.id)
    or exists (select from records_creditrecord r where r.subject_id = s.id and r.item_code = any(array(
                   select unnest(m.item_codes) from sanctions_measure m where m.code = any(t.measure_codes) and not m.by_decision)))
