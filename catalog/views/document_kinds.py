"""Kinds of documents: which there are, on what they stand, entering one from a day on, ending one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog import services
from catalog.choices import SourceMark
from catalog.forms import RefusableForm, basis_field
from catalog.forms_regimes import RegimeEndForm
from catalog.models import DocumentKind
from catalog.views.parts import MANAGE, managing, pending, signed_in, span, validity
from common.clock import today
from common.components import Cell, Chip, Column, Table
from common.gates import Refused
from common.templatetags.credit import cdate
from common.widgets import DayInput


class KindForm(RefusableForm):
    name = forms.CharField(
        label="名称", max_length=100, help_text="与文书上的名称一致；同名的改变写同一个名称"
    )
    lawful = forms.BooleanField(
        label="可以作为失信认定依据", required=False, help_text="须有法律、法规或者党中央、国务院政策文件规定"
    )
    basis_text = forms.CharField(label="依据条款和内容", max_length=200)
    effective_from = forms.DateField(
        label="自哪天作出的决定起", widget=DayInput(), help_text="最早为今天；以前的决定不受影响"
    )
    mark = forms.ChoiceField(label="核对情况", choices=SourceMark.choices)
    acting_on = forms.CharField(label="办理依据", max_length=200, help_text="改变它的文件；记入留痕账本")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"] = basis_field("依据")
        self.order_fields(["name", "lawful", "basis", "basis_text"])


@signed_in
@require_safe
def kind_list(request: HttpRequest) -> HttpResponse:
    manages = officer_of(request).has_perm(MANAGE)
    rows: list[list[Cell | str]] = []
    for kind in DocumentKind.objects.select_related("basis").order_by("-lawful", "name", "-effective_from"):
        running = kind.effective_until is None or kind.effective_until >= today()
        end = reverse("workbench:catalog-document-kind-end", args=[kind.code])
        rows.append(
            [
                Cell(kind.name, chip=pending(kind.mark), note=kind.basis_text),
                Cell(chip=Chip("可以", "good") if kind.lawful else Chip("不可以", "neutral")),
                str(kind.basis),
                span(kind.effective_from, kind.effective_until),
                Cell(chip=validity(kind.effective_from, kind.effective_until, today())),
                *([Cell("结束", url=end) if running else ""] if manages else []),
            ]
        )
    heads = [
        Column("文书种类"),
        Column("作为失信认定依据", tight=True),
        Column("依据"),
        Column("决定日期", tight=True),
        Column("状态", tight=True),
    ]
    heads += [Column("操作", tight=True)] if manages else []
    table = Table("文书种类", heads, rows, caption_hidden=True)
    return render(request, "workbench/catalog/document_kinds.html", {"table": table, "manages": manages})


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def kind_new(request: HttpRequest) -> HttpResponse:
    form = KindForm(request.POST or None, initial={"effective_from": today()})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        acting_on = values.pop("acting_on")
        try:
            row = services.enter_kind(
                officer=officer_of(request), basis=acting_on, text=services.KindText(**values), on=today()
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"已录入，适用于{cdate(row.effective_from)}起作出的决定")
            return redirect("workbench:catalog-document-kinds")
    return render(request, "workbench/catalog/document_kind.html", {"form": form, "title": "录入文书种类"})


@signed_in
@managing
@require_http_methods(["GET", "POST"])
def kind_end(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(DocumentKind, code=code)
    form = RegimeEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.end_kind(
                officer=officer_of(request),
                basis=values["acting_on"],
                code=code,
                last_day=values["last_day"],
                on=today(),
            )
        except Refused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, f"{row.name}适用到{cdate(values['last_day'])}作出的决定为止")
            return redirect("workbench:catalog-document-kinds")
    return render(
        request, "workbench/catalog/document_kind.html", {"form": form, "title": f"结束：{row.name}"}
    )
