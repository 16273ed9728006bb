"""Forms of publication regimes: the regulation, and one line a tier. Refusals of the service come back to their field."""

from collections.abc import Collection
from typing import Any

from django import forms

from catalog import choices
from catalog.forms import RefusableForm, basis_field
from catalog.models import PublicationRegime
from catalog.rules.regimes import RegimeContent, TierContent
from common.widgets import DayInput


def _acting_on() -> forms.CharField:
    return forms.CharField(label="办理依据", max_length=200, help_text="记入留痕账本，例如规定的文号")


class RegimeForm(RefusableForm):
    name = forms.CharField(label="名称", max_length=200)
    sector = forms.ChoiceField(label="适用领域", required=False, help_text="写明领域的规定先于一般规定适用")
    effective_from = forms.DateField(
        label="自哪天作出的决定起适用",
        widget=DayInput(),
        help_text="最早为明天；同一领域原来的规定适用到前一天",
    )
    start_from = forms.ChoiceField(label="起算日", choices=choices.PeriodStart.choices)
    start_text = forms.CharField(label="起算的规定原文", max_length=100)
    mark = forms.ChoiceField(label="核对情况", choices=choices.SourceMark.choices)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea({"rows": 2}))
    acting_on = _acting_on()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"] = basis_field("依据")
        self.order_fields(["name", "basis", "sector"])

    def offer(self, sectors: Collection[str]) -> None:
        self.fields["sector"].choices = [("", "全部"), *((one, one) for one in sectors)]  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(template: PublicationRegime | None) -> dict[str, object]:
        if template is None:
            return {}
        names = ("name", "sector", "start_from", "start_text", "mark", "note")
        return {name: getattr(template, name) for name in names} | {"basis": template.basis.code}

    def content(self, tiers: tuple[TierContent, ...]) -> RegimeContent:
        values = {name: value for name, value in self.cleaned_data.items() if name != "acting_on"}
        return RegimeContent(**values | {"basis": values["basis"].code, "tiers": tiers})


class TierForm(forms.Form):
    """One tier; a line without a name and types is left out."""

    name = forms.CharField(label="档次", max_length=40)
    penalty_types = forms.MultipleChoiceField(label="处罚类别", widget=forms.CheckboxSelectMultiple)
    sectors = forms.MultipleChoiceField(
        label="只适用于这些领域",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选为全部领域",
    )
    shown = forms.BooleanField(label="向社会公示", required=False)
    min_months = forms.IntegerField(label="最短公示月数", min_value=0, max_value=600)
    max_months = forms.IntegerField(label="最长公示月数", min_value=1, max_value=600)
    severity = forms.TypedChoiceField(
        label="行为轻重",
        choices=[("", "请选择"), *choices.Severity.choices],
        coerce=int,
        help_text="采取措施时与措施的力度相比，过重的须写明理由",
    )
    basis_clause = forms.CharField(label="依据条款", max_length=200)
    mark = forms.ChoiceField(label="核对情况", choices=choices.SourceMark.choices)

    def __init__(self, *args: Any, types: Collection[str], sectors: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["penalty_types"].choices = [(one, one) for one in types]  # type: ignore[attr-defined]
        self.fields["sectors"].choices = [(one, one) for one in sectors]  # type: ignore[attr-defined]


def contents_of(tiers: "forms.BaseFormSet[TierForm]") -> tuple[TierContent, ...]:
    """The lines that were filled in."""
    filled = [form.cleaned_data for form in tiers.forms if form.cleaned_data]
    return tuple(
        TierContent(
            **one | {"penalty_types": tuple(one["penalty_types"]), "sectors": tuple(sorted(one["sectors"]))}
        )
        for one in filled
    )


TierFormSet = forms.formset_factory(TierForm, extra=2, max_num=20, min_num=1, validate_min=True)


def tier_initial(template: PublicationRegime | None) -> list[dict[str, object]]:
    """The tiers of a running regime as a start."""
    names = (
        "name", "penalty_types", "sectors", "shown", "min_months", "max_months", "severity", "basis_clause", "mark",
    )  # fmt: skip
    return [
        {name: getattr(tier, name) for name in names} for tier in (template.tiers.all() if template else ())
    ]


class RegimeEndForm(RefusableForm):
    last_day = forms.DateField(label="适用到哪天作出的决定", widget=DayInput())
    acting_on = _acting_on()
