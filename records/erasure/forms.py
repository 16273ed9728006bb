"""Forms of erasure and retention. They collect text; what may stand is decided by services."""

from django import forms

from catalog.choices import SourceMark
from catalog.forms import RefusableForm
from catalog.models import LegalBasis
from common.widgets import DayInput
from records.erasure.choices import ErasureState, Ground
from records.erasure.services import LAW
from records.persons.forms import PersonForm


class AskForm(PersonForm):
    """A person at the window wants to be forgotten."""

    ground = forms.ChoiceField(
        label="情形", choices=Ground.choices, widget=forms.RadioSelect,
        help_text="个人信息保护法第四十七条规定的情形；撤回同意的，同意即时终止，不等决定",
    )  # fmt: skip
    words = forms.CharField(
        label="说明",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="加密保存",
    )
    field_order = ("name", "document_kind", "document", "ground", "words", "identity_checked")


class ProposeForm(forms.Form):
    """The authority itself puts up what nobody may keep any longer."""

    record = forms.IntegerField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(choices=Ground.choices, widget=forms.HiddenInput, initial=Ground.RETENTION)


class DecideForm(RefusableForm):
    granted = forms.TypedChoiceField(
        label="决定",
        choices=[("yes", "同意删除"), ("no", "不予删除")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="告知本人；不写姓名和证件号码",
    )
    basis = forms.CharField(label="依据", max_length=200, initial=LAW)


class StateForm(forms.Form):
    state = forms.ChoiceField(
        label="状态", required=False,
        choices=[("", "全部"), *((one, one.label) for one in (ErasureState.ASKED, ErasureState.PARTLY, ErasureState.REFUSED))],
    )  # fmt: skip


class RetentionForm(RefusableForm):
    keep_months = forms.IntegerField(
        label="处理结束后保存月数", min_value=0, max_value=600, help_text="0 为立即删除"
    )
    effective_from = forms.DateField(
        label="施行日期", widget=DayInput(), help_text="最早为今天；已经作出的决定不受影响"
    )
    basis = forms.ModelChoiceField(
        LegalBasis.objects.order_by("level", "name"), label="依据", to_field_name="code", empty_label="请选择"
    )
    basis_clause = forms.CharField(label="依据条款", max_length=100, required=False)
    mark = forms.ChoiceField(label="核对情况", choices=SourceMark.choices)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea({"rows": 3}))
    acting_on = forms.CharField(label="办理依据", max_length=200, help_text="改变它的文件；记入留痕账本")
