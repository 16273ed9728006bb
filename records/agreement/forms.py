"""Forms of the comparison: a list as a file, or one decision; and what came of a difference."""

from collections.abc import Iterable, Sequence

from django import forms
from django.conf import settings

from agencies.models import Agency
from catalog.models import CatalogItem
from common.widgets import DayInput, UploadInput
from records.agreement import choices


class CompareForm(forms.Form):
    agency = forms.ModelChoiceField(Agency.objects.none(), label="认定单位", empty_label="请选择")
    item = forms.ChoiceField(label="目录事项")
    as_of = forms.DateField(label="公示情况截至", widget=DayInput())
    file = forms.FileField(
        label="该单位的公示清单",
        required=False,
        help_text="Excel（.xlsx）或 CSV。至少有文书号一列；有公示截止期、统一社会信用代码和其他字段的，一并比对",
        widget=UploadInput(accept=".xlsx,.csv", max_bytes=settings.BATCH_MAX_BYTES),
    )
    complete = forms.BooleanField(
        label="清单列出了该单位截至当日公示的全部决定", required=False,
        help_text="勾选后，本平台公示而清单没有的，也列为差异",
    )  # fmt: skip
    number = forms.CharField(
        label="文书号", required=False, max_length=128, help_text="只比对一份决定的，不用上传文件，填下面三项"
    )
    uscc = forms.CharField(label="统一社会信用代码", required=False, max_length=18)
    until = forms.CharField(label="公示截止期", required=False, max_length=20, widget=DayInput())

    def offer(self, agencies: Iterable[Agency], items: Sequence[CatalogItem]) -> None:
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["item"].choices = [(item.code, item.name) for item in items]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("number"):
            self.add_error("file", "请上传清单，或者填写一份决定的文书号")
        return cleaned


class DifferenceFilterForm(forms.Form):
    kind = forms.ChoiceField(
        label="差异", required=False, choices=[("", "全部"), *choices.DifferenceKind.choices]
    )


class SettleForm(forms.Form):
    verdict = forms.ChoiceField(label="处理结果", choices=choices.Verdict.choices, widget=forms.RadioSelect)
    explanation = forms.CharField(
        label="情况和处理办法", max_length=500, widget=forms.Textarea({"rows": 3}), help_text="不写个人信息"
    )
