-- A record as it stood is kept before it changes, whoever changes it. `ended_noted` is a message, not a state. An end for
-- good is not taken back: its document is gone, or it never should have been recorded.
create function records_keep_version() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if old.ended_on is not null and old.end_reason in ({final})
       and (new.ended_on is null or new.ended_on > old.ended_on or new.end_reason <> old.end_reason) then
        raise exception 'G3 document_not_effective: record % ended for good (%)', old.id, old.end_reason
            using errcode = 'check_violation';
    end if;
    if new.changed_at is not distinct from old.changed_at then
        new.changed_at := clock_timestamp();
    end if;
    new.changed_at := greatest(new.changed_at, old.changed_at, old.received_at);
    new.version := old.version + 1;
    insert into public.records_recordversion (record_id, number, subject_id, held_from, held_until, body)
    values (old.id, old.version, old.subject_id, coalesce(old.changed_at, old.received_at), new.changed_at, to_jsonb(old));
    return new;
end $$;
revoke execute on function records_keep_version() from public;
create trigger records_keep_version before update on records_creditrecord for each row
when (to_jsonb(old) - 'ended_noted' is distinct from to_jsonb(new) - 'ended_noted')
execute function records_keep_version();
alter table records_creditrecord enable always trigger records_keep_version;

-- Proceedings: what was entered stays, an outcome is given once. The open ones mark the record; an outcome that takes the
-- document's force away ends the record on the day the rule worked out.
create function records_proceeding_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if old.outcome <> ''
       or (new.record_id, new.kind, new.organ, new.case_number, new.since, new.basis, new.marked_at, new.marked_by_id, new.marked_client_id)
          is distinct from
          (old.record_id, old.kind, old.organ, old.case_number, old.since, old.basis, old.marked_at, old.marked_by_id, old.marked_client_id)
    then
        raise exception 'a proceeding only takes its outcome, once: %', old.id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger records_proceeding_fixed before update on records_proceeding
for each row execute function records_proceeding_fixed();
alter table records_proceeding enable always trigger records_proceeding_fixed;

create function records_proceeding_marks() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    one constant public.records_proceeding := coalesce(new, old);
    open_kinds text;
begin
    select coalesce(string_agg(distinct p.kind, ',' order by p.kind), '') into open_kinds
    from public.records_proceeding p where p.record_id = one.record_id and p.outcome = '' and p.kind <> 'supervision';
    update public.records_creditrecord r
    set contested = open_kinds,
        end_reason = case when one.ends_on < coalesce(r.ended_on, 'infinity') then one.outcome else r.end_reason end,
        ended_on = least(r.ended_on, one.ends_on),
        changed_at = coalesce(one.outcome_at, one.marked_at)
    where r.id = one.record_id and tg_op <> 'DELETE'
      and (r.contested <> open_kinds or one.ends_on < coalesce(r.ended_on, 'infinity'));
    return null;
end $$;
create trigger records_proceeding_marks after insert or update or delete on records_proceeding
for each row execute function records_proceeding_marks();
alter table records_proceeding enable always trigger records_proceeding_marks;

alter table records_recordversion add constraint version_of_record foreign key (record_id)
    references records_creditrecord (id) on delete cascade deferrable initially deferred;
alter table records_recordchange add constraint change_of_record foreign key (record_id)
    references records_creditrecord (id) on delete cascade deferrable initially deferred;
alter table records_recordchange add constraint change_of_proceeding foreign key (proceeding_id)
    references records_proceeding (id) on delete cascade deferrable initially deferred;
alter table records_proceeding add constraint proceeding_of_record foreign key (record_id)
    references records_creditrecord (id) on delete cascade deferrable initially deferred;

revoke insert, update, delete, truncate on records_recordversion from credit_app;
revoke update, delete, truncate on records_recordchange from credit_app;
revoke delete, truncate on records_proceeding from credit_app;
