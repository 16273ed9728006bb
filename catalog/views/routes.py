"""Who may hand in an item, by which of the six routes, from when until when."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.sign_in import officer_of
from catalog import selectors, services
from catalog.choices import Route
from catalog.forms import RouteEndForm, RouteForm
from catalog.models import ProviderRoute
from catalog.views.parts import MANAGE, managing, signed_in, span, validity
from common.clock import today
from common.components import Cell, Column, Table
from common.gates import Refused
from common.templatetags.credit import cdate


@signed_in
@require_http_methods(["GET", "POST"])
def routes_page(request: HttpRequest, code: str) -> HttpResponse:
    """Routes of an item; those who keep the catalog add one here (POST)."""
    if request.method == "POST":
        return _add(request, code)
    return _routes(request, code, RouteForm(initial={"effective_from": today()}))


@managing
def _add(request: HttpRequest, code: str) -> HttpResponse:
    form = RouteForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        basis = values.pop("acting_on")
        try:
            services.add_route(officer=officer_of(request), basis=basis, item_code=code, **values)
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"已增加：{values['agency']}。该单位的录入人员现在就可以报送")
            return redirect("workbench:catalog-routes", code)
    return _routes(request, code, form)


def _routes(request: HttpRequest, code: str, form: RouteForm) -> HttpResponse:
    item = selectors.item_versions(code).last()
    if item is None:
        raise Http404
    manages = officer_of(request).has_perm(MANAGE)
    context = {
        "item": item,
        "form": form if manages else None,
        "table": _table(list(selectors.routes(code)), manages),
    }
    return render(request, "workbench/catalog/routes.html", context)


def _table(routes: list[ProviderRoute], manages: bool) -> Table:
    columns = [Column("单位"), Column("渠道"), Column("期限"), Column("约定文号"), Column("状态", tight=True)]
    lines: list[list[Cell | str]] = []
    for row in routes:
        line: list[Cell | str] = [
            row.agency.name,
            str(Route(row.route).label),
            span(row.effective_from, row.effective_until),
            row.agreement or "—",
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        if manages:
            running = row.effective_until is None or row.effective_until >= today()
            url = reverse("workbench:catalog-route-end", args=[row.pk])
            line.append(Cell("结束", url=url) if running else "")
        lines.append(line)
    if manages:
        columns.append(Column("操作"))
    return Table("报送渠道", columns, lines, caption_hidden=True)


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def route_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ProviderRoute.objects.select_related("agency"), pk=pk)
    form = RouteEndForm(request.POST or None, initial={"last_day": today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_route(
                officer=officer_of(request),
                basis=form.cleaned_data["acting_on"],
                route_id=pk,
                last_day=form.cleaned_data["last_day"],
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"{row.agency}的渠道到{cdate(form.cleaned_data['last_day'])}为止")
            return redirect("workbench:catalog-routes", row.item_code)
    item = selectors.item_versions(row.item_code).last()
    return render(request, "workbench/catalog/route_end.html", {"form": form, "row": row, "item": item})
