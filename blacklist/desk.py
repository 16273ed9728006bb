"""What of the lists waits for an officer: steps of cases, deliveries of lists held for a look, sources gone silent."""

from datetime import date
from typing import Final

from django.db.models import Q
from django.urls import reverse

from agencies.models import Officer
from blacklist import access, standing
from blacklist.choices import DeliveryStatus, Phase, StepKind
from blacklist.imports.selectors import deliveries_visible_to, source_states, sources_visible_to
from blacklist.models import CaseStep, ListCase
from blacklist.selectors_cases import FOR_DECIDERS, cases_visible_to, with_phase
from common.desk import Task
from records.selectors import agencies_of

# What an officer of the case does next, by where the case stands; while a window runs or a court looks, nothing.
_NEXT: Final = {
    Phase.TO_NOTIFY: "制作事先告知书",
    Phase.TO_SERVE: "登记告知书送达",
    Phase.TO_ANSWER: "核实并答复异议",
    Phase.TO_HEAR: "登记听证",
    Phase.TO_REVIEW: "组织集体审议",
    Phase.TO_DECIDE: "作出列入决定",
    Phase.LISTED: "送达决定书",
}


def tasks(officer: Officer, on: date, *, limit: int) -> list[Task]:
    """Cases the officer handles or may decide, and deliveries the officer may decide about; the most urgent first."""
    found = _cases(officer, on, limit) + _deliveries(officer, on, limit)
    return sorted(found, key=lambda task: task.due or date.max)[:limit]


def _cases(officer: Officer, on: date, limit: int) -> list[Task]:
    handles, decides = officer.has_perm(access.HANDLE), officer.has_perm(access.DECIDE)
    if not (handles or decides):
        return []
    mine, deciding = Q(handler=officer), Q(pk__in=[])
    if handles:  # opened by a system: it belongs to whoever works cases there
        mine |= Q(handler__isnull=True, agency_id__in=agencies_of(officer, "submit_for"))
    if decides:
        deciding = Q(**{"phase_now__in": FOR_DECIDERS}, agency_id__in=agencies_of(officer, "review_for"))
    served = CaseStep.objects.filter(kind=StepKind.DECISION_SERVED).values("case")
    mine &= Q(**{"phase_now__in": [phase for phase in _NEXT if phase not in FOR_DECIDERS]})
    rows = with_phase(cases_visible_to(officer), on).filter(mine | deciding)
    rows = rows.exclude(**{"phase_now": Phase.LISTED, "pk__in": served})
    # nearest deadlines first as the cases' own clocks say; a case's smaller clocks are counted below
    chosen = rows.order_by("due", "id").prefetch_related("steps__due_rule")[: 4 * limit]
    return [_case(case) for case in chosen]


def _case(case: ListCase) -> Task:
    clocks = standing.clocks(case, sorted(case.steps.all(), key=lambda row: row.pk))
    return Task(
        room="名单认定",
        title=case.number,
        url=reverse("workbench:case", args=[case.public_id]),
        what=_NEXT[Phase(getattr(case, "phase_now"))],  # noqa: B009 - annotated
        about=f"{case.subject}，{case.scheme.name}",
        due=clocks[0].due if clocks else None,
    )


def _deliveries(officer: Officer, on: date, limit: int) -> list[Task]:
    """What is held for a look, and sources that alarm: for those who decide about deliveries."""
    if not officer.has_perm("blacklist.decide_delivery"):
        return []
    held = deliveries_visible_to(officer).filter(status=DeliveryStatus.HELD).exclude(officer=officer)
    found = [
        Task(
            room="外部名单",
            title=row.filename,
            url=reverse("workbench:list-delivery", args=[row.public_id]),
            what="核对后采用或者退回",
            about=f"{row.source.name}：{row.hold_reason}",
        )
        for row in held.order_by("id")[:limit]
    ]
    return (
        found
        + [
            Task(
                room="外部名单",
                title=state.source.name,
                url=reverse("workbench:list-source", args=[state.source.code]),
                what="催办来数" if state.missing else "核实空名单",
                about=f"由{state.source.provider.name}提供",
                due=state.due,
            )
            for state in source_states(on, sources_visible_to(officer))
            if state.alarm
        ][:limit]
    )
