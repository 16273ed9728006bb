"""Erasure of entries, honours and cases about persons."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("0013_erasure.sql")
KEPT = {
    "blacklist_listcase": ("list_case_fixed", "update", "blacklist_case_fixed"),
    "blacklist_casestep": ("case_step_kept", "update or delete", "blacklist_never_deleted"),
    "blacklist_listdecision": ("list_decision_kept", "update or delete", "blacklist_never_deleted"),
    "blacklist_listentry": ("list_entry_fixed", "update", "blacklist_entry_fixed"),
    "blacklist_entrychange": ("entry_change_kept", "update or delete", "blacklist_never_deleted"),
}
REVERSE = "".join(
    f"drop trigger {name} on {table}; create trigger {name} before {event} on {table} for each row execute function {does}();"
    f" alter table {table} enable always trigger {name};"
    for table, (name, event, does) in KEPT.items()
) + "drop function erase_list_entry(bigint, bigint); drop function erase_honour(bigint, bigint);" \
    " drop function erase_list_case(bigint, bigint);"


class Migration(migrations.Migration):

    dependencies = [
        ('blacklist', '0012_one_open_case'),
        ('records', '0013_erasure'),
    ]

    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), REVERSE)]
