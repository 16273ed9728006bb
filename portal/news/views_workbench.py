"""Where officers of the credit authority write, review and withdraw articles."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog.forms import RefusableForm
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table, Tone
from common.gates import Refused
from common.pagination import keyset_page
from common.problems import Problem
from common.templatetags.credit import cdate, cdatetime
from portal.news import selectors, services
from portal.news.forms import ApproveForm, ArticleForm, WhyForm, initial_of
from portal.news.models import Article
from portal.news.rules import State
from portal.news.views import drawn

View = Callable[..., HttpResponse]
PAGE: Final = 30
_TONES: Final[dict[State, Tone]] = {
    State.DRAFT: "neutral", State.SUBMITTED: "warning", State.WAITING: "info", State.PUBLIC: "good", State.OVER: "neutral",
    State.WITHDRAWN: "serious",
}  # fmt: skip


def _working(view: View) -> View:
    """Officers of the credit authority alone."""
    allowed = permission_required(services.WRITE, raise_exception=True)(view)
    return cast(View, wraps(view)(login_required(allowed)))


def chip(article: Article) -> Chip:
    state = selectors.state_of(article, today())
    return Chip(state.value, _TONES[state])


@_working
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    rows = selectors.articles().defer("body")
    cursor = request.GET.get("cursor", "")
    page = keyset_page(rows, order=("-id",), cursor=cursor, limit=PAGE, serialize=_line)
    table = Table(
        "文章",
        [
            Column("标题"),
            Column("栏目", tight=True),
            Column("写稿"),
            Column("发布日期", tight=True),
            Column("状态", tight=True),
        ],
        cast(list[list[Cell | str]], page["items"]),
        caption_hidden=True,
    )
    return render(request, "workbench/news/list.html", {"table": table, "next_cursor": page["next_cursor"]})


def _line(row: Article) -> list[Cell | str]:
    return [
        Cell(row.title, url=reverse("workbench:news-article", args=[row.pk])),
        row.column.name,
        Cell(str(row.written_by), note=row.agency.name),
        cdate(row.publish_from) if row.publish_from else "—",
        Cell(chip=chip(row)),
    ]


@_working
@require_http_methods(["GET", "POST"])
def article_new(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    agency = officer.agency.name if officer.agency else ""
    form = ArticleForm(request.POST or None, initial={"source": agency})
    form.offer(today())
    if form.is_valid():
        try:
            row = services.write_article(officer=officer, words=form.words())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "草稿已保存，看一遍再送审")
            return redirect("workbench:news-article", row.pk)
    return render(request, "workbench/news/edit.html", {"form": form, "article": None})


@_working
@require_http_methods(["GET", "POST"])
def article_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(selectors.articles(), pk=pk)
    form = ArticleForm(request.POST or None, initial=initial_of(row))
    form.offer(today())
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.change_article(
                officer=officer_of(request), article_id=pk, version=version, words=form.words()
            )
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            messages.success(request, "已保存")
            return redirect("workbench:news-article", pk)
    return render(request, "workbench/news/edit.html", {"form": form, "article": row})


@_working
@require_http_methods(["GET", "POST"])
def article_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The article as readers will see it, and the next step: hand in, approve, return, withdraw."""
    row = get_object_or_404(selectors.articles(), pk=pk)
    forms = {
        "approve": ApproveForm(initial={"publish_from": today(), "version": row.version}),
        "why": WhyForm(),
    }
    if request.method == "POST":
        done = _step(request, row, forms)
        if done:
            messages.success(request, done)
            return redirect("workbench:news-article", pk)
    state = selectors.state_of(row, today())
    own = row.written_by_id == officer_of(request).pk
    context = {
        "article": row,
        "blocks": drawn(row.body),
        "chip": chip(row),
        "rows": _rows(row),
        "draft": state == State.DRAFT,
        "submitted": state == State.SUBMITTED,
        "own": own,
        "removable": state in (State.WAITING, State.PUBLIC, State.OVER),
        "public": state == State.PUBLIC,
        "approve": forms["approve"],
        "why": forms["why"],
    }
    return render(request, "workbench/news/article.html", context)


def _step(request: HttpRequest, row: Article, forms: dict[str, Any]) -> str:
    """Take the step of the button pressed; what was done in words, "" when it was refused and the form says why."""
    act = request.POST.get("act", "")
    name = "approve" if act == "approve" else "why"
    form: RefusableForm = ApproveForm(request.POST) if act == "approve" else WhyForm(request.POST)
    officer = officer_of(request)
    if act == "submit":
        services.submit_article(officer=officer, article_id=row.pk)
        return "已送审，请另一名工作人员审核"
    forms[name] = form
    if act not in ("approve", "return", "withdraw") or not form.is_valid():
        return ""
    try:
        if act == "approve":
            services.approve_article(officer=officer, article_id=row.pk, **form.cleaned_data)
            return "已审核，到发布日期就公开"
        if act == "return":
            services.return_article(officer=officer, article_id=row.pk, **form.cleaned_data)
            return "已退回"
        services.withdraw_article(officer=officer, article_id=row.pk, **form.cleaned_data)
        return "已撤下"
    except Refused as refused:
        form.show(refused.refusals)
    except Problem as problem:
        form.add_error(None, problem.detail)
    return ""


def _rows(row: Article) -> list[SummaryRow]:
    lines = [
        SummaryRow("栏目", row.column.name, note="不得出现自然人姓名" if row.anonymous else ""),
        SummaryRow("写稿", f"{row.written_by}（{row.agency}）", note=cdatetime(row.written_at)),
        SummaryRow("来源", row.source),
    ]
    if row.submitted_at:
        lines.append(SummaryRow("送审", cdatetime(row.submitted_at)))
    if row.returned_why:
        lines.append(SummaryRow("退回的理由", row.returned_why))
    if row.reviewed_by:
        confirmed = "确认没有自然人姓名" if row.names_nobody else ""
        lines.append(
            SummaryRow("审核", str(row.reviewed_by), note=f"{cdatetime(row.reviewed_at)} {confirmed}".strip())
        )
        until = cdate(row.publish_until) if row.publish_until else "一直展示"
        lines.append(SummaryRow("展示", f"{cdate(row.publish_from)} 至 {until}"))
    if row.withdrawn_by:
        lines.append(
            SummaryRow(
                "撤下", str(row.withdrawn_by), note=f"{cdatetime(row.withdrawn_at)}：{row.withdrawn_why}"
            )
        )
    return lines
