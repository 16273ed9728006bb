"""What happened to an honour, as it is kept of a list entry."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import common.db
from ledger.operations import TrackTable

SQL = Path(__file__).with_name("0015_honour_changes.sql")
BEFORE = Path(__file__).with_name("0013_erasure.sql").read_text(encoding="utf-8")
REVERSE = (
    "drop trigger honour_entry_fixed on blacklist_honourentry; drop function blacklist_honour_fixed();"
    + BEFORE[BEFORE.index("create function erase_honour") :].split("end $$;")[0].replace("create f", "create or replace f")
    + "end $$;"
)


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("blacklist", "0014_kinds_on_their_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="HonourChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("listed", "列入"), ("modified", "变更"), ("suspended", "暂停执行"), ("resumed", "恢复执行"), ("ended", "移出")], max_length=12, verbose_name="事项")),
                ("on", models.DateField(verbose_name="日期")),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="登记时间")),
                ("reason", models.CharField(max_length=500, verbose_name="原因")),
                ("basis", models.CharField(max_length=300, verbose_name="依据")),
                ("before", models.JSONField(default=dict, verbose_name="变更前")),
                ("after", models.JSONField(default=dict, verbose_name="变更后")),
                ("salt", models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="blacklist.honourentry")),
                ("officer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "诚信名单条目变更",
                "verbose_name_plural": "诚信名单条目变更",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), REVERSE),
        TrackTable("blacklist_honourchange", 39),
    ]
