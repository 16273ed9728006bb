"""Subscriptions to changes, and the keys of subjects that a screening did not find."""

import common.db
import common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable

# What a subscription rests on cannot be another one's look-up, and nothing of it changes but that it is closed.
GATE = """
create function sanctions_gate_subscription() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if tg_op = 'UPDATE' then
        if (to_jsonb(new) - array['closed_at', 'closed_by_id']) is distinct from (to_jsonb(old) - array['closed_at', 'closed_by_id'])
           or old.closed_at is not null then
            raise exception 'a subscription can only be closed: %', old.public_id using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    if not exists (
        select from public.sanctions_screening s
        join public.records_lookup l on l.receipt = s.receipt
        join public.records_dutypurpose p on p.id = l.purpose_id
        join public.agencies_apiclient c on c.id = new.client_id
        where s.id = new.screening_id and s.agency_id = new.agency_id and s.matter_id = new.matter_id
          and p.id = new.purpose_id and p.agency_id = new.agency_id and p.valid_until >= new.ends_on
          and c.agency_id = new.agency_id) then
        raise exception 'G11 scope_exceeded: subscription %', new.public_id using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger sanctions_gate_subscription before insert or update on sanctions_subscription
    for each row execute function sanctions_gate_subscription();
alter table sanctions_subscription enable always trigger sanctions_gate_subscription;
"""
# A file writes tens of thousands of hits at once: their references are checked set by set.
HITS = """
create function sanctions_hits_refer() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if exists (select from (select distinct screening_id from written) n
               where not exists (select from public.sanctions_screening s where s.id = n.screening_id))
       or exists (select from written n left join public.records_subject s on s.id = n.subject_id where s.id is null) then
        raise exception 'a hit refers to nothing' using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;
create trigger sanctions_hits_refer after insert on sanctions_screeninghit referencing new table as written
    for each statement execute function sanctions_hits_refer();
alter table sanctions_screeninghit enable always trigger sanctions_hits_refer;

create function sanctions_hits_hold() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if tg_table_name = 'records_subject'
            and exists (select from gone o join public.sanctions_screeninghit h on h.subject_id = o.id)
       or tg_table_name = 'sanctions_screening'
            and exists (select from gone o join public.sanctions_screeninghit h on h.screening_id = o.id) then
        raise exception 'hits of a screening refer to it' using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;
create trigger sanctions_hits_hold after delete on records_subject referencing old table as gone
    for each statement execute function sanctions_hits_hold();
create trigger sanctions_hits_hold after delete on sanctions_screening referencing old table as gone
    for each statement execute function sanctions_hits_hold();
alter table records_subject enable always trigger sanctions_hits_hold;
alter table sanctions_screening enable always trigger sanctions_hits_hold;
"""
UNHITS = """
drop trigger sanctions_hits_hold on records_subject;
drop trigger sanctions_hits_hold on sanctions_screening;
drop trigger sanctions_hits_refer on sanctions_screeninghit;
drop function sanctions_hits_hold();
drop function sanctions_hits_refer();
"""
UNGATE = "drop trigger sanctions_gate_subscription on sanctions_subscription; drop function sanctions_gate_subscription();"


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0006_province_send_scope'),
        ('records', '0012_agreement'),
        ('sanctions', '0008_keep'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='screening',
            name='unknown',
            field=models.JSONField(help_text='主体键，以第几户为名；自然人为带密钥的摘要', null=True, verbose_name='平台没有的主体'),
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.ids.public_id, max_length=24, unique=True)),
                ('starts_on', models.DateField(verbose_name='开始日期')),
                ('ends_on', models.DateField(verbose_name='最后一天')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='提前结束')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='订阅单位')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='接口客户端')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sanctions.matter', verbose_name='事项')),
                ('purpose', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.dutypurpose', verbose_name='履职目的')),
                ('screening', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='sanctions.screening', verbose_name='查询比对')),
            ],
            options={
                'verbose_name': '变更订阅',
                'verbose_name_plural': '变更订阅',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveIntegerField(verbose_name='第几户')),
                ('subject_key', models.CharField(max_length=150, verbose_name='主体键')),
                ('state', models.CharField(default='', max_length=32)),
                ('changed_at', models.DateTimeField(null=True, verbose_name='最近变更')),
                ('subscription', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='sanctions.subscription')),
            ],
            options={
                'verbose_name': '订阅的主体',
                'verbose_name_plural': '订阅的主体',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SubscriptionNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='发现时间')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('watch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='sanctions.watch')),
            ],
            options={
                'verbose_name': '变更通知',
                'verbose_name_plural': '变更通知',
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['agency', '-id'], name='subscription_agency'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='subscription_dates'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('screening',), name='subscription_once'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(fields=('subscription', 'ordinal'), name='watch_once'),
        ),
        migrations.AlterField(
            "screeninghit", "screening",
            models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT,
                              related_name="hit_rows", to="sanctions.screening"),
        ),
        migrations.AlterField(
            "screeninghit", "subject",
            models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT,
                              related_name="+", to="records.subject"),
        ),
        migrations.RunSQL(GATE, UNGATE),
        migrations.RunSQL(HITS, UNHITS),
        TrackTable("sanctions_subscription", 46),
        TrackTable("sanctions_subscriptionnotice", 47),
    ]
