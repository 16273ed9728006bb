"""No second open case about the same body under the same list."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("0012_one_open_case.sql")
REVERSE = """
drop trigger scheme_b_keeps_decisions on blacklist_listscheme;
drop function blacklist_scheme_keeps_decisions();
drop trigger list_case_one_open on blacklist_listcase;
drop trigger case_step_one_open on blacklist_casestep;
drop function blacklist_one_open_case();
drop function blacklist_other_open_case(bigint, text, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("blacklist", "0011_dispute"), ("records", "0008_identity")]

    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), REVERSE)]
