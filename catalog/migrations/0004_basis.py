"""G1 in the database: every item rests on a basis that ranks high enough and is in force, from whichever side it is written."""

from pathlib import Path

from django.db import migrations

REVERSE = """
drop trigger item_basis_suffices on catalog_legalbasis;
drop trigger item_basis_suffices on catalog_catalogitem;
drop function catalog_basis_level();
drop function catalog_item_basis();
drop function catalog_basis_suffices(text, text, text, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_drafts")]

    operations = [
        migrations.RunSQL(Path(__file__).with_name("0004_basis.sql").read_text(encoding="utf-8"), REVERSE)
    ]
