"""The form on which a period is changed; whether it may be is decided by the service."""

from django import forms

from catalog.choices import SourceMark, TimeUnit
from catalog.deadlines.services import DeadlineText
from catalog.forms import RefusableForm
from catalog.models import LegalBasis
from common.widgets import DayInput


class DeadlineForm(RefusableForm):
    amount = forms.IntegerField(label="长度", min_value=1, max_value=3650)
    unit = forms.ChoiceField(label="单位", choices=TimeUnit.choices)
    effective_from = forms.DateField(
        label="施行日期", widget=DayInput(), help_text="最早为今天；已经起算的期限不受影响"
    )
    basis = forms.ModelChoiceField(
        LegalBasis.objects.order_by("level", "name"), label="依据", to_field_name="code", empty_label="请选择"
    )
    basis_clause = forms.CharField(label="依据条款", max_length=200, required=False)
    mark = forms.ChoiceField(label="核对情况", choices=SourceMark.choices)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea({"rows": 3}))
    acting_on = forms.CharField(label="办理依据", max_length=200, help_text="改变它的文件；记入留痕账本")

    def text(self) -> DeadlineText:
        values = {name: value for name, value in self.cleaned_data.items() if name != "acting_on"}
        return DeadlineText(**values)
