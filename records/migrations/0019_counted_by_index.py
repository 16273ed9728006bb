from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0018_kinds_that_ended")]

    operations = [
        migrations.RemoveIndex(model_name="creditrecord", name="record_provider"),
        migrations.AddIndex(
            model_name="creditrecord",
            index=models.Index(fields=["provider", "decision_date", "id"], name="record_provider"),
        ),
    ]
