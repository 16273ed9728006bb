"""Columns are named by a short way; a statement must not tell by which way it came."""

from datetime import date

from django.apps import apps
from django.db import connection
from django.db.backends.postgresql.compiler import SQLCompiler
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery

from catalog.deadlines.models import DeadlineRule
from catalog.models import CatalogItem
from records.models import CreditRecord, Subject


def same(rows: QuerySet[Model]) -> None:
    djangos = SQLCompiler(rows.query.clone(), connection, "default").as_sql()
    assert rows.query.get_compiler("default").as_sql() == djangos


def test_rows_of_every_model_with_what_they_refer_to(db: None) -> None:
    for model in apps.get_models():
        related = [field.name for field in model._meta.concrete_fields if field.is_relation]
        same(model._base_manager.all())
        same(model._base_manager.select_related(*related).order_by("pk"))


def test_conditions_parts_figures_and_statements_within_statements(db: None) -> None:
    items = CatalogItem.objects.filter(code=OuterRef("item__code"), effective_from__lte=date(2026, 1, 1))
    records = CreditRecord.objects.filter(subject__in=Subject.objects.filter(region="230402"))
    same(records.select_related("subject__merged_into", "item", "provider__parent"))
    same(records.only("decision_date", "subject__name").select_related("subject"))
    same(records.annotate(latest=Subquery(items.values("name")[:1])).order_by("latest", "-id")[:5])
    same(records.values("provider__name").annotate(amount=Count("id")).filter(amount__gt=1))
    same(records.extra(select={"item_code": "1"}))
    same(records.filter(id__lt=9).union(records.filter(id__gt=90)))
    same(DeadlineRule.objects.filter(basis__isnull=False).select_related().select_for_update(of=("self",)))


def test_a_join_casts_where_the_types_differ_and_nowhere_else(db: None) -> None:
    djangos = DatabaseOperations(connection)
    number, key = Subject._meta.get_field("id"), Subject._meta.get_field("key")
    pairs = [pair for model in apps.get_models() for field in model._meta.concrete_fields if field.is_relation
             for pair in field.related_fields]  # fmt: skip
    for lhs, rhs in [*pairs, (number, key), (key, number)] * 2:
        ours = connection.ops.prepare_join_on_clause("a", lhs, "b", rhs)
        assert ours == djangos.prepare_join_on_clause("a", lhs, "b", rhs)
