"""Put the reference tables of this room under the ledger."""

from django.db import migrations

from ledger.operations import TrackTable


class Migration(migrations.Migration):
    dependencies = [("repair", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        TrackTable("repair_repairrule", 50),
    ]
