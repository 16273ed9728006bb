"""Files of subjects to be screened."""

import common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0003_lists_scope'),
        ('sanctions', '0004_applied'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ScreeningFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, unique=True)),
                ('purpose_code', models.CharField(max_length=60, verbose_name='履职目的')),
                ('matter_code', models.CharField(max_length=60, verbose_name='事项')),
                ('filename', models.CharField(max_length=200, verbose_name='文件名')),
                ('format', models.CharField(max_length=16, verbose_name='格式')),
                ('stored_as', models.CharField(blank=True, max_length=32)),
                ('result_as', models.CharField(blank=True, max_length=32)),
                ('status', models.CharField(choices=[('queued', '排队等待'), ('running', '正在核验'), ('done', '已完成'), ('failed', '未能处理')], db_index=True, default='queued', max_length=8)),
                ('error_detail', models.CharField(blank=True, max_length=300)),
                ('total', models.PositiveIntegerField(default=0, verbose_name='行数')),
                ('hits', models.PositiveIntegerField(default=0, verbose_name='比中')),
                ('invalid', models.PositiveIntegerField(default=0, verbose_name='没有比对')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('screening', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='file', to='sanctions.screening')),
            ],
            options={
                'verbose_name': '批量比对文件',
                'verbose_name_plural': '批量比对文件',
                'default_permissions': (),
            },
        ),
    ]
