"""Digests of rows over their binary form; see 0004_binary_rows.sql."""

from pathlib import Path

from django.db import migrations


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


_FIRST = _sql("0001_ledger.sql")
_SNAPSHOT = _FIRST[_FIRST.index("create function ledger_snapshot") : _FIRST.index("-- Put a table under")]
# The text of rows again, every row entered in it, and the snapshot without the question for types.
BEFORE = f"""
{_sql("0003_row_text.sql")}
{_SNAPSHOT.replace("create function", "create or replace function")}
drop function ledger_digest(bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_row_text")]

    operations = [migrations.RunSQL(_sql("0004_binary_rows.sql"), BEFORE)]
