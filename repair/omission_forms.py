"""The form in which somebody says what was never handed in (遗漏), and its use at the window."""

from typing import Any

from django import forms

from catalog import selectors as catalog
from catalog.choices import Nature, SubjectKind
from common.clock import today
from common.files.forms import CheckedFileField
from common.widgets import DayInput
from repair.choices import Ground, Kind
from repair.forms import ApplicantForm, FilesField, hint
from repair.services import Claim, Filing


def claimable_items() -> list[tuple[str, str]]:
    """Items that may be missed: everything of the catalog in force but what tells against somebody."""
    rows = catalog.items(today()).exclude(nature=Nature.DISHONEST).order_by("order", "id")
    return list(rows.values_list("code", "name"))


class OmissionForm(ApplicantForm):
    kind = Kind.OBJECTION
    party = forms.ChoiceField(label="遗漏的是谁的信息", choices=SubjectKind.choices, widget=forms.RadioSelect)
    party_name = forms.CharField(label="单位名称或者本人姓名", max_length=200)
    party_code = forms.CharField(
        label="统一社会信用代码或者身份证号码",
        max_length=20,
        help_text="单位、个体工商户填统一社会信用代码，个人填身份证号码",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    item = forms.ChoiceField(label="遗漏了哪一类信息", help_text="失信信息不在这里办理")
    document_number = forms.CharField(
        label="文书号、证书号", max_length=128, required=False, help_text="没有的可以不填"
    )
    issuer = forms.CharField(
        label="作出单位", max_length=200, help_text="写全称，例如：鹤岗市市场监督管理局。由它核实、补报"
    )
    issued_on = forms.DateField(label="作出日期", required=False, widget=DayInput())
    text = forms.CharField(
        label="具体说明",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="写明应当有什么信息、为什么应当归集",
    )
    identity = CheckedFileField(label="身份证明或者授权委托书", help_text=hint())
    evidence = FilesField(
        label="证据", required=False, help_text=hint("证书、决定书等的照片或者扫描件，可以选多个文件。")
    )

    field_order = (
        "party", "party_name", "party_code", "item", "document_number", "issuer", "issued_on", "text", "evidence",
        "identity", "name", "phone",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["item"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *claimable_items()]

    def wanted(self) -> Filing:
        values = self.cleaned_data
        claim = Claim(
            party=values["party"],
            name=values["party_name"],
            code=values["party_code"],
            item_code=values["item"],
            issuer=values["issuer"],
            number=values["document_number"],
            issued_on=values["issued_on"],
        )
        return self.filing(None, ground=Ground.OMITTED, claim=claim)
