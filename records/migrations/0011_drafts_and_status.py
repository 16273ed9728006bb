"""Drafts of on-line forms, and later states of what was recorded."""

import common.db
import common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_areas'),
        ('records', '0010_terms_and_buckets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, unique=True)),
                ('item_code', models.CharField(max_length=40, verbose_name='事项代码')),
                ('sealed', models.BinaryField(verbose_name='加密内容')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='保存时间')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.agency', verbose_name='报送单位')),
                ('officer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL, verbose_name='填写人')),
            ],
            options={
                'verbose_name': '填报草稿',
                'verbose_name_plural': '填报草稿',
                'indexes': [models.Index(fields=['officer', '-id'], name='draft_officer'), models.Index(fields=['updated_at'], name='draft_age')],
            },
        ),
        migrations.CreateModel(
            name='StatusReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(max_length=64, verbose_name='状态')),
                ('before', models.CharField(blank=True, max_length=64, verbose_name='原状态')),
                ('on', models.DateField(verbose_name='自哪一天起')),
                ('document_number', models.CharField(blank=True, max_length=128, verbose_name='依据文书号')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('reported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='报送时间')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('client', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('officer', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_reports', to='records.creditrecord', verbose_name='信用记录')),
            ],
            options={
                'verbose_name': '履约状态',
                'verbose_name_plural': '履约状态',
                'constraints': [models.CheckConstraint(condition=models.Q(('status', ''), _negated=True), name='status_report_says_what'), models.CheckConstraint(condition=models.Q(('officer__isnull', False), ('client__isnull', False), _connector='OR'), name='status_report_by_one')],
            },
        ),
        migrations.RunSQL(
            "revoke update, delete, truncate on records_statusreport from credit_app",
            "grant update, delete on records_statusreport to credit_app",
        ),
        TrackTable("records_statusreport", 133),
    ]
