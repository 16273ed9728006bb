"""Forms of the sanctions room. They collect text; whether something may stand is decided by services."""

from collections.abc import Iterable
from typing import Any

from django import forms

from catalog.forms import RefusableForm
from common.widgets import DayInput
from records.sharing.models import DutyPurpose
from sanctions.heads import Head
from sanctions.models import Matter, Measure
from sanctions.services import ApplicationText


class AppliedFilterForm(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), ("in_force", "正在实施"), ("to_lift", "待解除"), ("over", "已结束")],
    )
    document = forms.CharField(label="文书号", required=False, max_length=128)


class ApplyForm(RefusableForm):
    """What the body decides on one measure; `heavier_why` and `informed_body` only where they are asked."""

    document_number = forms.CharField(label="决定文书号", max_length=128)
    reason = forms.CharField(
        label="事由和裁量说明",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="写明失信行为、与措施的关联，以及为什么这样的力度和期限是适当的",
    )
    heavier_why = forms.CharField(
        label="采用较重措施的理由", required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    informed_body = forms.CharField(label="告知的组织", required=False, max_length=200)
    head_name = forms.CharField(
        label="法定代表人、主要负责人姓名", required=False, max_length=50,
        help_text="对单位本身实施的不填；对负责人本人实施的填写，须为所依据的事实记载的人",
    )  # fmt: skip
    head_document = forms.CharField(label="负责人身份证号码", required=False, max_length=40)
    starts_on = forms.DateField(label="实施日期", widget=DayInput())
    ends_on = forms.DateField(label="期限至", required=False, widget=DayInput())

    def fit(self, measure: Measure, *, is_heavier: bool, latest: str, reaches_head: bool) -> None:
        """Leave only what this measure asks for."""
        if not reaches_head:
            del self.fields["head_name"], self.fields["head_document"]
        if not is_heavier:
            del self.fields["heavier_why"]
        if measure.can_be_ordered:
            del self.fields["informed_body"]
        else:
            self.fields["document_number"].label = "告知文书号"
        self.fields["ends_on"].help_text = (
            f"至迟到{latest}" if latest else "没有预定止日的可以不填，随依据终止"
        )

    def text(self) -> ApplicationText:
        given = dict(self.cleaned_data)
        name, document = given.pop("head_name", ""), given.pop("head_document", "")
        head = Head(name, document) if name or document else None
        return ApplicationText(**given, head=head)


class LiftForm(RefusableForm):
    on = forms.DateField(label="解除日期", widget=DayInput())
    document = forms.CharField(label="解除文书号或者办理编号", max_length=128)
    note = forms.CharField(label="说明", required=False, max_length=300)


class ScreeningForm(RefusableForm):
    """Sent by POST only: nothing typed here may stand in an address."""

    purpose = forms.ChoiceField(label="履职目的", required=False)
    matter = forms.ChoiceField(label="办理事项", required=False, help_text="只显示该事项可以使用的措施")
    uscc = forms.CharField(
        label="统一社会信用代码", required=False, max_length=40, help_text="查单位、个体工商户的填写这一项"
    )
    name = forms.CharField(
        label="姓名", required=False, max_length=100, help_text="查自然人的填写姓名和身份证号码两项"
    )
    id_number = forms.CharField(label="身份证号码", required=False, max_length=40)
    application = forms.CharField(
        label="受理编号", required=False, max_length=64, help_text="业务系统给这次办件的编号；没有的不填"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def offer(self, *, purposes: Iterable[DutyPurpose], matters: Iterable[Matter]) -> None:
        named = [(one.code, one.name) for one in purposes]
        self.fields["purpose"].choices = named if len(named) == 1 else [("", "请选择"), *named]  # type: ignore[attr-defined]
        self.fields["matter"].choices = [("", "请选择"), *((one.code, one.name) for one in matters)]  # type: ignore[attr-defined]

    def subject(self) -> dict[str, str]:
        names = ("uscc", "name", "id_number")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


class ReportForm(RefusableForm):
    """What became of one measure of a hit."""

    applied = forms.ChoiceField(
        label="办理结果", choices=[("yes", "已实施"), ("no", "没有实施")], widget=forms.RadioSelect
    )
    document = forms.CharField(label="依据的文书号", required=False, max_length=128, help_text="已实施的必填")
    reason = forms.CharField(label="原因或者说明", required=False, max_length=300, help_text="没有实施的必填")
