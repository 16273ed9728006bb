"""Who belongs together: a subject's group is its head and every row merged into it. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from records.models import Subject


def head_id(subject: Subject) -> int:
    """Id of the row that speaks for the body."""
    return subject.merged_into_id or subject.pk


def head_of(subject: Subject) -> Subject:
    """The row that speaks for the body: itself, unless merged."""
    return subject.merged_into or subject


def members(head: int) -> QuerySet[Subject]:
    """The head and every row merged into it."""
    return Subject.objects.filter(Q(pk=head) | Q(merged_into=head))


def about(subject: Subject, field: str = "subject") -> Q:
    """Condition for rows (records, list entries, …) about the body, whichever of its rows they came in under."""
    return Q(**{f"{field}__in": members(head_id(subject)).order_by().values("pk")})


@dataclass(frozen=True, slots=True)
class Group:
    """One body as exact identifiers find it: its head and all its rows."""

    head: int
    ids: frozenset[int]


def groups_by_key(keys: Iterable[str]) -> dict[str, Group]:
    """The body behind each known key, in two queries; for screening, so that an old code finds what the new one finds.

    Keys as `records.rules.subjects` builds them; unknown ones are left out.
    """
    heads = {
        key: merged or pk
        for key, pk, merged in Subject.objects.filter(key__in=set(keys)).values_list(
            "key", "pk", "merged_into_id"
        )
    }
    ids: dict[int, set[int]] = {head: {head} for head in heads.values()}
    absorbed = Subject.objects.filter(merged_into__in=list(ids)).values_list("merged_into_id", "pk")
    for head, pk in absorbed:
        if head is not None:
            ids[head].add(pk)
    return {key: Group(head, frozenset(ids[head])) for key, head in heads.items()}
