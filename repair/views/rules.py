"""The rules as dated rows: what they say today, what they said, and a new row by the credit authority."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.sign_in import officer_of
from catalog.selectors import in_force
from catalog.views.parts import pending, span, validity
from common.clock import today
from common.components import Cell, Column, SummaryRow, Table
from common.gates import Refused
from common.templatetags.credit import cdate
from repair.choices import Ground
from repair.models import ObjectionRule, RepairRule
from repair.rule_forms import ObjectionRuleForm, RuleForm
from repair.selectors.rules import rule_history, rules
from repair.services import change_objection_rule, change_rule
from repair.services.rule_keeping import MANAGE
from repair.views.required import materials_table


@login_required
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    on = today()
    manages = officer_of(request).has_perm(MANAGE)
    lines: list[list[Cell | str]] = [
        [
            Cell(rule.name, url=reverse("workbench:repair-rule", args=[rule.code]), chip=pending(rule.mark)),
            rule.decided_by,
            f"{rule.basis}{rule.basis_clause}",
            span(rule.effective_from, rule.effective_until),
        ]
        for rule in rules(on)
    ]
    grounds: list[list[Cell | str]] = [
        [
            Cell(row.get_ground_display(), url=reverse("workbench:objection-rule", args=[row.ground])),
            row.get_source_display(),
            "暂停公示和使用" if row.masks else "继续公示，标注异议",
            span(row.effective_from, row.effective_until),
        ]
        for row in ObjectionRule.objects.filter(in_force(on)).order_by("id")
    ]
    context = {
        "rules": Table(
            "信用修复规则", [Column("适用于"), Column("决定单位"), Column("依据"), Column("施行")], lines
        ),
        "grounds": Table(
            "异议规则", [Column("理由"), Column("差错来源"), Column("受理后"), Column("施行")], grounds
        ),
        "materials": materials_table(on, manages=manages),
        "manages": manages,
    }
    return render(request, "workbench/repair/rules.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def rule_page(request: HttpRequest, code: str) -> HttpResponse:
    """One rule with its history; the credit authority lets it say something else from a day on."""
    rows = list(rule_history(code))
    if not rows:
        raise Http404
    officer = officer_of(request)
    manages = officer.has_perm(MANAGE)
    form = RuleForm(request.POST or None, initial=RuleForm.values_of(rows[0]))
    if request.method == "POST":
        if not manages:
            raise PermissionDenied
        if form.is_valid():
            try:
                row = change_rule(
                    officer=officer, basis=form.cleaned_data["acting_on"], code=code, text=form.text()
                )
            except Refused as refused:
                form.show(refused.refusals)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, f"自{cdate(row.effective_from)}起适用新的规定。")
                return redirect("workbench:repair-rule", code)
    context = {
        "rule": _current(rows),
        "facts": _facts(_current(rows)),
        "history": _history(rows),
        "form": form if manages else None,
    }
    return render(request, "workbench/repair/rule.html", context)


def _current(rows: list[RepairRule]) -> RepairRule:
    on = today()
    running = (row for row in rows if row.effective_from <= on and (row.effective_until or on) >= on)
    return next(running, rows[0])


def _facts(rule: RepairRule) -> list[SummaryRow]:
    return [
        SummaryRow("条件", "；".join(rule.conditions)),
        SummaryRow("材料", "；".join(rule.materials)),
        SummaryRow("决定单位", rule.decided_by),
        SummaryRow("受理渠道", rule.apply_at),
        SummaryRow(
            "最短期限",
            f"{rule.min_months} 个月" if rule.min_months is not None else "见公示期限档次、名单规定",
        ),
        SummaryRow(
            "不可修复",
            "整类不可修复" if rule.irreparable_all else "、".join(rule.irreparable_types) or "未设",
        ),
        SummaryRow("承诺不实", f"{rule.bar_months} 个月内不适用承诺修复" if rule.bar_months else "未规定"),
        SummaryRow("效果", rule.effect),
        SummaryRow("依据", f"{rule.basis}{rule.basis_clause}", note=rule.get_mark_display()),
    ]


def _history(rows: list[RepairRule]) -> Table:
    lines: list[list[Cell | str]] = [
        [
            Cell(span(row.effective_from, row.effective_until), chip=pending(row.mark)),
            f"{row.basis}{row.basis_clause}",
            Cell(chip=validity(row.effective_from, row.effective_until, today())),
        ]
        for row in rows
    ]
    return Table("历次规定", [Column("施行"), Column("依据"), Column("状态", tight=True)], lines)


@login_required
@require_http_methods(["GET", "POST"])
def objection_rule(request: HttpRequest, ground: str) -> HttpResponse:
    rows = list(ObjectionRule.objects.filter(ground=ground).order_by("-effective_from"))
    if not rows:
        raise Http404
    officer = officer_of(request)
    manages = officer.has_perm(MANAGE)
    form = ObjectionRuleForm(request.POST or None, initial={"source": rows[0].source, "masks": rows[0].masks})
    if request.method == "POST":
        if not manages:
            raise PermissionDenied
        if form.is_valid():
            values = dict(form.cleaned_data)
            try:
                change_objection_rule(officer=officer, basis=values.pop("acting_on"), ground=ground, **values)
            except Refused as refused:
                form.show(refused.refusals)
            else:
                messages.success(request, "已保存，自施行日期起适用。")
                return redirect("workbench:objection-rule", ground)
    lines: list[list[Cell | str]] = [
        [
            span(row.effective_from, row.effective_until),
            row.get_source_display(),
            "暂停公示和使用" if row.masks else "继续公示，标注异议",
        ]
        for row in rows
    ]
    context = {
        "title": Ground(ground).label,
        "history": Table("历次规定", [Column("施行"), Column("差错来源"), Column("受理后")], lines),
        "form": form if manages else None,
    }
    return render(request, "workbench/repair/objection_rule.html", context)
