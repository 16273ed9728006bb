"""Which subject rows are one body, decided by two officers, and the names a body was known by."""

from pathlib import Path

import common.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable, TrackTable

SQL = Path(__file__).with_name("0008_identity.sql")
REVERSE = """
drop trigger records_identity_fixed on records_identitychange; drop function records_identity_fixed();
drop trigger records_subject_pointer_new on records_subject; drop trigger records_subject_pointer on records_subject;
drop function records_subject_pointer();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_initial'),
        ('records', '0007_found_in_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IdentityChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, unique=True)),
                ('kind', models.CharField(choices=[('merge', '合并'), ('split', '拆分')], max_length=8, verbose_name='种类')),
                ('target', models.JSONField(blank=True, default=dict, verbose_name='拆出的主体')),
                ('record_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='拆出的记录')),
                ('ground', models.CharField(choices=[('identifier', '代码相同'), ('document', '文书写明两个主体')], max_length=16, verbose_name='理由种类')),
                ('shared_code', models.CharField(blank=True, max_length=120, verbose_name='相同的代码')),
                ('document_kind', models.CharField(blank=True, max_length=100, verbose_name='文书种类')),
                ('document_number', models.CharField(blank=True, max_length=128, verbose_name='文书号')),
                ('document_issuer', models.CharField(blank=True, max_length=200, verbose_name='文书出具机关')),
                ('document_date', models.DateField(blank=True, null=True, verbose_name='文书日期')),
                ('reason', models.CharField(max_length=300, verbose_name='原因')),
                ('basis', models.CharField(max_length=300, verbose_name='依据')),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                ('granted', models.BooleanField(null=True, verbose_name='同意')),
                ('decision_note', models.CharField(blank=True, max_length=300, verbose_name='审核意见')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                ('undo_reason', models.CharField(blank=True, max_length=300, verbose_name='撤销原因')),
                ('undo_basis', models.CharField(blank=True, max_length=300, verbose_name='撤销依据')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject', verbose_name='保留的主体')),
                ('other', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject', verbose_name='另一主体')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '主体识别变更',
                'verbose_name_plural': '主体识别变更',
                'permissions': [('propose_identity', '提出主体合并、拆分'), ('decide_identity', '审核主体合并、拆分，登记更名')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='identity_two_officers'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('granted__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('granted__isnull', False)), _connector='OR'), name='identity_decided_whole'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ground', 'identifier'), models.Q(('shared_code', ''), _negated=True)), models.Q(('document_date__isnull', False), ('ground', 'document'), models.Q(('document_kind', ''), _negated=True), models.Q(('document_number', ''), _negated=True), models.Q(('document_issuer', ''), _negated=True)), _connector='OR'), name='identity_never_on_name_alone'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'merge'), ('other__isnull', False), ('record_ids', []), models.Q(('other', models.F('kept')), _negated=True)), models.Q(('kind', 'split'), models.Q(('record_ids', []), _negated=True)), _connector='OR'), name='identity_of_two_bodies'),
                    models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('basis', ''), _negated=True)), name='identity_says_why'),
                    models.CheckConstraint(condition=models.Q(('undone_at__isnull', True), models.Q(('granted', True), ('undone_by__isnull', False), models.Q(('undo_reason', ''), _negated=True), models.Q(('undo_basis', ''), _negated=True)), _connector='OR'), name='identity_undone_says_why'),
                    models.UniqueConstraint(condition=models.Q(('granted', True), ('kind', 'merge'), ('undone_at__isnull', True)), fields=('other',), name='identity_merged_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SubjectName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='名称')),
                ('normal_name', models.CharField(max_length=200, verbose_name='检索名称')),
                ('grams', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), default=list, size=None, verbose_name='检索词')),
                ('source', models.CharField(choices=[('record', '报送的记录'), ('decision', '更名登记')], max_length=8, verbose_name='来源')),
                ('item_code', models.CharField(blank=True, max_length=40, verbose_name='事项代码')),
                ('first_on', models.DateField(blank=True, null=True, verbose_name='最早见于')),
                ('last_on', models.DateField(blank=True, null=True, verbose_name='最近见于')),
                ('used_until', models.DateField(blank=True, null=True, verbose_name='使用至')),
                ('document', models.CharField(blank=True, max_length=300, verbose_name='更名依据')),
                ('subject', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='names', to='records.subject')),
            ],
            options={
                'verbose_name': '主体曾用名',
                'verbose_name_plural': '主体曾用名',
                'constraints': [
                    models.UniqueConstraint(fields=('subject', 'normal_name'), name='subjectname_once'),
                ],
                'indexes': [
                    django.contrib.postgres.indexes.GinIndex(fields=['grams'], name='subjectname_grams'),
                ],
            },
        ),
        migrations.AddField(
            model_name='subject',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_index=False, help_text='只由主体识别变更设定和清除（records.identity）', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='records.subject', verbose_name='已并入'),
        ),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='subject_merged'),
        ),
        migrations.AddIndex(
            model_name='subject',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('codes', {}), _negated=True), fields=['codes'], name='subject_codes', opclasses=['jsonb_path_ops']),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), REVERSE),
        TrackTable("records_identitychange", 130),
        TrackTable("records_subjectname", 131),
        RebaseTable("records_subject"),
    ]
