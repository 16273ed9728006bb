"""Dated rows of the public site that the credit authority keeps in the workbench: what figures count, the columns, and the terms of
use of open data.

A change is a new row from a day on, today at the earliest; the row before ends the day before, and nothing reaches back. The reference
files leave them alone: they know rows by code and first day, and never touch a last day.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied

from agencies.models import Officer
from common.clock import today
from common.gates import PLAN, Refused, refuse
from ledger.services import acting
from portal.models import OpenTerm
from portal.news.models import NewsColumn
from portal.site_rows import SiteRow
from portal.statistics.models import FigureRule

_BASIS: Final = f"{PLAN} 五（四）"
_COMMON: Final = ("basis", "basis_clause", "mark", "effective_from")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row: which columns an officer may change, who may, and whether rows may be added and ended, too: that of a figure
    or a column hangs together with the program."""

    name: str
    model: type[SiteRow]
    columns: tuple[str, ...]
    permission: str
    open: bool = False

    def rows(self, code: str = "", *, lock: bool = False) -> list[SiteRow]:
        """Every row, or those of one code: by code, the newest first."""
        found = self.model._default_manager.select_related("basis").order_by("code", "-effective_from")
        found = found.select_for_update(of=("self",)) if lock else found
        return list(found.filter(code=code) if code else found)


KINDS: Final = {
    "figures": Kind(
        "统计口径", FigureRule, ("name", "counts", "minimum", *_COMMON), "portal.change_figurerule"
    ),
    "columns": Kind("栏目", NewsColumn, ("name", "about", "order", *_COMMON), "portal.change_newscolumn"),
    "terms": Kind(
        "开放数据使用条款", OpenTerm, ("name", "text", "order", *_COMMON), "portal.change_openterm", open=True
    ),
}


def change_row(
    *, officer: Officer, basis: str, kind: Kind, code: str, values: Mapping[str, object]
) -> SiteRow:
    """Let a known code say something else from a day on. `basis` is the document the officer acts on.

    PermissionDenied for others than the credit authority; Refused (date_order); LookupError for an unknown code; ValidationError for a
    malformed value. What a column demands of its articles and what a series counts cannot be changed here.
    """
    _check_right(officer, kind)
    with acting(actor=officer.pk, action="portal.change_rule", basis=basis):
        newest = _newest(kind, code)
        first = _first_day(values, after=newest.effective_from)
        wanted = copy(newest)
        wanted.pk, wanted.effective_until, wanted._state.adding = None, None, True
        _fill(wanted, kind, values)
        last_before = first - timedelta(days=1)
        newest.effective_until = min(newest.effective_until or last_before, last_before)
        newest.save(update_fields=["effective_until"])
        wanted.save()
    return wanted


def add_row(*, officer: Officer, basis: str, kind: Kind, values: Mapping[str, object]) -> SiteRow:
    """Lay down something new from a day on; its code is made here. Raises what `change_row` raises; PermissionDenied for a kind whose
    rows are not added."""
    _check_right(officer, kind, opens=True)
    with acting(actor=officer.pk, action="portal.add_rule", basis=basis):
        known = kind.rows(lock=True)
        first = _first_day(values)
        wanted = kind.model(code=f"{first:%Y%m%d}-{len(known) + 1}")
        _fill(wanted, kind, values)
        wanted.save()
    return wanted


def end_row(*, officer: Officer, basis: str, kind: Kind, code: str, last_day: date) -> SiteRow:
    """Let a code hold until `last_day`, today at the earliest. Raises what `add_row` raises."""
    _check_right(officer, kind, opens=True)
    with acting(actor=officer.pk, action="portal.end_rule", basis=basis):
        row = _newest(kind, code)
        if last_day < max(today(), row.effective_from) or (row.effective_until or last_day) < last_day:
            detail = "最后一天不能早于今天和施行日期，也不能晚于已经定下的最后一天"
            raise Refused(refuse("date_order", detail, pointer="last_day", basis=_BASIS))
        row.effective_until = last_day
        row.save(update_fields=["effective_until"])
    return row


def _check_right(officer: Officer, kind: Kind, *, opens: bool = False) -> None:
    if not officer.has_perm(kind.permission) or (opens and not kind.open):
        raise PermissionDenied("由社会信用主管部门维护")


def _newest(kind: Kind, code: str) -> SiteRow:
    rows = kind.rows(code, lock=True)
    if not rows:
        raise LookupError(code)
    return rows[0]


def _first_day(values: Mapping[str, object], after: date = date.min) -> date:
    first = values["effective_from"]
    if not isinstance(first, date) or first < today() or first <= after:
        later = "" if after == date.min else f"，并且晚于现有规定的施行日期{after:%Y-%m-%d}"
        detail = f"最早从今天起施行{later}"
        raise Refused(refuse("date_order", detail, pointer="effective_from", basis=_BASIS))
    return first


def _fill(row: SiteRow, kind: Kind, values: Mapping[str, object]) -> None:
    for name in kind.columns:
        setattr(row, name, values[name])
    row.clean_fields(exclude=["basis"])
