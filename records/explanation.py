"""Why a record is shown from when to when, clause by clause, for the public page and the workbench alike.

The dates are those of the record; the words follow the regime and the tiers it was judged by. Nothing is decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from agencies.models import Agency
from catalog.choices import FieldRole, Nature, PeriodKind, SourceMark, SubjectKind
from catalog.models import PublicationTier
from catalog.publication import tier_for
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.gates import PLAN
from records.disclosure import display_date, split_codes
from records.intake.reference import regime_facts
from records.models import CreditRecord

_ENDS_BY_ITSELF: Final = "最后一天过后自动停止，各渠道同时停止，不用申请。"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Lines in the order of the reasoning, the tier of every penalty type where they differ, and what can end it earlier."""

    lines: Sequence[SummaryRow]
    types: Table | None
    earlier: Sequence[str]


def explain(record: CreditRecord) -> Explanation:
    """Two queries at most beside the record with its item, regime and subject."""
    if record.regime is None or record.item.period_kind != PeriodKind.PENALTY:
        return Explanation(_by_item(record), None, _earlier(record))
    sectors = _sectors(record)
    facts = regime_facts(record.regime)
    start = facts.start(record.decision_date, record.effective_date, record.received_at.astimezone().date())
    tiers = {tier.pk: tier for tier in record.regime.tiers.all()}
    fallen = [
        (kind, tiers[tier.id] if (tier := tier_for(kind, sectors, facts.tiers)) is not None else None)
        for kind in _types(record)
    ]
    return Explanation(
        [_regime(record), _start(record, start), _governing(record, len(fallen)), *_dates(record, start)],
        # one tier for all of them is said above
        _types_table(fallen, record.tier_id) if len({tier for _, tier in fallen}) > 1 else None,
        _earlier(record),
    )


def _sectors(record: CreditRecord) -> frozenset[str]:
    found = Agency.objects.filter(uscc=record.authority_uscc or record.provider.uscc).values_list(
        "sectors", flat=True
    )
    return frozenset(found[0]) if found else frozenset()


def _types(record: CreditRecord) -> list[str]:
    fields = record.item.fields.all()
    code = next((one.code for one in fields if one.role == FieldRole.PENALTY_TYPES), "")
    return split_codes(str(record.data.get(code) or ""))


def _regime(record: CreditRecord) -> SummaryRow:
    regime = record.regime
    assert regime is not None, "asked for penalties with a regime alone"
    until = f"至{display_date(regime.effective_until)}" if regime.effective_until else ""
    why = (
        f"决定日期是{display_date(record.decision_date)}；这个规定适用于"
        f"{display_date(regime.effective_from)}起{until}作出的决定"
    )
    if regime.sector:
        why += f"；决定机关属于{regime.sector}领域，先适用本领域的规定"
    return SummaryRow("适用的规定", regime.name, note=why, chip=_pending(regime.mark))


def _start(record: CreditRecord, start: date) -> SummaryRow:
    assert record.regime is not None
    return SummaryRow(
        "从哪天起算",
        display_date(start),
        note=f"{record.regime.start_text}（{record.regime.get_start_from_display()}）",
    )


def _governing(record: CreditRecord, count: int) -> SummaryRow:
    tier = record.tier
    if tier is None:
        return SummaryRow("哪一档", "没有对应的档次，不公示")
    note = tier.basis_clause
    if count > 1:
        note += "；有多种处罚的，从最长的一档"
    return SummaryRow("哪一档", tier.name, note=note, chip=_pending(tier.mark))


def _dates(record: CreditRecord, start: date) -> list[SummaryRow]:
    tier, rows = record.tier, []
    if tier is not None and tier.min_months and record.minimum_until:
        rows.append(
            SummaryRow(
                "最短公示",
                f"到{display_date(record.minimum_until)}",
                note=f"{tier.min_months} 个月，其后可以申请修复",
            )
        )
    return [*rows, _last_day(record, f"最长 {tier.max_months} 个月。" if tier else "")]


def _last_day(record: CreditRecord, longest: str = "") -> SummaryRow:
    if record.published_until is None:
        return SummaryRow(
            "公示", "不向社会公示", note="只在共享期内供履行职责使用" if record.shared_until else ""
        )
    return SummaryRow("公示到", display_date(record.published_until), note=longest + _ENDS_BY_ITSELF)


def _by_item(record: CreditRecord) -> list[SummaryRow]:
    item = record.item
    start = {
        PeriodKind.VALIDITY.value: "在文书的有效期内公示",
        PeriodKind.FIXED.value: f"自{display_date(record.decision_date)}起 {item.period_months} 个月",
    }.get(item.period_kind, "按目录的规定")
    return [SummaryRow("公示期限", item.period_rule, note=start, chip=_pending(item.mark)), _last_day(record)]


def _types_table(fallen: Sequence[tuple[str, PublicationTier | None]], governing: int | None) -> Table:
    columns = [
        Column("处罚类别"),
        Column("归入的档次"),
        Column("最短", tight=True),
        Column("最长", tight=True),
        Column("依据"),
    ]
    rows: list[list[Cell | str]] = []
    for kind, tier in fallen:
        if tier is None:
            rows.append([kind, "没有对应的档次", "—", "—", "—"])
            continue
        chip = Chip("以此档为准", "info") if tier.pk == governing else None
        note = "" if tier.shown else "单独不公示"
        sectors = f"（{'、'.join(tier.sectors)}领域）" if tier.sectors else ""
        rows.append(
            [
                kind,
                Cell(f"{tier.name}{sectors}", chip=chip, note=note),
                f"{tier.min_months} 个月",
                f"{tier.max_months} 个月",
                tier.basis_clause,
            ]
        )
    return Table("每类处罚归入哪一档", columns, rows)


def _earlier(record: CreditRecord) -> list[str]:
    lines = []
    if record.item.nature == Nature.DISHONEST:
        if record.minimum_until is not None and record.minimum_until == record.published_until:
            lines.append("这一档不因修复提前停止。")
        else:
            lines.append(
                "信用修复：最短公示期届满、纠正失信行为、履行义务后申请，准予后即时停止公示、共享和使用。"
            )
    lines.append("决定被撤销、变更、确认违法或者无效的，按期限撤下或者更正。")
    lines.append("异议成立的，更正或者撤下。")
    if record.subject.kind == SubjectKind.PERSON:
        lines.append(f"只依据本人同意的，本人撤回同意，即时停止（{PLAN} 第13条）。")
    return lines


def _pending(mark: str) -> Chip | None:
    return Chip("来源待核", "warning") if mark == SourceMark.UNVERIFIED else None
