"""Consents of natural persons; gates G6 and G7 for persons; periods that start on the day their regime says."""

from importlib import import_module
from pathlib import Path

import common.db
import common.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from ledger.operations import RebaseTable, TrackTable
from records.rules.persons import birth_date

gates = import_module("records.migrations.0002_gates")
evidence = import_module("records.migrations.0004_evidence")
# Ending a record, or noting that it is over, is never stopped; what could let it live on is judged.
CHANGED = """(select w.* from new_rows w join old_rows o on o.id = w.id
          where (w.item_id, w.item_code, w.decision_date, w.subject_id, w.shared_until, w.used_until, w.published_until)
             is distinct from
                (o.item_id, o.item_code, o.decision_date, o.subject_id, o.shared_until, o.used_until, o.published_until)
             or o.ended_on is not null and (w.ended_on is null or w.ended_on > o.ended_on))"""
REVIVED = "exists (select from old_rows o where o.id = n.id and o.ended_on is not null)"
CREATE = """
create trigger records_persons_{event} after {event} on records_creditrecord referencing {tables}
for each statement execute function records_persons_{event}();
alter table records_creditrecord enable always trigger records_persons_{event};
"""
REVERSE = """
grant delete, truncate on records_consent to credit_app;
drop trigger records_consent_withdrawn on records_consent; drop function records_consent_withdrawn();
drop trigger records_consent_fixed on records_consent; drop function records_consent_fixed();
drop function records_publication_refusal(text, text, int, date, date, boolean, date);
drop function records_collection_refusal(text, text, date, date, date);
drop function records_consent_until(text, text, text, text, date);
"""


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _with_effective_date(changed: str) -> str:
    """A period may count from the day a document took effect, so a change of that day is judged, too."""
    return changed.replace("(w.item_id", "(w.effective_date, w.item_id").replace(
        "(o.item_id", "(o.effective_date, o.item_id"
    )


def _gates(event: str, rows: str) -> migrations.RunSQL:
    references = "".join(
        gates.REFERENCE.format(column=column, parent=parent) for column, parent in gates.PARENTS.items()
    )
    function = _sql("0006_gates.sql").replace("{references}", references)
    return migrations.RunSQL(
        function.replace("{event}", event).replace("{rows}", rows), migrations.RunSQL.noop
    )


def _limits(event: str, rows: str) -> migrations.RunSQL:
    text = _sql("0006_limits.sql").replace("{barring}", f"{evidence.FINAL}, 'repaired'")
    return migrations.RunSQL(
        text.replace("{event}", event).replace("{rows}", rows), migrations.RunSQL.noop
    )


def _persons(event: str, rows: str, always: str) -> migrations.RunSQL:
    function = _sql("0006_persons_gate.sql").replace("{event}", event).replace("{rows}", rows)
    return migrations.RunSQL(
        function.replace("{always}", always) + CREATE.format(event=event, tables=gates.REFERENCING[event]),
        f"drop trigger records_persons_{event} on records_creditrecord; drop function records_persons_{event}();",
    )


