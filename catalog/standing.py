"""What stands on a legal basis, whichever room it belongs to.

Answered through the foreign keys that point at `LegalBasis`, not by one selector a room: the rooms above cannot be imported
here, and a page that asked each by name would be silent about the room somebody adds later. A row counts as standing while
its own dates, or those of its edition, have not ended.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, ManyToOneRel, Model, Q, QuerySet
from django.db.models.fields.related import ForeignKey

from catalog.models import EditionDraft, LegalBasis


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one table that name the basis in one column: 目录事项 by 依据, 目录事项 by 自然人归集依据, …"""

    kind: str
    column: str
    rows: tuple[Model, ...]


def standing_on(basis: LegalBasis, on: date) -> list[Group]:
    """What rests on the basis and has not ended before `on`; one query a column, however many rows."""
    found = [
        Group(
            str(model._meta.verbose_name),
            str(column.verbose_name),
            tuple(_lasting(model, on).filter(**{column.name: basis})),
        )
        for model, column in _columns()
    ]
    return [group for group in found if group.rows]


def leaning_on_expired(on: date) -> dict[int, int]:
    """How many rows still rest on a basis that has expired before `on`, by id of the basis."""
    counts: dict[int, int] = {}
    for model, column in _columns():
        expired = _lasting(model, on).filter(**{f"{column.name}__effective_until__lt": on}).order_by()
        for pk, count in expired.values_list(f"{column.name}_id").annotate(Count("pk")):
            counts[pk] = counts.get(pk, 0) + count
    return counts


def _columns() -> list[tuple[type[Model], ForeignKey[Model, Model]]]:
    """Every column that names a legal basis, in the order of the rooms; drafts are not in force."""
    return [
        (relation.related_model, relation.field)
        for relation in LegalBasis._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel) and relation.related_model is not EditionDraft
    ]


def _lasting(model: type[Model], on: date) -> QuerySet[Model]:
    """Rows that have not ended; a table without dates of its own goes by its edition, one without either lasts."""
    names = {field.name for field in model._meta.get_fields()}
    rows = model._default_manager.all()
    if "edition" in names:  # which the row is shown with
        rows = rows.select_related("edition")
    if "effective_until" in names:
        return rows.filter(Q(effective_until__isnull=True) | Q(effective_until__gte=on))
    if "edition" in names:
        return rows.filter(Q(edition__effective_until__isnull=True) | Q(edition__effective_until__gte=on))
    return rows
