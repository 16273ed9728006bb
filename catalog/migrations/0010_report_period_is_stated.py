"""An item says itself within how many working days it is due: no period is assumed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0009_what_items_are_held_to"),
    ]

    operations = [
        migrations.AlterField("catalogitem", "report_within_workdays", models.PositiveSmallIntegerField(help_text="没有期限的填 0", verbose_name="报送期限（工作日）")),
    ]
