-- The register row of the look-up, its receipt. `counted` = (asked, found, hits) comes before; `q` is what a question has of its own.
--  $6 officer   $7 client   $8 public id   $9 moment, as text   $10 list version   $11 sealed keys   $12 digest of a single
--  subject   $13 feedback due   $14 register kept until   $15 document number   $16 application   $17 receipt of the register
registered as (
    insert into records_lookup (receipt, at, kind, agency_id, officer_id, client_id, purpose_id, asked, subject_id,
                                item_codes, record_count, document_number, outcome, refusal_code, keep_until, salt)
    select q.receipt, $9::timestamptz, 'query', $4, $6, $7, p.id, q.digest,
           --< whom
           p.items, c.found, q.document, 'answered', '', $14, gen_random_uuid()
    --< registering
    returning id
),
receipted as (
    insert into sanctions_screening (public_id, receipt, keep_until, agency_id, matter_id, at, list_version, application, keys,
                                     subjects, unknown, asked, hits, feedback_due)
    select q.public_id, q.receipt, $14, $4, $2, $9::timestamptz, $10 || ready.version, q.application, q.keys,
           --< subjects
           c.asked, c.hits, $13
    --< receipting
    returning id, public_id
)
