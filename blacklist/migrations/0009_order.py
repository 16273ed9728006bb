"""A review and a decision come on or after the day of every earlier step, service among them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("0009_order.sql")


class Migration(migrations.Migration):
    dependencies = [("blacklist", "0008_imports")]

    # nothing to take back: the stricter function serves the earlier state as well
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
