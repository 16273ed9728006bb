"""Template language of the platform: dates, periods and money the way documents write them, and the components.

Loaded for every template (`builtins` in settings), so nothing here needs `{% load %}`. Components live under
`templates/components/`; each says at its top how it is used, and `/workbench/styleguide/` shows all of them.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.base import FilterExpression, Parser, Token
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common.components import (
    BarChart,
    Cell,
    Chip,
    Crumb,
    Figure,
    Progress,
    Step,
    SummaryRow,
    Table,
    TimelineEvent,
    Tone,
)
from common.drawing import draw_cell, draw_chip, draw_table
from common.gates import CLAUSES
from common.icons import ICONS
from common.presentation import is_within, url_or_blank

register = template.Library()

NOT_STATED = "未载明"
WAN = Decimal(10_000)
SOON = 2  # working days from which a deadline asks for attention


# --- text: dates, periods, money, clauses -----------------------------------------------------------------


def _day(value: date | datetime) -> date:
    """The calendar day in Hegang; an aware moment is first brought to local time."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def cdate(value: date | datetime | None) -> str:
    """2026年11月22日; 未载明 where the document has no date."""
    if not value:
        return NOT_STATED
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日"


_WHOLE_IN_TEXT = re.compile(
    r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d+ (?:天|个工作日|个月|条|项))(?![^<>]*>)"
)  # outside tags


@register.filter
def whole_dates(text: str) -> SafeString:
    """Dates and counts in running text stay on one line: a phone breaks 2027年11月25 from its 日 otherwise."""
    whole = _WHOLE_IN_TEXT.sub(r'<span class="whole">\g<0></span>', conditional_escape(text))
    return mark_safe(whole)  # noqa: S308 - escaped above


@register.filter
def cdatetime(value: datetime | None) -> str:
    """2026年11月22日 09:05, local time."""
    if not value:
        return NOT_STATED
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{cdate(value)} {local:%H:%M}"


@register.filter
def days_left(end: date | datetime | None) -> str:
    """How long a period still runs in calendar days, its last day included."""
    if not end:
        return ""
    left = (_day(end) - timezone.localdate()).days
    if left > 0:
        return f"还有 {left} 天"
    return "今天到期" if left == 0 else "已届满"


@register.simple_tag
def cperiod(start: date | datetime | None, end: date | datetime | None) -> str:
    """2026年1月1日 至 2026年11月22日（还有 12 天）; without an end 长期."""
    if not end:
        return f"{cdate(start)} 至 长期"
    return f"{cdate(start)} 至 {cdate(end)}（{days_left(end)}）"


@register.filter
def wan_yuan(value: Decimal | str | int | None) -> str:
    """Amount in 万元 as documents have it, with 元 beside it: 0.2 → “0.2 万元（2,000 元）”."""
    if value is None or value == "":
        return NOT_STATED
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return str(value)
    return f"{_plain(amount)} 万元（{_plain(amount * WAN)} 元）"


def _plain(amount: Decimal) -> str:
    """Digits with thousands separators, no exponent, no trailing zeros."""
    written = f"{amount:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


@register.filter
def thousands(value: int | Decimal) -> str:
    """1234567 → 1,234,567."""
    return f"{value:,}"


@register.filter
def clause(code: str) -> str:
    """The clause a stable refusal code rests on; the code itself must be known."""
    return CLAUSES[code].basis


@register.filter
def nav_is_active(path: str, url: str) -> bool:
    """Whether the page at `path` is `url` or below it: `{% if request.path|nav_is_active:item.url %}`."""
    return is_within(path, url)


# --- small marks ------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon in the colour of its text; decorative, so it is hidden from screen readers."""
    # The path data is ours and constant, never input.
    drawing = mark_safe(ICONS[name])  # noqa: S308
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">{}</svg>',
        drawing,
    )


@register.simple_tag
def chip(state: Chip | str, tone: Tone = "neutral") -> SafeString:
    """A state in words: `{% chip "已公示" "good" %}` or `{% chip row.chip %}`."""
    return draw_chip(state if isinstance(state, Chip) else Chip(str(state), tone))


