"""What the daily reconciliation found, by item: objects that one side holds otherwise than the other, and nothing explains.

Of each day the newest comparison with a target counts, of a period the worst day: the same object that differs for a week
is one error, not seven. What is still on its way explains itself; what was turned down is counted as that.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.models import ProviderRoute
from catalog.selectors import in_force
from province.models import Comparison


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """The worst day of one item at one target; `wrong` objects differ unexplained."""

    item: str
    target: str
    day: date
    ours: int
    theirs: int
    wrong: int


def unexplained(difference: Mapping[str, int]) -> int:
    """Objects that differ beyond what is on its way or was turned down; at least one where only the contents differ."""
    explained = difference["waiting"] + difference["rejected"]
    apart = abs(difference["ours"] - difference["theirs"])
    return max(apart - explained, 0) if apart or explained else 1


def by_item(*, since: date, until: date, items: Collection[str]) -> list[ItemDifference]:
    """Items that differed in the period, the worst first; one query."""
    rows = Comparison.objects.filter(day__range=(since, until), error="").select_related("target")
    newest = {(one.target_id, one.day): one for one in rows.order_by("id")}
    worst: dict[tuple[str, int], ItemDifference] = {}
    for (target, day), one in newest.items():
        for line in one.differences:
            wrong, key = unexplained(line), (line["item"], target)
            if line["item"] in items and wrong and (key not in worst or wrong > worst[key].wrong):
                worst[key] = ItemDifference(
                    line["item"], one.target.name, day, line["ours"], line["theirs"], wrong
                )
    return sorted(worst.values(), key=lambda one: (-one.wrong, one.item, one.target))


def by_agency(
    *, since: date, until: date, items: Collection[str], agencies: Iterable[int] | None = None
) -> dict[int, int]:
    """Differences of items that one agency alone hands in, by agency; an object counts once, whatever the targets."""
    found = by_item(since=since, until=until, items=items)
    if not found:
        return {}
    wrong: Counter[str] = Counter()
    for one in found:
        wrong[one.item] = max(wrong[one.item], one.wrong)
    routes = ProviderRoute.objects.filter(in_force(until), item_code__in=wrong)
    providers: dict[str, set[int]] = {}
    for item, agency in routes.values_list("item_code", "agency_id"):
        providers.setdefault(item, set()).add(agency)
    counted: Counter[int] = Counter()
    for item, number in wrong.items():
        if len(alone := providers.get(item, set())) == 1:
            counted[next(iter(alone))] += number
    wanted = set(agencies) if agencies is not None else None
    return {pk: number for pk, number in counted.items() if wanted is None or pk in wanted}
