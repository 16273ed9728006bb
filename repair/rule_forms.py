"""Forms in which the credit authority keeps the dated rules of repair and objections."""

from typing import Any

from django import forms

from catalog.choices import SourceMark
from catalog.forms import RefusableForm, basis_field
from catalog.models import LegalBasis
from common.widgets import DayInput, UnitNumberInput
from repair.choices import Kind, MaterialKind, Source
from repair.models import RepairRule
from repair.services import MaterialText, RuleText


class _Lines(forms.CharField):
    """Several lines, one thing each."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": 4}), help_text="一行一项", **options)

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]


class RuleForm(RefusableForm):
    effective_from = forms.DateField(
        label="施行日期", widget=DayInput(), help_text="最早为今天；以前的申请不受影响"
    )
    basis = forms.ModelChoiceField(
        LegalBasis.objects.order_by("level", "name"), label="依据", to_field_name="code", empty_label="请选择"
    )
    basis_clause = forms.CharField(label="依据条款", max_length=100, required=False)
    conditions = _Lines(label="修复条件")
    materials = _Lines(label="申请材料")
    decided_by = forms.CharField(label="决定单位", max_length=100)
    apply_at = forms.CharField(label="受理渠道", max_length=200)
    effect = forms.CharField(label="修复效果", max_length=300)
    min_months = forms.IntegerField(
        label="最短期限", min_value=0, max_value=600, required=False, widget=UnitNumberInput("个月"),
        help_text="处罚的最短公示期在公示期限规定里，这里不填",
    )  # fmt: skip
    bar_months = forms.IntegerField(
        label="承诺不实后不适用承诺修复", min_value=1, max_value=600, required=False, widget=UnitNumberInput("个月")
    )  # fmt: skip
    irreparable_all = forms.BooleanField(label="整类不可修复", required=False)
    irreparable_types = _Lines(label="不可修复的处罚类别", required=False)
    time_bound_types = _Lines(label="附带期限、期满后才能修复的处罚类别", required=False)
    irreparable = _Lines(label="不可修复的情形（告知用）", required=False)
    mark = forms.ChoiceField(label="核对情况", choices=SourceMark.choices)
    acting_on = forms.CharField(label="办理依据", max_length=200, help_text="改变它的文件；记入留痕账本")

    @staticmethod
    def values_of(rule: RepairRule) -> dict[str, object]:
        """The running rule as the starting point of the next."""
        lines = ("conditions", "materials", "irreparable_types", "time_bound_types", "irreparable")
        plain = ("basis_clause", "decided_by", "apply_at", "effect", "min_months", "bar_months", "irreparable_all", "mark")  # fmt: skip
        return {
            "basis": rule.basis.code,
            **{name: getattr(rule, name) for name in plain},
            **{name: "\n".join(getattr(rule, name)) for name in lines},
        }

    def text(self) -> RuleText:
        values = {name: value for name, value in self.cleaned_data.items() if name != "acting_on"}
        return RuleText(**values)


class ObjectionRuleForm(RefusableForm):
    source = forms.ChoiceField(label="差错来源", choices=Source.choices)
    masks = forms.BooleanField(label="受理后暂停公示和使用", required=False)
    effective_from = forms.DateField(label="施行日期", widget=DayInput())
    acting_on = forms.CharField(label="办理依据", max_length=200)


class MaterialForm(RefusableForm):
    kind = forms.ChoiceField(label="类别", choices=Kind.choices)
    material = forms.ChoiceField(label="材料", choices=MaterialKind.choices)
    effective_from = forms.DateField(
        label="自哪天提出的申请起", widget=DayInput(), help_text="最早为明天；已经提出的申请不受影响"
    )
    basis_clause = forms.CharField(label="依据条款", max_length=100, required=False)
    mark = forms.ChoiceField(label="核对情况", choices=SourceMark.choices)
    acting_on = forms.CharField(label="办理依据", max_length=200, help_text="改变它的文件；记入留痕账本")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["basis"] = basis_field("依据")
        self.order_fields(["kind", "material", "effective_from", "basis"])

    def text(self) -> MaterialText:
        values = {name: value for name, value in self.cleaned_data.items() if name != "acting_on"}
        return MaterialText(**values)
