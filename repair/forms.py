"""Forms of repair and objections, for the public and for officers. They collect; whether something may be is decided by the
services, whose refusals come back to the field they concern."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from agencies.models import Agency
from catalog.choices import SourceMark
from catalog.forms import RefusableForm
from catalog.models import LegalBasis
from common.files import EVIDENCE, CheckedFile, check
from common.files.check import EXTENSIONS
from common.files.errors import FileRefused
from common.files.forms import CheckedFileField
from common.widgets import DayInput, UnitNumberInput, UploadInput
from records.models import CreditRecord
from repair import documents
from repair.choices import Ground, Kind, MaterialKind, Purpose, Source, State
from repair.contents import Applicant
from repair.models import RepairRule
from repair.selectors.cases import OVERDUE, UNSEEN
from repair.services import Filing, Paper, RuleText
from repair.targets import Target

MAX_FILES: Final = 10
_LONG: Final = {"rows": 4}


class _SeveralFiles(UploadInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each looked at as a whole; its value is a list of `CheckedFile`."""

    def __init__(self, *, allowed: frozenset[str] = EVIDENCE, **options: Any) -> None:
        accept = ",".join(f".{ending}" for kind in sorted(allowed) for ending in sorted(EXTENSIONS[kind]))
        widget = _SeveralFiles(accept=accept, max_bytes=settings.FILE_MAX_BYTES, attrs={"multiple": True})
        super().__init__(widget=widget, **options)
        self._allowed = allowed

    def clean(self, data: Any, initial: Any = None) -> list[CheckedFile]:
        uploads = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not uploads:
            super().clean(None, initial)
            return []
        if len(uploads) > MAX_FILES:
            raise ValidationError(f"一次最多上传 {MAX_FILES} 个文件", code="file_too_many")
        try:
            return [check(upload, allowed=self._allowed) for upload in uploads]
        except FileRefused as refused:
            raise ValidationError(refused.detail, code=refused.code) from None


_FILES_HINT: Final = (
    "PDF、JPG 或者 PNG，每个不超过 {} MB，可以拍照上传。文件加密保存，只有办理的工作人员能看到。"
)


def hint(words: str = "") -> str:
    return f"{words}{_FILES_HINT.format(settings.FILE_MAX_BYTES // 1024**2)}"


class ApplicantForm(RefusableForm):
    """Who applies. Not more than is needed to reach them: who they are is shown by the identity paper."""

    name = forms.CharField(
        label="申请人或者经办人姓名", max_length=50, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=30,
        help_text="只用于联系您办理本次申请",
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )

    def filing(self, target: Target | None, **more: Any) -> Filing:
        values = self.cleaned_data
        return Filing(
            applicant=Applicant(values["name"].strip(), values["phone"].strip()),
            record_id=target.record.pk if target and target.record else None,
            entry_id=target.entry.pk if target and target.entry else None,
            **more,
        )


