"""Digests of rows over their binary form; see 0004_binary_rows.sql."""

from pathlib import Path

from django.db import migrations


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_row_text")]

    operations = [migrations.RunSQL(_sql("0004_binary_rows.sql"), _sql("0004_binary_rows_reverse.sql"))]
