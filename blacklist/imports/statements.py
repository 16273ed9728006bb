# ruff: noqa: S608 - every piece that is put together here is a constant
"""The statements of `blacklist.imports.apply`, for either table of entries.

`{table}` is the table of entries and `{changes}` that of their history, `{columns}`, `{values}` and `{sets}` the words an entry of it has; parameters are
delivery, source, code, scheme and on.
"""

from typing import Final

LET_GO: Final = "来源名单已移出"
CHANGED: Final = "来源名单内容变更"
_BY: Final = "名单来源报送的名单"

# Each delivered fact once, the first row of it; `id` orders the file.
_NEW: Final = """
with n as (
    select distinct on (d.fingerprint) d.*, %(code)s || ':' || encode(d.fingerprint, 'hex') as named
    from blacklist_deliveredrow d where d.delivery_id = %(delivery)s order by d.fingerprint, d.id
)"""
# What the source let go: remembered, but neither delivered nor among the rows that could not be read.
_GONE: Final = """
with gone as (
    select i.id, i.entry_id from blacklist_importedrow i
    where i.source_id = %(source)s
      and not exists (select from blacklist_deliveredrow d
                      where d.delivery_id = %(delivery)s and d.fingerprint = i.fingerprint)
      and not exists (select from blacklist_refusedrow r
                      where r.delivery_id = %(delivery)s and r.fingerprint = i.fingerprint)
)"""
_KNOWN: Final = "join blacklist_importedrow i on i.source_id = %(source)s and i.fingerprint = n.fingerprint"
_UNKNOWN: Final = """not exists (
    select from blacklist_importedrow i where i.source_id = %(source)s and i.fingerprint = n.fingerprint)"""
_NOTE: Final = 'insert into {changes} (entry_id, kind, "on", reason, basis, before, after)'

# 94 random bits as sixteen characters, as common.ids draws them.
INSERT: Final = f"""{_NEW}
insert into {{table}} (public_id, scheme_id, subject_id, source, data, secret, end_reason, {{columns}})
select translate(encode(substring(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) from 9 for 12), 'base64'), '+/', '-_'),
       %(scheme)s, s.id, n.named, n.data, n.secret, '', {{values}}
from n join records_subject s on s.key = n.subject_key where {_UNKNOWN}
"""
REMEMBER: Final = f"""{_NEW}
insert into blacklist_importedrow (source_id, fingerprint, digest, entry_id)
select %(source)s, n.fingerprint, n.digest, e.id
from n join {{table}} e on e.source = n.named and e.ended_on is null where {_UNKNOWN}
"""
CHANGE: Final = f"""{_NEW}, moved as (
    select i.entry_id, {{before}} as before, {{after}} as after, n.*
    from n {_KNOWN} and i.digest <> n.digest join {{table}} e on e.id = i.entry_id and e.ended_on is null
), touched as (
    update {{table}} e set {{sets}}, data = n.data, secret = n.secret
    from moved n where e.id = n.entry_id returning e.id, n.before, n.after
)
{_NOTE} select id, 'modified', %(on)s, '{CHANGED}', '{_BY}', before, after from touched
"""
KEPT_OFF: Final = f"""{_NEW}
select count(*) from n {_KNOWN} join {{table}} e on e.id = i.entry_id where e.ended_on is not null
"""
FOLLOW: Final = f"""{_NEW}
update blacklist_importedrow i set digest = n.digest
from n where i.source_id = %(source)s and i.fingerprint = n.fingerprint and i.digest <> n.digest
"""
REMOVE: Final = f"""{_GONE}, touched as (
    update {{table}} e set ended_on = %(on)s, end_reason = '{LET_GO}'
    from gone g where e.id = g.entry_id and e.ended_on is null returning e.id
)
{_NOTE} select id, 'ended', %(on)s, '{LET_GO}', '{_BY}', jsonb_build_object('ended_on', null, 'end_reason', ''),
    jsonb_build_object('ended_on', %(on)s::date, 'end_reason', '{LET_GO}') from touched
"""
FORGET: Final = f"{_GONE} delete from blacklist_importedrow i using gone g where i.id = g.id"

UNKNOWN_SUBJECTS: Final = """
select distinct on (d.subject_key) nextval(pg_get_serial_sequence('records_subject', 'id')), d.subject_line
from blacklist_deliveredrow d
where d.delivery_id = %s and not exists (select from records_subject s where s.key = d.subject_key)
order by d.subject_key, d.id
"""
