"""Gate G8: which list may exist, and who may decide under it (plan, items 6 to 8). Pure; migration 0005 holds the same.

A list stands in one of four fields, nationwide on a law, an administrative regulation or a policy of the Party's central
committee and the State Council, in this province also on a provincial regulation, and never by a city's own decision. Who
decides is a department of county level or higher that the scheme names: by its code, its kind or its sector.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from blacklist.choices import AuthorityLevel, SchemeField, SchemeLevel
from blacklist.rules.frames import wording_refusals
from catalog.choices import BasisLevel
from catalog.rules.bases import NATIONWIDE, PROVINCIAL, BasisFacts
from common.gates import PLAN, Refusal, refuse

_RANKS: Final = {"township": 0, "county": 1, "city": 2, "province": 3}


@dataclass(frozen=True, slots=True)
class Competence:
    """Who may decide under a scheme. Codes name single bodies; kind and sector together describe a class of them."""

    min_level: str = "county"
    agencies: Collection[str] = ()
    kinds: Collection[str] = ()
    sectors: Collection[str] = ()

    @property
    def names_somebody(self) -> bool:
        return bool(self.agencies or self.kinds or self.sectors)


@dataclass(frozen=True, slots=True)
class Body:
    """An agency as the gate sees it."""

    code: str
    level: str
    kind: str
    sectors: Collection[str] = ()
    active: bool = True


def competent(body: Body, wanted: Competence) -> bool:
    """Whether the body may decide: in use, high enough, and named by code, or by kind and sector."""
    lowest = max(_RANKS["county"], _RANKS.get(wanted.min_level, _RANKS["province"]))
    if not body.active or _RANKS.get(body.level, 0) < lowest:
        return False
    if body.code in wanted.agencies:
        return True
    if not (wanted.kinds or wanted.sectors):
        return False
    fits_kind = not wanted.kinds or body.kind in wanted.kinds
    return fits_kind and (not wanted.sectors or bool(set(body.sectors) & set(wanted.sectors)))


def competence_refusal(body: Body, wanted: Competence, *, body_name: str, scheme: str) -> Refusal | None:
    """`authority_not_competent` unless the body may decide under the scheme."""
    if competent(body, wanted):
        return None
    detail = f"“{body_name}”不是“{scheme}”指明的认定单位；名单由县级以上行业主管部门按设列规定认定"
    return refuse("authority_not_competent", detail, pointer="/scheme")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme somebody wants to set up or change."""

    field: str
    level: str
    basis: BasisFacts | None
    effective_from: date
    competence: Competence
    texts: Mapping[str, str]
    listing_months: int | None = None
    longest_months: int | None = None


_TEXTS: Final = {
    "name": "名单名称",
    "basis_clause": "依据条款",
    "authority": "认定单位",
    "grounds": "认定情形",
    "listing_text": "列入期限说明",
    "removal_text": "移出条件",
    "shown_fields": "公开内容",
}


def scheme_refusals(wanted: Scheme, *, known_agencies: Collection[str], by_authority: bool) -> list[Refusal]:
    """Everything that forbids the scheme. `by_authority` says whether the credit authority hands it in."""
    found = [] if by_authority else [_not_theirs()]
    if wanted.field not in SchemeField.values:
        found.append(refuse("scheme_field_not_allowed", pointer="field"))
    found += _level_refusals(wanted) + _basis_refusals(wanted) + _authority_refusals(wanted, known_agencies)
    return found + wording_refusals(
        _TEXTS, wanted.texts, wanted.listing_months, wanted.longest_months, "最长列入期限短于列入期限"
    )


def _not_theirs() -> Refusal:
    detail = "名单设列由社会信用主管部门依据法律、法规和党中央、国务院政策文件登记，其他单位不得设列"
    return refuse("authority_not_competent", detail, basis=f"{PLAN} 第6条、第7条")


def _level_refusals(wanted: Scheme) -> list[Refusal]:
    if wanted.level in SchemeLevel.values:
        return []
    detail = "严重失信主体名单只能由国家设列，或者由省级地方性法规在本省设列；市级及以下不得设列"
    return [refuse("authority_not_competent", detail, pointer="level", basis=f"{PLAN} 第7条")]


def _basis_refusals(wanted: Scheme) -> list[Refusal]:
    basis = wanted.basis
    if basis is None:
        return [refuse("scheme_basis_too_low", "请指明认定标准的依据", pointer="basis")]
    found = []
    ranks = NATIONWIDE if wanted.level == SchemeLevel.NATIONAL else PROVINCIAL
    if basis.level not in ranks:
        provincial = "" if wanted.level == SchemeLevel.NATIONAL else "，或者省级地方性法规"
        detail = (
            f"《{basis.name}》是{_level_label(basis.level)}；名单认定标准应当以法律、行政法规"
            f"或者党中央、国务院政策文件形式确定{provincial}"
        )
        found.append(refuse("scheme_basis_too_low", detail, pointer="basis"))
    if not basis.in_force(wanted.effective_from):
        detail = f"《{basis.name}》在{wanted.effective_from:%Y-%m-%d}没有效力，不能作为设列依据"
        found.append(refuse("scheme_basis_too_low", detail, pointer="basis"))
    return found


def _level_label(level: str) -> str:
    return str(BasisLevel(level).label) if level in BasisLevel.values else "其他规范性文件"


def _authority_refusals(wanted: Scheme, known_agencies: Collection[str]) -> list[Refusal]:
    found = []
    if wanted.competence.min_level not in AuthorityLevel.values:
        detail = "认定单位应当是县级以上行业行政主管部门"
        found.append(refuse("authority_not_competent", detail, pointer="authority_min_level"))
    if not wanted.competence.names_somebody:
        detail = "请指明由哪些单位认定：单位、单位性质或者监管领域至少填一项"
        found.append(refuse("authority_not_competent", detail, pointer="authority_sectors"))
    if unknown := sorted(set(wanted.competence.agencies) - set(known_agencies)):
        detail = f"单位名录中没有：{'、'.join(unknown[:5])}"
        found.append(refuse("code_unknown", detail, pointer="authority_agencies"))
    return found
