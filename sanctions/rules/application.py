"""Gate G10: whether a measure may be applied to somebody (plan, items 9 and 10). Pure; migration 0004 holds the same.

Lawful: the row stands in the list that day. Related: the ground is of a list or an item the row is tied to, and says the
conduct the row answers. Proportionate: no longer than the row's limit and than the ground itself holds; a measure of a
heavier band than the conduct needs a reason of its own. Class C can be told to somebody, never ordered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from catalog.choices import Severity, SubjectKind
from catalog.publication import add_months
from common.gates import Refusal
from sanctions.choices import MeasureClass
from sanctions.clauses import refuse


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """A row of the list; `listed` tells whether it stands on the day of the decision."""

    code: str
    name: str
    measure_class: str
    listed: bool
    subject_kinds: frozenset[str]
    scheme_codes: frozenset[str]
    item_codes: frozenset[str]
    executors: frozenset[str]
    severity: int
    conduct_terms: tuple[str, ...] = ()
    penalty_types: frozenset[str] = frozenset()
    max_months: int | None = None
    reaches_head: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """The fact a measure rests on: a list entry (`scheme_code`) or a record (`item_code`). `ends` = last day, None = open."""

    in_force: bool
    ends: date | None
    severity: int
    scheme_code: str = ""
    item_code: str = ""
    conduct: str = ""
    penalty_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a body wants to do: `bodies` are the names the body falls under, `heavier_why` its reason for a heavier band. `head`: not
    against the party of the ground itself (of `subject_kind`) but against its legal representative or responsible head."""

    subject_kind: str
    bodies: frozenset[str]
    starts_on: date
    ends_on: date | None
    ordered: bool = True
    heavier_why: str = field(default="")
    head: bool = False


def conduct_severity(*, is_listed: bool, of_tier: int | None) -> Severity:
    """The band of the conduct: a list entry is heavy; a penalty is as its publication tier says; else medium."""
    if is_listed:
        return Severity.HEAVY
    return Severity.MEDIUM if of_tier is None else Severity(of_tier)


def is_tied(measure: MeasureFacts, ground: Ground) -> bool:
    """Whether the row answers this conduct."""
    if ground.scheme_code:
        return ground.scheme_code in measure.scheme_codes
    if ground.item_code not in measure.item_codes:
        return False
    says_it = not measure.conduct_terms or any(term in ground.conduct for term in measure.conduct_terms)
    return says_it and (not measure.penalty_types or bool(measure.penalty_types & ground.penalty_types))


def last_day(measure: MeasureFacts, ground: Ground, starts_on: date) -> date | None:
    """The latest day the measure may last to; None when neither the row nor its ground has an end."""
    limit = add_months(starts_on, measure.max_months) if measure.max_months else None
    ends = [day for day in (limit, ground.ends) if day is not None]
    return min(ends) if ends else None


def refusals(measure: MeasureFacts, ground: Ground, wanted: Wanted) -> list[Refusal]:
    """Everything that forbids the application, in the order of the gate."""
    found = []
    if not measure.listed:
        found.append(
            refuse("measure_not_listed", "该措施不在有效的清单内，或者已被较新的清单取代", pointer="/measure")
        )
    if not ground.in_force:
        found.append(
            refuse(
                "measure_not_for_conduct", "所依据的记录或者名单条目已经失效、终止或者中止", pointer="/ground"
            )
        )
    elif not is_tied(measure, ground):
        found.append(refuse("measure_not_for_conduct", pointer="/measure"))
    found += _wrong_object(measure, wanted)
    if measure.measure_class == MeasureClass.C:
        if wanted.ordered:
            detail = "C类措施只能告知有关组织，由其自主决定，不得要求实施"
            found.append(refuse("measure_cannot_be_ordered", detail, pointer="/ordered"))
    elif not measure.executors & wanted.bodies:
        found.append(refuse("measure_not_competent", pointer="/agency"))
    return found + _excess(measure, ground, wanted)


def _wrong_object(measure: MeasureFacts, wanted: Wanted) -> list[Refusal]:
    """A head is reached only where the law names heads (法定代表人、主要负责人), and only a unit has one."""
    if not wanted.head:
        fits = wanted.subject_kind in measure.subject_kinds
        return [] if fits else [refuse("measure_not_for_subject", pointer="/measure")]
    if wanted.subject_kind == SubjectKind.PERSON:
        return [refuse("measure_not_for_subject", "事实所属的不是单位，没有法定代表人", pointer="/head")]
    if not measure.reaches_head:
        detail = "该措施的对象不包括法定代表人、主要负责人"
        return [refuse("measure_not_for_subject", detail, pointer="/head")]
    return []


def head_refusals(
    *, name: str, document: str, stated_name: str, stated_document: str, document_problem: str | None
) -> list[Refusal]:
    """Whether somebody is the head that the ground names. Names and documents in compared form; what the ground does not state
    must be shown by the decision's own reasons."""
    if not name:
        return [refuse("field_required", "请填写法定代表人、主要负责人的姓名", pointer="/head_name")]
    if document_problem:
        return [refuse("identifier_invalid", document_problem, pointer="/head_document")]
    if stated_name and name != stated_name:
        return [
            refuse("measure_not_for_subject", "所依据的事实记载的法定代表人不是这个人", pointer="/head_name")
        ]
    if stated_document and document != stated_document:
        detail = "证件号码与所依据的事实记载的不一致"
        return [refuse("measure_not_for_subject", detail, pointer="/head_document")]
    return []


def _excess(measure: MeasureFacts, ground: Ground, wanted: Wanted) -> list[Refusal]:
    found = []
    latest = last_day(measure, ground, wanted.starts_on)
    if latest is not None and (wanted.ends_on is None or wanted.ends_on > latest):
        detail = f"期限至迟到{latest.year}年{latest.month}月{latest.day}日"
        found.append(refuse("measure_exceeds_limit", detail, pointer="/ends_on"))
    burdens = measure.measure_class != MeasureClass.INCENTIVE
    if burdens and measure.severity > ground.severity and not wanted.heavier_why.strip():
        detail = "措施的力度重于失信行为的轻重，请改用较轻的措施，或者写明必须采用的理由"
        found.append(refuse("measure_exceeds_limit", detail, pointer="/heavier_why"))
    return found


def lighter(
    measures: Iterable[MeasureFacts],
    chosen: MeasureFacts,
    ground: Ground,
    *,
    subject_kind: str,
    bodies: frozenset[str],
) -> list[MeasureFacts]:
    """Measures of a lighter band that the same body could apply on the same ground, lightest first."""
    fitting = [
        one
        for one in measures
        if one.severity < chosen.severity
        and one.measure_class in (MeasureClass.A, MeasureClass.B)
        and one.listed
        and subject_kind in one.subject_kinds
        and one.executors & bodies
        and is_tied(one, ground)
    ]
    return sorted(fitting, key=lambda one: (one.severity, one.code))
