"""Reads of articles: what the public sees on a day, and what the authority works on."""

from datetime import date

from django.db.models import Q, QuerySet

from catalog.selectors import in_force
from portal.news.models import Article, NewsColumn
from portal.news.rules import Facts, State, state

ORDER = ("-publish_from", "-id")


def columns(on: date) -> QuerySet[NewsColumn]:
    return NewsColumn.objects.filter(in_force(on)).select_related("basis").order_by("order", "code")


def published(at: date) -> QuerySet[Article]:
    """Approved, begun, not over, not withdrawn; walk it by (-publish_from, -id)."""
    over = Q(publish_until__lt=at)
    rows = Article.objects.filter(publish_from__lte=at, withdrawn_at__isnull=True).exclude(over)
    return rows.select_related("column", "agency")


def newest(at: date, count: int) -> list[Article]:
    """For the front page; without the words."""
    return list(published(at).defer("body").order_by(*ORDER)[:count])


def articles() -> QuerySet[Article]:
    """Every article, for those who write and review."""
    return Article.objects.select_related("column", "agency", "written_by", "reviewed_by", "withdrawn_by")


def state_of(article: Article, on: date) -> State:
    return state(
        Facts(
            article.submitted_at is not None,
            article.reviewed_at is not None,
            article.withdrawn_at is not None,
            article.publish_from,
            article.publish_until,
        ),
        on,
    )
