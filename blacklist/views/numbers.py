"""The agency's own words for its document numbers (机关代字)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.models import Agency, Officer
from agencies.sign_in import officer_of
from blacklist import access
from blacklist import selectors_cases as cases
from blacklist.choices import SeriesKind
from blacklist.forms import WordForm
from blacklist.services.common import default_word, set_word
from common.clock import today
from common.components import Column, Table
from common.gates import Refused


@login_required
@require_http_methods(["GET", "POST"])
def number_words(request: HttpRequest) -> HttpResponse:
    """How the agency's documents are numbered this year, and the form that changes a word from the next number on."""
    officer = officer_of(request)
    agencies = [a for a in access.agencies_handling(officer) if access.may(officer, a.pk, deciding=True)]
    if not agencies:
        raise PermissionDenied
    form = WordForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid() and _set(officer, form):
        messages.success(request, "已保存，从下一号起使用")
        return redirect("workbench:list-numbers")
    return render(request, "workbench/lists/numbers.html", {"form": form, "table": _table(agencies)})


def _set(officer: Officer, form: WordForm) -> bool:
    values = form.cleaned_data
    try:
        set_word(
            officer=officer,
            agency=values["agency"],
            kind=SeriesKind(values["kind"]),
            word=values["word"],
            on=today(),
        )
    except Refused as refused:
        form.show(refused.refusals)
        return False
    return True


def _table(agencies: list[Agency]) -> Table:
    year = today().year
    known = {
        (row.agency_id, row.kind): row for row in cases.series_of([agency.pk for agency in agencies], year)
    }
    lines = []
    for agency in agencies:
        for kind in SeriesKind:
            row = known.get((agency.pk, kind.value))
            word, last = (row.word, row.last) if row else (default_word(agency, kind), 0)
            lines.append([str(kind.label), agency.name, f"{word}〔{year}〕{last + 1}号"])
    heads = [Column("文书"), Column("单位"), Column("下一号")]
    return Table("文号", heads, lines, caption_hidden=True)
