"""Answering for a clue: the agency's reviewer explains, the credit authority closes. Each step once, and by name."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import Officer
from common.gates import PLAN
from common.problems import Problem
from ledger.services import acting
from supervision.choices import ClueKind, ClueState
from supervision.models import Clue
from supervision.selectors.clues import may_explain

BASIS = f"{PLAN} 五（三）"


def _locked(clue_id: int) -> Clue:
    return Clue.objects.select_for_update(of=("self",)).get(pk=clue_id)


def _already_handled(clue: Clue) -> Problem:
    return Problem(409, "already_handled", f"该线索的状态已经是“{clue.get_state_display()}”，请刷新后查看")


def _said(text: str, what: str) -> str:
    words = text.strip()
    if not words:
        raise Problem(422, "field_required", f"请填写{what}")
    return words


def explain_clue(*, clue_id: int, officer: Officer, text: str, whole_batch: bool = False) -> int:
    """Say why; returns how many clues the explanation covers.

    `whole_batch` covers every open clue of the same kind, agency and file, because a file that was late is late as a
    whole. Gaps are explained number by number, see `gaps.explain_gap`. PermissionDenied unless the officer reviews for
    the agency; a 409 problem when somebody was quicker. DoesNotExist for an unknown clue.
    """
    words = _said(text, "情况说明")
    with acting(actor=officer.pk, action="supervision.explain_clue", basis=BASIS):
        clue = _locked(clue_id)
        if not may_explain(officer, clue.agency_id):
            raise PermissionDenied("由责任单位的审核人员作出说明")
        if clue.kind == ClueKind.NUMBER_GAP:
            raise Problem(422, "explain_by_number", "文号缺口请按号段逐一说明")
        if clue.state != ClueState.OPEN:
            raise _already_handled(clue)
        rows = Clue.objects.filter(pk=clue.pk)
        if whole_batch and clue.batch_id is not None:
            rows = Clue.objects.filter(
                batch_id=clue.batch_id, agency_id=clue.agency_id, kind=clue.kind, state=ClueState.OPEN
            )
        return rows.update(
            state=ClueState.EXPLAINED, explanation=words, explained_by=officer, explained_at=timezone.now()
        )


def close_clue(*, clue_id: int, officer: Officer, outcome: str) -> None:
    """The credit authority's last word on a clue, explained or not. PermissionDenied for others; 409 when closed."""
    if not officer.has_perm("supervision.close_clue"):
        raise PermissionDenied("由社会信用主管部门办结")
    words = _said(outcome, "办结意见")
    with acting(actor=officer.pk, action="supervision.close_clue", basis=BASIS):
        clue = _locked(clue_id)
        if clue.state == ClueState.CLOSED:
            raise _already_handled(clue)
        Clue.objects.filter(pk=clue.pk).update(
            state=ClueState.CLOSED, outcome=words, closed_by=officer, closed_at=timezone.now()
        )
