"""Forms of catalog management. They collect; whether something may stand is decided by the services, whose refusals come
back to the field they concern. Labels, lengths and choices come from the models."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.forms.models import fields_for_model

from agencies.models import Agency
from catalog import choices, condition_text, workbook
from catalog.blocks import BLOCKS
from catalog.conditions import ConditionError
from catalog.content import FieldContent, ItemContent
from catalog.models import (
    CatalogEdition,
    CatalogItem,
    DocumentKind,
    EditionDraft,
    FieldDefinition,
    LegalBasis,
    ProviderRoute,
)
from catalog.selectors import in_force
from catalog.services.bases import BasisText
from catalog.services.drafts import DraftHead
from common.clock import today
from common.gates import Refusal, with_clause
from common.templatetags.credit import cdate
from common.widgets import DayInput, UploadInput

_TEXTS: Final = {"rows": 3}
_BASIS_WIDGETS: Final[dict[str, type[forms.Widget] | forms.Widget]] = {
    "effective_from": DayInput(),
    "effective_until": DayInput(),
    "note": forms.Textarea(_TEXTS),
}
_REFERENCES: Final = ("basis", "person_basis", "person_publication_basis")


class RefusableForm(forms.Form):
    """A form that shows refusals of a service at the field they concern, with the clause; the rest goes on top."""

    def show(self, refusals: Iterable[Refusal]) -> None:
        for refusal in refusals:
            name = refusal.pointer.rsplit("/", 1)[-1]
            self.add_error(name if name in self.fields else None, with_clause(refusal))


def basis_field(
    label: str, *, required: bool = True, empty: str = ""
) -> "forms.ModelChoiceField[LegalBasis]":
    return forms.ModelChoiceField(
        LegalBasis.objects.order_by("level", "name"),
        label=label,
        required=required,
        to_field_name="code",
        empty_label=empty or "请选择",
    )


class DayForm(forms.Form):
    """`?on=`: another day than today."""

    on = forms.DateField(label="哪一天", required=False, widget=DayInput(), help_text="不填为今天")


class CompareForm(forms.Form):
    """Two editions, by code; drafts as `draft-3`."""

    old = forms.ChoiceField(label="原版本")
    new = forms.ChoiceField(label="新版本")

    def offer(self, editions: Iterable[CatalogEdition], drafts: Iterable[EditionDraft]) -> None:
        offered = [("", "请选择")]
        offered += [(f"draft-{draft.pk}", f"草稿：{draft.name}") for draft in drafts]
        offered += [(one.code, f"{one.name}（{cdate(one.effective_from)}起）") for one in editions]
        for name in ("old", "new"):
            self.fields[name].choices = offered  # type: ignore[attr-defined]


# --- legal bases -------------------------------------------------------------------------------------------


class BasisForm(RefusableForm):
    """A law, regulation or policy, and the document the officer enters it by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ("name", "number", "level", "effective_from", "effective_until", "mark", "note")
        self.fields |= fields_for_model(LegalBasis, fields=names, widgets=_BASIS_WIDGETS)
        self.fields["name"].help_text = "不带书名号的全称"
        self.fields["acting_on"] = forms.CharField(
            label="办理依据",
            max_length=200,
            help_text="公布或者更正所依据的文件，例如公告的文号；记入留痕账本",
        )

    def text(self) -> BasisText:
        names = ("name", "number", "level", "effective_from", "effective_until", "mark", "note")
        return BasisText(**{name: self.cleaned_data[name] for name in names})


class RepealForm(RefusableForm):
    effective_until = forms.DateField(label="有效的最后一天", widget=DayInput())
    acting_on = forms.CharField(label="废止它的文件", max_length=200, help_text="名称或者文号；记入留痕账本")


# --- drafts --------------------------------------------------------------------------------------------------


class HeadForm(RefusableForm):
    """Name, basis and first day of an edition."""

    name = forms.CharField(label="版本名称", max_length=200)
    basis = basis_field("印发依据")
    effective_from = forms.DateField(
        label="施行日期", widget=DayInput(), help_text="最早为今天；同级现行版本到前一天为止"
    )
    mark = forms.ChoiceField(label="核对情况", choices=choices.SourceMark.choices)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(_TEXTS))

    def head(self) -> DraftHead:
        return DraftHead(**{name: self.cleaned_data[name] for name in HeadForm.base_fields})


