-- One body, one list, one case at a time: two cases side by side would give the party two windows and two decisions about
-- one thing. A body is its subject with every row merged into it; a case is open until its running round is decided or
-- closed. Whoever opens, reopens or decides is put one after the other by a lock on body and list.

create function blacklist_other_open_case(this_case bigint, list_code text, head bigint) returns text
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select c.number
    from public.blacklist_listcase c
    join public.blacklist_listscheme s on s.id = c.scheme_id and s.code = list_code
    where c.subject_id in (select b.id from public.records_subject b where b.id = head
                           union all select b.id from public.records_subject b where b.merged_into_id = head)
      and c.id is distinct from this_case
      and not exists (select from public.blacklist_casestep k
                      where k.case_id = c.id and k.round = c.round and k.kind in ('decided', 'closed'))
    order by c.id limit 1
$$;

create function blacklist_one_open_case() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    this record;
    list_code text;
    head bigint;
    other text;
begin
    if tg_table_name = 'blacklist_listcase' then
        this := new;
    elsif new.kind in ('reopened', 'decided') then
        select c.* into this from public.blacklist_listcase c where c.id = new.case_id;
    else
        return new;
    end if;
    select s.code into list_code from public.blacklist_listscheme s where s.id = this.scheme_id;
    select coalesce(b.merged_into_id, b.id) into head from public.records_subject b where b.id = this.subject_id;
    perform pg_advisory_xact_lock(hashtextextended(format('list case %s %s', list_code, head), 0));
    other := blacklist_other_open_case(this.id, list_code, head);
    if other is not null then
        raise exception 'case_already_open: %', other using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger list_case_one_open before insert on blacklist_listcase
for each row execute function blacklist_one_open_case();
create trigger case_step_one_open before insert on blacklist_casestep
for each row execute function blacklist_one_open_case();
alter table blacklist_listcase enable always trigger list_case_one_open;
alter table blacklist_casestep enable always trigger case_step_one_open;

-- A list does not end, or begin, so that a decision already taken would stand outside it.
create function blacklist_scheme_keeps_decisions() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if (new.effective_from > old.effective_from or coalesce(new.effective_until, 'infinity') < coalesce(old.effective_until, 'infinity'))
       and exists (select from public.blacklist_listcase c join public.blacklist_listdecision d on d.case_id = c.id
                   where c.scheme_id = new.id
                     and d.decided_on not between new.effective_from and coalesce(new.effective_until, 'infinity')) then
        raise exception 'scheme_not_in_force: decisions under % lie outside', new.code using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger scheme_b_keeps_decisions before update on blacklist_listscheme
for each row execute function blacklist_scheme_keeps_decisions();
alter table blacklist_listscheme enable always trigger scheme_b_keeps_decisions;
