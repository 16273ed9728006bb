"""Keeping the rules: a change is a new row from a day on; nothing reaches back, and every change names its document."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied

from agencies.models import Officer
from catalog.models import LegalBasis
from common.clock import today
from common.gates import Refused
from ledger.services import acting
from repair.clauses import refuse
from repair.models import ObjectionRule, RepairRule

MANAGE = "repair.manage_repair_rules"
_KEPT = ("code", "name", "regime_id", "item_code", "scheme_id")


@dataclass(frozen=True, slots=True)
class RuleText:
    """What of a repair rule officers keep; to which things it applies does not change."""

    basis: LegalBasis
    basis_clause: str
    conditions: Sequence[str]
    materials: Sequence[str]
    decided_by: str
    apply_at: str
    effect: str
    effective_from: date
    mark: str
    min_months: int | None = None
    bar_months: int | None = None
    irreparable_all: bool = False
    irreparable_types: Sequence[str] = ()
    time_bound_types: Sequence[str] = ()
    irreparable: Sequence[str] = ()


def _check(officer: Officer, first: date, newest: date) -> None:
    if not officer.has_perm(MANAGE):
        raise PermissionDenied("由社会信用主管部门维护信用修复规则")
    if first < today() or first <= newest:
        detail = f"新的规定最早从今天起施行，并且晚于现有规定的施行日期{newest:%Y-%m-%d}；不溯及以前的申请"
        raise Refused(refuse("date_order", detail, pointer="/effective_from"))


def change_rule(*, officer: Officer, basis: str, code: str, text: RuleText) -> RepairRule:
    """Let a rule say something else from a day on. Refused date_order; RepairRule.DoesNotExist; ValidationError for a value
    too long. `basis` is the document the officer acts on."""
    with acting(actor=officer.pk, action="repair.change_rule", basis=basis):
        newest = RepairRule.objects.select_for_update().filter(code=code).latest("effective_from")
        _check(officer, text.effective_from, newest.effective_from)
        values = {**asdict(text), "basis": text.basis}
        kept = {name: getattr(newest, name) for name in _KEPT}
        wanted = RepairRule(maintained=True, **kept, **values)
        wanted.clean_fields(exclude=["regime", "scheme"])
        newest.effective_until = text.effective_from - timedelta(days=1)
        newest.save(update_fields=["effective_until"])
        wanted.save()
        RepairRule.objects.filter(code=code).update(maintained=True)
    return wanted


def change_objection_rule(
    *, officer: Officer, basis: str, ground: str, source: str, masks: bool, effective_from: date
) -> ObjectionRule:
    """Let objections on one ground be somebody else's to answer, or pause publication or not, from a day on."""
    with acting(actor=officer.pk, action="repair.change_objection_rule", basis=basis):
        newest = ObjectionRule.objects.select_for_update().filter(ground=ground).latest("effective_from")
        _check(officer, effective_from, newest.effective_from)
        wanted = ObjectionRule(
            ground=ground,
            source=source,
            masks=masks,
            basis=newest.basis,
            basis_clause=newest.basis_clause,
            effective_from=effective_from,
            mark=newest.mark,
            maintained=True,
        )
        wanted.clean_fields()
        newest.effective_until = effective_from - timedelta(days=1)
        newest.save(update_fields=["effective_until"])
        wanted.save()
        ObjectionRule.objects.filter(ground=ground).update(maintained=True)
    return wanted
