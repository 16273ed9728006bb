"""Forms with which the measure list is kept. Labels, lengths and choices come from the model and the attributes."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from catalog import workbook as catalog_workbook
from catalog.choices import Severity, SourceMark, SubjectKind
from catalog.forms import RefusableForm
from catalog.models import LegalBasis
from common.templatetags.credit import cdate
from common.widgets import DayInput, UploadInput
from sanctions.choices import MeasureClass, MeasureLevel
from sanctions.columns import MEASURE, read_value
from sanctions.models import MeasureDraft, MeasureEdition
from sanctions.rules.measures import MeasureContent
from sanctions.services.drafts import ListHead

_LONG: Final = frozenset({"content", "target", "conduct"})
_OPTIONAL: Final = frozenset(
    {
        "scheme_codes",
        "item_codes",
        "conduct_terms",
        "penalty_types",
        "executors",
        "by_decision",
        "reaches_head",
        "min_months",
        "max_months",
    }
)
_SEVERAL: Final = "多个之间用分号“；”分开"
_HINTS: Final = {
    "scheme_codes": f"名单代号；{_SEVERAL}",
    "item_codes": f"目录事项代码；{_SEVERAL}",
    "conduct_terms": f"记录的行为类型须含其中之一；{_SEVERAL}",
    "penalty_types": f"行政处罚记录须有其中一种处罚；{_SEVERAL}",
    "executors": f"监管领域；@court 为人民法院，* 为县级以上行政机关；C类留空；{_SEVERAL}",
    "by_decision": "勾选的，比对时只显示已经作出的决定",
    "reaches_head": "法律写明对象包括法定代表人、主要负责人的才勾选",
}


class ListHeadForm(RefusableForm):
    """A new draft: level, name, issuing document and first day; a workbook instead of a copy of what runs."""

    level = forms.ChoiceField(label="层级", choices=MeasureLevel.choices)
    name = forms.CharField(label="清单名称", max_length=200)
    basis = forms.ModelChoiceField(
        LegalBasis.objects.order_by("level", "name"),
        label="印发依据",
        to_field_name="code",
        empty_label="请选择",
    )
    effective_from = forms.DateField(
        label="施行日期", widget=DayInput(), help_text="最早为今天；同级现行清单到前一天为止"
    )
    mark = forms.ChoiceField(label="核对情况", choices=SourceMark.choices)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea({"rows": 3}))
    file = forms.FileField(
        label="清单工作簿",
        required=False,
        help_text="不选文件时，复制同级现行清单，再逐项调整",
        widget=UploadInput(accept=".xlsx", max_bytes=catalog_workbook.MAX_BYTES),
    )

    def head(self) -> ListHead:
        names = ("name", "basis", "effective_from", "mark", "note")
        return ListHead(**{name: self.cleaned_data[name] for name in names})


class ListWorkbookForm(RefusableForm):
    file = forms.FileField(
        label="清单工作簿",
        help_text="含“措施”表的 .xlsx；上传后替换草稿中的全部措施",
        widget=UploadInput(accept=".xlsx", max_bytes=catalog_workbook.MAX_BYTES),
    )


class ListCompareForm(forms.Form):
    """Two lists, by code; drafts as `draft-3`."""

    old = forms.ChoiceField(label="原版本")
    new = forms.ChoiceField(label="新版本")

    def offer(self, editions: Iterable[MeasureEdition], drafts: Iterable[MeasureDraft]) -> None:
        offered = [("", "请选择"), *((f"draft-{one.pk}", f"草稿：{one.name}") for one in drafts)]
        offered += [(one.code, f"{one.name}（{cdate(one.effective_from)}起）") for one in editions]
        for name in ("old", "new"):
            self.fields[name].choices = offered  # type: ignore[attr-defined]


class MeasureForm(RefusableForm):
    """One row of the list, made from its attributes; lists are written with semicolons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in MEASURE:
            self.fields[one.name] = self._field(one.name, one.label)

    def _field(self, name: str, label: str) -> forms.Field:
        given: dict[str, Any] = {
            "label": label,
            "required": name not in _OPTIONAL,
            "help_text": _HINTS.get(name, ""),
        }
        choices = {
            "measure_class": MeasureClass.choices,
            "severity": Severity.choices,
            "mark": SourceMark.choices,
        }
        if name in choices:
            return forms.ChoiceField(choices=choices[name], **given)  # type: ignore[arg-type]
        if name == "subject_kinds":
            return forms.MultipleChoiceField(
                choices=SubjectKind.choices, widget=forms.CheckboxSelectMultiple, **given
            )
        if name == "basis":
            rows = LegalBasis.objects.order_by("level", "name")
            return forms.ModelChoiceField(rows, to_field_name="code", empty_label="请选择", **given)
        if name in ("by_decision", "reaches_head"):
            return forms.BooleanField(**given)
        if name in ("min_months", "max_months"):
            return forms.IntegerField(min_value=1, max_value=999, **given)
        widget = forms.Textarea({"rows": 3}) if name in _LONG else forms.TextInput()
        return forms.CharField(max_length=1000, widget=widget, **given)

    def content(self) -> MeasureContent:
        values: dict[str, Any] = {}
        for one in MEASURE:
            value = self.cleaned_data[one.name]
            if one.name == "basis":
                value = value.code
            elif one.name == "subject_kinds":
                value = tuple(value)
            elif isinstance(value, str):
                value = read_value(one, value.strip())
            values[one.name] = value
        return MeasureContent(**values)

    @staticmethod
    def initial_of(row: MeasureContent) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for one in MEASURE:
            value = getattr(row, one.name)
            listed = isinstance(value, tuple) and one.name != "subject_kinds"
            found[one.name] = one.shown(row) if listed else value  # type: ignore[arg-type]
        return found
