"""Who may hand in an item, by which route, from when until when (plan, item 3)."""

from datetime import date

from django.db.models import Q

from agencies.models import Agency, Officer
from catalog.models import ProviderRoute
from catalog.rules.routes import route_refusals
from catalog.selectors import item_versions
from catalog.services.grants import grant_item
from common.gates import Refusal, Refused, refuse
from ledger.services import acting


def add_route(
    *,
    officer: Officer,
    basis: str,
    item_code: str,
    agency: Agency,
    route: str,
    effective_from: date,
    effective_until: date | None = None,
    agreement: str = "",
) -> ProviderRoute:
    """Let a unit hand in an item; its submitters may then do so at once, without being granted the item one by one.

    Raises Refused: item_unknown, route_not_fitting (also while another route of the unit runs), agreement_missing,
    date_order.
    """
    wanted = ProviderRoute(
        item_code=item_code,
        agency=agency,
        route=route,
        effective_from=effective_from,
        effective_until=effective_until,
        agreement=agreement.strip(),
    )
    if problems := _refusals(wanted):
        raise Refused(*problems)
    with acting(actor=officer.pk, action="catalog.add_route", basis=basis):
        Agency.objects.select_for_update().get(pk=agency.pk)  # one route of a unit is added at a time
        _check_overlap(wanted)
        wanted.save()
        grant_item(item_code=item_code, agency=agency)
    return wanted


def end_route(*, officer: Officer, basis: str, route_id: int, last_day: date) -> ProviderRoute:
    """A unit hands the item in until `last_day`. Raises Refused (date_order); ProviderRoute.DoesNotExist."""
    with acting(actor=officer.pk, action="catalog.end_route", basis=basis):
        row = ProviderRoute.objects.select_for_update().get(pk=route_id)
        if last_day < row.effective_from:
            detail = f"该渠道自{row.effective_from:%Y-%m-%d}起，最后一天不能早于这一天"
            raise Refused(refuse("date_order", detail, pointer="last_day"))
        row.effective_until = last_day
        row.save(update_fields=["effective_until"])
    return row


def _refusals(wanted: ProviderRoute) -> list[Refusal]:
    agency = wanted.agency
    item = item_versions(wanted.item_code).last()
    problems = route_refusals(
        only_route=item.only_route if item else "",
        route=wanted.route,
        level=agency.level,
        kind=agency.kind,
        is_credit_authority=agency.is_credit_authority,
        agreement=wanted.agreement,
    )
    if item is None:
        problems.append(refuse("item_unknown", pointer="item_code"))
    if not agency.active:
        problems.append(refuse("route_not_fitting", f"“{agency.name}”已经停用", pointer="agency"))
    if wanted.effective_until and wanted.effective_until < wanted.effective_from:
        problems.append(refuse("date_order", "失效日期早于生效日期", pointer="effective_until"))
    return problems


def _check_overlap(wanted: ProviderRoute) -> None:
    other = (
        ProviderRoute.objects.filter(item_code=wanted.item_code, agency=wanted.agency)
        .filter(Q(effective_until__isnull=True) | Q(effective_until__gte=wanted.effective_from))
        .filter(effective_from__lte=wanted.effective_until or date.max)
        .first()
    )
    if other is not None:
        until = f"至{other.effective_until:%Y-%m-%d}" if other.effective_until else "，尚未结束"
        detail = f"“{wanted.agency.name}”已有渠道自{other.effective_from:%Y-%m-%d}起{until}，请先结束它"
        raise Refused(refuse("route_not_fitting", detail, pointer="effective_from"))
