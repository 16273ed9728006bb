"""From which day a regime counts its periods, as data."""

from django.db import migrations, models

from ledger.operations import RebaseTable


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_deadlines'),
    ]

    operations = [
        migrations.AddField(
            model_name='publicationregime',
            name='start_from',
            field=models.CharField(choices=[('decision', '决定作出之日'), ('determination', '文书认定（生效）之日'), ('publication', '开始公示之日')], default='decision', max_length=16, verbose_name='起算日'),
        ),
        RebaseTable("catalog_publicationregime"),
    ]
