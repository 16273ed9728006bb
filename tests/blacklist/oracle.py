"""What must be true of every entry decided here, worked out from the rows alone, independently of services and triggers."""

from datetime import date

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Coalesce

from blacklist import standing
from blacklist.models import CaseStep, ListCase, ListEntry
from blacklist.rules.clocks import extended
from blacklist.rules.schemes import competent
from blacklist.services.cases import body_of, competence_of
from catalog.deadlines import due
from catalog.rules.bases import NATIONWIDE, PROVINCIAL
from common.selectors import load_calendar


def faults() -> list[str]:
    """Every entry that should not exist, with what is wrong; empty is what the database promises."""
    entries = ListEntry.objects.filter(origin="decided").select_related(
        "scheme__basis", "authority", "decision__case__scheme", "decision__step"
    )
    found = [f"{entry.decision_number}: {fault}" for entry in entries for fault in _faults(entry)]
    return found + _side_by_side()


def _side_by_side() -> list[str]:
    """Bodies with more than one case that is not over under one list."""
    over = CaseStep.objects.filter(
        case=OuterRef("pk"), round=OuterRef("round"), kind__in=["decided", "closed"]
    )
    rows = ListCase.objects.filter(~Exists(over)).order_by()
    bodies = rows.values_list("scheme__code", Coalesce("subject__merged_into", "subject"))
    return [f"{code}: {n} open cases of {body}" for code, body, n in bodies.annotate(n=Count("pk")) if n > 1]


def _faults(entry: ListEntry) -> list[str]:
    decision = entry.decision
    assert decision is not None and entry.authority is not None
    case, found = decision.case, []
    before = list(
        case.steps.filter(round=decision.round, id__lt=decision.step_id)
        .select_related("due_rule")
        .order_by("id")
    )
    kinds = {row.kind: row for row in before}
    if "notice" not in kinds or "served" not in kinds or kinds["served"].on > decision.decided_on:
        found.append("notice not served")
    answers = {row.answers_id: row for row in before if row.kind == "answer"}
    objections = [row for row in before if row.kind == "objection"]
    if any(row.pk not in answers for row in objections):
        found.append("objection unanswered")
    if not answers and not _window_over(before, decision.decided_on):
        found.append("window open")
    if any(row.outcome == "upheld" for row in answers.values()):
        found.append("objection upheld")
    for objection, answer in answers.items():
        looked = [r.pk for r in before if r.kind == "verified" and objection < r.pk < answer.pk]
        if not looked:
            found.append("answered unseen")
    if (pauses := standing.pauses(before)) and pauses[-1].until is None:
        found.append("decided while suspended")
    if "closed" in kinds:
        found.append("decided after closure")
    reviews = [row for row in before if row.kind == "review"]
    if not reviews or reviews[-1].outcome != "list":
        found.append("no review")
    five = (decision.reason, decision.basis_text, decision.removal_text, decision.remedies)
    if not all(text.strip() for text in (*five, *decision.sanction_hints)) or not decision.sanction_hints:
        found.append("decision incomplete")
    return found + _frame_faults(entry, case, decision.decided_on)


def _window_over(before: list[CaseStep], decided_on: date) -> bool:
    served = next((row for row in before if row.kind == "served"), None)
    if served is None:
        return False
    start = due("list-public-notice", served.on).day if served.service_kind == "public_notice" else served.on
    window = due("list-objection", start)
    last = extended(window.day, window.rule.unit, standing.pauses(before), load_calendar(), start=start)
    return last is not None and decided_on > last


def _frame_faults(entry: ListEntry, case: ListCase, on: date) -> list[str]:
    scheme, found = entry.scheme, []
    assert entry.authority is not None and entry.decision is not None
    if (scheme.pk, entry.subject_id, entry.authority_id) != (case.scheme_id, case.subject_id, case.agency_id):
        found.append("not what was decided")
    if not competent(body_of(entry.authority), competence_of(scheme)):
        found.append("authority not competent")
    ranks = NATIONWIDE if scheme.level == "national" else PROVINCIAL
    if scheme.basis.level not in ranks or scheme.level not in ("national", "provincial"):
        found.append("scheme unlawful")
    if not scheme.effective_from <= on <= (scheme.effective_until or on):
        found.append("scheme not in force")
    if entry.decision.decided_by_id is not None and entry.decision.decided_by_id == case.opened_by_id:
        found.append("decided by who opened")
    if entry.ends_on is None or entry.ends_on > date(on.year + 4, on.month, on.day):
        found.append("longer than the scheme lets")
    return found
