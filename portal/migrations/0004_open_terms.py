"""Terms of use of the open data, as dated rows."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

from ledger.operations import TrackTable


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0009_what_items_are_held_to'),
        ('portal', '0003_news'),
    ]

    operations = [
        migrations.CreateModel(
            name='OpenTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('code', models.SlugField(max_length=40, verbose_name='代号')),
                ('order', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('name', models.CharField(max_length=40, verbose_name='标题')),
                ('text', models.CharField(max_length=500, verbose_name='内容')),
                ('basis_clause', models.CharField(help_text='照这里的写法显示', max_length=200, verbose_name='依据的文件和条款')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '开放数据使用条款',
                'verbose_name_plural': '开放数据使用条款',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func('effective_from', 'effective_until', models.Value('[]'), function='daterange'), '&&')], name='open_term_one_in_force')],
            },
        ),
        TrackTable("portal_openterm", 174),
    ]
