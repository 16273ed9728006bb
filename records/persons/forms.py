"""Forms of consents and of the window. They collect text; what may stand is decided by `records.persons.services`."""

from collections.abc import Sequence

from django import forms

from catalog.models import CatalogItem
from common.files.forms import CheckedFileField
from common.identifiers import DOCUMENT_KINDS
from common.widgets import DayInput
from records.persons import choices

_KINDS = [(kind, kind) for kind in DOCUMENT_KINDS]


class _Quiet(forms.Form):
    """Nothing typed about a person is offered again by the browser."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("name", "document", "giver_name", "giver_document"):
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = "off"


class PersonForm(_Quiet):
    """Whom somebody at the window says to be, and that an officer saw the document."""

    name = forms.CharField(label="姓名", max_length=100)
    document_kind = forms.ChoiceField(label="证件类型", choices=_KINDS)
    document = forms.CharField(label="证件号码", max_length=64)
    identity_checked = forms.BooleanField(
        label="已核对本人到场，证件原件与本人一致", error_messages={"required": "请先核对本人和证件原件"}
    )


class ConsentForm(_Quiet):
    """One consent, as the paper signed by the person says it."""

    name = forms.CharField(label="本人姓名", max_length=100)
    document_kind = forms.ChoiceField(label="本人证件类型", choices=_KINDS)
    document = forms.CharField(label="本人证件号码", max_length=64)
    kind = forms.ChoiceField(
        label="同意的事",
        choices=choices.ConsentKind.choices,
        widget=forms.RadioSelect,
        initial=choices.ConsentKind.COLLECTION,
        help_text="向社会公开须另外单独同意；未成年人的信息不公开",
    )
    purpose = forms.CharField(label="收集使用的目的", max_length=200)
    items = forms.MultipleChoiceField(
        label="内容（目录事项）", widget=forms.CheckboxSelectMultiple, help_text="只选本人同意的、必需的事项"
    )
    allows = forms.MultipleChoiceField(
        label="同意的处理",
        choices=choices.Allowed.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="不选的，只保存，不共享、不使用；公开不在此列",
    )
    method = forms.CharField(label="收集使用的方式", max_length=200)
    scope = forms.CharField(label="用途和范围", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    rights_told = forms.BooleanField(
        label="已当面或者书面告知权利和义务：查询、复制、更正、随时撤回同意、投诉",
        required=False,
    )
    given_by = forms.ChoiceField(
        label="由谁同意", choices=choices.GivenBy.choices, widget=forms.RadioSelect, initial="self",
        help_text="不满十四周岁由监护人同意；十四至十八周岁由本人和监护人同意",
    )  # fmt: skip
    relation = forms.CharField(label="监护人与本人的关系", max_length=40, required=False)
    giver_name = forms.CharField(label="监护人姓名", max_length=100, required=False)
    giver_document = forms.CharField(label="监护人证件号码", max_length=64, required=False)
    means = forms.ChoiceField(
        label="同意方式", choices=choices.Means.choices, widget=forms.RadioSelect, initial="paper"
    )
    document_number = forms.CharField(label="同意书编号", max_length=128)
    given_on = forms.DateField(label="同意日期", widget=DayInput())
    valid_from = forms.DateField(label="有效期自", widget=DayInput())
    valid_until = forms.DateField(
        label="有效期至", widget=DayInput(), required=False, help_text="必须有止日；不得一次授权终身收集使用"
    )
    file = CheckedFileField(label="同意书扫描件", required=False, help_text="PDF 或者图片，加密保存")

    def offer(self, items: Sequence[CatalogItem]) -> None:
        self.fields["items"].choices = [(item.code, item.name) for item in items]  # type: ignore[attr-defined]


class ConsentFilterForm(forms.Form):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *choices.ConsentState.choices]
    )
    item = forms.ChoiceField(label="目录事项", required=False)

    def offer(self, items: Sequence[CatalogItem]) -> None:
        self.fields["item"].choices = [("", "全部"), *((item.code, item.name) for item in items)]  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    means = forms.ChoiceField(
        label="撤回方式", choices=choices.Means.choices, widget=forms.RadioSelect, initial="paper"
    )


class AskConsentForm(ConsentForm):
    """What is asked of a person on line: a consent without what only the answer can say."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("rights_told", "given_by", "relation", "giver_name", "giver_document", "means"):
            del self.fields[name]
        for name in ("document_number", "given_on", "valid_from", "file"):
            del self.fields[name]


class ErrandForm(forms.Form):
    """Number and code of one's own errand."""

    number = forms.CharField(
        label="编号",
        max_length=24,
        help_text="以 TY（征求同意）或者 SC（删除个人信息）开头",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label="查询码",
        max_length=16,
        help_text="和编号一起给您的 10 位字母和数字",
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "class": "input--short"}
        ),
    )


class GiveForm(forms.Form):
    document = forms.CharField(
        label="您的证件号码",
        max_length=64,
        help_text="用来确认是您本人；不同意、撤回都不用填",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    rights_read = forms.BooleanField(
        label="我已经看过上面的目的、内容、方式、用途和范围，以及权利和义务",
        error_messages={"required": "请先看完，再同意"},
    )
