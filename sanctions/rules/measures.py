"""What may stand in a measure list, and who is competent for a row (plan, items 9 and 10). Pure; `0003_list.sql` holds the same.

The reading: what takes rights away or adds duties (classes A and B) quotes a law, an administrative regulation or a policy
of the Party's central committee and the State Council; a provincial list may also quote a provincial regulation. A lower
list may repeat a row of a higher one, but no longer, for no further kind of subject and by no other class. Of rows with
the same code the one of the newest edition stands; on the same day the higher level.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.rules.bases import NATIONWIDE, PROVINCIAL, BasisFacts
from common.gates import Refusal, refuse
from sanctions.choices import MeasureClass, MeasureLevel

ANY_AUTHORITY: Final = "*"
_ADMINISTRATIVE: Final = frozenset({"administration", "vertical"})
_ORDERED: Final = frozenset({MeasureClass.A, MeasureClass.B})
RANK: Final = {MeasureLevel.NATIONAL: 0, MeasureLevel.PROVINCIAL: 1, MeasureLevel.CITY: 2}


def body_tokens(*, kind: str, level: str, sectors: Iterable[str]) -> frozenset[str]:
    """Under which names of `executors` an agency falls: its fields, its sort, and * for county level and above."""
    tokens = {*sectors, f"@{kind}"}
    if kind in _ADMINISTRATIVE and level != "township":
        tokens.add(ANY_AUTHORITY)
    return frozenset(tokens)


@dataclass(frozen=True, slots=True)
class MeasureContent:
    """One row as a draft holds it; attributes as in `sanctions.models.Measure`, `basis` by code."""

    code: str
    measure_class: str
    name: str
    content: str
    target: str
    subject_kinds: tuple[str, ...]
    conduct: str
    basis: str
    basis_clause: str
    executing_body: str
    period_text: str
    mark: str
    severity: int = 3
    scheme_codes: tuple[str, ...] = ()
    item_codes: tuple[str, ...] = ()
    conduct_terms: tuple[str, ...] = ()
    penalty_types: tuple[str, ...] = ()
    executors: tuple[str, ...] = ()
    by_decision: bool = False
    reaches_head: bool = False
    min_months: int | None = None
    max_months: int | None = None


@dataclass(frozen=True, slots=True)
class Superior:
    """A row with the same code in a list of a higher level, and the name of that list."""

    content: MeasureContent
    edition: str


def basis_suffices(*, level: str, measure_class: str, basis_level: str) -> bool:
    """Whether a basis of this rank carries a row of this class in a list of this level."""
    if measure_class not in _ORDERED:
        return True
    return basis_level in (NATIONWIDE if level == MeasureLevel.NATIONAL else PROVINCIAL)


def row_refusals(
    row: MeasureContent, *, level: str, first_day: date, bases: Mapping[str, BasisFacts]
) -> list[Refusal]:
    """Everything wrong with one row by itself; pointers are attribute names."""
    found = []
    basis = bases.get(row.basis)
    if basis is None or not basis.in_force(first_day):
        detail = f"依据“{row.basis[:60]}”不存在，或者在{first_day:%Y-%m-%d}无效"
        found.append(refuse("measure_basis_too_low", detail, pointer="basis"))
    elif not basis_suffices(level=level, measure_class=row.measure_class, basis_level=basis.level):
        detail = f"《{basis.name}》层级不够；减损权益、增加义务的措施须直接援引法律、法规或者党中央、国务院政策文件"
        found.append(refuse("measure_basis_too_low", detail, pointer="basis"))
    if row.measure_class == MeasureClass.C and row.executors:
        found.append(refuse("measure_cannot_be_ordered", pointer="executors"))
    if row.measure_class != MeasureClass.C and not row.executors:
        found.append(
            refuse("measure_definition_invalid", "请写明哪些领域的机关可以实施", pointer="executors")
        )
    if not row.subject_kinds:
        found.append(refuse("measure_definition_invalid", "请选择主体类别", pointer="subject_kinds"))
    if row.min_months and row.max_months and row.min_months > row.max_months:
        found.append(refuse("measure_definition_invalid", "最短期限长于最长期限", pointer="max_months"))
    return found


def superior_refusals(row: MeasureContent, superior: Superior) -> list[Refusal]:
    """What a lower list makes harder than the higher one says (在法定惩戒标准上加重)."""
    above, found = superior.content, []
    if above.max_months is not None and (row.max_months is None or row.max_months > above.max_months):
        detail = f"期限长于{superior.edition}规定的最长{above.max_months}个月"
        found.append(refuse("measure_exceeds_limit", detail, pointer="max_months"))
    if row.reaches_head and not above.reaches_head:
        detail = f"{superior.edition}没有规定及于负责人"
        found.append(refuse("measure_exceeds_limit", detail, pointer="reaches_head"))
    if not set(row.subject_kinds) <= set(above.subject_kinds):
        found.append(
            refuse("measure_exceeds_limit", f"主体类别超出{superior.edition}", pointer="subject_kinds")
        )
    if row.measure_class != above.measure_class:
        detail = f"类别与{superior.edition}不一致"
        found.append(refuse("measure_exceeds_limit", detail, pointer="measure_class"))
    return found


def edition_refusals(*, first_day: date, newest: date | None, on: date) -> list[Refusal]:
    """An edition begins today at the earliest and after the newest of its level."""
    if first_day < on or (newest is not None and first_day <= newest):
        detail = "施行日期最早为今天，且须晚于同级最新版本的施行日期"
        return [refuse("measure_edition_date_taken", detail, pointer="effective_from")]
    return []


def publication_refusals(
    rows: Iterable[MeasureContent],
    *,
    level: str,
    first_day: date,
    newest: date | None,
    bases: Mapping[str, BasisFacts],
    superiors: Mapping[str, Superior],
    on: date,
) -> list[Refusal]:
    """Everything that keeps a draft from being published on `on`; pointers of rows are measures/CODE/attribute."""
    found = edition_refusals(first_day=first_day, newest=newest, on=on)
    seen: set[str] = set()
    for row in rows:
        own = row_refusals(row, level=level, first_day=first_day, bases=bases)
        if row.code in superiors:
            own += superior_refusals(row, superiors[row.code])
        if row.code in seen:
            own.append(refuse("measure_definition_invalid", f"代号“{row.code}”重复", pointer="code"))
        seen.add(row.code)
        found += [
            Refusal(one.code, one.detail, one.basis, f"measures/{row.code}/{one.pointer}") for one in own
        ]
    if not seen:
        found.append(refuse("measure_definition_invalid", "清单中没有措施"))
    return found
