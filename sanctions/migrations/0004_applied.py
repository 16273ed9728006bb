"""Applied measures under gate G10, screenings with their hits, and feedback."""

from pathlib import Path

import common.db
import common.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable

SQL = Path(__file__).with_name("0004_applied.sql")
REVERSE = """
drop trigger list_changed on blacklist_listentry;
drop trigger list_changed on blacklist_listscheme;
drop trigger sanctions_kept on sanctions_screening;
drop trigger sanctions_kept on sanctions_screeninghit;
drop trigger sanctions_kept on sanctions_measurefeedback;
drop function sanctions_kept();
drop trigger sanctions_gate_applied on sanctions_appliedmeasure;
drop function sanctions_gate_applied();
drop function sanctions_sources_fresh(date);
drop function sanctions_applied_in_force(sanctions_appliedmeasure, date);
drop function sanctions_says(varchar[], varchar[], records_creditrecord, boolean);
drop function sanctions_record_used(records_creditrecord, date);
drop function sanctions_entry_in_force(blacklist_listentry, date);
drop function sanctions_bodies(text, text, varchar[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_track'),
        ('blacklist', '0004_cases'),
        ('records', '0003_sharing'),
        ('sanctions', '0003_list'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AppliedMeasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, unique=True)),
                ('ordered', models.BooleanField(default=True, help_text='C 类为告知，不是实施', verbose_name='实施')),
                ('informed_body', models.CharField(blank=True, max_length=200, verbose_name='告知的组织')),
                ('document_number', models.CharField(max_length=128, verbose_name='文书号')),
                ('reason', models.TextField(verbose_name='事由和裁量说明')),
                ('decided_on', models.DateField(verbose_name='决定日期')),
                ('starts_on', models.DateField(verbose_name='实施日期')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='期限至')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('lifted_on', models.DateField(blank=True, null=True, verbose_name='解除日期')),
                ('lift_document', models.CharField(blank=True, max_length=128, verbose_name='解除文书号或者办理编号')),
                ('lift_note', models.CharField(blank=True, max_length=300, verbose_name='解除说明')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applied_measures', to='agencies.agency', verbose_name='实施单位')),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='blacklist.listentry', verbose_name='所依据的名单条目')),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('matter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sanctions.matter', verbose_name='办理事项')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applied', to='sanctions.measure', verbose_name='措施')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='records.creditrecord', verbose_name='所依据的信用记录')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='records.subject', verbose_name='当事人')),
            ],
            options={
                'verbose_name': '实施的措施',
                'verbose_name_plural': '实施的措施',
                'permissions': [('apply_measure', '实施和解除奖惩措施'), ('view_all_measures', '查看全部单位实施的措施'), ('screen', '查询比对')],
                'default_permissions': (),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('entry__isnull', True), ('record__isnull', False)), models.Q(('entry__isnull', False), ('record__isnull', True)), _connector='OR'), name='applied_on_one_ground'),
                    models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='applied_dates'),
                    models.CheckConstraint(condition=models.Q(models.Q(('document_number', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='applied_has_document'),
                    models.CheckConstraint(condition=models.Q(models.Q(('informed_body', ''), ('ordered', True)), models.Q(('ordered', False), models.Q(('informed_body', ''), _negated=True)), _connector='OR'), name='applied_ordered_or_informed'),
                    models.CheckConstraint(condition=models.Q(('lifted_on__isnull', True), models.Q(('lift_document', ''), _negated=True), _connector='OR'), name='applied_lift_has_document'),
                    models.UniqueConstraint(condition=models.Q(('lifted_on__isnull', True), ('record__isnull', False)), fields=('agency', 'measure', 'record'), name='applied_once_per_record'),
                    models.UniqueConstraint(condition=models.Q(('entry__isnull', False), ('lifted_on__isnull', True)), fields=('agency', 'measure', 'entry'), name='applied_once_per_entry'),
                ],
                'indexes': [
                    models.Index(fields=['agency', '-id'], name='applied_agency'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Screening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, verbose_name='回执号')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('list_version', models.CharField(max_length=40, verbose_name='清单版本')),
                ('application', models.CharField(blank=True, max_length=64, verbose_name='受理编号')),
                ('keys', models.BinaryField(verbose_name='调用方的键（加密）')),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None, verbose_name='查到的主体')),
                ('asked', models.PositiveIntegerField(verbose_name='查询户数')),
                ('hits', models.PositiveIntegerField(verbose_name='比中户数')),
                ('feedback_due', models.DateField(verbose_name='反馈期限')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='查询单位')),
                ('lookup', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='screening', to='records.lookup')),
                ('matter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sanctions.matter', verbose_name='事项')),
            ],
            options={
                'verbose_name': '查询比对',
                'verbose_name_plural': '查询比对',
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(fields=('public_id',), name='screening_public_id'),
                ],
                'indexes': [
                    models.Index(fields=['agency', '-id'], name='screening_agency'),
                    models.Index(condition=models.Q(('hits__gt', 0)), fields=['feedback_due', 'id'], name='screening_due'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ScreeningHit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveIntegerField(verbose_name='第几户')),
                ('grounds', models.JSONField(verbose_name='措施和依据')),
                ('screening', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='hit_rows', to='sanctions.screening')),
                ('subject', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject')),
            ],
            options={
                'verbose_name': '比中',
                'verbose_name_plural': '比中',
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(fields=('screening', 'ordinal'), name='hit_once_per_subject'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MeasureFeedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure_code', models.CharField(max_length=60, verbose_name='措施')),
                ('applied', models.BooleanField(verbose_name='已实施')),
                ('document_number', models.CharField(blank=True, max_length=128, verbose_name='文书号')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='未实施的原因')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='反馈时间')),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('measure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='sanctions.appliedmeasure')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='sanctions.screeninghit', verbose_name='比中')),
            ],
            options={
                'verbose_name': '结果反馈',
                'verbose_name_plural': '结果反馈',
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(fields=('hit', 'measure_code'), name='feedback_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('applied', True), ('measure__isnull', False), models.Q(('document_number', ''), _negated=True)), models.Q(('applied', False), ('measure__isnull', True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='feedback_says_how_or_why_not'),
                    models.CheckConstraint(condition=models.Q(models.Q(('client__isnull', False), ('officer__isnull', True)), models.Q(('client__isnull', True), ('officer__isnull', False)), _connector='OR'), name='feedback_by_one'),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), REVERSE),
        TrackTable("sanctions_appliedmeasure", 44),
        TrackTable("sanctions_measurefeedback", 45),
    ]
