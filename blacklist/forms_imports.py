"""Forms of lists decided elsewhere: handing one in, looking at a held one, how a source is watched."""

from django import forms
from django.conf import settings
from django.http import QueryDict

from blacklist.models import ImportSource
from catalog.forms import RefusableForm
from common.widgets import UnitNumberInput, UploadInput


class DeliveryForm(RefusableForm):
    """The whole list as the source holds it now."""

    file = forms.FileField(
        label="名单文件",
        help_text="Excel（.xlsx）或 CSV（UTF-8、GB18030）。请报送现有的全部名单，不是只报变化",
        widget=UploadInput(accept=".xlsx,.csv", max_bytes=settings.BATCH_MAX_BYTES),
    )


class DecisionForm(RefusableForm):
    """What a person found when looking at a held delivery."""

    approve = forms.ChoiceField(
        label="核对结果",
        choices=[("yes", "属实，批准应用"), ("no", "不采用，原有条目不变")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="核对意见",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="向谁、怎样核对的；记入留痕账本",
    )


class SourceForm(RefusableForm):
    """How a source is watched; the rest of it is reference data."""

    rhythm_days = forms.IntegerField(
        label="来数周期",
        min_value=1,
        max_value=400,
        widget=UnitNumberInput("天"),
        help_text="超过这些天没有采用新的来数，即提示缺数",
    )
    hold_percent = forms.IntegerField(
        label="须人工核对的变化幅度", min_value=1, max_value=50, widget=UnitNumberInput("%")
    )
    hold_floor = forms.IntegerField(
        label="不超过多少行的变化不须核对",
        min_value=0,
        max_value=1000,
        widget=UnitNumberInput("行"),
        help_text="名单很小时，一两行就是很大的幅度",
    )
    active = forms.BooleanField(label="启用", required=False)
    reason = forms.CharField(label="办理依据", max_length=200, required=False, help_text="记入留痕账本")

    @classmethod
    def of(cls, source: ImportSource, data: QueryDict | None) -> "SourceForm":
        names = ("rhythm_days", "hold_percent", "hold_floor", "active")
        return cls(data, initial={name: getattr(source, name) for name in names})
