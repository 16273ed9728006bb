"""Put the reference tables of this room under the ledger."""

from django.db import migrations

from ledger.operations import TrackTable


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        TrackTable("catalog_legalbasis", 10),
        TrackTable("catalog_catalogedition", 11),
        TrackTable("catalog_catalogitem", 12),
        TrackTable("catalog_fielddefinition", 13),
        TrackTable("catalog_publicationregime", 14),
        TrackTable("catalog_publicationtier", 15),
        TrackTable("catalog_providerroute", 16),
    ]
