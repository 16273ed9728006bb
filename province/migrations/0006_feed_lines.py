"""Ready-made lines of the feed and digests of objects, with the triggers that empty them (0006_feed_lines.sql)."""

from pathlib import Path

from django.db import migrations, models

from common.locks import lock_number
from ledger.tables import TABLES

SQL = (
    Path(__file__)
    .with_name("0006_feed_lines.sql")
    .read_text(encoding="utf-8")
    .replace("{records}", str(TABLES["records_creditrecord"]))
    .replace("{lock}", str(lock_number("province.lines", 0)))
)
REVERSE = """
drop trigger province_record_updated on records_creditrecord;
drop trigger province_record_deleted on records_creditrecord;
drop trigger province_agency_renamed on agencies_agency;
drop trigger province_subject_merged on records_subject;
drop trigger province_route_changed on catalog_providerroute;
drop function province_record_changed(); drop function province_agency_renamed();
drop function province_subject_merged(); drop function province_route_changed();
drop function province_forget(bigint[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0006_province_send_scope'),
        ('catalog', '0007_periods_stay'),
        ('province', '0005_callbacks'),
        ('records', '0012_agreement'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedLine',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='留痕位置')),
                ('tbl', models.SmallIntegerField(verbose_name='表')),
                ('object_id', models.BigIntegerField(verbose_name='对象编号')),
                ('kind', models.CharField(max_length=40, null=True, verbose_name='种类')),
                ('ends', models.DateField(null=True, verbose_name='共享的最后一天')),
                ('fragment', models.TextField(null=True, verbose_name='现成内容')),
            ],
            options={
                'verbose_name': '变更清单的一行',
                'verbose_name_plural': '变更清单',
                'default_permissions': (),
                'indexes': [models.Index(fields=['object_id'], name='feed_line_object')],
            },
        ),
        migrations.CreateModel(
            name='FeedProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField(default=0, verbose_name='已写至留痕位置')),
                ('made_for', models.CharField(default='', max_length=200, verbose_name='内容版本')),
            ],
            options={
                'verbose_name': '变更清单进度',
                'verbose_name_plural': '变更清单进度',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ObjectDigest',
            fields=[
                ('object_id', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='记录编号')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('provider_id', models.BigIntegerField(verbose_name='报送单位')),
                ('received_on', models.DateField(verbose_name='收到日期')),
                ('ends', models.DateField(verbose_name='共享的最后一天')),
                ('leaf', models.BinaryField(verbose_name='摘要')),
            ],
            options={
                'verbose_name': '对象摘要',
                'verbose_name_plural': '对象摘要',
                'default_permissions': (),
            },
        ),
        migrations.RunSQL(SQL, REVERSE),
    ]
