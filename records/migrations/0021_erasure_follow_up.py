from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0020_lighter_register")]

    operations = [
        migrations.AlterField(
            model_name="erasure",
            name="asked_by",
            field=models.CharField(
                choices=[
                    ("person", "本人在窗口提出"),
                    ("authority", "社会信用主管部门主动提出"),
                    ("follow_up", "依法处理的期限已过，再次提出"),
                ],
                max_length=16,
                verbose_name="提出",
            ),
        ),
    ]
