"""Filters of the public lists and the day picker. They live in the address, so every result can be passed on."""

from collections.abc import Iterable, Sequence
from datetime import date

from django import forms

from agencies.models import Agency
from common.widgets import DayInput
from portal.regions import REGIONS
from portal.selectors import Filters


class ListFilterForm(forms.Form):
    """Narrows a list of penalties or licences; labels of two fields depend on the list."""

    kind = forms.ChoiceField(required=False)
    authority = forms.ChoiceField(required=False)
    region = forms.ChoiceField(label="主体所在地区", required=False, choices=[("", "全部"), *REGIONS.items()])
    since = forms.DateField(label="决定日期自", required=False, widget=DayInput())
    until = forms.DateField(label="决定日期至", required=False, widget=DayInput())

    def offer(
        self, *, kinds: Sequence[str], kind_label: str, authorities: Iterable[Agency], authority_label: str
    ) -> None:
        """Fill in what there is to choose from."""
        self.fields["kind"].label = kind_label
        self.fields["kind"].choices = [("", "全部"), *((kind, kind) for kind in kinds)]  # type: ignore[attr-defined]
        self.fields["authority"].label = authority_label
        self.fields["authority"].choices = [  # type: ignore[attr-defined]
            ("", "全部"),
            *((agency.uscc, agency.name) for agency in authorities),
        ]

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date) and since > until:
            self.add_error("until", "截止日期早于起始日期，请对调或者只填一个")
        return cleaned

    def filters(self) -> Filters:
        """What was chosen; a filter that cannot be read stops the list, it is never ignored."""
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})

    def words(self) -> list[str]:
        """The filters in use, in words."""
        chosen = []
        for name in ("kind", "authority", "region"):
            labels = dict(self.fields[name].choices)  # type: ignore[attr-defined]
            if value := self.cleaned_data.get(name):
                chosen.append(str(labels[value]))
        return chosen


class DayForm(forms.Form):
    """`?on=`: another day than today."""

    on = forms.DateField(label="哪一天", required=False, widget=DayInput(), help_text="不填为今天")
