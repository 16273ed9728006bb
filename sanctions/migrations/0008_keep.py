"""Screenings name their register row by number and are kept as long as it is, so that clearing the register is not held up."""

import datetime

from django.db import migrations, models

KEPT = """
create or replace function sanctions_kept() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    last date;
begin
    if tg_op = 'DELETE' then
        case tg_table_name
            when 'sanctions_screening' then last := old.keep_until;
            when 'sanctions_screeninghit' then
                select s.keep_until into last from public.sanctions_screening s where s.id = old.screening_id;
            else
                select s.keep_until into last from public.sanctions_screening s
                join public.sanctions_screeninghit h on h.screening_id = s.id where h.id = old.hit_id;
        end case;
        if last < (now() at time zone 'Asia/Shanghai')::date then
            return old;
        end if;
    end if;
    raise exception '% on % refused: it is kept as it was written', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
"""
BEFORE = """
create or replace function sanctions_kept() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    raise exception '% on % refused: it is kept as it was written', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
"""
FILL = """
alter table sanctions_screening disable trigger sanctions_kept;
update sanctions_screening s set receipt = l.receipt, keep_until = l.keep_until from records_lookup l where l.id = s.lookup_id;
alter table sanctions_screening enable always trigger sanctions_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("sanctions", "0007_fresh")]
    operations = [
        migrations.AddField(
            "screening", "receipt", models.CharField("查询登记号", max_length=24, default="")
        ),
        migrations.AddField("screening", "keep_until", models.DateField("保存至", default=datetime.date.max)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField("screening", "lookup"),
        migrations.RunSQL(KEPT, BEFORE),
    ]
