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
from repair.required import RequiredMaterial

MANAGE = "repair.manage_repair_rules"
_KEPT = ("code", "name", "regime_id", "item_code", "for_lists", "scheme_id")


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


def _check_right(officer: Officer) -> None:
    if not officer.has_perm(MANAGE):
        raise PermissionDenied("由社会信用主管部门维护信用修复规则")


def _check(officer: Officer, first: date, newest: date) -> None:
    _check_right(officer)
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


@dataclass(frozen=True, slots=True)
class MaterialText:
    """Which paper an application of which kind must carry from a day on, and the clause that asks for it."""

    kind: str
    material: str
    basis: LegalBasis
    basis_clause: str
    effective_from: date
    mark: str


def require_material(*, officer: Officer, basis: str, text: MaterialText) -> RequiredMaterial:
    """Ask for a paper from a day on, or ask for it on another clause: the running row ends the day before. Refused date_order;
    ValidationError for an unknown kind. Not from today: what was filed today was filed under the rows of today."""
    with acting(actor=officer.pk, action="repair.require_material", basis=basis):
        _check_right(officer)
        same = RequiredMaterial.objects.filter(kind=text.kind, material=text.material)
        newest = same.select_for_update().order_by("effective_from").last()
        if text.effective_from <= today() or (newest and text.effective_from <= newest.effective_from):
            later = f"，并且晚于现有规定的施行日期{newest.effective_from:%Y-%m-%d}" if newest else ""
            detail = f"最早从明天起{later}；已经提出的申请不受影响"
            raise Refused(refuse("date_order", detail, pointer="/effective_from"))
        wanted = RequiredMaterial(**{**asdict(text), "basis": text.basis})
        wanted.clean_fields()
        last_day = text.effective_from - timedelta(days=1)
        if newest and (newest.effective_until is None or newest.effective_until > last_day):
            newest.effective_until = last_day
            newest.save(update_fields=["effective_until"])
        wanted.save()
    return wanted


def end_material(*, officer: Officer, basis: str, row_id: int, last_day: date) -> RequiredMaterial:
    """Ask for a paper of applications up to `last_day`, today at the earliest. Refused date_order; RequiredMaterial.DoesNotExist."""
    with acting(actor=officer.pk, action="repair.end_material", basis=basis):
        _check_right(officer)
        row = RequiredMaterial.objects.select_for_update().get(pk=row_id)
        first = max(row.effective_from, today())
        if last_day < first or (row.effective_until or last_day) < last_day:
            detail = f"最后一天不早于{first:%Y-%m-%d}，也不晚于已经定下的最后一天"
            raise Refused(refuse("date_order", detail, pointer="/last_day"))
        row.effective_until = last_day
        row.save(update_fields=["effective_until"])
    return row
