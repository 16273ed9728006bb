"""Dated rows of the public site that the credit authority keeps in the workbench: what figures count, and the columns.

A change is a new row from a day on, today at the earliest; the row before ends the day before, and nothing reaches back. The reference
files leave both alone: they know rows by code and first day, and never touch a last day.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, cast

from django.core.exceptions import PermissionDenied

from agencies.models import Officer
from common.clock import today
from common.gates import PLAN, Refused, refuse
from ledger.services import acting
from portal.news.models import NewsColumn
from portal.statistics.models import FigureRule

Row = FigureRule | NewsColumn
_COMMON: Final = ("basis", "basis_clause", "mark", "effective_from")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row: which columns an officer may change, and who may."""

    name: str
    model: type[FigureRule] | type[NewsColumn]
    columns: tuple[str, ...]
    permission: str

    def rows(self, code: str = "", *, lock: bool = False) -> list[Row]:
        """Every row, or those of one code: by code, the newest first."""
        found = self.model._default_manager.select_related("basis").order_by("code", "-effective_from")
        found = found.select_for_update(of=("self",)) if lock else found
        return cast(list[Row], list(found.filter(code=code) if code else found))


KINDS: Final = {
    "figures": Kind(
        "统计口径", FigureRule, ("name", "counts", "minimum", *_COMMON), "portal.change_figurerule"
    ),
    "columns": Kind("栏目", NewsColumn, ("name", "about", "order", *_COMMON), "portal.change_newscolumn"),
}


def change_row(*, officer: Officer, basis: str, kind: Kind, code: str, values: Mapping[str, object]) -> Row:
    """Let a known code say something else from a day on. `basis` is the document the officer acts on.

    PermissionDenied for others than the credit authority; Refused (date_order); LookupError for an unknown code; ValidationError for a
    malformed value. What a column demands of its articles and what a series counts cannot be changed here.
    """
    if not officer.has_perm(kind.permission):
        raise PermissionDenied("由社会信用主管部门维护")
    with acting(actor=officer.pk, action="portal.change_rule", basis=basis):
        rows = kind.rows(code, lock=True)
        if not rows:
            raise LookupError(code)
        newest = rows[0]
        first = values["effective_from"]
        if not isinstance(first, date) or first < today() or first <= newest.effective_from:
            detail = f"最早从今天起施行，并且晚于现有规定的施行日期{newest.effective_from:%Y-%m-%d}"
            raise Refused(refuse("date_order", detail, pointer="effective_from", basis=f"{PLAN} 五（四）"))
        wanted = copy(newest)
        wanted.pk, wanted.effective_until, wanted._state.adding = None, None, True
        for name in kind.columns:
            setattr(wanted, name, values[name])
        wanted.clean_fields(exclude=["basis"])
        newest.effective_until = first - timedelta(days=1)
        newest.save(update_fields=["effective_until"])
        wanted.save()
    return wanted
