"""Where rows were sealed anew before such events had an operation of their own, the lines begin anew."""

from django.db import migrations

ANEW = """
update province_feedprogress set made_for = '' where exists (select from ledger_context where action = 'keys.rotate')
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_sealed_anew"), ("province", "0009_measures")]

    operations = [migrations.RunSQL(ANEW, migrations.RunSQL.noop)]