class RepairForm(ApplicantForm):
    text = forms.CharField(
        label="怎样纠正的、怎样履行的",
        max_length=2000,
        widget=forms.Textarea(_LONG),
        help_text="例如：2026年8月1日缴清罚款，超过保质期的食品已经全部下架销毁",
    )
    changes = forms.CharField(
        label="和上次申请相比有什么变化",
        max_length=1000,
        required=False,
        widget=forms.Textarea(_LONG),
        help_text="上次申请没有同意的，请写明这次补了什么、履行了什么",
    )
    fulfilment = FilesField(
        label="履行义务、纠正失信行为的证明", help_text=hint("缴款凭证、整改证明等，可以选多个文件。")
    )
    identity = CheckedFileField(
        label="身份证明或者授权委托书",
        help_text=hint("法定代表人身份证明，委托他人办理的用授权委托书；个人用身份证。"),
    )
    confirm = forms.BooleanField(label="我已阅读上面的承诺书，并作出承诺", required=False)
    commitment = CheckedFileField(
        label="签字或者盖章的承诺书", required=False, help_text=hint("在线承诺的不用上传。")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("confirm") and not values.get("commitment"):
            self.add_error("confirm", "请在线作出承诺，或者上传签字盖章的承诺书")
        return values

    def wanted(self, target: Target) -> Filing:
        values = self.cleaned_data
        papers = [Paper(MaterialKind.FULFILMENT, one) for one in values["fulfilment"]]
        papers.append(Paper(MaterialKind.IDENTITY, values["identity"]))
        if values["commitment"]:
            papers.append(Paper(MaterialKind.COMMITMENT, values["commitment"]))
        else:
            papers.append(Paper(MaterialKind.COMMITMENT, confirmed=documents.commitment_text(target)))
        return self.filing(
            target, kind=Kind.REPAIR, text=values["text"], changes=values["changes"], papers=papers
        )


class ObjectionForm(ApplicantForm):
    ground = forms.ChoiceField(label="哪里不对", choices=Ground.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="具体说明", max_length=2000, widget=forms.Textarea(_LONG), help_text="写明哪里不对、应当是什么"
    )
    identity = CheckedFileField(label="身份证明或者授权委托书", help_text=hint())
    evidence = FilesField(label="证据", required=False, help_text=hint("没有的可以不传。"))

    def wanted(self, target: Target) -> Filing:
        values = self.cleaned_data
        papers = [Paper(MaterialKind.IDENTITY, values["identity"])]
        papers += [Paper(MaterialKind.EVIDENCE, one) for one in values["evidence"]]
        return self.filing(
            target, kind=Kind.OBJECTION, text=values["text"], ground=values["ground"], papers=papers
        )


class ReorganisationForm(ApplicantForm):
    text = forms.CharField(
        label="案件情况",
        max_length=2000,
        widget=forms.Textarea(_LONG),
        help_text="受理法院、案号、重整计划或者和解协议的批准日期",
    )
    court_order = FilesField(
        label="人民法院的裁定书", help_text=hint("批准重整计划或者认可和解协议的裁定书。")
    )
    identity = CheckedFileField(label="管理人证明或者授权委托书", help_text=hint())

    def wanted(self, target: Target) -> Filing:
        values = self.cleaned_data
        papers = [Paper(MaterialKind.COURT_ORDER, one) for one in values["court_order"]]
        papers.append(Paper(MaterialKind.IDENTITY, values["identity"]))
        return self.filing(target, kind=Kind.REORGANISATION, text=values["text"], papers=papers)


PUBLIC_FORMS: Final[dict[Kind, type[RepairForm] | type[ObjectionForm] | type[ReorganisationForm]]] = {
    Kind.REPAIR: RepairForm,
    Kind.OBJECTION: ObjectionForm,
    Kind.REORGANISATION: ReorganisationForm,
}


class ReviewForm(ApplicantForm):
    text = forms.CharField(label="不同意处理结果的理由", max_length=2000, widget=forms.Textarea(_LONG))


class SupplementForm(RefusableForm):
    text = forms.CharField(
        label="补正说明", max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )
    papers = FilesField(label="补正的材料", required=False, help_text=hint())


# --- officers ------------------------------------------------------------------------------------------


class CaseFilterForm(forms.Form):
    """The inbox; its state stands in the address."""

    kind = forms.ChoiceField(label="类别", choices=[("", "全部"), *Kind.choices], required=False)
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), (OVERDUE, "已超期"), (UNSEEN, "已修复、待知悉"), *State.choices],
        required=False,
    )
    number = forms.CharField(label="受理编号", max_length=24, required=False)


class FindForm(forms.Form):
    """Which thing somebody at the window is asking about."""

    number = forms.CharField(label="文书号", max_length=128)
    uscc = forms.CharField(label="统一社会信用代码", max_length=18, required=False, help_text="自然人不填")
    kind = forms.ChoiceField(
        label="办什么", choices=[choice for choice in Kind.choices if choice[0] != Kind.REVIEW]
    )


class ReasonForm(RefusableForm):
    """Words the applicant reads."""

    reasons = forms.CharField(
        label="理由",
        max_length=2000,
        widget=forms.Textarea(_LONG),
        help_text="申请人会看到，请写明事实和依据",
    )


class GrantForm(ReasonForm):
    """Of an omission, with the record that was handed in since."""

    supplied = forms.ChoiceField(
        label="已报送的记录", widget=forms.RadioSelect, required=False,
        help_text="先通过表单、文件或者接口报送，再在这里选择；异议本身不产生记录",
    )  # fmt: skip


