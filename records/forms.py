"""Forms of the workbench. Record forms are built from FieldDefinition rows: a new item needs no release.

They only collect text. Whether a value may stand is decided by `records.services`, whose refusals come back to the
field they concern; a second set of checks here would sooner or later say something else than the file intake says.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypedDict

from django import forms
from django.conf import settings
from django.utils.html import escape

from agencies.models import Agency
from catalog.choices import FieldRole, FieldType, Required
from catalog.models import CatalogItem, FieldDefinition
from common.gates import Refusal
from common.widgets import DayInput, UnitNumberInput, UploadInput
from records.choices import BatchStatus, MinorCircumstance, Procedure

_LONG_TEXT = 200
_SEPARATED = "分隔"
_SUBJECT = "行政相对人"


class Entry(TypedDict):
    """One record as `records.services.accept_record` takes it."""

    fields: dict[str, str]
    effective_date: str
    procedure: str
    minor: str


class BatchUploadForm(forms.Form):
    """Which item, for whom, by which procedure, and the file."""

    agency = forms.ChoiceField(label="报送单位")
    item = forms.ChoiceField(label="目录事项", help_text="只列出您有权报送的事项")
    procedure = forms.ChoiceField(
        label="适用程序",
        required=False,
        choices=[("", "文件中已有“适用程序”一列"), (Procedure.ORDINARY.value, "文件中全部为普通程序")],
        help_text="只问区分适用程序的事项。文件里没有“适用程序”一列时，请在此申明；申明会记录在案。适用简易程序的处罚不得报送",
    )
    file = forms.FileField(
        label="数据文件",
        help_text="Excel（.xlsx）或 CSV（UTF-8、GB18030）。表头用字段名称或字段代码均可",
        widget=UploadInput(accept=".xlsx,.csv", max_bytes=settings.BATCH_MAX_BYTES),
    )

    def offer(self, *, agencies: Sequence[Agency], items: Sequence[CatalogItem]) -> None:
        """Fill in what this officer may choose from. The procedure is asked only for items that tell it apart."""
        self.fields["agency"].choices = [(str(agency.pk), agency.name) for agency in agencies]  # type: ignore[attr-defined]
        named = [(item.code, item.name) for item in items]
        self._asking = [item.code for item in items if item.asks_procedure]
        if self._asking:
            self.fields["procedure"].widget.attrs["data-only-for"] = f"item {' '.join(self._asking)}"
        else:
            del self.fields["procedure"]
        # Nobody hands in under the first item of the alphabet because it stood there.
        self.fields["item"].choices = named if len(named) == 1 else [("", "请选择"), *named]  # type: ignore[attr-defined]

    @property
    def declared_procedure(self) -> str:
        """What is declared of the whole file; of an item that asks nothing, nothing."""
        asked = self.cleaned_data["item"] in self._asking
        return str(self.cleaned_data["procedure"]) if asked else ""


class SortField(forms.ChoiceField):
    """Which end of a list comes first. Its heading says the same; on a phone there are no headings."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(label="顺序", required=False, choices=[("", "新的在前"), (key, "旧的在前")])

    def valid_value(self, value: object) -> bool:
        """The heading turns round by a leading minus, which says what stands there unasked."""
        return super().valid_value(value) or value == f"-{self.key}"


class RecordFilterForm(forms.Form):
    """Filters of the record list; they live in the address."""

    item = forms.ChoiceField(label="目录事项", required=False)
    number = forms.CharField(label="文书号", required=False, max_length=128)
    since = forms.DateField(label="决定日期自", required=False, widget=DayInput())
    until = forms.DateField(label="决定日期至", required=False, widget=DayInput())
    sort = SortField("decided")

    def offer(self, items: Iterable[CatalogItem]) -> None:
        _offer_items(self, items)


