"""The forms of the frame of a list. That of a dishonesty list offers also what the law forbids, so that whoever holds a document
that says so learns why not."""

from typing import Any, ClassVar, Final

from django import forms
from django.forms.models import fields_for_model

from agencies.choices import Kind
from blacklist.choices import AuthorityLevel, SchemeField, SchemeLevel
from blacklist.models import HonourScheme, ListScheme
from blacklist.services import HonourText, SchemeText
from catalog.forms import RefusableForm
from catalog.models import LegalBasis
from common.widgets import DayInput

_TALL: Final = ("grounds", "removal_text", "note")
# the rules ask for them, with the clause
_ASKED_BY_RULES: Final = ("basis_clause", "authority", "grounds", "listing_text", "removal_text")


class FrameForm(RefusableForm):
    """What the frame of every list says."""

    model: ClassVar[type[ListScheme | HonourScheme]]
    columns: ClassVar[tuple[str, ...]]  # taken over from the model as they are
    lists: ClassVar[tuple[str, ...]] = ("shown_fields",)  # texts on one line

    basis = forms.ModelChoiceField(
        LegalBasis.objects.order_by("level", "name"),
        label="依据",
        to_field_name="code",
        empty_label="请选择",
        help_text="须为法律、法规，或者党中央、国务院政策文件",
    )
    shown_fields = forms.CharField(
        label="公开内容", required=False, widget=forms.Textarea({"rows": 2}), help_text="多项用顿号分开"
    )
    end_reasons = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="办理时从中选择，每行一个；不填的，由经办人写明原因",
    )
    acting_on = forms.CharField(
        label="办理依据", max_length=200, help_text="设立或者变更所依据的文件；记入留痕账本"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widgets: dict[str, type[forms.Widget] | forms.Widget] = {"effective_from": DayInput()}
        widgets |= dict.fromkeys(_TALL, forms.Textarea({"rows": 4}))
        self.fields |= fields_for_model(self.model, fields=self.columns, widgets=widgets)
        self.fields["end_reasons"].label = self.model._meta.get_field("end_reasons").verbose_name
        for name in _ASKED_BY_RULES:
            self.fields[name].required = False
        self.order_fields(self.field_order)

    def values(self) -> dict[str, Any]:
        values = {name: value for name, value in self.cleaned_data.items() if name != "acting_on"}
        reasons = [line.strip() for line in values["end_reasons"].splitlines() if line.strip()]
        return values | {name: _split(values[name]) for name in self.lists} | {"end_reasons": reasons}

    @classmethod
    def initial_of(cls, row: ListScheme | HonourScheme) -> dict[str, object]:
        """What the form says of a frame that is to be changed: everything but its first day."""
        plain = {name: getattr(row, name) for name in cls.columns if name != "effective_from"}
        typed = {"basis": row.basis.code, "end_reasons": "\n".join(row.end_reasons)}
        return plain | typed | {name: "、".join(getattr(row, name)) for name in cls.lists}


class SchemeForm(FrameForm):
    model = ListScheme
    columns = (
        "name", "basis_clause", "procedure_text", "authority", "grounds", "listing_months", "longest_months", "listing_text",
        "earliest_removal_months", "removal_text", "hearing", "persons_public_clause", "effective_from", "mark", "note",
    )  # fmt: skip
    lists = ("authority_agencies", "authority_sectors", "shown_fields")
    field_order = (
        "name", "field", "level", "basis", "basis_clause", "procedure_text", "authority", "authority_min_level",
        "authority_sectors", "authority_kinds", "authority_agencies", "grounds", "listing_months", "longest_months",
        "listing_text", "earliest_removal_months", "removal_text", "end_reasons", "hearing", "shown_fields",
        "persons_public_clause", "effective_from", "mark", "note", "acting_on",
    )  # fmt: skip
    field = forms.ChoiceField(
        label="设列领域", choices=[("", "请选择"), *SchemeField.choices, ("other", "其他领域")]
    )
    level = forms.ChoiceField(
        label="由哪一级设列", choices=[("", "请选择"), *SchemeLevel.choices, ("city", "本市")]
    )
    authority_min_level = forms.ChoiceField(
        label="认定单位最低层级", choices=[*AuthorityLevel.choices, ("township", "乡（镇）级")]
    )
    authority_sectors = forms.CharField(
        label="认定单位的监管领域", required=False, help_text="与单位名录一致，多个用顿号分开，例如：市场监管"
    )
    authority_kinds = forms.MultipleChoiceField(
        label="认定单位的性质", choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple()
    )
    authority_agencies = forms.CharField(
        label="认定单位的代号", required=False, help_text="只限个别单位时填写，多个用顿号分开"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].label = "认定标准依据"
        self.fields[
            "basis"
        ].help_text = "全国名单须为法律、行政法规、党中央国务院政策文件；本省名单还可以是省级地方性法规"

    def text(self) -> SchemeText:
        return SchemeText(**self.values())

    @classmethod
    def initial_of(cls, row: ListScheme | HonourScheme) -> dict[str, object]:
        names = ("field", "level", "authority_min_level", "authority_kinds")
        return super().initial_of(row) | {name: getattr(row, name) for name in names}


class HonourFrameForm(FrameForm):
    model = HonourScheme
    columns = (
        "name", "basis_clause", "procedure_text", "authority", "grounds", "listing_months", "longest_months", "listing_text",
        "removal_text", "persons_public_clause", "effective_from", "mark", "note",
    )  # fmt: skip
    field_order = (
        "name", "basis", "basis_clause", "procedure_text", "authority", "grounds", "listing_months", "longest_months",
        "listing_text", "removal_text", "end_reasons", "shown_fields", "persons_public_clause", "effective_from", "mark", "note",
        "acting_on",
    )  # fmt: skip

    def text(self) -> HonourText:
        return HonourText(**self.values())


class EndFrameForm(RefusableForm):
    last_day = forms.DateField(label="最后一天", widget=DayInput())
    acting_on = forms.CharField(label="停止的依据", max_length=200, help_text="名称或者文号；记入留痕账本")


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()]