@register.simple_tag
def deadline(left: int | None, due: date | datetime | None = None) -> SafeString:
    """Working days left until `due`, counted by the caller: amber from two days, red when over."""
    if left is None:
        return chip("未设期限")
    if left < 0:
        words, tone = f"已超 {-left} 个工作日", "serious"
    elif left == 0:
        words, tone = "今天到期", "warning"
    else:
        words, tone = f"还有 {left} 个工作日", "warning" if left <= SOON else "neutral"
    when = format_html('<span class="deadline__due">{} 前</span>', cdate(due)) if due else ""
    return format_html(
        '<span class="deadline"><span class="chip chip--{}">{}{}</span>{}</span>',
        tone,
        icon("clock"),
        words,
        when,
    )


@register.simple_tag
def source_pending() -> SafeString:
    """来源待核: the rule shown comes from a source nobody has verified yet."""
    return format_html(
        '<span class="chip chip--warning" title="{}">{}</span>',
        "该规定的出处尚未核实，使用前请与主管部门确认",
        "来源待核",
    )


# --- components with typed parameters ---------------------------------------------------------------------


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, object]:
    """`{% breadcrumb "首页" "portal:home" "行政处罚" %}`: label and URL name (or address) in turn, the last a label."""
    crumbs = [
        Crumb(label, target if target.startswith("/") else url_or_blank(target))
        for label, target in zip(steps[::2], (*steps[1::2], "")[: len(steps[::2])], strict=True)
    ]
    return {"crumbs": crumbs}


@register.inclusion_tag("components/search_box.html")
def search_box(
    action: str,
    *,
    label: str,
    value: str = "",
    hint: str = "",
    name: str = "q",
    button: str = "查询",
    large: bool = False,
) -> dict[str, object]:
    """One search field with its button; always a GET form, so that the result has an address."""
    return {
        "action": action, "label": label, "value": value, "hint": hint, "name": name, "button": button, "large": large
    }  # fmt: skip


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Sequence[SummaryRow]) -> dict[str, object]:
    """What is known about one thing, line by line."""
    return {"rows": rows}


@register.simple_tag(takes_context=True)
def data_table(context: RequestContext, table: Table) -> SafeString:
    """A data table; its sortable headers are plain links that keep the filters in the address. By hand: the same roles,
    and data-label on every <td>."""
    request: HttpRequest | None = context.get("request")
    return draw_table(
        table, [(column, *_sort_link(request, table.sort, column.sort)) for column in table.columns]
    )


@register.simple_tag
def table_cell(cell: Cell) -> SafeString:
    """The content of one cell, for tables written by hand."""
    return draw_cell(cell)


def _sort_link(request: HttpRequest | None, current: str, key: str) -> tuple[str, str]:
    """Address that sorts by `key` (turning round if it is in use) and the value of `aria-sort`."""
    if not key:
        return "", ""
    state = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    query = request.GET.copy() if request else None
    wanted = f"-{key}" if state == "ascending" else key
    if query is None:
        return f"?sort={wanted}", state
    query.pop("cursor", None)
    query["sort"] = wanted
    return f"?{query.urlencode()}", state


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(
    context: RequestContext, next_cursor: str | None, *, shown: int, noun: str = "条", total: str = ""
) -> dict[str, object]:
    """Footer of a cursor-paged list: how many are shown (and in all, counted up to a cap), back to the beginning, next page."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else None
    cursor = query.pop("cursor", [""])[-1] if query is not None else ""
    kept = query.urlencode() if query is not None else ""
    return {
        "next_cursor": next_cursor,
        "shown": shown,
        "noun": noun,
        "first": not cursor,
        "kept": kept,
        "total": total,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[TimelineEvent]) -> dict[str, object]:
    """What happened, newest or oldest first as given."""
    return {"events": events}


@register.inclusion_tag("components/steps.html")
def step_list(steps: Sequence[Step]) -> dict[str, object]:
    """Steps of a task with their state in words and what is missing."""
    return {"steps": steps}


@register.inclusion_tag("components/figures.html")
def figures(items: Sequence[Figure]) -> dict[str, object]:
    """A row of plain numbers."""
    return {"items": items}


@register.inclusion_tag("components/progress.html")
def progress(state: Progress) -> dict[str, object]:
    """A long task's progress; polls by itself where there is script, offers a link where there is none."""
    return {"progress": state}


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(chart: BarChart) -> dict[str, object]:
    """A chart drawn by the server as SVG, with its table."""
    return {"chart": chart}


