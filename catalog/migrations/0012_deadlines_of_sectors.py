"""Which sector has a period of its own, as data."""

from django.db import migrations, models

from ledger.operations import RebaseTable

MARKET = "update catalog_deadlinerule set special_of = 'penalty-withdraw', sector = '市场监管' where code = 'market-penalty-withdraw'"


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0011_severity_of_tiers"),
    ]

    operations = [
        migrations.AddField("deadlinerule", "special_of", models.SlugField(blank=True, default="", max_length=60, verbose_name="代替的期限"), preserve_default=False),
        migrations.AddField("deadlinerule", "sector", models.CharField(blank=True, default="", max_length=32, verbose_name="适用领域（空为全部）"), preserve_default=False),
        migrations.RunSQL(MARKET, migrations.RunSQL.noop),
        RebaseTable("catalog_deadlinerule"),
    ]
