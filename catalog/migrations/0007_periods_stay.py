"""The periods of a regime in force do not change: another regime follows it."""

from pathlib import Path

from django.db import migrations

REVERSE = """
drop trigger tier_stays on catalog_publicationtier; drop trigger regime_stays on catalog_publicationregime;
drop function catalog_periods_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_period_start")]

    operations = [
        migrations.RunSQL(Path(__file__).with_name("0007_periods_stay.sql").read_text(encoding="utf-8"), REVERSE)
    ]
