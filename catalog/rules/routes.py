"""By which of the six routes a unit may hand in an item (plan, item 3). Pure."""

from typing import Final

from agencies.choices import Kind, Level
from catalog.choices import Route
from common.gates import PLAN, Refusal, refuse

# The ten kinds of administrative acts, which come through the reporting system of the province (item 3 (3)).
ADMINISTRATIVE_ACTS: Final = frozenset(
    {"xzxk", "xzcf", "xzqz", "xzqr", "xzzs", "xzjf", "xzcj", "xzbc", "xzjl", "xzjc"}
)
_COURT_ITEMS: Final = frozenset({"sxbzxr", "xjss"})


def route_refusals(
    *,
    item_code: str,
    route: str,
    level: str,
    kind: str,
    is_credit_authority: bool,
    agreement: str,
) -> list[Refusal]:
    """`route_not_fitting`, `agreement_missing`; `level` and `kind` are those of the unit."""
    problems = []
    if not _fits(route, level, kind, is_credit_authority):
        detail = f"“{Route(route).label}”不适用于{Level(level).label}{Kind(kind).label}"
        problems.append(refuse("route_not_fitting", detail, pointer="route"))
    elif item_code in ADMINISTRATIVE_ACTS and route in (Route.CITY, Route.COUNTY):
        detail = "行政许可、行政处罚等行政行为信息通过省填报系统推送，请选择该渠道"
        problems.append(refuse("route_not_fitting", detail, pointer="route", basis=f"{PLAN} 第3条（3）"))
    elif item_code in _COURT_ITEMS and route != Route.COURT:
        detail = "失信被执行人和虚假诉讼信息由市中级人民法院推送"
        problems.append(refuse("route_not_fitting", detail, pointer="route", basis=f"{PLAN} 第3条（4）"))
    if route == Route.UTILITY and not agreement.strip():
        problems.append(refuse("agreement_missing", pointer="agreement"))
    if route != Route.UTILITY and agreement.strip():
        detail = "约定文号只用于公用企事业单位的渠道，请清空"
        problems.append(refuse("route_not_fitting", detail, pointer="agreement"))
    return problems


def _fits(route: str, level: str, kind: str, is_credit_authority: bool) -> bool:
    match Route(route):
        case Route.COUNTY:
            return level in (Level.COUNTY, Level.TOWNSHIP)
        case Route.CITY:
            return level == Level.CITY and kind not in (Kind.UTILITY, Kind.COURT)
        case Route.PROVINCIAL_SYSTEM:
            return kind in (Kind.ADMINISTRATION, Kind.VERTICAL, Kind.INSTITUTION, Kind.PARTY)
        case Route.COURT:
            return kind == Kind.COURT and level == Level.CITY
        case Route.UTILITY:
            return kind == Kind.UTILITY
        case Route.UPWARD:  # the city platform towards the province
            return is_credit_authority
