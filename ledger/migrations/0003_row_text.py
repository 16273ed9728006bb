"""Digests of rows over their text by SHA-512, cut to 256 bits; see 0003_row_text.sql."""

from pathlib import Path

from django.db import migrations


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_stored_files")]

    operations = [migrations.RunSQL(_sql("0003_row_text.sql"), _sql("0003_row_text_reverse.sql"))]
