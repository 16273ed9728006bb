"""Put what supervision says under the ledger, and with it the calendar on which every deadline rests."""

from django.db import migrations

from ledger.operations import TrackTable


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0001_initial"),
        ("common", "0002_calendar_officer_rows"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        TrackTable("supervision_clue", 60),
        TrackTable("supervision_gapexplanation", 61),
        TrackTable("common_calendarday", 62),
    ]
