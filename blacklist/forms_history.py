"""The question who stood on a list on a day."""

from collections.abc import Iterable

from django import forms
from django.core.files.uploadedfile import UploadedFile

from catalog.forms import RefusableForm
from common.widgets import DayInput, UploadInput
from records.sharing.models import DutyPurpose

_MAX_BYTES = 256 * 1024


class AsOfForm(RefusableForm):
    """Codes pasted or as a text file; nothing of them ever stands in an address."""

    purpose = forms.ChoiceField(label="履职目的")
    on = forms.DateField(label="哪一天", widget=DayInput(), help_text="例如投标截止日")
    codes = forms.CharField(
        label="统一社会信用代码或者身份证号码",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 8, "autocomplete": "off"}),
        help_text="每行一个，或者用逗号隔开，最多200个",
    )
    file = forms.FileField(
        label="或者上传代码文件",
        required=False,
        widget=UploadInput(accept=".txt,.csv", max_bytes=_MAX_BYTES),
        help_text="文本文件，每行一个代码",
    )
    document_number = forms.CharField(
        label="授权文书或者同意书编号", required=False, max_length=128, help_text="查询自然人时填写"
    )

    def offer(self, purposes: Iterable[DutyPurpose]) -> None:
        choices = [("", "请选择"), *((one.code, one.name) for one in purposes)]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if not isinstance(upload, UploadedFile):
            return ""
        if (upload.size or 0) > _MAX_BYTES:
            raise forms.ValidationError("文件过大，每行只放一个代码")
        try:
            return str(upload.read(), "utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("文件不是UTF-8文本") from None

    def all_codes(self) -> list[str]:
        text = f"{self.cleaned_data['codes']}\n{self.cleaned_data.get('file') or ''}"
        for separator in (",", "，", ";", "；", "、", "\t", " "):
            text = text.replace(separator, "\n")
        return text.splitlines()