class BatchFilterForm(forms.Form):
    """Filters of the list of batches; they live in the address."""

    item = forms.ChoiceField(label="目录事项", required=False)
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *BatchStatus.choices])
    file = forms.CharField(label="文件名含有", required=False, max_length=100)
    since = forms.DateField(label="报送日期自", required=False, widget=DayInput())
    until = forms.DateField(label="报送日期至", required=False, widget=DayInput())
    sort = SortField("handed")

    def offer(self, items: Iterable[CatalogItem]) -> None:
        _offer_items(self, items)


def _offer_items(form: forms.Form, items: Iterable[CatalogItem]) -> None:
    form.fields["item"].choices = [("", "全部"), *((item.code, item.name) for item in items)]  # type: ignore[attr-defined]


class _Pair(NamedTuple):
    """The fields of a unit's name and code."""

    name: FieldDefinition
    code: FieldDefinition


_UNITS: Final = (
    (FieldRole.AUTHORITY_NAME, FieldRole.AUTHORITY_USCC),
    (FieldRole.SOURCE_NAME, FieldRole.SOURCE_USCC),
)


class _UnitField(forms.ChoiceField):
    """A unit by its name, sent as its code. Whether a code may stand is for the rules to say."""

    def valid_value(self, value: object) -> bool:
        return True


class RecordForm(forms.Form):
    """One record of one item. Field names are the field codes; the document and procedure carry a leading `_`.

    With `units` who decided and who hands in are chosen among them, in one field each: its code says its name.
    """

    def __init__(
        self,
        item: CatalogItem,
        definitions: Sequence[FieldDefinition],
        data: object = None,
        *,
        units: Sequence[Agency] = (),
        **kwargs: object,
    ) -> None:
        super().__init__(data, **kwargs)  # type: ignore[arg-type]
        self.definitions = definitions
        self._units = {unit.uscc: unit.name for unit in units}
        self._pairs = {pair.name.code: pair for pair in _pairs(definitions)} if units else {}
        chosen = {pair.code.code: pair.name for pair in self._pairs.values()}
        for definition in definitions:
            if definition.code in chosen:
                label = _label(chosen[definition.code])
                self.fields[definition.code] = _UnitField(
                    label=label, required=False, choices=list(self._units.items())
                )
            elif definition.code not in self._pairs:
                self.fields[definition.code] = _field(definition)
        if item.asks_procedure:
            self.fields["_procedure"] = forms.ChoiceField(
                label="适用程序", required=False, choices=[("", "请选择"), *Procedure.choices]
            )
            self.fields["_minor"] = forms.ChoiceField(
                label="轻微情形",
                required=False,
                choices=MinorCircumstance.choices,
                initial=MinorCircumstance.NONE,
            )
        self.fields["_effective_date"] = forms.CharField(
            label="文书生效日期", required=False, widget=DayInput(), help_text="不填时以决定日期为准"
        )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the headings of a decision, in the order of the catalog."""
        found: dict[str, list[forms.BoundField]] = {}
        heading = _SUBJECT
        for definition in self.definitions:
            heading = _heading(definition.role) or heading
            if definition.code in self.fields:
                found.setdefault(heading, []).append(self[definition.code])
        found["程序与生效"] = [self[name] for name in self.fields if name.startswith("_")]
        return list(found.items())

    def values(self) -> dict[str, str]:
        """What was typed, by field code; several choices joined as the standard says."""
        typed: dict[str, str] = {}
        for definition in self.definitions:
            value = self.cleaned_data.get(definition.code) or ""
            typed[definition.code] = ";".join(value) if isinstance(value, list) else str(value).strip()
        for pair in self._pairs.values():
            code, stated = typed[pair.code.code], self.data.get(pair.name.code, "")
            typed[pair.name.code] = self._units.get(code) or str(stated).strip()
        return typed

    def record(self) -> Entry:
        """What was typed, as the services take a record."""
        return {
            "fields": self.values(),
            "effective_date": self.cleaned_data.get("_effective_date", ""),
            "procedure": self.cleaned_data.get("_procedure", ""),
            "minor": self.cleaned_data.get("_minor", ""),
        }

    def typed(self) -> dict[str, str | list[str]]:
        """What was typed, by form field, whether it may stand or not."""
        return {
            name: list(value) if isinstance(value, list) else str(value or "")
            for name, value in ((name, self[name].value()) for name in self.fields)
        }

    def words_of(self, name: str) -> str:
        """A typed value as people read it: the labels of what was chosen."""
        value, field = self[name].value(), self.fields[name]
        chosen = value if isinstance(value, list) else [value or ""]
        labels: dict[str, str] = dict(getattr(field, "choices", ()))
        return "、".join(str(labels.get(one, one)) for one in chosen if one)

    def show(self, refusals: Iterable[Refusal]) -> None:
        """Put each refusal where its field is, with its clause; what concerns no field goes on top."""
        for refusal in refusals:
            last = refusal.pointer.rsplit("/", 1)[-1]
            if last in self._pairs:
                last = self._pairs[last].code.code
            name = next((one for one in (last, f"_{last}") if one in self.fields), None)
            self.add_error(name, f"{refusal.detail}（依据：{refusal.basis}）")


def prefill(definitions: Iterable[FieldDefinition], agency: Agency) -> dict[str, str]:
    """What the system knows about the officer's agency and need not be typed."""
    known = {
        FieldRole.AUTHORITY_NAME: agency.name,
        FieldRole.AUTHORITY_USCC: agency.uscc,
        FieldRole.SOURCE_NAME: agency.name,
        FieldRole.SOURCE_USCC: agency.uscc,
    }
    return {d.code: known[FieldRole(d.role)] for d in definitions if d.role in known}


