"""The subjects of a file are a hundred thousand numbers: compressing them took as long as finding what stands against them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sanctions", "0011_erasure")]

    operations = [
        migrations.RunSQL(
            "alter table sanctions_screening alter subjects set storage external",
            "alter table sanctions_screening alter subjects set storage extended",
        )
    ]
