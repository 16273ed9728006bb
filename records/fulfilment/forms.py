"""The form of a later state."""

from collections.abc import Sequence

from django import forms

from common.widgets import DayInput


class StatusForm(forms.Form):
    status = forms.ChoiceField(label="状态", widget=forms.RadioSelect)
    on = forms.DateField(label="自哪一天起", widget=DayInput())
    document_number = forms.CharField(
        label="依据文书号", required=False, max_length=128, help_text="有验收、核查文书的填写"
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不写个人信息",
    )

    def offer(self, values: Sequence[str]) -> None:
        self.fields["status"].choices = [(value, value) for value in values]  # type: ignore[attr-defined]
