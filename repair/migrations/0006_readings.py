"""Who opened which paper of a case, for what."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable

FIXED = """
create trigger repair_reading_fixed before update or delete on repair_materialreading
for each row execute function repair_fixed();
alter table repair_materialreading enable always trigger repair_reading_fixed;
"""

class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0006_province_send_scope'),
        ('repair', '0005_erasure'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MaterialReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(blank=True, choices=[('handling', '办理本件'), ('review', '异议复核、行政复议或者行政诉讼'), ('commitment', '核查信用修复承诺是否属实'), ('supervision', '监督检查办理情况')], max_length=16, verbose_name='用途')),
                ('refused', models.BooleanField(default=False, verbose_name='未获准')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='时间')),
                ('agency', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='repair.material')),
                ('officer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '材料查阅',
                'verbose_name_plural': '材料查阅',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('refused', True), models.Q(('purpose', ''), _negated=True), _connector='OR'), name='reading_has_purpose')],
            },
        ),
        migrations.RunSQL(FIXED, "drop trigger repair_reading_fixed on repair_materialreading"),
        TrackTable("repair_materialreading", 56),
    ]
