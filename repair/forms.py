"""Forms of repair and objections, for the public and for officers. They collect; whether something may be is decided by the
services, whose refusals come back to the field they concern."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from agencies.models import Agency
from catalog.forms import RefusableForm
from common.clock import today
from common.files import EVIDENCE, CheckedFile, check
from common.files.check import EXTENSIONS
from common.files.errors import FileRefused
from common.files.forms import CheckedFileField
from common.widgets import UploadInput
from records.models import CreditRecord
from repair import documents
from repair.choices import Ground, Kind, MaterialKind, Purpose, Source, State
from repair.contents import Applicant
from repair.selectors.cases import OVERDUE, UNSEEN
from repair.selectors.rules import required_materials
from repair.services import Filing, Paper
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
    """Who applies. Not more than is needed to reach them: who they are is shown by the identity paper.

    A field named like a kind of material takes that paper, and is required where the rows of the day ask for it; what they ask
    for besides gets a field of its own (`further`).
    """

    kind: ClassVar[Kind]
    name = forms.CharField(
        label="申请人或者经办人姓名", max_length=50, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=30,
        help_text="只用于联系您办理本次申请",
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.demanded = required_materials(self.kind, today())
        for one in MaterialKind:
            if one.value in self.fields:
                self.fields[one.value].required = one in self.demanded
        self._further = [one.value for one in self.demanded if one.value not in self.fields]
        for name in self._further:
            self.fields[name] = FilesField(label=MaterialKind(name).label, help_text=hint())

    @property
    def further(self) -> list[forms.BoundField]:
        """The papers that only the rows ask for, for pages that lay their fields out by name."""
        return [self[name] for name in self._further]

    def filing(self, target: Target | None, confirmed: str = "", **more: Any) -> Filing:
        """What was handed in, with every paper; `confirmed` is the text of a commitment given on line."""
        values = self.cleaned_data
        papers = [Paper(MaterialKind.COMMITMENT, confirmed=confirmed)] if confirmed else []
        for one in MaterialKind:
            given = values.get(one.value) or []
            papers += [Paper(one, file) for file in (given if isinstance(given, list) else [given])]
        return Filing(
            kind=self.kind,
            text=values["text"],
            papers=papers,
            applicant=Applicant(values["name"].strip(), values["phone"].strip()),
            record_id=target.record.pk if target and target.record else None,
            entry_id=target.entry.pk if target and target.entry else None,
            **more,
        )


class RepairForm(ApplicantForm):
    kind = Kind.REPAIR
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

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["commitment"].required = False  # given on line as well

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        needed = MaterialKind.COMMITMENT in self.demanded and not self.errors
        if needed and not values.get("confirm") and not values.get("commitment"):
            self.add_error("confirm", "请在线作出承诺，或者上传签字盖章的承诺书")
        return values

    def wanted(self, target: Target) -> Filing:
        values = self.cleaned_data
        on_line = values["confirm"] and not values["commitment"]
        confirmed = documents.commitment_text(target) if on_line else ""
        return self.filing(target, confirmed, changes=values["changes"])


class ObjectionForm(ApplicantForm):
    kind = Kind.OBJECTION
    ground = forms.ChoiceField(label="哪里不对", choices=Ground.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="具体说明", max_length=2000, widget=forms.Textarea(_LONG), help_text="写明哪里不对、应当是什么"
    )
    identity = CheckedFileField(label="身份证明或者授权委托书", help_text=hint())
    evidence = FilesField(label="证据", required=False, help_text=hint("没有的可以不传。"))

    def wanted(self, target: Target) -> Filing:
        return self.filing(target, ground=self.cleaned_data["ground"])


class ReorganisationForm(ApplicantForm):
    kind = Kind.REORGANISATION
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
        return self.filing(target)


PUBLIC_FORMS: Final[dict[Kind, type[RepairForm] | type[ObjectionForm] | type[ReorganisationForm]]] = {
    Kind.REPAIR: RepairForm,
    Kind.OBJECTION: ObjectionForm,
    Kind.REORGANISATION: ReorganisationForm,
}


class ReviewForm(ApplicantForm):
    kind = Kind.REVIEW
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


def offer_agencies(form: HandOverForm, but: int) -> None:
    field = form.fields["agency"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Agency.objects.filter(active=True).exclude(pk=but).order_by("name")


def drop(form: forms.Form, names: Iterable[str] | Sequence[str]) -> None:
    """Leave out fields that this applicant need not see."""
    for name in names:
        del form.fields[name]
