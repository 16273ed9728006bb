"""What happens to an entry of either list, as a page: its history, and one form per act."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from agencies.models import Officer
from agencies.sign_in import officer_of
from blacklist import selectors_cases as cases
from blacklist.choices import ChangeKind, end_reason_label
from blacklist.forms import EntryChangeForm
from blacklist.models import HonourEntry, ListEntry
from common.clock import today
from common.components import Cell, Chip, Column, Table, TimelineEvent
from common.gates import Refused
from common.pagination import keyset_page
from common.templatetags.credit import cperiod

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Act:
    """A button: its title, its form, the service called with officer, number of the entry and what was typed."""

    title: str
    form: type[EntryChangeForm]
    service: Callable[[Officer, int, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Place:
    """Where entries of a list stand in the workbench: names of the addresses, and what is done to them."""

    title: str
    all_of_them: str
    one: str
    change: str
    acts: Mapping[str, Act]
    ground: Callable[[Any], tuple[str, str]]  # clause and quotation under the form

    def offered(self, row: ListEntry | HonourEntry, names: Iterable[str]) -> list[tuple[str, str]]:
        """Title and address of each act."""
        return [(self.acts[name].title, reverse(self.change, args=[row.public_id, name])) for name in names]


def entries_page(
    request: HttpRequest,
    place: Place,
    rows: QuerySet[Any],
    chip: Callable[[Any], Chip],
    *,
    heads: tuple[str, str, str, str, str],
    template: str,
) -> HttpResponse:
    """All entries of one sort, newest first: subject, list, body, paper and period under `heads`, then their state."""

    def line(row: ListEntry | HonourEntry) -> list[Cell | str]:
        return [
            Cell(str(row.subject), url=reverse(place.one, args=[row.public_id])),
            row.scheme.name,
            row.authority_name,
            row.decision_number,
            cperiod(row.effective_from, row.ends_on),
            Cell(chip=chip(row)),
        ]

    page = keyset_page(rows, order=("-id",), cursor=request.GET.get("cursor", ""), limit=PAGE, serialize=line)
    subject, scheme, body, paper, period = heads
    columns = [Column(subject), Column(scheme, plain=True), Column(body, plain=True), Column(paper, tight=True), Column(period), Column("状态", tight=True, plain=True)]  # fmt: skip
    lines = cast(list[list[Cell | str]], page["items"])
    context = {
        "table": Table(place.title, columns, lines, caption_hidden=True), "next_cursor": page["next_cursor"],
    }  # fmt: skip
    return render(request, template, context)


def events(row: ListEntry | HonourEntry) -> list[TimelineEvent]:
    """Its history, newest first. One that was delivered begins with the decision it came with."""
    changes = list(row.changes.select_related("officer").order_by("-id"))
    found = [
        TimelineEvent(
            when=change.on,
            what=change.get_kind_display(),
            who=str(change.officer or "系统任务"),
            document=change.basis,
            note=end_reason_label(change.reason),
        )
        for change in changes
    ]
    if all(change.kind != ChangeKind.LISTED for change in changes):
        begun = TimelineEvent(
            when=row.effective_from,
            what=str(ChangeKind.LISTED.label),
            who=row.authority_name,
            document=row.decision_number,
            note="",
        )
        found.append(begun)
    return found


def change_page(request: HttpRequest, place: Place, row: ListEntry | HonourEntry, name: str) -> HttpResponse:
    """One act: only by reviewers of the body that decided."""
    act = place.acts.get(name)
    if act is None:
        raise Http404
    officer = officer_of(request)
    if not cases.may_change_entry(officer, row):
        raise PermissionDenied
    form = act.form(request.POST or None, initial={"on": today()})
    form.offer(row.scheme)
    if request.method == "POST" and form.is_valid():
        try:
            act.service(officer, row.pk, form.cleaned_data)
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"已办理：{act.title}。门户网站、共享和相应的措施同时按新的状态执行。")
            return redirect(place.one, row.public_id)
    basis, quote = place.ground(row)
    context = {
        "entry": row, "form": form, "title": act.title, "place": place, "basis": basis, "quote": quote,
    }  # fmt: skip
    return render(request, "workbench/lists/entry_change.html", context)
