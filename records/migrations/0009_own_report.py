"""The paper of a consent, and the report of a person about themselves with its row in the register of look-ups."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable, TrackTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_track'),
        ('common', '0003_storedfile'),
        ('ledger', '0001_initial'),
        ('records', '0008_identity'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=22, unique=True, verbose_name='报告编号')),
                ('sha256', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('size', models.PositiveIntegerField(verbose_name='字节数')),
                ('issued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='出具时间')),
                ('lookup', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='report', to='records.lookup')),
            ],
            options={
                'verbose_name': '本人信用信息报告',
                'verbose_name_plural': '本人信用信息报告',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('number__regex', '^[0-9]{14}[0-9A-Z]{8}$')), name='report_number_shape'),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name='lookup',
            name='lookup_outcome_whole',
        ),
        migrations.AddField(
            model_name='consent',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.storedfile', verbose_name='同意书扫描件'),
        ),
        migrations.AlterField(
            model_name='lookup',
            name='kind',
            field=models.CharField(choices=[('query', '逐户查询'), ('export', '批量导出'), ('self', '本人查询')], max_length=8, verbose_name='方式'),
        ),
        migrations.AddConstraint(
            model_name='lookup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'answered'), ('refusal_code', ''), models.Q(('purpose__isnull', False), ('kind', 'self'), _connector='OR')), models.Q(('outcome', 'refused'), ('record_count', 0), ('subject__isnull', True), models.Q(('refusal_code', ''), _negated=True)), _connector='OR'), name='lookup_outcome_whole'),
        ),
        migrations.RunSQL(
            "revoke update, delete, truncate on records_personreport from credit_app",
            "grant update, delete on records_personreport to credit_app",
        ),
        RebaseTable("records_consent"),
        TrackTable("records_personreport", 122),
    ]