def fill_birth_years(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Persons recorded before the column existed: the year stands in the sealed identity number."""
    from records.contents import secret_of_subject  # its room is loaded by now

    persons = apps.get_model("records", "Subject").objects.using(editor.connection.alias).filter(kind="person")
    for person in persons.iterator(chunk_size=1000):
        secret = secret_of_subject(person)
        if born := birth_date(secret.get("document_kind", ""), secret.get("document", "")):
            persons.filter(pk=person.pk).update(birth_year=born.year)


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_track'),
        ('ledger', '0001_initial'),
        ('catalog', '0006_period_start'),
        ('records', '0005_suspension'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='subject',
            name='birth_year',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='出生年份'),
        ),
        migrations.CreateModel(
            name='ConsentRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='代号')),
                ('max_months', models.PositiveSmallIntegerField(verbose_name='同意最长月数')),
                ('child_age', models.PositiveSmallIntegerField(verbose_name='由监护人同意的年龄（不满）')),
                ('adult_age', models.PositiveSmallIntegerField(verbose_name='成年年龄')),
                ('basis_clause', models.CharField(blank=True, max_length=100, verbose_name='依据条款')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '自然人同意规则',
                'verbose_name_plural': '自然人同意规则',
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, unique=True, verbose_name='登记号')),
                ('key', models.CharField(db_index=True, max_length=140, verbose_name='识别键')),
                ('kind', models.CharField(choices=[('collection', '归集（可含共享、使用）'), ('publication', '向社会公开（单独同意）')], max_length=16, verbose_name='种类')),
                ('purpose', models.CharField(max_length=200, verbose_name='目的')),
                ('items', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='内容（目录事项）')),
                ('method', models.CharField(max_length=200, verbose_name='方式')),
                ('scope', models.CharField(max_length=300, verbose_name='用途和范围')),
                ('allows', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('sharing', '共享给有履职目的的单位'), ('use', '作为守信激励、失信惩戒等的依据')], max_length=16), blank=True, default=list, size=None, verbose_name='同意的处理')),
                ('rights_told', models.BooleanField(verbose_name='已告知权利和义务')),
                ('given_by', models.CharField(choices=[('self', '本人'), ('guardian', '监护人'), ('both', '本人和监护人')], max_length=16, verbose_name='同意人')),
                ('relation', models.CharField(blank=True, max_length=40, verbose_name='监护关系')),
                ('means', models.CharField(choices=[('paper', '窗口签署纸质文书'), ('online', '网上确认')], max_length=16, verbose_name='同意方式')),
                ('document_number', models.CharField(max_length=128, verbose_name='同意书编号')),
                ('secret', models.BinaryField(help_text='本人和监护人的姓名、证件', verbose_name='加密内容')),
                ('given_on', models.DateField(verbose_name='同意日期')),
                ('valid_from', models.DateField(verbose_name='有效期自')),
                ('valid_until', models.DateField(verbose_name='有效期至')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='登记时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                ('withdrawn_means', models.CharField(blank=True, choices=[('paper', '窗口签署纸质文书'), ('online', '网上确认')], max_length=16, verbose_name='撤回方式')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='agencies.agency', verbose_name='取得单位')),
                ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='接口客户端')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
            ],
            options={
                'verbose_name': '自然人同意',
                'verbose_name_plural': '自然人同意',
                'permissions': [('register_consent', '登记自然人的同意和撤回'), ('serve_person', '在窗口为本人出具信用信息报告')],
                'indexes': [models.Index(fields=['agency', '-id'], name='consent_agency'), django.contrib.postgres.indexes.GinIndex(fields=['items'], name='consent_items')],
                'constraints': [models.CheckConstraint(condition=models.Q(('key__startswith', 'person:')), name='consent_of_a_person'), models.CheckConstraint(condition=models.Q(('valid_from__gte', models.F('given_on')), ('valid_until__gte', models.F('valid_from'))), name='consent_dates_in_order'), models.CheckConstraint(condition=models.Q(('rights_told', True)), name='consent_after_notice'), models.CheckConstraint(condition=models.Q(('items__len__gt', 0)), name='consent_has_contents'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'publication'), _negated=True), ('allows__len', 0), _connector='OR'), name='consent_to_publication_alone'), models.CheckConstraint(condition=models.Q(('given_by', 'self'), models.Q(('relation', ''), _negated=True), _connector='OR'), name='consent_guardian_has_relation'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', ''), _negated=True), models.Q(('method', ''), _negated=True), models.Q(('scope', ''), _negated=True), models.Q(('document_number', ''), _negated=True)), name='consent_says_everything'), models.CheckConstraint(condition=models.Q(('recorded_by__isnull', True), ('client__isnull', True), _connector='OR'), name='consent_recorded_by_one'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('withdrawn_means', ''), _negated=True), _connector='OR'), name='consent_withdrawal_says_how')],
            },
        ),
        migrations.RunSQL(_sql("0006_persons.sql"), REVERSE),
        _gates("insert", "new_rows"),
        _gates("update", _with_effective_date(gates.CHANGED)),
        _limits("insert", "new_rows"),
        _limits("update", _with_effective_date(evidence.CHANGED)),
        _persons("insert", "new_rows", "true"),
        _persons("update", CHANGED, REVIVED),
        migrations.RunPython(fill_birth_years, migrations.RunPython.noop),
        RebaseTable("records_subject"),
        TrackTable("records_consentrule", 120),
        TrackTable("records_consent", 121),
    ]
