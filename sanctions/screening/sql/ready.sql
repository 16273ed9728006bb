-- What every use of the list begins with: may it be used at all, today, for this matter, under this purpose?
--  $1 today in Hegang   $2 matter   $3 purpose   $4 agency   $5 shape of answers
matter as materialized (
    select t.id, t.code, t.name, t.bodies, t.subject_kinds, t.measure_codes from sanctions_matter t
    where t.id = $2 and t.effective_from <= $1 and (t.effective_until is null or t.effective_until >= $1)
      --< same_matter
),
purpose as materialized (
    select p.id, p.items from records_dutypurpose p
    where p.id = $3 and p.agency_id = $4 and p.approved_at is not null and p.withdrawn_at is null
      and p.valid_from <= $1 and p.valid_until >= $1
      --< same_purpose
),
-- Whole, of this release, and fresh: otherwise nothing below finds anything to write and there is no answer.
ready as materialized (
    select state.version, purpose.id as purpose_id, purpose.items, matter.code, matter.name
    from (select version, answers from sanctions_liststate limit 1) state, matter, purpose  -- one row, and the planner told so
    where state.answers = $5
      and exists (select from sanctions_measureedition e
                  where e.effective_from <= $1 and (e.effective_until is null or e.effective_until >= $1))
      and not exists (select from sanctions_measureedition e
                      where e.effective_from <= $1 and (e.effective_until is null or e.effective_until >= $1)
                        and e.measure_count <> (select count(*) from sanctions_measure m where m.edition_id = e.id))
      and sanctions_sources_fresh($1, matter.measure_codes)
      --< same_rest
),
