-- One pointer says that a row is another body's. It is set only under a decision in effect, leads to a head and from no
-- head, joins rows of one kind and never persons, and is cleared only once the decision is undone.
create function records_subject_pointer() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if new.merged_into_id is not null then
        if not exists (select from public.records_identitychange c
                       where c.kind = 'merge' and c.granted and c.undone_at is null
                         and c.other_id = new.id and c.kept_id = new.merged_into_id) then
            raise exception 'subject % may be merged only by a decision in effect', new.id using errcode = 'restrict_violation';
        end if;
        if new.kind = 'person' or not exists (
                select from public.records_subject h
                where h.id = new.merged_into_id and h.merged_into_id is null and h.kind = new.kind)
           or exists (select from public.records_subject m where m.merged_into_id = new.id) then
            raise exception 'subject % does not fit under %', new.id, new.merged_into_id using errcode = 'restrict_violation';
        end if;
    elsif tg_op = 'UPDATE' and old.merged_into_id is not null and exists (
            select from public.records_identitychange c
            where c.kind = 'merge' and c.granted and c.undone_at is null and c.other_id = new.id) then
        raise exception 'the merge of subject % is in effect', new.id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger records_subject_pointer before update of merged_into_id on records_subject
for each row execute function records_subject_pointer();
alter table records_subject enable always trigger records_subject_pointer;
create trigger records_subject_pointer_new before insert on records_subject
for each row when (new.merged_into_id is not null) execute function records_subject_pointer();
alter table records_subject enable always trigger records_subject_pointer_new;

-- What was proposed is not rewritten, what was decided stays decided, what was undone stays undone.
create function records_identity_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if (new.public_id, new.kind, new.kept_id, new.target, new.record_ids, new.ground, new.shared_code, new.document_kind,
        new.document_number, new.document_issuer, new.document_date, new.reason, new.basis, new.proposed_by_id, new.proposed_at)
       is distinct from
       (old.public_id, old.kind, old.kept_id, old.target, old.record_ids, old.ground, old.shared_code, old.document_kind,
        old.document_number, old.document_issuer, old.document_date, old.reason, old.basis, old.proposed_by_id, old.proposed_at)
       or old.decided_at is not null
          and (new.other_id, new.decided_by_id, new.decided_at, new.granted, new.decision_note)
              is distinct from (old.other_id, old.decided_by_id, old.decided_at, old.granted, old.decision_note)
       or old.kind = 'merge' and new.other_id is distinct from old.other_id
       or old.undone_at is not null
          and (new.undone_by_id, new.undone_at, new.undo_reason, new.undo_basis)
              is distinct from (old.undone_by_id, old.undone_at, old.undo_reason, old.undo_basis) then
        raise exception 'identity change % stands as it was written', old.public_id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger records_identity_fixed before update on records_identitychange
for each row execute function records_identity_fixed();
alter table records_identitychange enable always trigger records_identity_fixed;
