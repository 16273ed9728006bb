"""Forms of correction, withdrawal and proceedings. They collect; the services decide, and refusals come back to the field.

What is secret, names of persons, and every text about a natural person are never sent back to the browser: such a field is
empty and stays as it is unless something is typed into it.
"""

from collections.abc import Mapping, Sequence

from django import forms

from catalog.choices import Exposure, FieldType, SubjectKind
from catalog.forms import RefusableForm
from catalog.models import CatalogItem, FieldDefinition
from catalog.selectors import kinds_on
from common.widgets import DayInput
from records.choices import WITHDRAWALS
from records.evidence.choices import CorrectionGround, Outcome, ProceedingKind
from records.evidence.services import Case, Decision, Why
from records.forms import RecordForm
from records.models import CreditRecord

_UNSHOWN = "为保护隐私不显示原内容；不填表示不改"
_BASIS = {
    ProceedingKind.REVIEW.value: "《中华人民共和国行政复议法》",
    ProceedingKind.LITIGATION.value: "《中华人民共和国行政诉讼法》",
}


def version_field() -> forms.IntegerField:
    """The version the officer's page was made of; a record that moved on since is not overwritten."""
    return forms.IntegerField(widget=forms.HiddenInput(), min_value=1, max_value=2**31 - 1)


class CorrectionForm(RecordForm):
    """The form of the item with the record's values in it, then why they change."""

    def __init__(
        self,
        item: CatalogItem,
        definitions: Sequence[FieldDefinition],
        record: CreditRecord,
        shown: Mapping[str, str],
        data: object = None,
    ) -> None:
        super().__init__(item, definitions, data)
        for name in ("_procedure", "_minor"):  # what is stored is ordinary; anything else is withdrawn
            self.fields.pop(name, None)
        self._before = {**shown}
        for definition in definitions:
            field, value = self.fields[definition.code], self._before.get(definition.code, "")
            field.initial = value.split(";") if definition.type == FieldType.CODES and value else value
            if definition.code not in self._before and hidden_from_forms(definition, record):
                field.help_text = f"{field.help_text}；{_UNSHOWN}" if field.help_text else _UNSHOWN
        own_day = record.effective_date != record.decision_date
        self._effective = record.effective_date.isoformat() if own_day else ""
        self.fields["_effective_date"].initial = self._effective
        names = [*kinds_on(record.decision_date).values_list("name", flat=True), record.document_kind]
        kinds = [(name, name) for name in dict.fromkeys(names)]
        self.fields["_kind"] = forms.ChoiceField(
            label="文书种类", choices=kinds, initial=record.document_kind
        )
        self.fields["_ground"] = forms.ChoiceField(
            label="更正理由", choices=[("", "请选择"), *CorrectionGround.choices]
        )
        self.fields["_explanation"] = forms.CharField(
            label="说明",
            max_length=500,
            widget=forms.Textarea({"rows": 3}),
            help_text="写明哪里不对、怎样改。会保存在更正记录里，请不要写个人证件号码",
        )
        self.fields["_number"] = forms.CharField(
            label="依据文书号",
            required=False,
            max_length=128,
            help_text="更正使公示、共享或者使用期限延长时必填：原决定文书或者补正文书",
        )
        self.fields["_date"] = forms.DateField(label="依据文书日期", required=False, widget=DayInput())
        self.fields["version"] = version_field()
        self.fields["version"].initial = record.version

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        reasons = ("_ground", "_explanation", "_number", "_date")
        found = [
            (heading, [field for field in fields if field.name not in reasons])
            for heading, fields in super().groups()
        ]
        return [*found, ("为什么更正", [self[name] for name in reasons])]

    def changes(self) -> dict[str, str]:
        """What differs from the record. A hidden value that was left empty stays."""
        return {code: value for code, value in self.values().items() if value != self._before.get(code, "")}

    def document(self) -> dict[str, str]:
        return {"kind": self.cleaned_data["_kind"]}

    def effective_date(self) -> str:
        typed = str(self.cleaned_data["_effective_date"] or "").strip()
        return "" if typed == self._effective else typed

    def why(self) -> Why:
        data = self.cleaned_data
        return Why(data["_ground"], data["_explanation"], data["_number"].strip(), data["_date"])


def hidden_from_forms(definition: FieldDefinition, record: CreditRecord) -> bool:
    """Whether a value does not go back to the browser."""
    person = record.subject.kind == SubjectKind.PERSON
    return (
        definition.exposure in (Exposure.SECRET, Exposure.MASKED_NAME)
        or definition.type == FieldType.ID_DOCUMENT
        or (person and definition.type == FieldType.TEXT)
    )


class WithdrawalForm(RefusableForm):
    reason = forms.ChoiceField(
        label="撤回理由",
        choices=[("", "请选择"), *((one.value, one.label) for one in WITHDRAWALS)],
        help_text="选“依法不应归集”的，同一文书以后不能再报送。文书被撤销、变更、确认违法或者无效的，请改为登记处理结果",
    )
    explanation = forms.CharField(
        label="说明", max_length=500, widget=forms.Textarea({"rows": 3}), help_text="请不要写个人证件号码"
    )
    version = version_field()

    def why(self) -> Why:
        return Why(self.cleaned_data["reason"], self.cleaned_data["explanation"])


class OutcomeForm(RefusableForm):
    outcome = forms.ChoiceField(label="结果", choices=[("", "请选择"), *Outcome.choices])
    document = forms.CharField(
        label="结果文书号", required=False, max_length=128, help_text="登记有误、取消标注的可以不填"
    )
    decided_on = forms.DateField(label="结果文书日期", widget=DayInput())
    version = version_field()

    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(data["outcome"], data["document"].strip(), data["decided_on"])


class ProceedingForm(RefusableForm):
    """A review or a court case; of an own correction the outcome is entered with it."""

    kind = forms.ChoiceField(label="程序", choices=[("", "请选择"), *ProceedingKind.choices])
    organ = forms.CharField(label="复议机关、法院或者纠正机关", max_length=200)
    case_number = forms.CharField(label="案号或者文号", max_length=128)
    since = forms.DateField(label="受理日期", widget=DayInput(), help_text="自行纠正的填作出纠正决定的日期")
    basis = forms.CharField(
        label="依据条款", max_length=200, help_text=f"例如{'、'.join(_BASIS.values())}的具体条款"
    )
    outcome = forms.ChoiceField(
        label="结果",
        required=False,
        choices=[("", "尚无结果"), *Outcome.choices],
        help_text="只有自行纠正在这里填结果",
    )
    document = forms.CharField(label="结果文书号", required=False, max_length=128)
    version = version_field()

    def case(self) -> Case:
        data = self.cleaned_data
        return Case(
            data["kind"], data["organ"].strip(), data["case_number"].strip(), data["since"], data["basis"]
        )

    @property
    def is_own_correction(self) -> bool:
        return bool(self.cleaned_data["kind"] == ProceedingKind.SUPERVISION)

    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(data["outcome"], data["document"].strip(), data["since"])
