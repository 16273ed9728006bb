"""Versions of records kept by the database, why they were made, proceedings about their documents; the gates widened."""

from pathlib import Path

import common.db
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


from ledger.operations import RebaseTable, TrackTable

FINAL = "'revoked', 'unlawful', 'void', 'not_collectable'"
REFERENCING = {
    "insert": "new table as new_rows",
    "update": "old table as old_rows new table as new_rows",
}
# A later change of the catalog must not stop a record from being ended: an update is judged by what it changes.
CHANGED = """(select w.* from new_rows w join old_rows o on o.id = w.id
          where (w.item_id, w.decision_date, w.tier_id, w.shared_until, w.fingerprint)
             is distinct from (o.item_id, o.decision_date, o.tier_id, o.shared_until, o.fingerprint))"""
REVERSE = """
revoke all on records_recordversion, records_recordchange, records_proceeding from credit_app;
drop trigger records_keep_version on records_creditrecord; drop function records_keep_version();
drop trigger records_proceeding_marks on records_proceeding; drop function records_proceeding_marks();
drop trigger records_proceeding_fixed on records_proceeding; drop function records_proceeding_fixed();
"""


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _limits(event: str, rows: str) -> migrations.RunSQL:
    filled = {"event": event, "rows": rows, "tables": REFERENCING[event], "barring": f"{FINAL}, 'repaired'"}
    text = _sql("0004_limits.sql")
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", value)
    drop = f"drop trigger records_limits_{event} on records_creditrecord; drop function records_limits_{event}();"
    return migrations.RunSQL(text, drop)


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_track'),
        ('catalog', '0005_deadlines'),
        ('records', '0003_sharing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Proceeding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('review', '行政复议'), ('litigation', '行政诉讼'), ('supervision', '自行纠正或者监督纠正')], max_length=16, verbose_name='程序')),
                ('organ', models.CharField(max_length=200, verbose_name='复议机关、法院或者纠正机关')),
                ('case_number', models.CharField(max_length=128, verbose_name='案号')),
                ('since', models.DateField(verbose_name='受理日期')),
                ('basis', models.CharField(max_length=200, verbose_name='依据')),
                ('marked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='登记时间')),
                ('outcome', models.CharField(blank=True, choices=[('upheld', '维持'), ('dismissed', '驳回申请或者诉讼请求'), ('dropped', '撤回申请或者起诉，程序终止'), ('changed', '变更（含部分撤销）'), ('revoked', '撤销'), ('unlawful', '确认违法'), ('void', '确认无效'), ('cancelled', '登记有误，取消标注')], max_length=16, verbose_name='结果')),
                ('outcome_document', models.CharField(blank=True, max_length=128, verbose_name='结果文书号')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='结果文书日期')),
                ('outcome_at', models.DateTimeField(blank=True, null=True, verbose_name='结果登记时间')),
                ('due', models.DateField(blank=True, null=True, verbose_name='撤回或者更正期限')),
                ('due_basis', models.CharField(blank=True, max_length=300, verbose_name='期限依据')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='记录因此终止的日期')),
                ('marked_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('marked_client', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('outcome_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('outcome_client', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('record', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='proceedings', to='records.creditrecord')),
            ],
            options={
                'verbose_name': '复议、诉讼和纠正',
                'verbose_name_plural': '复议、诉讼和纠正',
                'permissions': [('mark_proceeding', '登记复议、诉讼及其结果')],
                'constraints': [
                    models.UniqueConstraint(fields=('record', 'kind', 'case_number'), name='proceeding_once'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['review', 'litigation', 'supervision']), models.Q(('organ', ''), _negated=True), models.Q(('case_number', ''), _negated=True), models.Q(('basis', ''), _negated=True)), name='proceeding_says_where'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_on__isnull', True), ('outcome', ''), ('outcome_at__isnull', True), ('outcome_document', '')), models.Q(('decided_on__gte', models.F('since')), ('outcome__in', ['upheld', 'dismissed', 'dropped', 'changed', 'revoked', 'unlawful', 'void', 'cancelled']), ('outcome_at__isnull', False), models.Q(models.Q(('outcome_document', ''), _negated=True), ('outcome', 'cancelled'), _connector='OR')), _connector='OR'), name='proceeding_outcome_whole'),
                    models.CheckConstraint(condition=models.Q(models.Q(('due__isnull', False), ('ends_on__isnull', False), ('outcome__in', ['changed', 'revoked', 'unlawful', 'void']), models.Q(('due_basis', ''), _negated=True)), models.Q(models.Q(('outcome__in', ['changed', 'revoked', 'unlawful', 'void']), _negated=True), ('due__isnull', True), ('ends_on__isnull', True)), _connector='OR'), name='proceeding_has_consequence'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('due__isnull', False)), fields=['due', 'id'], name='proceeding_due'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RecordChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='形成的版本')),
                ('kind', models.CharField(choices=[('correction', '更正'), ('withdrawal', '撤回'), ('proceeding', '登记复议或者诉讼'), ('outcome', '登记处理结果')], max_length=16, verbose_name='类别')),
                ('ground', models.CharField(blank=True, max_length=40, verbose_name='理由类别')),
                ('explanation', models.CharField(max_length=500, verbose_name='理由')),
                ('document_number', models.CharField(blank=True, max_length=128, verbose_name='依据文书号')),
                ('document_date', models.DateField(blank=True, null=True, verbose_name='依据文书日期')),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None, verbose_name='改动的字段')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='时间')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('client', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('officer', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proceeding', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='records.proceeding')),
                ('record', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='records.creditrecord')),
            ],
            options={
                'verbose_name': '更正、撤回和标注',
                'verbose_name_plural': '更正、撤回和标注',
                'permissions': [('correct_record', '更正、撤回本单位报送的信息')],
                'constraints': [
                    models.UniqueConstraint(fields=('record', 'version'), name='change_once_per_version'),
                    models.CheckConstraint(condition=models.Q(('explanation', ''), _negated=True), name='change_says_why'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RecordVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='版本')),
                ('subject_id', models.BigIntegerField(verbose_name='主体')),
                ('held_from', models.DateTimeField(verbose_name='起')),
                ('held_until', models.DateTimeField(verbose_name='止')),
                ('body', models.JSONField(verbose_name='当时的内容')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('record', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='records.creditrecord')),
            ],
            options={
                'verbose_name': '信用记录的历史版本',
                'verbose_name_plural': '信用记录的历史版本',
                'constraints': [
                    models.UniqueConstraint(fields=('record', 'number'), name='version_once'),
                    models.CheckConstraint(condition=models.Q(('held_until__gte', models.F('held_from'))), name='version_in_order'),
                ],
                'indexes': [
                    models.Index(fields=['subject_id', 'held_from'], name='version_subject'),
                ],
            },
        ),
        migrations.AddField(
            model_name='creditrecord',
            name='changed_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='最近变更时间'),
        ),
        migrations.AddField(
            model_name='creditrecord',
            name='contested',
            field=models.CharField(blank=True, choices=[('', '无'), ('review', '行政复议中'), ('litigation', '行政诉讼中'), ('litigation,review', '行政复议、行政诉讼中')], db_default='', editable=False, max_length=24, verbose_name='复议诉讼'),
        ),
        migrations.AddField(
            model_name='creditrecord',
            name='version',
            field=models.PositiveIntegerField(db_default=1, editable=False, verbose_name='版本'),
        ),
        migrations.AddIndex(
            model_name='creditrecord',
            index=models.Index(condition=models.Q(('ended_on__isnull', False)), fields=['fingerprint'], name='record_ended'),
        ),
        migrations.AddConstraint(
            model_name='creditrecord',
            constraint=models.CheckConstraint(condition=models.Q(('used_until__isnull', True), models.Q(('shared_until__gte', models.F('used_until')), ('shared_until__isnull', False)), _connector='OR'), name='record_used_is_shared'),
        ),
        migrations.AddConstraint(
            model_name='creditrecord',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__gte', models.F('decision_date'))), name='record_effective_once_decided'),
        ),
        migrations.RunSQL(_sql("0004_evidence.sql").replace("{final}", FINAL), REVERSE),
        _limits("insert", "new_rows"),
        _limits("update", CHANGED),
        RebaseTable("records_creditrecord"),
        TrackTable("records_recordversion", 27),
        TrackTable("records_recordchange", 28),
        TrackTable("records_proceeding", 29),
    ]
