"""Forms of supervision. They collect text and keep filters in the address; what may stand is decided by services."""

from collections.abc import Iterable

from django import forms

from agencies.models import Agency
from common.widgets import DayInput
from supervision.choices import ClueKind, ClueState, GapReason
from supervision.selectors.clues import PENDING


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    form.fields[name].choices = [("", "全部"), *choices]  # type: ignore[attr-defined]


class AgencyFilterForm(forms.Form):
    """A filter with the agencies this officer may look at."""

    agency = forms.ChoiceField(label="单位", required=False)

    def offer(self, agencies: Iterable[Agency]) -> None:
        _offer(self, "agency", ((str(agency.pk), agency.name) for agency in agencies))


class ClueFilterForm(AgencyFilterForm):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), (PENDING, "未办结"), *ClueState.choices]
    )
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *ClueKind.choices])
    number = forms.CharField(label="文书号", required=False, max_length=128)
    since = forms.DateField(label="期限届满日自", required=False, widget=DayInput())
    until = forms.DateField(label="期限届满日至", required=False, widget=DayInput())


class GapFilterForm(AgencyFilterForm):
    year = forms.IntegerField(label="文号年份", required=False, min_value=1900, max_value=2099)


class FiguresFilterForm(forms.Form):
    since = forms.DateField(label="自", widget=DayInput())
    until = forms.DateField(label="至", widget=DayInput())
    item = forms.ChoiceField(label="目录事项", required=False)

    def offer(self, items: Iterable[tuple[str, str]]) -> None:
        self.fields["item"].choices = [("", "行政处罚和行政许可（双公示）"), *items]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        cleaned = dict(super().clean() or {})
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", "止日早于起日，请把止日改到起日当天或者之后")
        return cleaned


class ExplainForm(forms.Form):
    text = forms.CharField(
        label="情况说明",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明原因和已经采取的措施，不写个人信息",
    )
    whole_batch = forms.BooleanField(label="同一报送文件中其他待说明的迟报记录一并说明", required=False)


class CloseForm(forms.Form):
    outcome = forms.CharField(
        label="办结意见",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明核实情况和处理结果",
    )


class GapForm(forms.Form):
    first = forms.IntegerField(label="起号", min_value=1)
    last = forms.IntegerField(label="止号", min_value=1)
    reason = forms.ChoiceField(label="原因", choices=[("", "请选择"), *GapReason.choices])
    note = forms.CharField(
        label="补充说明",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="原因选“其他”时必填；不写个人信息和涉密内容",
    )


class CalendarForm(forms.Form):
    """Days as the notice lists them: a range off, or single days worked."""

    OFF, WORK, REMOVE = "off", "work", "remove"
    change = forms.ChoiceField(
        label="变更",
        choices=[(OFF, "放假"), (WORK, "上班（含调休）"), (REMOVE, "撤回此前录入")],
        widget=forms.RadioSelect,
        initial=OFF,
    )
    first = forms.DateField(label="起日", widget=DayInput())
    last = forms.DateField(label="止日", required=False, widget=DayInput(), help_text="只有一天时可以不填")
    note = forms.CharField(
        label="说明", required=False, max_length=100, help_text="例如：春节放假、国庆节调休上班"
    )
    basis = forms.CharField(label="依据的通知文号", max_length=100, help_text="例如：国办发明电〔2026〕7号")
