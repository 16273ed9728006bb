"""Columns and articles; what was approved cannot be rewritten."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from ledger.operations import TrackTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0007_saved_filter'),
        ('catalog', '0008_document_kinds'),
        ('portal', '0002_public_figures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NewsColumn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('mark', models.CharField(choices=[('verified', '已核对原文'), ('excerpt', '据摘录，待核对全文'), ('unverified', '来源待核')], max_length=16, verbose_name='核对情况')),
                ('code', models.SlugField(max_length=40, verbose_name='代号')),
                ('name', models.CharField(max_length=40, verbose_name='栏目')),
                ('about', models.CharField(max_length=200, verbose_name='登什么')),
                ('anonymous', models.BooleanField(verbose_name='不得出现自然人姓名')),
                ('basis_clause', models.CharField(blank=True, max_length=100, verbose_name='依据条款')),
                ('order', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.legalbasis', verbose_name='依据')),
            ],
            options={
                'verbose_name': '栏目',
                'verbose_name_plural': '栏目',
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anonymous', models.BooleanField(editable=False, help_text='写稿时栏目的要求', verbose_name='不得出现自然人姓名')),
                ('title', models.CharField(max_length=80, verbose_name='标题')),
                ('summary', models.CharField(max_length=200, verbose_name='摘要')),
                ('body', models.TextField(max_length=20000, verbose_name='正文')),
                ('source', models.CharField(max_length=100, verbose_name='来源')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='写稿时间')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='送审时间')),
                ('returned_why', models.CharField(blank=True, max_length=300, verbose_name='退回的理由')),
                ('reviewed_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                ('names_nobody', models.BooleanField(default=False, verbose_name='审核确认没有自然人姓名')),
                ('publish_from', models.DateField(blank=True, null=True, verbose_name='发布日期')),
                ('publish_until', models.DateField(blank=True, null=True, verbose_name='展示至')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤下时间')),
                ('withdrawn_why', models.CharField(blank=True, max_length=300, verbose_name='撤下的理由')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='写稿单位')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审核人')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤下人')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='写稿人')),
                ('column', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.newscolumn', verbose_name='栏目')),
            ],
            options={
                'verbose_name': '文章',
                'verbose_name_plural': '文章',
                'permissions': [('write_article', '写文章'), ('review_article', '审核和撤下文章')],
            },
        ),
        migrations.AddConstraint(
            model_name='newscolumn',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func('effective_from', 'effective_until', models.Value('[]'), function='daterange'), '&&')], name='news_column_one_in_force'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('publish_from__isnull', False), ('withdrawn_at__isnull', True)), fields=['-publish_from', '-id'], name='article_public'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publish_from__isnull', True), ('reviewed_at__isnull', True), ('reviewed_by__isnull', True)), models.Q(('reviewed_at__isnull', False), ('publish_from__isnull', False), ('reviewed_by__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='article_public_is_reviewed'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('reviewed_by__isnull', True), models.Q(('reviewed_by', models.F('written_by')), _negated=True), _connector='OR'), name='article_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', False), _negated=True), ('anonymous', False), ('names_nobody', True), _connector='OR'), name='article_case_names_nobody'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_until__gte', models.F('publish_from')), _connector='OR'), name='article_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', False), _negated=True), ('anonymous', False), ('publish_until__isnull', False), _connector='OR'), name='article_case_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_why', '')), models.Q(('reviewed_at__isnull', False), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_why', ''), _negated=True)), _connector='OR'), name='article_withdrawn_says_why'),
        ),
        migrations.RunSQL(
            Path(__file__).with_name("0003_news.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION portal_article_stays() CASCADE",
        ),
        TrackTable("portal_newscolumn", 172),
        TrackTable("portal_article", 173),
    ]
