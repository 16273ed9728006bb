"""Put the reference tables of this room under the ledger."""

from django.db import migrations

from ledger.operations import TrackTable


class Migration(migrations.Migration):
    dependencies = [("blacklist", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        TrackTable("blacklist_listscheme", 30),
    ]
