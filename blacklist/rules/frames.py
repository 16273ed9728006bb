"""What the frame of an honour must say, and what that of a dishonesty list must say besides its gate (G8). Pure.

An honour is public credit information like any other: it stands on a law, a regulation or a policy of the centre, in this
province also on a provincial regulation (plan, item 1; migration 0008 holds the same). Its field is free, for it burdens nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.rules.bases import PROVINCIAL, BasisFacts
from common.gates import PLAN, Refusal, refuse

_CLAUSE: Final = f"{PLAN} 第1条：以法律、法规或者党中央、国务院政策文件为依据"
_TEXTS: Final = {
    "name": "名单名称",
    "basis_clause": "依据条款",
    "authority": "评定单位",
    "grounds": "评定条件",
    "listing_text": "有效期说明",
    "removal_text": "退出情形",
}


@dataclass(frozen=True, slots=True)
class Honour:
    """The frame of an honour somebody wants to set up or change."""

    basis: BasisFacts | None
    effective_from: date
    texts: Mapping[str, str]
    listing_months: int | None = None
    longest_months: int | None = None


def honour_refusals(wanted: Honour) -> list[Refusal]:
    """Everything that is wrong with the frame of an honour."""
    found = _basis_refusals(wanted.basis, wanted.effective_from)
    return found + wording_refusals(
        _TEXTS, wanted.texts, wanted.listing_months, wanted.longest_months, "最长有效期短于有效期"
    )


def wording_refusals(
    labels: Mapping[str, str], texts: Mapping[str, str], months: int | None, longest: int | None, shorter: str
) -> list[Refusal]:
    """What a frame leaves unsaid, and a longest period `shorter` than the regular one."""
    found = [
        refuse("field_required", f"请填写{label}", pointer=name)
        for name, label in labels.items()
        if not texts.get(name, "").strip()
    ]
    if longest is not None and longest < (months or 0):
        found.append(refuse("date_order", shorter, pointer="longest_months"))
    return found


def _basis_refusals(basis: BasisFacts | None, on: date) -> list[Refusal]:
    if basis is None:
        return [refuse("scheme_basis_too_low", "请指明依据", pointer="basis", basis=_CLAUSE)]
    found = []
    if basis.level not in PROVINCIAL:
        detail = f"《{basis.name}》层级不够；诚信名单应当以法律、法规或者党中央、国务院政策文件为依据"
        found.append(refuse("scheme_basis_too_low", detail, pointer="basis", basis=_CLAUSE))
    if not basis.in_force(on):
        detail = f"《{basis.name}》在{on:%Y-%m-%d}没有效力，不能作为依据"
        found.append(refuse("scheme_basis_too_low", detail, pointer="basis", basis=_CLAUSE))
    return found
