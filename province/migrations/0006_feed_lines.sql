-- Lines of the feed are true or absent: whoever changes what a line says empties it in the same transaction.
-- Widely shared facts (a unit's name, a route, a merged subject) wait for the writer of lines, lest it read the old fact and
-- write after their change; a record needs no such lock, for the writer holds the record's row.

alter table province_feedline set (toast_tuple_target = 8160);  -- ready-made means: not compressed either

create function province_forget(records bigint[]) returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.province_feedline set fragment = null
    where object_id = any(records) and tbl = {records} and fragment is not null;
    delete from public.province_objectdigest where object_id = any(records);
end $$;

create function province_record_changed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform public.province_forget((select array_agg(id) from old_rows));
    return null;
end $$;
create trigger province_record_updated after update on records_creditrecord
referencing old table as old_rows for each statement execute function province_record_changed();
create trigger province_record_deleted after delete on records_creditrecord
referencing old table as old_rows for each statement execute function province_record_changed();

create function province_agency_renamed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform pg_advisory_xact_lock({lock});
    perform public.province_forget(array(select r.id from public.records_creditrecord r where r.provider_id = new.id));
    return null;
end $$;
create trigger province_agency_renamed after update on agencies_agency
for each row when ((old.name, old.uscc) is distinct from (new.name, new.uscc)) execute function province_agency_renamed();

create function province_subject_merged() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform pg_advisory_xact_lock({lock});
    perform public.province_forget(array(
        select r.id from public.records_creditrecord r
        where r.subject_id in (select s.id from public.records_subject s where s.id = new.id or s.merged_into_id = new.id)));
    return null;
end $$;
create trigger province_subject_merged after update on records_subject
for each row when ((old.merged_into_id, old.uscc, old.public_id) is distinct from (new.merged_into_id, new.uscc, new.public_id))
execute function province_subject_merged();

-- A route by the province's own system makes records copies, also those received while it ran.
create function province_route_changed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform pg_advisory_xact_lock({lock});
    if tg_op <> 'INSERT' and old.route = 'provincial_system' then
        perform public.province_forget(array(
            select r.id from public.records_creditrecord r where r.provider_id = old.agency_id and r.item_code = old.item_code));
    end if;
    if tg_op <> 'DELETE' and new.route = 'provincial_system' then
        perform public.province_forget(array(
            select r.id from public.records_creditrecord r where r.provider_id = new.agency_id and r.item_code = new.item_code));
    end if;
    return null;
end $$;
create trigger province_route_changed after insert or update or delete on catalog_providerroute
for each row execute function province_route_changed();

alter table records_creditrecord enable always trigger province_record_updated;
alter table records_creditrecord enable always trigger province_record_deleted;
alter table agencies_agency enable always trigger province_agency_renamed;
alter table records_subject enable always trigger province_subject_merged;
alter table catalog_providerroute enable always trigger province_route_changed;
