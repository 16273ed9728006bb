"""Put the reference tables of this room under the ledger."""

from django.db import migrations

from ledger.operations import TrackTable


class Migration(migrations.Migration):
    dependencies = [("sanctions", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        TrackTable("sanctions_measureedition", 40),
        TrackTable("sanctions_measure", 41),
    ]
