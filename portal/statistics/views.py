"""The page of the figures, and the same figures as a file."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from portal.freshness import public_page
from portal.statistics import selectors
from portal.statistics.models import StatisticDay
from portal.statistics.tables import HEADINGS, PARTS, drawn, line_of
from records.disclosure import display_date
from records.intake.rejections import safe


@public_page()
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of the newest day counted, or of `?day=`, a month end that is kept."""
    days = selectors.days()
    day = _asked(request, days)
    if day is None:
        return render(request, "portal/statistics.html", {"day": None})
    found = selectors.figures_of(day)
    rules = {rule.code: rule for rule in selectors.rules_on(day.day)}
    context = {
        "day": day,
        "newest": day == days[0],
        "lead": f"截至{display_date(day.day)}，每天统计一次。都是合计，看不出任何一个人。",
        "provisional": timezone.localdate(day.counted_at) <= day.day,
        "csv_url": f"{reverse('portal:statistics-file')}?day={day.day.isoformat()}",
        **drawn(found, day),
        "means": {part: [rules[code] for code in codes if code in rules] for part, codes in PARTS},
        "others": [one for one in days if one != day],
    }
    return render(request, "portal/statistics.html", context)


@public_page(indexed=False)
def statistics_file(request: HttpRequest) -> HttpResponse:
    """All figures of a day as CSV, with a byte order mark, so that spreadsheet programs read it as UTF-8."""
    day = _asked(request, selectors.days())
    if day is None:
        raise Http404
    rules = {rule.code: rule for rule in selectors.rules_on(day.day)}
    answer = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="statistics-{day.day:%Y%m%d}.csv"'},
    )
    writer = csv.writer(answer)
    writer.writerow(HEADINGS)
    found = selectors.figures_of(day)
    for code, rule in rules.items():
        writer.writerows(map(safe, line_of(figure, day.day, rule)) for figure in found.get(code, []))
    return answer


def _asked(request: HttpRequest, days: list[StatisticDay]) -> StatisticDay | None:
    """The day of the address, else the newest; 404 for one that is not kept. None while nothing was counted yet."""
    wanted = request.GET.get("day", "")
    if not wanted:
        return days[0] if days else None
    for day in days:
        if day.day.isoformat() == wanted:
            return day
    raise Http404
