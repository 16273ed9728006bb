"""The province is told once of a change. A record has the mark that entries and measures have, moved when what is told of it changed
elsewhere; and an end that is entered on its day or later is told by its own event, not by another one of the hour after."""

from django.db import migrations, models

from ledger.operations import RebaseTable

TOLD = """
create function records_end_told() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    new.ended_noted := coalesce(least(new.shared_until + 1, new.ended_on) <= (now() at time zone 'Asia/Shanghai')::date, false);
    return new;
end $$;
create trigger records_end_told before update of shared_until, ended_on on records_creditrecord for each row
when ((new.shared_until, new.ended_on) is distinct from (old.shared_until, old.ended_on))
execute function records_end_told();
"""
NOT_TOLD = "drop trigger records_end_told on records_creditrecord; drop function records_end_told();"
KEEP = """
drop trigger records_keep_version on records_creditrecord;
create trigger records_keep_version before update on records_creditrecord for each row
when (to_jsonb(old) - {messages} is distinct from to_jsonb(new) - {messages})
execute function records_keep_version();
alter table records_creditrecord enable always trigger records_keep_version;
"""
MARKED = KEEP.format(messages="array['ended_noted', 'noted_at']")


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0005_sealed_anew"),
        ("records", "0024_batches_by_range"),
    ]

    operations = [
        migrations.AddField(
            model_name="creditrecord",
            name="noted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="变化已记入留痕"),
        ),
        migrations.RunSQL(MARKED + TOLD, NOT_TOLD + KEEP.format(messages="'ended_noted'")),
        RebaseTable("records_creditrecord"),
    ]
