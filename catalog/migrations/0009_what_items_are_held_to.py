"""Which standard an item's form is held to, whether it is watched as double publicity and by which route alone it comes, as
data: items and drafts there are take over what the program said of them."""

from django.db import migrations, models

from ledger.operations import RebaseTable

ITEMS = """
update catalog_catalogitem set form_basis = '“双公示”数据标准（发改办财金〔2018〕424号）', double_publicity = true
where code in ('xzxk', 'xzcf');
update catalog_catalogitem set only_route = case when code in ('sxbzxr', 'xjss') then 'court' else 'provincial_system' end
where code in ('xzxk', 'xzcf', 'xzqz', 'xzqr', 'xzzs', 'xzjf', 'xzcj', 'xzbc', 'xzjl', 'xzjc', 'sxbzxr', 'xjss');
"""
DRAFTS = """
update catalog_editiondraft set items = (
    select jsonb_agg(item || jsonb_build_object(
        'form_basis', coalesce(known.form_basis, ''), 'double_publicity', coalesce(known.double_publicity, false),
        'only_route', coalesce(known.only_route, '')) order by place)
    from jsonb_array_elements(items) with ordinality as drafted (item, place)
    left join lateral (select * from catalog_catalogitem c where c.code = item ->> 'code' limit 1) known on true)
where items <> '[]'
"""
ROUTES = [
    ("county", "县（区）、乡（镇）单位报上级主管部门或市平台"), ("city", "市级单位报市平台"),
    ("provincial_system", "经省填报系统推送，市平台接收副本"), ("court", "市中级人民法院报市平台"),
    ("utility", "公用企事业单位按约定报市平台"), ("upward", "市平台报省平台"),
]  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0008_document_kinds"),
    ]

    operations = [
        migrations.AddField("catalogitem", "form_basis", models.CharField(blank=True, default="", max_length=100, verbose_name="报送内容的数据标准"), preserve_default=False),
        migrations.AddField("catalogitem", "double_publicity", models.BooleanField(default=False, verbose_name="按“双公示”监测")),
        migrations.AddField("catalogitem", "only_route", models.CharField(blank=True, choices=ROUTES, default="", max_length=32, verbose_name="限定的渠道"), preserve_default=False),
        migrations.RunSQL([ITEMS, DRAFTS], migrations.RunSQL.noop),
        RebaseTable("catalog_catalogitem"),
    ]
