"""Put the reference tables of this room under the ledger."""

from django.db import migrations

from ledger.operations import TrackTable


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        TrackTable("agencies_agency", 1),
        TrackTable("agencies_officer", 2, ignoring=("last_login", "password")),
        TrackTable("agencies_apiclient", 3, ignoring=("client_secret",)),
    ]
