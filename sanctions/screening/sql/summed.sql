-- What `o` found, as it is said of a subject, and as it is kept for whoever reports back.
           json_agg(json_build_object('measure', o.body, 'period', o.period, 'ground', o.said, 'decided', o.decided,
               'remedy', coalesce(o.remedy, $24)) order by o.code, o.since) filter (where o.measure_class <> 'I') as measures,
           json_agg(json_build_object('measure', o.body, 'period', o.period, 'ground', o.said) order by o.code, o.since)
               filter (where o.measure_class = 'I') as incentives,
           jsonb_agg(jsonb_build_object('measure', o.measure_id, 'code', o.code, 'record', o.record_id, 'entry', o.entry_id,
               'applied', o.applied_id)) filter (where o.measure_class <> 'I') as grounds,
