"""Consents asked for on line, and the answers of the persons named."""

import common.db
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable

# What is asked stays as it was asked; an answer is given once, and whom it was asked of can only be forgotten.
SQL = """
create function records_consentrequest_fixed() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if to_jsonb(new) - '{answer,answered_at,consent_id,secret,key}'::text[]
          is distinct from to_jsonb(old) - '{answer,answered_at,consent_id,secret,key}'::text[]
       or old.answer <> '' or new.secret is not null and new.secret <> old.secret or new.key not in (old.key, '')
       or new.answer = 'given' and not exists (
            select from public.records_consent c where c.id = new.consent_id and c.key = old.key and c.agency_id = old.agency_id) then
        raise exception 'a request for consent takes one answer: %', old.number using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger records_consentrequest_fixed before update on records_consentrequest
for each row execute function records_consentrequest_fixed();
alter table records_consentrequest enable always trigger records_consentrequest_fixed;
revoke delete, truncate on records_consentrequest from credit_app;
"""
REVERSE = "drop trigger records_consentrequest_fixed on records_consentrequest; drop function records_consentrequest_fixed();"


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0006_province_send_scope'),
        ('records', '0013_erasure'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='编号')),
                ('code_digest', models.BinaryField(max_length=32, verbose_name='确认码的摘要')),
                ('key', models.CharField(blank=True, db_index=True, max_length=140, verbose_name='识别键')),
                ('secret', models.BinaryField(null=True, verbose_name='姓名、证件（加密）')),
                ('terms', models.JSONField(verbose_name='征求同意的内容')),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='征求时间')),
                ('open_until', models.DateField(verbose_name='确认期限')),
                ('answer', models.CharField(blank=True, choices=[('given', '同意'), ('refused', '不同意')], max_length=16, verbose_name='答复')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='征求单位')),
                ('consent', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='records.consent')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
            ],
            options={
                'verbose_name': '网上征求同意',
                'verbose_name_plural': '网上征求同意',
                'indexes': [models.Index(fields=['agency', '-id'], name='consentrequest_agency')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('consent__isnull', True)), models.Q(('answer', 'refused'), ('answered_at__isnull', False), ('consent__isnull', True)), models.Q(('answer', 'given'), ('answered_at__isnull', False), ('consent__isnull', False)), _connector='OR'), name='consentrequest_answer_whole'), models.CheckConstraint(condition=models.Q(('answer', ''), models.Q(('key', ''), ('secret__isnull', True)), _connector='OR'), name='consentrequest_forgets_once_answered')],
            },
        ),
        migrations.RunSQL(SQL, REVERSE),
        TrackTable("records_consentrequest", 128),
    ]
