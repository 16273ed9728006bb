"""Loads the dated rows of the public site: what figures count, the columns, the terms of use of open data."""

from pathlib import Path
from typing import Any, Final

from catalog.reference import legal_bases, resolve
from common.rows import read_rows, upsert
from portal.models import OpenTerm
from portal.news.models import NewsColumn
from portal.statistics.models import FigureRule

_ROOM: Final = Path(__file__).parent
_FILES: Final[tuple[tuple[str, Any, str, str], ...]] = (
    ("统计口径", FigureRule, "statistics/reference/figures.toml", "figure"),
    ("栏目", NewsColumn, "news/reference/columns.toml", "column"),
    ("开放数据使用条款", OpenTerm, "reference/open_terms.toml", "term"),
)


def load_site_rows() -> dict[str, int]:
    """Bring the rows in; returns how many the files name, by table. Legal bases must be there already; last days that were laid down
    since stay."""
    bases = legal_bases()
    counts = {}
    for name, model, file, table in _FILES:
        rows = [model(**resolve(row, bases)) for row in read_rows(_ROOM / file, table)]
        upsert(rows, key=["code", "effective_from"], keep=["effective_until"])
        counts[name] = len(rows)
    return counts
