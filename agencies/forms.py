"""Forms for the administrator of an agency; what may stand is decided by `agencies.services`."""

from collections.abc import Iterable

from django import forms

from agencies.choices import Role, Scope
from agencies.models import Agency


class _WithAgency(forms.Form):
    agency = forms.ChoiceField(label="所在单位")

    def offer(self, agencies: Iterable[Agency]) -> None:
        self.fields["agency"].choices = [(str(one.pk), one.name) for one in agencies]  # type: ignore[attr-defined]


class OfficerChangeForm(forms.Form):
    full_name = forms.CharField(label="姓名", max_length=50)
    roles = forms.MultipleChoiceField(
        label="角色",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="“信用主管部门”只用于社会信用主管部门及其所属单位",
    )


class OfficerForm(OfficerChangeForm, _WithAgency):
    field_order = ("agency", "username", "full_name", "roles")
    username = forms.CharField(
        label="账号", max_length=150, help_text="字母、数字和 @ . + - _，例如：shijian-luru"
    )


class ClientForm(_WithAgency):
    field_order = ("agency", "name", "scopes")
    name = forms.CharField(label="客户端名称", max_length=255, help_text="例如：市场监管业务系统")
    scopes = forms.MultipleChoiceField(
        label="接口权限", choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
