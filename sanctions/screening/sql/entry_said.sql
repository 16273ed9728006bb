-- An entry of a list, as it is said of a subject.
               json_build_object('id', e.public_id, 'scheme', e.scheme, 'scheme_name', e.scheme_name,
                   'authority', e.authority_name, 'document_number', e.decision_number, 'decided_on', e.decided_on,
                   'effective_from', e.effective_from, 'ends_on', e.ends_on, 'disputed_since', e.disputed_since,
                   'remedy', coalesce(nullif(e.remedies, ''), $24))
