-- Erasure of personal information (个人信息保护法第四十七条). What is decided stays decided; what is due is overwritten by the
-- database's own functions alone, so that the application can neither undo an erasure nor erase what was not decided.

create function records_erasure_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if old.granted is not null
       or (new.number, new.code_digest, new.subject_id, new.ground, new.asked_by, new.agency_id, new.officer_id, new.asked_on,
           new.due, new.asked_at)
          is distinct from
          (old.number, old.code_digest, old.subject_id, old.ground, old.asked_by, old.agency_id, old.officer_id, old.asked_on,
           old.due, old.asked_at) then
        raise exception 'a request to erase only takes its decision, once: %', old.number using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger records_erasure_fixed before update on records_erasure
for each row execute function records_erasure_fixed();
alter table records_erasure enable always trigger records_erasure_fixed;
revoke delete, truncate on records_erasure from credit_app;
revoke update, delete, truncate on records_erasureline from credit_app;

-- A line may only be written under a granted request, not yet erased, and about the person of that request. That is looked
-- at here and not when it falls due: a consent that is stored as proof outlives the subject.
create function records_erasureline_new() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if new.erased_at is not null or not exists (
            select from public.records_erasure e
            where e.id = new.erasure_id and e.granted
              and (new.holding <> 'subject' or e.subject_id = new.object_id)
              and (new.holding <> 'record' or exists (
                    select from public.records_creditrecord r
                    where r.id = new.object_id and r.subject_id = e.subject_id))
              and (new.holding <> 'consent' or e.subject_id is null or exists (
                    select from public.records_consent c join public.records_subject s on s.key = c.key
                    where c.id = new.object_id and s.id = e.subject_id))) then
        raise exception 'no granted request erases % %', new.holding, new.object_id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger records_erasureline_new before insert on records_erasureline
for each row execute function records_erasureline_new();
alter table records_erasureline enable always trigger records_erasureline_new;

-- Whether the erasing function (nobody but its owner) is at work on a holding whose erasure was decided. For the WHEN of
-- triggers that otherwise let nothing be changed.
create function records_erasing(what text, one bigint) returns boolean
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
select current_user = (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = 'public.records_erasureline'::regclass)
   and exists (select from public.records_erasureline l
               where l.holding = what and l.object_id = one and l.fate <> 'stay' and l.erased_at is null)
$$;

-- One record: a shell stays, so that what refers to it, the counts and the ledger hold; what was said about the person is
-- overwritten, salts included: what the ledger committed to can no longer be opened by guessing.
create function erase_record(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
begin
    if not exists (select from public.records_creditrecord r join public.records_subject s on s.id = r.subject_id
                   where r.id = one and r.subject_id = person and s.kind = 'person' and r.ended_on <= today) then
        raise exception 'record % is still handled, or not about the person', one using errcode = 'restrict_violation';
    end if;
    delete from public.records_recordchange c where c.record_id = one;
    delete from public.records_proceeding p where p.record_id = one;
    delete from public.records_statusreport s where s.record_id = one;
    update public.records_creditrecord r
    set data = '{}', secret = null, document_number = '（已删除）',
        fingerprint = case when r.end_reason in ({barring}) then r.fingerprint else substring(uuid_send(gen_random_uuid()) for 16) end,
        content_digest = substring(uuid_send(gen_random_uuid()) for 16), salt = gen_random_uuid(), contested = '',
        published_until = null, used_until = null, shared_until = null, minimum_until = null, disputed_since = null
    where r.id = one;
    delete from public.records_recordversion v where v.record_id = one;
end $$;

create function erase_consent(one bigint, person bigint) returns void
language sql security definer
set search_path = pg_catalog, public, pg_temp
as $$
update public.records_consent c
set secret = '', key = 'person:erased:' || gen_random_uuid(), document_number = '（已删除）', file_id = null, salt = gen_random_uuid(),
    relation = case when c.given_by = 'self' then '' else '（已删除）' end
where c.id = one
$$;

create function erase_subject(one bigint, person bigint) returns void
language sql security definer
set search_path = pg_catalog, public, pg_temp
as $$
update public.records_subject s
set secret = '', key = 'erased:' || gen_random_uuid(), shown_name = '（已删除）', birth_year = null, codes = '{}', region = '',
    pinyin = '', salt = gen_random_uuid()
where s.id = one and s.id = person and s.kind = 'person'
$$;

-- Everything of one request that is due on the database's own day. Holdings of other rooms bring a function of the same
-- shape. The subject goes last: the others are tied to the person by it.
create function records_erase(request bigint) returns integer
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    today constant date := (now() at time zone 'Asia/Shanghai')::date;
    line record;
    done integer := 0;
begin
    for line in
        select l.id, l.holding, l.object_id, e.subject_id
        from public.records_erasureline l join public.records_erasure e on e.id = l.erasure_id
        where l.erasure_id = request and e.granted and l.erased_at is null and l.fate <> 'stay' and coalesce(l.until, '-infinity') < today
        order by l.holding = 'subject', l.id
        for update of l
    loop
        execute format('select public.%I($1, $2)', 'erase_' || line.holding) using line.object_id, line.subject_id;
        update public.records_erasureline set erased_at = clock_timestamp() where id = line.id;
        done := done + 1;
    end loop;
    return done;
end $$;
revoke execute on function erase_record(bigint, bigint), erase_consent(bigint, bigint), erase_subject(bigint, bigint),
    records_erase(bigint) from public;
grant execute on function records_erase(bigint) to credit_app;

-- A consent stays what it was, except under the erasing function (its owner) and a line that is due.
create or replace function records_consent_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    months int;
begin
    if tg_op = 'DELETE' then
        raise exception 'a consent is withdrawn, not deleted: %', old.public_id using errcode = 'restrict_violation';
    end if;
    if tg_op = 'INSERT' then
        select r.max_months into months from public.records_consentrule r
        where r.effective_from <= new.given_on and coalesce(r.effective_until, 'infinity') >= new.given_on
        order by r.effective_from desc limit 1;
        if months is null or new.valid_until > new.valid_from + make_interval(months => months) then
            raise exception 'G6 consent_for_life: %', new.valid_until using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if new.secret = '' and records_erasing('consent', old.id) then
        return new;
    end if;
    if old.withdrawn_at is not null
       or to_jsonb(new) - '{withdrawn_at,withdrawn_means}'::text[]
          is distinct from to_jsonb(old) - '{withdrawn_at,withdrawn_means}'::text[] then
        raise exception 'a consent can only be withdrawn: %', old.public_id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
