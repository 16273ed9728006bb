"""Objections that something was never handed in: what was named, and the record that was handed in since."""

from pathlib import Path

import common.db
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable

REVERSE = """
drop trigger repair_omission_gate on repair_case; drop function repair_omission_gate();
drop trigger repair_omission_fixed on repair_omission; drop function repair_omission_fixed();
create or replace function erase_repair_case(one bigint, person bigint) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update public.repair_case
    set secret = '', code_digest = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), salt = gen_random_uuid(),
        reasons = case when reasons = '' then '' else '（已删除）' end
    where id = one and subject_id = person and closed_on is not null;
    if not found then
        raise exception 'case % is open, or not about the person', one using errcode = 'restrict_violation';
    end if;
    update public.repair_casestep set note = '' where case_id = one;
    update public.repair_material set note = case when note = '' then '' else '（已删除）' end where case_id = one;
    update public.repair_falsecommitment set facts = '（已删除）' where case_id = one;
end $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0007_saved_filter'),
        ('blacklist', '0014_kinds_on_their_days'),
        ('records', '0016_kinds_on_their_days'),
        ('repair', '0006_readings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Omission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('organisation', '法人及非法人组织'), ('person', '自然人'), ('self_employed', '个体工商户')], max_length=16, verbose_name='主体类别')),
                ('key', models.CharField(max_length=140, verbose_name='识别键')),
                ('shown_name', models.CharField(help_text='自然人为脱敏姓名', max_length=200, verbose_name='名称')),
                ('uscc', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                ('item_code', models.CharField(max_length=40, verbose_name='事项代码')),
                ('item_name', models.CharField(max_length=200, verbose_name='事项')),
                ('document_number', models.CharField(blank=True, max_length=128, verbose_name='文书号')),
                ('issuer_name', models.CharField(max_length=200, verbose_name='作出单位')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='作出日期')),
                ('salt', models.UUIDField(db_default=common.db.RandomUUID(), editable=False)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='omission', to='repair.case')),
                ('record', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.creditrecord', verbose_name='已报送的记录')),
            ],
            options={
                'verbose_name': '遗漏的信息',
                'verbose_name_plural': '遗漏的信息',
                'indexes': [models.Index(fields=['key', 'item_code'], name='omission_key')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_about_one_thing',
        ),
        migrations.AlterField(
            model_name='case',
            name='remedy',
            field=models.CharField(blank=True, choices=[('ended', '停止公示、共享和使用'), ('corrected', '更正内容'), ('supplied', '补充报送')], max_length=16, verbose_name='更正方式'),
        ),
        migrations.AlterField(
            model_name='case',
            name='subject',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.subject'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entry__isnull', True), ('record__isnull', False), ('subject__isnull', False)), models.Q(('entry__isnull', False), ('record__isnull', True), ('subject__isnull', False)), models.Q(('entry__isnull', True), ('grounds', 'omitted'), ('kind', 'objection'), ('record__isnull', True)), models.Q(('entry__isnull', True), ('kind', 'review'), ('previous__isnull', False), ('record__isnull', True)), _connector='OR'), name='case_about_one_thing'),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), REVERSE),
        TrackTable("repair_omission", 57),
    ]
