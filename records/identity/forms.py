"""Forms of identity. They collect text; whether a change may stand is decided by services."""

from collections.abc import Iterable

from django import forms

from catalog.choices import SubjectKind
from common.templatetags.credit import cdate
from common.widgets import DayInput
from records.identity.choices import ChangeState, CodeKind, Ground
from records.identity.rules import Evidence
from records.models import CreditRecord

_DOCUMENT = "以文书为依据时填写"


class ChangeFilterForm(forms.Form):
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *ChangeState.choices])


class EvidenceForm(forms.Form):
    """The ground of a change: a common code, or a document that names both."""

    ground = forms.ChoiceField(
        label="理由", choices=Ground.choices, widget=forms.RadioSelect, initial=Ground.IDENTIFIER
    )
    document_kind = forms.CharField(
        label="文书种类", required=False, max_length=100, help_text=f"{_DOCUMENT}，例如：准予变更登记通知书"
    )
    document_number = forms.CharField(label="文书号", required=False, max_length=128, help_text=_DOCUMENT)
    document_issuer = forms.CharField(
        label="文书出具机关", required=False, max_length=200, help_text=_DOCUMENT
    )
    document_date = forms.DateField(label="文书日期", required=False, widget=DayInput(), help_text=_DOCUMENT)
    kept_as = forms.CharField(
        label="文书中写明的本主体代码", required=False, max_length=200, help_text=f"{_DOCUMENT}，照录代码"
    )
    other_as = forms.CharField(
        label="文书中写明的另一主体代码",
        required=False,
        max_length=200,
        help_text=f"{_DOCUMENT}，照录代码；没有任何代码的照录名称",
    )
    reason = forms.CharField(label="原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    basis = forms.CharField(
        label="依据", max_length=300, help_text="例如：《市场主体登记管理条例》第二十四条"
    )

    def evidence(self) -> Evidence:
        data = self.cleaned_data
        names = (
            "ground", "reason", "basis", "document_kind", "document_number", "document_issuer", "document_date",
            "kept_as", "other_as",
        )  # fmt: skip
        return Evidence(**{name: data[name] for name in names})


class MergeForm(EvidenceForm):
    """The other subject by one of its codes; what is typed is looked up exactly."""

    field_order = ("other",)
    other = forms.CharField(
        label="另一主体的代码",
        max_length=60,
        help_text="六种代码之一；它将并入本页主体，其名下的记录一并显示。名称相同不能作为依据",
    )


class SplitForm(EvidenceForm):
    """Which records belong to whom."""

    field_order = ("records", "code_kind", "code", "name", "kind")
    records = forms.MultipleChoiceField(label="要拆出的记录", widget=forms.CheckboxSelectMultiple)
    code_kind = forms.ChoiceField(label="拆出主体的代码种类", choices=CodeKind.choices)
    code = forms.CharField(label="拆出主体的代码", max_length=60)
    name = forms.CharField(label="拆出主体的名称", max_length=200)
    kind = forms.ChoiceField(
        label="拆出主体的类别",
        choices=[one for one in SubjectKind.choices if one[0] != SubjectKind.PERSON],
    )

    def offer(self, records: Iterable[CreditRecord]) -> None:
        self.fields["records"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), f"{row.document_number}（{row.item.name}，{cdate(row.decision_date)}）")
            for row in records
        ]


class RenameForm(forms.Form):
    name = forms.CharField(label="新名称", max_length=200)
    since = forms.DateField(label="自哪一天起使用", widget=DayInput())
    document = forms.CharField(
        label="登记机关的文书",
        max_length=300,
        help_text="文书种类和文书号，例如：准予变更登记通知书（鹤）登字〔2026〕第3号",
    )
    basis = forms.CharField(label="依据", max_length=300, initial="《市场主体登记管理条例》第二十四条")


class DecisionForm(forms.Form):
    note = forms.CharField(
        label="审核意见", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class UndoForm(forms.Form):
    reason = forms.CharField(label="撤销原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    basis = forms.CharField(label="撤销依据", max_length=300)
