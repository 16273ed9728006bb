"""A frozen queryset answers as the queryset it was made from, without being compiled again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from catalog.models import CatalogItem
from catalog.selectors import in_force
from common.frozen import Frozen

pytestmark = pytest.mark.django_db


def rows(on: date, code: str) -> QuerySet[CatalogItem]:
    items = CatalogItem.objects.filter(in_force(on), code__gte=code).exclude(name__contains="100%")
    return items.select_related("basis", "edition").defer("name").order_by("-code", "id")


def test_the_same_rows_with_what_belongs_to_them_in_one_query() -> None:
    frozen = Frozen("test_frozen_items", rows, on="date", code="text")
    for on, code in ((date(2026, 5, 4), ""), (date(2026, 5, 4), "xzx"), (date(2001, 1, 1), "")):
        wanted = list(rows(on, code))
        with CaptureQueriesContext(connection) as queries:
            found = frozen.rows(on=on, code=code)
            named = [(one.pk, one.code, one.basis.pk, one.edition.name, one.subject_kinds) for one in found]
        assert named == [
            (one.pk, one.code, one.basis.pk, one.edition.name, one.subject_kinds) for one in wanted
        ]
        assert len(queries) <= 2  # the statement is prepared once a connection
        assert all(one.get_deferred_fields() == {"name"} for one in found)
    assert rows(date(2026, 5, 4), "").exists()


def test_a_value_that_is_not_used_as_it_is_would_be_asked_once_and_for_ever() -> None:
    def later(on: date) -> QuerySet[CatalogItem]:
        return CatalogItem.objects.filter(effective_from__gte=on + timedelta(days=30))

    with pytest.raises(ImproperlyConfigured, match="on"):
        Frozen("test_frozen_later", later, on="date").rows(on=date(2026, 5, 4))
