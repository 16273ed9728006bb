"""Files handed in stand under the ledger: `common` may not know it, so its table is tracked from here."""

from django.db import migrations

from ledger.operations import TrackTable


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("common", "0003_storedfile")]

    operations = [TrackTable("common_storedfile", 140)]
