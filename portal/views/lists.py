"""Who stands on a list now, and one entry: why, by whom, on what basis, until when, how it ends, what can be done.

What is over answers 404 as if it had never been; nothing on these pages says that there was something.
"""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from agencies.areas import area_name
from blacklist.disclosure import PublicEntry, public_entry, public_notice
from blacklist.models import ListEntry
from common.clock import today
from common.components import Cell, Column, Table
from common.presentation import address_of
from portal import listed
from portal.forms import EntryFilterForm
from portal.freshness import public_page
from portal.paging import page_of
from portal.wording import kind_words, window_of
from records.disclosure import display_date
from records.typed import Kind, read_query
from repair.selectors.rules import Rulebook, barred_until, clock_words
from repair.targets import Target, answer_of


@public_page(indexed=False)
def entries(request: HttpRequest) -> HttpResponse:
    """Everybody in force, newest first, narrowed by filters that live in the address."""
    typed = request.GET.get("q", "").replace("\0", "")
    if read_query(typed).kind is Kind.PERSONAL:
        return HttpResponseRedirect(_without_number(request))
    at = today()
    form = EntryFilterForm(request.GET)
    form.offer(listed.schemes_with_entries(at))
    context: dict[str, object] = {
        "form": form,
        "refused": request.GET.get("refused") == "personal",
        "narrowed": any(request.GET.get(name) for name in form.fields),
    }
    if form.is_valid():
        page = page_of(request, listed.entries(at, form.filters()), order=listed.ORDER)
        context |= {"page": page, "table": entry_table(page.rows), "applied": form.words()}
    return render(request, "portal/list_entries.html", context)


def _without_number(request: HttpRequest) -> str:
    """The same filters without what was typed: no link, log or history carries a personal number on."""
    kept = {name: value for name, value in request.GET.items() if name in ("scheme", "region", "authority")}
    return f"{reverse('portal:list-entries')}?{urlencode({**kept, 'refused': 'personal'})}"


def entry_table(rows: list[ListEntry], *, with_subject: bool = True) -> Table:
    """Entries as a table; on a subject's own page without the column that would repeat its name."""
    columns = [
        Column("主体"),
        Column("名单"),
        Column("认定单位"),
        Column("列入日期", tight=True),
        Column("列入期限至", tight=True),
    ]
    lines = [_row(public_entry(row), with_subject=with_subject) for row in rows]
    return Table("名单条目", columns if with_subject else columns[1:], lines, caption_hidden=True)


def _row(entry: PublicEntry, *, with_subject: bool) -> list[Cell | str]:
    url = address_of("portal:list-entry", entry.id)
    window = window_of(entry.ends_on, today())
    marked = f"异议处理中；{entry.decision_number}" if entry.disputed_since else entry.decision_number
    line: list[Cell | str] = [
        Cell(entry.scheme_name, url="" if with_subject else url, note=marked),
        entry.authority,
        display_date(entry.effective_from),
        Cell(window.until if entry.ends_on else "履行义务前", note=window.left),
    ]
    return [Cell(entry.name, url=url, note=entry.uscc), *line] if with_subject else line


@public_page(indexed=False)
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """One entry, with the decision it rests on; without decision data there is no entry."""
    at = today()
    found = listed.entry_shown(public_id, at)
    if found is None:
        raise Http404
    shown = public_entry(found)
    barred = barred_until(found.subject, at)
    context = {
        "answer": answer_of(Target(found.subject, entry=found), Rulebook.load(at), barred),
        "clock": clock_words("repair", at),
        "entry": shown,
        "scheme": found.scheme,
        "kind": kind_words(found.subject),
        "region": area_name(shown.region),
        "window": window_of(found.ends_on, at),
        "notice": public_notice(found),
        "scheme_unverified": found.scheme.mark == "unverified",
        "hints": [line for line in shown.sanction_hints.splitlines() if line.strip()],
    }
    return render(request, "portal/list_entry.html", context)
