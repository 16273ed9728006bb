"""What a regulation on publication periods must say before it can take effect (方案第5条). Pure.

It takes effect on a day to come: every decision taken in so far was judged by the rule then in force and keeps it. Each
penalty type falls into one tier for all sectors, so that no decision is ever left without a rule.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from catalog.choices import PeriodStart
from common.gates import Refusal, refuse


@dataclass(frozen=True, slots=True)
class TierContent:
    """One tier as it is entered."""

    name: str
    penalty_types: tuple[str, ...]
    sectors: tuple[str, ...]
    shown: bool
    min_months: int
    max_months: int
    basis_clause: str
    mark: str
    severity: int


@dataclass(frozen=True, slots=True)
class RegimeContent:
    """A regime as it is entered; `sector` empty = all sectors."""

    name: str
    basis: str
    sector: str
    effective_from: date
    start_from: str
    start_text: str
    mark: str
    note: str
    tiers: tuple[TierContent, ...]


def regime_refusals(
    wanted: RegimeContent, *, newest: date | None, types: Collection[str], on: date
) -> list[Refusal]:
    """Everything that keeps the regime from being entered on `on`; `newest` = since when the last one of its sector runs."""
    return [*_date_refusals(wanted, newest, on), *_text_refusals(wanted), *_tier_refusals(wanted, types)]


def _date_refusals(wanted: RegimeContent, newest: date | None, on: date) -> list[Refusal]:
    if wanted.effective_from <= on:
        detail = "施行日期最早为明天：今天以前的决定已经按当时的规定确定了期限"
        return [refuse("regime_date_taken", detail, pointer="effective_from")]
    if newest is not None and wanted.effective_from <= newest:
        detail = f"同一领域已有自{newest:%Y-%m-%d}起的规定，新的规定须在其后施行"
        return [refuse("regime_date_taken", detail, pointer="effective_from")]
    return []


def _text_refusals(wanted: RegimeContent) -> list[Refusal]:
    found = [
        refuse("field_required", f"请填写{label}", pointer=name)
        for name, label, text in (
            ("name", "名称", wanted.name),
            ("start_text", "起算的规定原文", wanted.start_text),
        )
        if not text.strip()
    ]
    if wanted.start_from not in PeriodStart.values:
        found.append(refuse("code_unknown", "请选择起算日", pointer="start_from"))
    return found


def _tier_refusals(wanted: RegimeContent, types: Collection[str]) -> list[Refusal]:
    def wrong(detail: str) -> Refusal:
        return refuse("regime_definition_invalid", detail, pointer="tiers")

    found = []
    for name, count in Counter(tier.name for tier in wanted.tiers).items():
        if count > 1 or not name.strip():
            found.append(wrong(f"档次名称“{name}”为空或者重复"))
    for tier in wanted.tiers:
        if not tier.penalty_types or not tier.basis_clause.strip():
            found.append(wrong(f"“{tier.name}”没有处罚类别或者依据条款"))
        if unknown := sorted(set(tier.penalty_types) - set(types)):
            found.append(wrong(f"“{tier.name}”的处罚类别{'、'.join(unknown)}不在目录的取值内"))
        if not 0 <= tier.min_months <= tier.max_months or tier.max_months == 0:
            found.append(wrong(f"“{tier.name}”的最短期限应不超过最长期限，最长期限至少一个月"))
    scopes = Counter((kind, tier.sectors) for tier in wanted.tiers for kind in tier.penalty_types)
    found += [wrong(f"“{kind}”在同一适用领域归入了两档") for (kind, _), count in scopes.items() if count > 1]
    general = {kind for tier in wanted.tiers if not tier.sectors for kind in tier.penalty_types}
    if missing := sorted(set(types) - general):
        found.append(wrong(f"每类处罚都要归入一个不限领域的档次，尚缺：{'、'.join(missing)}"))
    return found
