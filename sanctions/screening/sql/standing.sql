-- The versions of all rows that token, client, agency, purpose, matter and clocks are judged by: the place and the transaction of
-- each. Whoever changes one of them gives it another version.
-- No row where one of them is missing.
--  $1 today   $2 purpose   $3 matter   $4 checksum of the token   $5 deadline of feedback
select array[x.id::text, x.ctid::text, x.xmin::text, c.ctid::text, c.xmin::text, a.ctid::text, a.xmin::text, p.ctid::text, p.xmin::text,
             t.ctid::text, t.xmin::text, d.id::text, d.ctid::text, d.xmin::text, rule.ctid::text, rule.xmin::text]::text
from oauth2_provider_accesstoken x
join agencies_apiclient c on c.id = x.application_id
join agencies_agency a on a.id = c.agency_id
join records_dutypurpose p on p.code = $2 and p.agency_id = a.id
join sanctions_matter t on t.code = $3 and t.effective_from <= $1 and (t.effective_until is null or t.effective_until >= $1)
join catalog_deadlinerule d on d.code = $5 and d.effective_from <= $1 and (d.effective_until is null or d.effective_until >= $1)
join lateral (select ctid, xmin from records_sharingrule
    where effective_from <= $1 and (effective_until is null or effective_until >= $1) order by effective_from desc limit 1) rule on true
where x.token_checksum = $4
