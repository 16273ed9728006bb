"""Invented articles, written by one officer of the credit authority and reviewed by another."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from agencies.models import Officer
from common.clock import today
from common.rows import read_rows
from portal.news.models import Article
from portal.news.selectors import columns
from portal.news.services import Words, approve_article, submit_article, write_article

WRITER: Final = "yingshang-zhuguan"
REVIEWER: Final = "yingshang-fuhe"
_FILE: Final = Path(__file__).with_name("news.toml")
_SHOWN_DAYS: Final = 180


def load_news(officers: Mapping[str, Officer]) -> int:
    """The articles of the file, the last but one still to be reviewed, the last a draft; a second call adds nothing."""
    if Article.objects.exists():
        return 0
    by_code = {column.code: column for column in columns(today())}
    rows = read_rows(_FILE, "article")
    for row in rows:
        words = Words(
            by_code[row.pop("column")], **{name: row[name] for name in ("title", "summary", "body", "source")}
        )
        article = write_article(officer=officers[WRITER], words=words)
        if row["until"] == "draft":
            continue
        submit_article(officer=officers[WRITER], article_id=article.pk)
        if row["until"] == "submitted":
            continue
        approve_article(
            officer=officers[REVIEWER],
            article_id=article.pk,
            version=article.version,
            names_nobody=True,
            publish_from=today(),
            publish_until=today() + timedelta(days=_SHOWN_DAYS) if words.column.anonymous else None,
        )
    return len(rows)
