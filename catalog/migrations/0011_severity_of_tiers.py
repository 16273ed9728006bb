"""How grave the conduct of a tier is, as data: tiers there are take over how the program grouped their periods."""

from django.db import migrations, models

from ledger.operations import RebaseTable

TIERS = "update catalog_publicationtier set severity = case when max_months <= 3 then 1 when max_months <= 12 then 2 else 3 end"


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0010_report_period_is_stated"),
    ]

    operations = [
        migrations.AddField("publicationtier", "severity", models.PositiveSmallIntegerField(choices=[(1, "较轻"), (2, "一般"), (3, "较重")], default=2, verbose_name="行为轻重"), preserve_default=False),
        migrations.RunSQL(TIERS, migrations.RunSQL.noop),
        RebaseTable("catalog_publicationtier"),
    ]
