        select one.*, json_build_object('from', one.since, 'until', one.until) as period,
               json_build_object('kind', one.ground, 'id', one.ground_name, 'title', one.title, 'document_number', one.document,
                   'authority', one.authority, 'decided_on', one.decided_on, 'disputed_since', one.disputed_since) as said,
               case when one.applied_id is not null then json_build_object('id', one.ground_name,
                   'document_number', one.document, 'agency', one.authority, 'starts_on', one.since, 'ends_on', one.until)
               end as decided
