"""An end that a proceeding demands is not taken back, though the record had ended before for another reason."""

from pathlib import Path

from django.db import migrations

evidence = Path(__file__).with_name("0004_evidence.sql").read_text(encoding="utf-8")
_FINAL = "'revoked', 'unlawful', 'void', 'not_collectable'"
_BEFORE = evidence[evidence.index("create function records_keep_version") : evidence.index("end $$;")] + "end $$;"
BEFORE = _BEFORE.replace("create function", "create or replace function").replace("{final}", _FINAL)
# A changed document demands it from its deadline on, unless the agency has drawn the consequence.
_DEMANDED = """
    if old.ended_on < coalesce(new.ended_on, 'infinity') and exists (
        select from public.records_proceeding p
        where p.record_id = old.id and p.ends_on < coalesce(new.ended_on, 'infinity')
          and (p.outcome in ('revoked', 'unlawful', 'void')
               or p.ends_on <= (greatest(new.changed_at, clock_timestamp()) at time zone 'Asia/Shanghai')::date
                  and not exists (select from public.records_recordchange c
                                  where c.proceeding_id = p.id and c.kind in ('correction', 'withdrawal')))) then
        raise exception 'G3 document_not_effective: the document of record % was set aside or changed', old.id
            using errcode = 'check_violation';
    end if;
"""
AFTER = BEFORE.replace("    new.version :=", f"{_DEMANDED.lstrip(chr(10))}    new.version :=", 1)


class Migration(migrations.Migration):
    dependencies = [("records", "0021_erasure_follow_up")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
