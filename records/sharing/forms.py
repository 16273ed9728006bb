"""Forms of sharing. They collect text; whether a look-up or a purpose may stand is decided by services."""

from collections.abc import Iterable, Sequence

from django import forms

from catalog.choices import SubjectKind
from catalog.models import CatalogItem, LegalBasis
from common.gates import Refusal, with_clause
from common.widgets import DayInput
from records.sharing.choices import Detail, LookUpKind, Outcome, PersonProof, PurposeState
from records.sharing.models import DutyPurpose


def show_refusals(form: forms.Form, refusals: Iterable[Refusal]) -> None:
    """Put each refusal at its field, with its clause; what concerns no field goes on top."""
    for refusal in refusals:
        name = refusal.pointer.rsplit("/", 1)[-1]
        form.add_error(name if name in form.fields else None, with_clause(refusal))


class LookUpForm(forms.Form):
    """Sent by POST only: nothing typed here may stand in an address."""

    purpose = forms.ChoiceField(label="履职目的", required=False)
    item = forms.ChoiceField(
        label="目录事项", required=False, help_text="不选为该履职目的的全部事项；只查必需的事项"
    )
    uscc = forms.CharField(
        label="统一社会信用代码",
        required=False,
        max_length=60,
        help_text="查法人、非法人组织、个体工商户；没有统一社会信用代码的，填工商注册号等其他登记代码",
    )
    name = forms.CharField(
        label="姓名", required=False, max_length=100, help_text="查自然人时与身份证号码同时填写"
    )
    id_number = forms.CharField(label="身份证号码", required=False, max_length=40)
    document_number = forms.CharField(
        label="授权文书或者同意书编号",
        required=False,
        max_length=128,
        help_text="查自然人时必填，记入查询登记",
    )

    def __init__(self, data: object = None, **kwargs: object) -> None:
        super().__init__(data, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def offer(self, *, purposes: Iterable[DutyPurpose], items: Sequence[CatalogItem]) -> None:
        """Fill in what this officer may choose from."""
        self.fields["purpose"].choices = [("", "请选择"), *((one.code, one.name) for one in purposes)]  # type: ignore[attr-defined]
        self.fields["item"].choices = [("", "全部"), *((one.code, one.name) for one in items)]  # type: ignore[attr-defined]


class PurposeForm(forms.Form):
    name = forms.CharField(label="目的名称", max_length=100, help_text="例如：食品经营许可审查")
    basis = forms.ModelChoiceField(
        label="职责依据",
        queryset=LegalBasis.objects.none(),
        empty_label="请选择",
        help_text="规定本单位这项职责的法律、法规",
    )
    basis_clause = forms.CharField(label="依据条款", max_length=100, help_text="例如：第三十四条")
    items = forms.MultipleChoiceField(
        label="可查事项", widget=forms.CheckboxSelectMultiple, help_text="只选履行这项职责必需的事项"
    )
    subject_kinds = forms.MultipleChoiceField(
        label="主体类别", choices=SubjectKind.choices, widget=forms.CheckboxSelectMultiple
    )
    person_proof = forms.ChoiceField(
        label="自然人查询凭据",
        choices=PersonProof.choices,
        widget=forms.RadioSelect,
        initial=PersonProof.NONE,
    )
    detail = forms.ChoiceField(
        label="内容范围", choices=Detail.choices, widget=forms.RadioSelect, initial=Detail.SUMMARY
    )
    valid_from = forms.DateField(label="有效期自", widget=DayInput())
    valid_until = forms.DateField(
        label="有效期至", widget=DayInput(), help_text="必须有止日，到期可以重新登记"
    )

    def offer(self, *, bases: Iterable[LegalBasis], items: Iterable[CatalogItem]) -> None:
        self.fields["basis"].queryset = bases  # type: ignore[attr-defined]
        offered = [(one.code, f"{one.name}（{one.get_sharing_display()}）") for one in items]
        self.fields["items"].choices = offered  # type: ignore[attr-defined]


class PurposeFilterForm(forms.Form):
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *PurposeState.choices])


class LookUpFilterForm(forms.Form):
    agency = forms.ChoiceField(label="查询单位", required=False)
    outcome = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *Outcome.choices])
    kind = forms.ChoiceField(label="方式", required=False, choices=[("", "全部"), *LookUpKind.choices])
    receipt = forms.CharField(label="登记号", required=False, max_length=24)
    since = forms.DateField(label="查询日期自", required=False, widget=DayInput())
    until = forms.DateField(label="查询日期至", required=False, widget=DayInput())

    def offer(self, agencies: Iterable[tuple[str, str]]) -> None:
        self.fields["agency"].choices = [("", "全部"), *agencies]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why: of a withdrawal, of an export."""

    reason = forms.CharField(
        label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text="不写个人信息"
    )
