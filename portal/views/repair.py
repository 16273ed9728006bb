"""How credit repair works, made public (plan, item 14)."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.choices import SourceMark
from catalog.models import PublicationTier
from common.clock import today
from common.components import Cell, Chip, Column, Figure, Table
from portal.freshness import public_page
from repair.choices import Kind
from repair.models import Case, RepairRule
from repair.selectors.figures import figures
from repair.selectors.rules import clock_words, rules


@public_page()
def repair(request: HttpRequest) -> HttpResponse:
    """The rules in force today first, those of earlier decisions below."""
    at = today()
    current: list[tuple[RepairRule, Table | None]] = []
    earlier: list[tuple[RepairRule, Table | None]] = []
    for rule in rules(at):
        until = rule.regime.effective_until if rule.regime else None
        (current if until is None or until >= at else earlier).append((rule, _tiers(rule)))
    context = {
        "current": current,
        "earlier": earlier,
        "clock": clock_words("repair", at),
        "figures": _figures(at),
    }
    return render(request, "portal/repair.html", context)


def _figures(at: date) -> list[Figure]:
    """How fast repair is at present, over the last year; nothing until something was decided."""
    numbers = figures(Case.objects.all(), kind=Kind.REPAIR, on=at)
    if numbers.median_days is None:
        return []
    return [
        Figure("一半的申请在几天内办结", f"{numbers.median_days:g}", "天", note="近一年，从申请到决定"),
        Figure("准予修复", numbers.granted, "件"),
        Figure("不予同意（都说明了理由）", numbers.refused, "件"),
        Figure("超期未办", numbers.overdue, "件"),
    ]


def _tiers(rule: RepairRule) -> Table | None:
    if rule.regime is None:
        return None
    columns = [Column("档次"), Column("处罚类别"), Column("最短公示"), Column("最长公示")]
    rows = [_tier(tier) for tier in rule.regime.tiers.all()]
    return Table(f"{rule.regime.name}：公示期限", columns, rows, caption_hidden=True)


def _tier(tier: PublicationTier) -> list[Cell | str]:
    pending = Chip("来源待核", "warning") if tier.mark == SourceMark.UNVERIFIED else None
    sectors = f"限{'、'.join(tier.sectors)}领域" if tier.sectors else ""
    name = Cell(tier.name, chip=pending, note=tier.basis_clause)
    kinds = Cell("、".join(tier.penalty_types), note=sectors)
    if not tier.shown:
        return [name, kinds, "不公示", "不公示"]
    shortest = f"{tier.min_months} 个月" if tier.min_months else "不设，履行义务即可申请"
    if tier.min_months == tier.max_months:
        shortest = "不提前停止公示"
    return [name, kinds, shortest, f"{tier.max_months} 个月"]