@register.inclusion_tag("components/confirmation.html")
def confirmation(
    title: str, *, number: str = "", number_label: str = "受理编号", detail: str = ""
) -> dict[str, object]:
    """The panel that says something was received, with its number."""
    return {"title": title, "number": number, "number_label": number_label, "detail": detail}


@register.inclusion_tag("components/basis.html")
def basis(
    text: str, *, quote: str = "", unverified: bool = False, summary: str = "依据"
) -> dict[str, object]:
    """The clause behind a rule, folded away: `{% basis "鹤信用发〔2022〕1号 第8条" quote="…" %}`."""
    return {"text": text, "quote": quote, "unverified": unverified, "summary": summary}


# --- components with a body -------------------------------------------------------------------------------

NOTICE_ICONS: dict[str, str] = {
    "info": "info", "good": "check", "warning": "alert", "serious": "stop", "neutral": "info"
}  # fmt: skip


@register.simple_block_tag
def notice(content: SafeString, title: str = "", tone: Tone = "info") -> SafeString:
    """`{% notice title="…" tone="warning" %}…{% endnotice %}`: something the reader should know now."""
    return render_to_string(
        "components/notice.html",
        {"content": content, "title": title, "tone": tone, "icon_name": NOTICE_ICONS[tone]},
    )


@register.simple_block_tag
def disclosure(content: SafeString, summary: str, *, opened: bool = False) -> SafeString:
    """`{% disclosure "为什么需要身份证号" %}…{% enddisclosure %}`: detail folded away, `opened=True` where it matters now."""
    context = {"content": content, "summary": summary, "opened": opened}
    return render_to_string("components/disclosure.html", context)


@register.simple_block_tag
def empty_state(content: SafeString, title: str) -> SafeString:
    """`{% empty_state "没有查到" %}` why it is empty and what to do next `{% endempty_state %}`."""
    return render_to_string("components/empty_state.html", {"content": content, "title": title})


@register.simple_block_tag
def page_header(content: SafeString, title: str, lead: str = "", eyebrow: str = "") -> SafeString:
    """`{% page_header "标题" lead="第一句说能做什么" %}` actions `{% endpage_header %}`."""
    return render_to_string(
        "components/page_header.html", {"content": content, "title": title, "lead": lead, "eyebrow": eyebrow}
    )


# --- what is the same on every page -----------------------------------------------------------------------


class FixedNode(template.Node):
    """Keeps what it has drawn for each value of what it depends on; drawn anew while templates are being written."""

    child_nodelists = ("nodelist",)
    _MOST: Final = 32

    def __init__(self, nodelist: template.NodeList, depends: Sequence[FilterExpression]) -> None:
        self.nodelist, self._depends = nodelist, depends
        self._kept: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        if settings.DEBUG:
            return self.nodelist.render(context)
        key = (settings.ROOT_URLCONF, *(one.resolve(context) for one in self._depends))
        drawn = self._kept.get(key)
        if drawn is None:
            if len(self._kept) >= self._MOST:
                self._kept.clear()
            drawn = self._kept[key] = self.nodelist.render(context)
        return drawn


@register.tag
def fixed(parser: Parser, token: Token) -> FixedNode:
    """`{% fixed shell.name %}…{% endfixed %}`: drawn once for each value of what is named; it may depend on nothing else,
    never on the reader, the day or the data."""
    depends = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist, depends)
