"""Forms of cases. They collect; what may happen is decided by services, whose refusals come back with their clause."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict

from agencies.models import Agency
from blacklist.choices import Channel, Outcome, Phase, SeriesKind, ServiceKind
from blacklist.hints import Hint
from blacklist.models import CaseStep, HonourScheme, ListScheme
from blacklist.services import DecisionText
from catalog.forms import RefusableForm
from catalog.models import DocumentKind
from catalog.selectors import kinds_on
from common.clock import today
from common.files.check import DOCX, EVIDENCE
from common.files.forms import CheckedFileField
from common.templatetags.credit import cdate
from common.widgets import DayInput

_TALL = {"rows": 6}
REMEDIES = (
    "对本决定不服的，可以自收到决定书之日起六十日内依法申请行政复议，"
    "也可以自收到决定书之日起六个月内依法向人民法院提起行政诉讼。"
)


def _outcomes(*wanted: Outcome) -> list[tuple[str, str]]:
    return [("", "请选择"), *((value.value, str(value.label)) for value in wanted)]


def _text(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(_TALL), help_text=hint, required=False)


class BoardForm(forms.Form):
    phase = forms.ChoiceField(label="步骤", required=False, choices=[("", "全部在办"), *Phase.choices])
    scheme = forms.ChoiceField(label="名单", required=False)
    mine = forms.BooleanField(label="只看需要我办的", required=False)

    def offer(self, schemes: Iterable[ListScheme]) -> None:
        offered = {scheme.code: scheme.name for scheme in schemes}
        self.fields["scheme"].choices = [("", "全部"), *offered.items()]  # type: ignore[attr-defined]


class OpenForm(RefusableForm):
    """A new case. Opened from a record, the document is the record's."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="认定单位", empty_label=None)
    scheme = forms.ChoiceField(label="名单")
    facts = _text("事由", "写明拟列入所依据的事实；不写姓名、证件号码、住址和电话")
    basis_clause = forms.CharField(
        label="适用的情形和条款",
        max_length=300,
        required=False,
        help_text="例如：总局令第44号第五条第（二）项",
    )

    def __init__(
        self, *args: Any, agencies: list[Agency], schemes: Iterable[ListScheme], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(  # type: ignore[attr-defined]
            pk__in=[agency.pk for agency in agencies]
        )
        self.fields["scheme"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((scheme.code, scheme.name) for scheme in schemes),
        ]


class OpenOnDocumentForm(OpenForm):
    """A new case about a subject the platform knows, on another effective document."""

    field_order = (
        "agency",
        "scheme",
        "uscc",
        "document_kind",
        "document_number",
        "document_date",
        "document_issuer",
    )
    uscc = forms.CharField(label="当事人统一社会信用代码", max_length=18)
    document_kind = forms.ModelChoiceField(
        DocumentKind.objects.none(), label="文书种类", to_field_name="name", empty_label="请选择"
    )
    document_number = forms.CharField(label="文书号", max_length=128)
    document_date = forms.DateField(label="文书日期", widget=DayInput())
    document_issuer = forms.CharField(label="作出文书的单位", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["document_kind"]
        kinds.queryset = kinds_on(today()).order_by("name")  # type: ignore[attr-defined]


class StepForm(RefusableForm):
    """What every step has: its day, and perhaps a file."""

    file_label = ""
    field_order: tuple[str, ...] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = forms.DateField(
            label="日期", widget=DayInput(), required=False, help_text="不填为今天；补记的填实际发生的日期"
        )
        if self.file_label:
            self.fields["file"] = CheckedFileField(
                label=self.file_label,
                allowed=EVIDENCE | {DOCX},
                required=False,
                help_text="PDF、图片或者 Word 文档",
            )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def renew(self, version: int) -> None:
        """Show the form again upon the newest state, with what was typed."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data

    def moment(self) -> dict[str, Any]:
        """`on` and `files` for the service."""
        found: dict[str, Any] = {"on": self.cleaned_data.get("on")}
        if self.file_label:
            file = self.cleaned_data.get("file")
            found["files"] = [(file, self.file_label)] if file else []
        return found


class NoticeForm(StepForm):
    def moment(self) -> dict[str, Any]:
        return {"on": self.cleaned_data.get("on")}


class ServiceForm(StepForm):
    file_label = "送达凭据"
    service_kind = forms.ChoiceField(label="送达方式", choices=ServiceKind.choices)
    proof = forms.CharField(
        label="凭据说明",
        max_length=300,
        required=False,
        help_text="例如签收人、邮寄单号、电子送达编号、公告网址；没有扫描件时必填",
    )


class SpeakForm(StepForm):
    file_label = "当事人提交的材料"
    kind = forms.ChoiceField(
        label="当事人的意思", choices=[("objection", "提出异议，要求答复"), ("statement", "陈述、申辩")]
    )
    channel = forms.ChoiceField(
        label="怎样收到的",
        choices=[(Channel.WINDOW.value, "在服务窗口提出"), (Channel.ENTERED.value, "来信、来电，代为登记")],
    )
    text = _text("内容", "照当事人的原话记录；加密保存")
    contact = forms.CharField(
        label="联系方式", max_length=100, required=False, help_text="加密保存，仅用于办理本案"
    )
    wants_hearing = forms.BooleanField(label="要求听证", required=False)


class WordsForm(StepForm):
    """A step that consists of words."""

    file_label = "材料"
    text = _text("内容")


class VerifyForm(WordsForm):
    text = _text("核实情况", "查了什么、找了谁、结果怎样")


class CloseForm(WordsForm):
    text = _text("不予列入的理由", "写进不予列入通知书，送交当事人")


class ReasonForm(WordsForm):
    text = _text("原因", "写明依据的文书")


class AnswerForm(StepForm):
    file_label = "核实材料"
    objection = forms.TypedChoiceField(label="答复哪一件异议", coerce=int)
    outcome = forms.ChoiceField(
        label="答复意见", choices=_outcomes(Outcome.REJECTED, Outcome.PARTLY, Outcome.UPHELD)
    )
    text = _text("核实情况和理由", "写进答复书，送交当事人")

    def offer(self, objections: Iterable[CaseStep]) -> None:
        self.fields["objection"].choices = [  # type: ignore[attr-defined]
            (row.pk, f"{cdate(row.on)} 提出的异议") for row in objections
        ]


class HearingForm(WordsForm):
    field_order = ("outcome", "text")
    file_label = "听证笔录"
    outcome = forms.ChoiceField(label="听证情况", choices=_outcomes(Outcome.HELD, Outcome.WITHDRAWN))
    text = _text("到场人员和听证要点")


class ReviewForm(WordsForm):
    field_order = ("outcome", "text")
    file_label = "会议记录"
    outcome = forms.ChoiceField(label="审议意见", choices=_outcomes(Outcome.LIST, Outcome.NOT_LIST))
    text = _text("参加人员和讨论情况")


class SuspendForm(WordsForm):
    field_order = ("outcome", "text")
    file_label = "裁定书或者通知书"
    outcome = forms.ChoiceField(
        label="为什么中止", choices=_outcomes(Outcome.COURT, Outcome.RECONSIDERATION, Outcome.OTHER)
    )
    text = _text("说明", "写明作出裁定或者通知的机关和文号")


class DecisionForm(StepForm):
    """The five contents; measures come from the list in force."""

    reason = _text("一、事由")
    basis_text = _text("二、依据", "写明法律、行政法规或者政策文件的条款")
    measures = forms.MultipleChoiceField(
        label="三、失信惩戒措施提示",
        widget=forms.CheckboxSelectMultiple(),
        required=False,
        help_text="只能从现行清单中选；这里是提示，不是实施",
    )
    removal_text = _text("四、移出条件和程序")
    remedies = _text("五、救济措施")
    in_underlying = forms.BooleanField(
        label="载明于相应的行政决定文书", required=False, help_text="不选即单独制作列入决定书，用本单位的文号"
    )
    effective_from = forms.DateField(
        label="列入日期", widget=DayInput(), required=False, help_text="不填为决定日期"
    )
    ends_on = forms.DateField(
        label="列入期限至", widget=DayInput(), required=False, help_text="不填按名单规定的期限"
    )
    no_measures = False

    def offer(self, hints: list[Hint]) -> None:
        self.no_measures = not hints
        self.fields["measures"].choices = [(hint.code, hint.text) for hint in hints]  # type: ignore[attr-defined]
        if not hints:
            del self.fields["measures"]

    def text(self) -> DecisionText:
        values = self.cleaned_data
        return DecisionText(
            reason=values["reason"],
            basis_text=values["basis_text"],
            removal_text=values["removal_text"],
            remedies=values["remedies"],
            measure_codes=values.get("measures", []),
            no_measures=self.no_measures,
            in_underlying=values["in_underlying"],
            effective_from=values["effective_from"],
            ends_on=values["ends_on"],
        )


class StatementForm(RefusableForm):
    """What the party itself sends by the public site."""

    code = forms.CharField(widget=forms.HiddenInput())
    kind = forms.ChoiceField(
        label="您要做什么",
        widget=forms.RadioSelect(),
        choices=[("objection", "提出异议：我认为不应当列入"), ("statement", "陈述、申辩：我要说明情况")],
    )
    text = forms.CharField(
        label="您的意见",
        widget=forms.Textarea({"rows": 8}),
        max_length=5000,
        help_text="写清事实和理由；最多5000字",
    )
    contact = forms.CharField(
        label="联系电话", max_length=40, required=False, help_text="选填，办理本案时与您联系；加密保存"
    )
    wants_hearing = forms.BooleanField(label="我要求举行听证", required=False)
    file = CheckedFileField(label="证明材料", required=False, help_text="选填，PDF 或者照片")


class CodeForm(RefusableForm):
    code = forms.CharField(
        label="查询码",
        max_length=40,
        help_text="印在告知书上，形如 ABCD-EFGH-JKMN，不分大小写",
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "class": "input--short"}
        ),
    )


class EntryChangeForm(RefusableForm):
    """One thing that happens to an entry; which fields count depends on the button."""

    on = forms.DateField(label="自哪一天起", widget=DayInput())
    reason = forms.CharField(label="原因", max_length=40)
    basis = forms.CharField(label="依据的文书", max_length=200, help_text="名称和文号")

    def offer(self, scheme: ListScheme | HonourScheme) -> None:
        """What the list lays down for this act; nothing for most."""


class EndForm(EntryChangeForm):
    def offer(self, scheme: ListScheme | HonourScheme) -> None:
        if scheme.end_reasons:
            named = [("", "请选择"), *((reason, reason) for reason in scheme.end_reasons)]
            self.fields["reason"] = forms.ChoiceField(label="原因", choices=named)


class ShortenForm(EntryChangeForm):
    ends_on = forms.DateField(label="列入期限改为至", widget=DayInput(), required=False)
    new_reason = _text("事由改为", "不填不改")


class HonourModifyForm(EntryChangeForm):
    ends_on = forms.DateField(
        label="有效期改为至", widget=DayInput(), required=False, help_text="只能提前；延长须重新评定后报送"
    )
    new_reason = _text("评定结果改为", "不填不改")
    new_basis = _text("依据改为", "不填不改")


class WordForm(RefusableForm):
    """The agency's own word for one kind of document."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="单位", empty_label=None)
    kind = forms.ChoiceField(label="文书", choices=SeriesKind.choices)
    word = forms.CharField(label="机关代字", max_length=60, help_text="年份前面的部分，例如：鹤市监列告")

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(  # type: ignore[attr-defined]
            pk__in=[agency.pk for agency in agencies]
        )