def _pairs(definitions: Iterable[FieldDefinition]) -> list[_Pair]:
    by_role = {definition.role: definition for definition in definitions if definition.role}
    return [_Pair(by_role[name], by_role[code]) for name, code in _UNITS if {name, code} <= by_role.keys()]


def _heading(role: str) -> str:
    """Under which heading a field with this role stands; "" for one without a role, which stays where it is."""
    if role.startswith(("subject", "representative")):
        return _SUBJECT
    if role.startswith(("authority", "source")):
        return "机关与来源"
    return "决定内容" if role else ""


def _field(definition: FieldDefinition) -> forms.Field:
    hint = escape("；".join(_hints(definition)))
    common = {"label": _label(definition), "required": False, "help_text": hint}
    if definition.type == FieldType.CODE:
        return forms.ChoiceField(**common, choices=[("", "请选择"), *_choices(definition)])  # type: ignore[arg-type]
    if definition.type == FieldType.CODES:
        return forms.MultipleChoiceField(
            **common,  # type: ignore[arg-type]
            choices=_choices(definition),
            widget=forms.CheckboxSelectMultiple(),
        )
    return forms.CharField(**common, widget=_widget(definition))  # type: ignore[arg-type]


def _widget(definition: FieldDefinition) -> forms.Widget:
    if definition.type == FieldType.DATE:
        return DayInput()
    if definition.type == FieldType.DECIMAL:
        return UnitNumberInput(definition.unit or "万元")
    if definition.type == FieldType.TEXT and (definition.max_length or 0) > _LONG_TEXT:
        return forms.Textarea({"rows": 4})
    return forms.TextInput({"autocomplete": "off"})


def _choices(definition: FieldDefinition) -> list[tuple[str, str]]:
    return [(value, definition.value_labels.get(value, value)) for value in definition.values]


def _label(definition: FieldDefinition) -> str:
    return definition.label + ("（必填）" if definition.required == Required.YES else "")


def _hints(definition: FieldDefinition) -> list[str]:
    """The rule and an example; of boxes to tick nothing on how a file writes several values into one cell."""
    if definition.type == FieldType.CODES:
        rules = [part for part in definition.rule_text.split("；") if part and _SEPARATED not in part]
        return [*rules, "可选多项"]
    example = f"例：{definition.example}" if definition.example else ""
    return [part for part in (definition.rule_text, example) if part]