class DraftForm(HeadForm):
    """A new draft: its level, and where its items come from."""

    field_order = ("level", *HeadForm.base_fields, "file")
    level = forms.ChoiceField(label="层级", choices=choices.EditionLevel.choices)
    file = forms.FileField(
        label="目录工作簿",
        required=False,
        help_text="不选文件时，复制同级现行版本的全部事项，再逐项调整",
        widget=UploadInput(accept=".xlsx", max_bytes=workbook.MAX_BYTES),
    )


class WorkbookForm(RefusableForm):
    file = forms.FileField(
        label="目录工作簿",
        help_text="含“事项”“字段”两张表的 .xlsx；上传后替换草稿中的全部事项",
        widget=UploadInput(accept=".xlsx", max_bytes=workbook.MAX_BYTES),
    )


_ITEM_COLUMNS: Final = (
    "code", "name", "category", "order", "conduct", "provider", "data_source", "nature", "sharing", "publicity",
    "period_kind", "period_months", "period_rule", "update_cycle", "report_within_workdays", "asks_procedure",
    "basis_clause", "mark", "person_basis_clause", "person_publication_clause", "form_basis", "double_publicity",
    "only_route",
)  # fmt: skip


class ItemForm(RefusableForm):
    """The eight attributes of an item, its bases, and how the platform applies them."""

    field_order = (
        "code", "name", "category", "conduct", "provider", "data_source", "nature", "sharing", "publicity",
        "period_kind", "period_months", "period_rule", "update_cycle", "basis", "basis_clause", "mark",
        "subject_kinds", "person_basis", "person_basis_clause", "person_publication_basis",
        "person_publication_clause", "document_kind", "form_basis", "only_route", "report_within_workdays",
        "double_publicity", "asks_procedure", "order",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= fields_for_model(
            CatalogItem, fields=_ITEM_COLUMNS, widgets={"conduct": forms.Textarea(_TEXTS)}
        )
        same = "与目录版本的依据相同"
        self.fields["basis"] = basis_field("依据", required=False, empty=same)
        self.fields["person_basis"] = basis_field(
            "自然人归集依据", required=False, empty="没有，须经本人同意"
        )
        self.fields["person_publication_basis"] = basis_field(
            "自然人公开依据", required=False, empty="没有，不公开自然人"
        )
        self.fields["subject_kinds"] = forms.MultipleChoiceField(
            label="主体类别", choices=choices.SubjectKind.choices, widget=forms.CheckboxSelectMultiple()
        )
        self.fields["document_kind"] = forms.ModelChoiceField(
            DocumentKind.objects.filter(in_force(today())),
            label="默认文书种类",
            required=False,
            to_field_name="code",
            help_text="失信信息只能选可以作为失信认定依据的文书",
        )
        self._explain()
        self.order_fields(self.field_order)

    def _explain(self) -> None:
        hints = {
            "code": "名称的拼音首字母，小写，例如 xzcf；发布后长期不变",
            "basis": "失信信息须以法律、行政法规、党中央国务院政策文件为依据；省目录和省补充目录还可以是地方性法规",
            "period_rule": "写给公众看的话，例如：一年",
            "period_months": "只在公示期限类型为固定期限时填写",
            "update_cycle": "例如：日、月、季",
            "order": "数字小的排在前面",
            "form_basis": "栏目、代码、日期不合格时按它退回，写名称和文号；没有专门标准的不填，按事项的依据退回",
            "only_route": "只能经一条渠道报送的填写，例如行政行为经省填报系统（第3条（3））",
            "double_publicity": "文书号应当连续，缺号的请单位说明；及时率、合规率一并统计",
        }
        for name, hint in hints.items():
            self.fields[name].help_text = hint

    def content(self) -> ItemContent:
        values = dict(self.cleaned_data)
        for name in (*_REFERENCES, "document_kind"):
            values[name] = values[name].code if values[name] else ""
        return ItemContent(**values | {"subject_kinds": tuple(values["subject_kinds"])})


_FIELD_COLUMNS: Final = (
    "code", "label", "type", "max_length", "digits", "decimals", "unit", "required", "role", "exposure",
    "rule_text", "example",
)  # fmt: skip


class FieldForm(RefusableForm):
    """One field of an item; values and conditions are written line by line."""

    field_order = (
        "code", "label", "type", "required", "role", "exposure", "max_length", "values", "conditions",
        "digits", "decimals", "unit", "rule_text", "example",
    )  # fmt: skip
    values = forms.CharField(
        label="取值",
        required=False,
        widget=forms.Textarea(_TEXTS),
        help_text="单选、多选字段一行一个取值；要写明含义的写作“取值=含义”",
    )
    conditions = forms.CharField(
        label="条件",
        required=False,
        widget=forms.Textarea(_TEXTS),
        help_text="一行一条，例如：" + "；".join(condition_text.EXAMPLES),
    )

    def __init__(self, *args: Any, labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._labels = labels
        self.fields |= fields_for_model(FieldDefinition, fields=_FIELD_COLUMNS)
        self.fields["code"].help_text = "大写字母、数字和下划线，例如 CF_WSH"
        self.fields["role"].help_text = "平台自己要用到的字段选用途，例如主体名称、决定日期；其他不选"
        self.fields["max_length"].help_text = "文本字段必填"
        self.fields["digits"].help_text = "数值字段必填，小数位数在内"
        self.order_fields(self.field_order)

    def clean_conditions(self) -> tuple[dict[str, Any], ...]:
        try:
            return condition_text.read(self.cleaned_data["conditions"], self._labels)
        except ConditionError as error:
            raise forms.ValidationError(str(error)) from None

    def content(self) -> FieldContent:
        lines = [line.strip() for line in self.cleaned_data["values"].splitlines() if line.strip()]
        pairs = [line.partition("=") for line in lines]
        values = dict(self.cleaned_data) | {
            "values": tuple(value.strip() for value, _, _ in pairs),
            "value_labels": {value.strip(): meaning.strip() for value, sign, meaning in pairs if sign},
        }
        return FieldContent(**values)

    @staticmethod
    def initial_of(field: FieldContent | None) -> dict[str, object]:
        """What stands in the form at first; None = a new field."""
        if field is None:
            return {"exposure": "shown", "required": "yes", "type": "text"}
        values = {name: getattr(field, name) for name in _FIELD_COLUMNS}
        meant = field.value_labels
        lines = [f"{value}={meant[value]}" if value in meant else value for value in field.values]
        return values | {
            "values": "\n".join(lines),
            "conditions": "\n".join(condition_text.write(field.conditions)),
        }


class BlockForm(RefusableForm):
    block = forms.ChoiceField(label="成组的字段", choices=list(BLOCKS.items()))
    codes_begin = forms.RegexField(
        r"^[A-Z][A-Z0-9]{0,9}$",
        label="字段代码开头",
        help_text="大写字母，同一事项用同一个，例如 CF",
        error_messages={"invalid": "请填写一至十个大写字母或者数字，以字母开头，例如 CF"},
    )


# --- routes --------------------------------------------------------------------------------------------------


class RouteForm(RefusableForm):
    """Who may hand in an item, how and from when."""

    agency = forms.ModelChoiceField(
        Agency.objects.filter(active=True).order_by("name"), label="单位", empty_label="请选择"
    )
    route = forms.ChoiceField(label="渠道", choices=[("", "请选择"), *choices.Route.choices])
    effective_from = forms.DateField(label="自", widget=DayInput())
    effective_until = forms.DateField(
        label="至", required=False, widget=DayInput(), help_text="没有期限的不填"
    )
    agreement = forms.CharField(
        label="约定文号",
        required=False,
        max_length=ProviderRoute._meta.get_field("agreement").max_length,
        help_text="公用企事业单位必填，其他单位不填",
    )
    acting_on = forms.CharField(
        label="办理依据", max_length=200, initial="鹤信用发〔2022〕1号 第3条", help_text="记入留痕账本"
    )


class RouteEndForm(RefusableForm):
    last_day = forms.DateField(label="最后一天", widget=DayInput())
    acting_on = forms.CharField(label="办理依据", max_length=200, help_text="记入留痕账本")
