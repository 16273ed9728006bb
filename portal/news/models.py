"""Columns (dated rows) and articles. What an article's state is follows from its dates."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, Officer
from catalog.models import in_force_constraint
from portal.site_rows import SiteRow

_REVIEWED = Q(reviewed_at__isnull=False)


class NewsColumn(SiteRow):
    """A column of the site. In one about cases (`anonymous`) no natural person is named."""

    name = models.CharField("栏目", max_length=40)
    about = models.CharField("登什么", max_length=200)
    anonymous = models.BooleanField("不得出现自然人姓名")

    class Meta:
        verbose_name = "栏目"
        verbose_name_plural = "栏目"
        constraints = [in_force_constraint("news_column_one_in_force", "code")]

    @property
    def says(self) -> str:
        return self.about


class Article(models.Model):
    """One article, from draft to withdrawal. Once approved its words stay (trigger); a correction is a new article."""

    column = models.ForeignKey(NewsColumn, verbose_name="栏目", on_delete=models.PROTECT, related_name="+")
    anonymous = models.BooleanField("不得出现自然人姓名", help_text="写稿时栏目的要求", editable=False)
    title = models.CharField("标题", max_length=80)
    summary = models.CharField("摘要", max_length=200)
    body = models.TextField("正文", max_length=20_000)
    source = models.CharField("来源", max_length=100)
    agency = models.ForeignKey(Agency, verbose_name="写稿单位", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField("版本", default=1)
    written_by = models.ForeignKey(Officer, verbose_name="写稿人", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField("写稿时间", db_default=Now())
    submitted_at = models.DateTimeField("送审时间", null=True, blank=True)
    returned_why = models.CharField("退回的理由", max_length=300, blank=True)
    reviewed_by = models.ForeignKey(
        Officer, verbose_name="审核人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    names_nobody = models.BooleanField("审核确认没有自然人姓名", default=False)
    publish_from = models.DateField("发布日期", null=True, blank=True)
    publish_until = models.DateField("展示至", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Officer, verbose_name="撤下人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_why = models.CharField("撤下的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "文章"
        verbose_name_plural = "文章"
        permissions = [("write_article", "写文章"), ("review_article", "审核和撤下文章")]
        indexes = [
            models.Index(
                fields=["-publish_from", "-id"],
                name="article_public",
                condition=Q(publish_from__isnull=False, withdrawn_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, publish_from__isnull=True)
                | _REVIEWED
                & Q(reviewed_by__isnull=False, publish_from__isnull=False, submitted_at__isnull=False),
                name="article_public_is_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("written_by")),
                name="article_four_eyes",
            ),
            models.CheckConstraint(
                condition=~_REVIEWED | Q(anonymous=False) | Q(names_nobody=True),
                name="article_case_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(publish_until__isnull=True) | Q(publish_until__gte=F("publish_from")),
                name="article_days_in_order",
            ),
            models.CheckConstraint(
                condition=~_REVIEWED | Q(anonymous=False) | Q(publish_until__isnull=False),
                name="article_case_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why="")
                | _REVIEWED
                & Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_why=""),
                name="article_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title