def offer_records(form: GrantForm, rows: Sequence[CreditRecord]) -> None:
    """The records to choose from; the only one is chosen already."""
    field = form.fields["supplied"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [
        (str(row.pk), f"{row.item.name} {row.document_number}（{row.provider}）") for row in rows
    ]
    field.initial = str(rows[0].pk) if len(rows) == 1 else None


class MissingForm(RefusableForm):
    missing = forms.CharField(
        label="需要补正的内容",
        widget=forms.Textarea(_LONG),
        help_text="一行写一项，一次写全；只能告知一次",
        max_length=2000,
    )


class AcceptForm(RefusableForm):
    source = forms.ChoiceField(label="差错来源", choices=Source.choices)


class HandOverForm(RefusableForm):
    agency = forms.ModelChoiceField(
        Agency.objects.filter(active=True), label="转交给", to_field_name="code", empty_label="请选择"
    )
    why = forms.CharField(label="转交的依据", max_length=300)


class FetchForm(RefusableForm):
    kind = forms.ChoiceField(label="材料", choices=MaterialKind.choices)
    found = forms.CharField(
        label="查得的内容和来源",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="例如：非税收入系统查得罚款已于8月1日缴清",
    )


SAID_PURPOSES: Final = [one for one in Purpose.choices if one[0] != Purpose.HANDLING]


class PurposeForm(RefusableForm):
    purpose = forms.ChoiceField(label="查阅用途", choices=SAID_PURPOSES, widget=forms.RadioSelect)


class WhyForm(RefusableForm):
    why = forms.CharField(label="延长的理由", max_length=300, help_text="申请人会看到；只能延长一次")


class DocumentForm(RefusableForm):
    document = forms.CharField(label="证明执行完毕的文书", max_length=200)


class FalseForm(RefusableForm):
    facts = forms.CharField(label="认定的事实和证据", max_length=2000, widget=forms.Textarea(_LONG))


class _Lines(forms.CharField):
    """Several lines, one thing each."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(_LONG), help_text="一行一项", **options)

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]


class RuleForm(RefusableForm):
    effective_from = forms.DateField(
        label="施行日期", widget=DayInput(), help_text="最早为今天；以前的申请不受影响"
    )
    basis = forms.ModelChoiceField(
        LegalBasis.objects.order_by("level", "name"), label="依据", to_field_name="code", empty_label="请选择"
    )
    basis_clause = forms.CharField(label="依据条款", max_length=100, required=False)
    conditions = _Lines(label="修复条件")
    materials = _Lines(label="申请材料")
    decided_by = forms.CharField(label="决定单位", max_length=100)
    apply_at = forms.CharField(label="受理渠道", max_length=200)
    effect = forms.CharField(label="修复效果", max_length=300)
    min_months = forms.IntegerField(
        label="最短期限", min_value=0, max_value=600, required=False, widget=UnitNumberInput("个月"),
        help_text="处罚的最短公示期在公示期限规定里，这里不填",
    )  # fmt: skip
    bar_months = forms.IntegerField(
        label="承诺不实后不适用承诺修复", min_value=1, max_value=600, required=False, widget=UnitNumberInput("个月")
    )  # fmt: skip
    irreparable_all = forms.BooleanField(label="整类不可修复", required=False)
    irreparable_types = _Lines(label="不可修复的处罚类别", required=False)
    time_bound_types = _Lines(label="附带期限、期满后才能修复的处罚类别", required=False)
    irreparable = _Lines(label="不可修复的情形（告知用）", required=False)
    mark = forms.ChoiceField(label="核对情况", choices=SourceMark.choices)
    acting_on = forms.CharField(label="办理依据", max_length=200, help_text="改变它的文件；记入留痕账本")

    @staticmethod
    def values_of(rule: RepairRule) -> dict[str, object]:
        """The running rule as the starting point of the next."""
        lines = ("conditions", "materials", "irreparable_types", "time_bound_types", "irreparable")
        plain = ("basis_clause", "decided_by", "apply_at", "effect", "min_months", "bar_months", "irreparable_all", "mark")  # fmt: skip
        return {
            "basis": rule.basis.code,
            **{name: getattr(rule, name) for name in plain},
            **{name: "\n".join(getattr(rule, name)) for name in lines},
        }

    def text(self) -> RuleText:
        values = {name: value for name, value in self.cleaned_data.items() if name != "acting_on"}
        return RuleText(**values)


class ObjectionRuleForm(RefusableForm):
    source = forms.ChoiceField(label="差错来源", choices=Source.choices)
    masks = forms.BooleanField(label="受理后暂停公示和使用", required=False)
    effective_from = forms.DateField(label="施行日期", widget=DayInput())
    acting_on = forms.CharField(label="办理依据", max_length=200)


def offer_agencies(form: HandOverForm, but: int) -> None:
    field = form.fields["agency"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Agency.objects.filter(active=True).exclude(pk=but).order_by("name")


def drop(form: forms.Form, names: Iterable[str] | Sequence[str]) -> None:
    """Leave out fields that this applicant need not see."""
    for name in names:
        del form.fields[name]
