"""Where business systems that subscribed to changes are told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable


class Migration(migrations.Migration):

    dependencies = [
        ('province', '0004_incoming'),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='pushtarget',
            name='client',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='callback', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='接口客户端'),
        ),
        migrations.AddField(
            model_name='pushtarget',
            name='sealed_secret',
            field=models.BinaryField(null=True, verbose_name='签名密钥（加密）'),
        ),
        migrations.AddConstraint(
            model_name='pushtarget',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('client__isnull', True), ('sealed_secret__isnull', True)), models.Q(('client__isnull', False), ('format', 'webhook'), ('sealed_secret__isnull', False), models.Q(('url', ''), _negated=True)), _connector='OR'), name='push_target_callback_whole'),
        ),
        RebaseTable("province_pushtarget"),
    ]
