-- What gate G11 needs to know, whatever of it is in force.
--  $1 purpose   $2 agency   $3 matter   $4 today   $5 deadline of feedback
select p.id, p.items, p.subject_kinds, p.person_proof, p.valid_from, p.valid_until,
       p.approved_at is not null, p.withdrawn_at is not null,
       t.id, t.subject_kinds, rule.lookup_keep_months, d.amount, d.unit
from (select 1) one
left join records_dutypurpose p on p.code = $1 and p.agency_id = $2
left join sanctions_matter t on t.code = $3 and t.effective_from <= $4
    and (t.effective_until is null or t.effective_until >= $4)
left join lateral (select lookup_keep_months from records_sharingrule
    where effective_from <= $4 and (effective_until is null or effective_until >= $4)
    order by effective_from desc limit 1) rule on true
left join catalog_deadlinerule d on d.code = $5 and d.effective_from <= $4
    and (d.effective_until is null or d.effective_until >= $4)
