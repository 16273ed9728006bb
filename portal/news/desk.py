"""Articles that wait for an officer of the credit authority: somebody else's to review, one's own that came back."""

from datetime import date

from django.db.models import Q
from django.urls import reverse

from agencies.models import Officer
from common.desk import Task
from portal.news.models import Article
from portal.news.services import REVIEW


def tasks(officer: Officer, on: date, *, limit: int) -> list[Task]:
    """The oldest first. No clock runs for an article."""
    if not officer.has_perm(REVIEW):
        return []
    review = Q(submitted_at__isnull=False, reviewed_at__isnull=True) & ~Q(written_by=officer)
    returned = Q(submitted_at__isnull=True, written_by=officer) & ~Q(returned_why="")
    rows = (
        Article.objects.filter(review | returned)
        .select_related("column")
        .defer("body")
        .order_by("id")[:limit]
    )
    return [_task(row) for row in rows]


def _task(row: Article) -> Task:
    what, about = ("审核", row.column.name) if row.submitted_at else ("修改", f"退回：{row.returned_why}")
    return Task("信用动态", row.title, reverse("workbench:news-article", args=[row.pk]), what, about)
