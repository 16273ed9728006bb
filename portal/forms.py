"""Filters of the public lists and the day picker. They live in the address, so every result can be passed on."""

from collections.abc import Iterable, Sequence
from datetime import date

from django import forms

from agencies import areas
from blacklist.models import ListScheme
from common.clock import today
from common.identifiers import is_placeholder_uscc, normalise_code, uscc_problem
from common.widgets import DayInput
from portal.listed import ListFilters
from portal.selectors import Filters
from records.disclosure import display_date
from records.typed import MAX_LENGTH, Kind, Query, read_query


def _regions() -> list[tuple[str, str]]:
    return [("", "全部"), *areas.current(today())]


class ListFilterForm(forms.Form):
    """Narrows a list of penalties or licences; labels of two fields depend on the list."""

    kind = forms.ChoiceField(required=False)
    authority = forms.ChoiceField(required=False)
    region = forms.ChoiceField(label="主体所在地区", required=False, choices=_regions)
    since = forms.DateField(label="决定日期自", required=False, widget=DayInput())
    until = forms.DateField(label="决定日期至", required=False, widget=DayInput())

    def offer(
        self,
        *,
        kinds: Sequence[str],
        kind_label: str,
        authorities: Sequence[tuple[str, str]],
        authority_label: str,
    ) -> None:
        """Fill in what there is to choose from."""
        self.fields["kind"].label = kind_label
        self.fields["kind"].choices = [("", "全部"), *((kind, kind) for kind in kinds)]  # type: ignore[attr-defined]
        self.fields["authority"].label = authority_label
        self.fields["authority"].choices = [  # type: ignore[attr-defined]
            ("", "全部"),
            *authorities,
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
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since or until:
            ends = f"{display_date(since)}起" if since else "", f"至{display_date(until)}" if until else ""
            chosen.append(f"决定日期{''.join(ends)}")
        return chosen


_UNUSABLE = {
    Kind.SHORT: "请至少输入两个字，或者完整的统一社会信用代码",
    Kind.PERSONAL: "本站不按身份证号码查询",
}


class EntryFilterForm(forms.Form):
    """Narrows the lists of those in force. A personal number is refused by the view before it gets here."""

    q = forms.CharField(
        label="名称或者统一社会信用代码",
        required=False,
        max_length=MAX_LENGTH,
        help_text="自然人不能按姓名查找",
    )
    scheme = forms.ChoiceField(label="名单", required=False)
    region = forms.ChoiceField(label="主体所在地区", required=False, choices=_regions)
    authority = forms.CharField(label="认定单位", required=False, max_length=100, help_text="名称中的几个字")

    def offer(self, schemes: Iterable[ListScheme]) -> None:
        """Fill in the lists there are to choose from."""
        names = {scheme.code: scheme.name for scheme in schemes}
        self.fields["scheme"].choices = [("", "全部"), *names.items()]  # type: ignore[attr-defined]

    def clean_q(self) -> Query | None:
        query = read_query(self.cleaned_data["q"].replace("\0", ""))
        if query.kind is Kind.EMPTY:
            return None
        if query.kind in (Kind.NAME, Kind.CODE):
            return query
        raise forms.ValidationError(query.problem or _UNUSABLE.get(query.kind, "请输入名称中的两个字以上"))

    def filters(self) -> ListFilters:
        """What was chosen; a filter that cannot be read stops the list, it is never ignored."""
        chosen = self.cleaned_data
        return ListFilters(chosen["scheme"], chosen["region"], chosen["authority"].strip(), chosen["q"])

    def words(self) -> list[str]:
        """The filters in use, in words."""
        choices = {name: dict(self.fields[name].choices) for name in ("scheme", "region")}  # type: ignore[attr-defined]
        words = [str(choices[name][value]) for name in choices if (value := self.cleaned_data.get(name))]
        return words + [self.data[name].strip() for name in ("authority", "q") if self.data.get(name)]


class DayForm(forms.Form):
    """`?on=`: another day than today."""

    on = forms.DateField(label="哪一天", required=False, widget=DayInput(), help_text="不填为今天")


class ReportForm(forms.Form):
    """Whose report is asked for."""

    uscc = forms.CharField(
        label="统一社会信用代码",
        max_length=40,
        help_text="18 位。没有公示信息的单位也可以出具，写明没有",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean_uscc(self) -> str:
        code = normalise_code(str(self.cleaned_data["uscc"]))
        if problem := uscc_problem(code) or (is_placeholder_uscc(code) and "请填写真实的统一社会信用代码"):
            raise forms.ValidationError(problem, code="identifier_invalid")
        return code


class ReportNumberForm(forms.Form):
    """The number printed on a report."""

    number = forms.CharField(
        label="报告编号",
        required=False,
        max_length=40,
        help_text="印在报告首页，个人报告 22 位，法人和非法人组织报告以 FR 开头",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    code = forms.CharField(
        label="核验码",
        required=False,
        max_length=16,
        help_text="8 位；个人报告没有核验码，不用填",
        widget=forms.TextInput({"autocomplete": "off", "class": "input--short"}),
    )
