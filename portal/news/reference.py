"""Loads the columns."""

from pathlib import Path

from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert
from portal.news.models import NewsColumn

_FILE = Path(__file__).with_name("reference") / "columns.toml"


def load_news_columns() -> int:
    """Bring the columns in; returns how many. Legal bases must be there already."""
    bases = legal_bases()
    rows = [resolve(row, bases) for row in read_rows(_FILE, "column")]
    upsert([NewsColumn(**row) for row in rows], key=["code", "effective_from"], keep=["effective_until"])
    return len(rows)
