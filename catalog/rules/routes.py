"""By which of the six routes a unit may hand in an item (plan, item 3). Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from agencies.choices import Kind, Level
from catalog.choices import Route
from common.gates import PLAN, Refusal, refuse


def route_refusals(
    *,
    only_route: str,
    route: str,
    level: str,
    kind: str,
    is_credit_authority: bool,
    agreement: str,
) -> list[Refusal]:
    """`route_not_fitting`, `agreement_missing`; `level` and `kind` are those of the unit, `only_route` of the item.

    The way up to the province is no way in, so an item that is bound to one way may take it too.
    """
    problems = []
    if not _fits(route, level, kind, is_credit_authority):
        detail = f"“{Route(route).label}”不适用于{Level(level).label}{Kind(kind).label}"
        problems.append(refuse("route_not_fitting", detail, pointer="route"))
    elif only_route and route not in (only_route, Route.UPWARD):
        way = Route(only_route)
        clause = f"{PLAN} 第3条{_CLAUSES[way]}"
        detail = f"{_WHERE[way]}，请选择该渠道"
        problems.append(refuse("route_not_fitting", detail, pointer="route", basis=clause))
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
        case _:  # UPWARD: the city platform towards the province
            return is_credit_authority


# --- where a hand-in belongs ---------------------------------------------------------------------------------


class Address(NamedTuple):
    """A unit that may hand the item in, by its route; `near` when it sits in the same area as whoever asks."""

    route: str
    unit: str
    near: bool = False


_WHERE: Final = {
    Route.COUNTY: "由县（区）、乡（镇）的提供单位报上一级行业主管部门或者市平台",
    Route.CITY: "由市级提供单位报市平台",
    Route.PROVINCIAL_SYSTEM: "行政行为信息由作出行为的机关通过省填报系统推送，市平台接收副本",
    Route.COURT: "由市中级人民法院报市平台",
    Route.UTILITY: "由与本平台订有约定的公用企事业单位报送",
    Route.UPWARD: "由市平台报省平台",
}
_CLAUSES: Final = {
    Route.COUNTY: "（1）",
    Route.CITY: "（2）",
    Route.PROVINCIAL_SYSTEM: "（3）",
    Route.COURT: "（4）",
    Route.UTILITY: "（5）",
    Route.UPWARD: "（6）",
}
_NAMED: Final = 5


def right_address(item_code: str, routes: Sequence[Address]) -> str:
    """Who may hand the item in, and by which route, in a sentence; units nearby first, at most five by name."""
    if not routes:
        return f"目前没有单位负责报送该事项（{item_code}），请联系社会信用主管部门确定报送渠道"
    parts = []
    for route in Route:
        units = [one.unit for one in sorted(routes, key=lambda one: not one.near) if one.route == route]
        if units:
            more = f"等{len(units)}个单位" if len(units) > _NAMED else ""
            named = "、".join(units[:_NAMED])
            parts.append(f"{_WHERE[route]}（第3条{_CLAUSES[route]}）：{named}{more}")
    return "请转交——" + "；".join(parts)
