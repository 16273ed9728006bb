"""Clues about requests to erase personal information that nobody decided in time."""

from datetime import date

from catalog.deadlines import rule_on
from common.selectors import load_calendar
from records.erasure.models import Erasure
from supervision.choices import ClueKind
from supervision.models import Clue


def raise_erasure_clues(*, on: date) -> int:
    """One clue a request, for the unit that took it in; inside the action of the caller."""
    late = list(Erasure.objects.filter(granted__isnull=True, due__lt=on).order_by("id"))
    if not late:
        return 0
    known = set(Clue.objects.filter(kind=ClueKind.LATE_ERASURE).values_list("object_key", flat=True))
    calendar, clues = load_calendar(), []
    for one in late:
        if (key := f"erasure:{one.pk}") in known:
            continue
        rule = rule_on("erasure-decision", one.asked_on)
        clues.append(
            Clue(
                kind=ClueKind.LATE_ERASURE,
                agency_id=one.agency_id,
                object_key=key,
                label=f"删除个人信息 {one.number}",
                due=one.due,
                late_by=max(0, calendar.workdays_between(one.due, on)),
                basis=f"{rule.name}：{rule.length}；{rule.basis}{rule.basis_clause}"[:300],
            )
        )
    return len(Clue.objects.bulk_create(clues))
