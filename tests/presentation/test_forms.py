"""Forms as the renderer draws them: labels, hints, errors, units and their wiring for screen readers."""

import re

import pytest
from django import forms
from django.core.exceptions import ValidationError

from common.widgets import DayInput, UnitNumberInput, UploadInput


class PenaltyForm(forms.Form):
    amount = forms.DecimalField(label="罚款金额", widget=UnitNumberInput("万元"), help_text="按决定书填写")
    decided_on = forms.DateField(label="处罚决定日期", widget=DayInput())
    kind = forms.ChoiceField(
        label="相对人类别", choices=[("a", "法人"), ("b", "自然人")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="备注", required=False, max_length=5)
    declared = forms.BooleanField(label="全部适用普通程序")

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if note == "无":
            raise ValidationError("没有备注时请留空")
        return note


def ids(html: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', html))


def described(html: str) -> set[str]:
    return {target for value in re.findall(r'aria-describedby="([^"]+)"', html) for target in value.split()}


@pytest.mark.parametrize(
    "data", [None, {"amount": "两千", "decided_on": "2026-13-01", "kind": "c", "note": "无"}]
)
def test_every_description_and_every_label_points_at_something(data: dict[str, str] | None) -> None:
    html = str(PenaltyForm(data))
    assert described(html) >= {"id_amount_helptext", "id_amount_unit"}
    assert described(html) <= ids(html)
    assert set(re.findall(r'\bfor="([^"]+)"', html)) <= ids(html)


def test_a_field_in_error_is_marked_and_says_how_to_put_it_right() -> None:
    form = PenaltyForm({"amount": "两千", "decided_on": "2026-13-01", "kind": "c", "note": "无"})
    html = str(form)
    assert "请填写数字，例如 0.2" in html
    assert "请填写有效的日期，例如 2026-11-22" in html
    assert "请从列出的选项中选择" in html
    assert "请确认：全部适用普通程序" in html
    assert "没有备注时请留空" in html
    assert html.count("field--error") == 5
    assert re.search(r'<input[^>]*name="amount"[^>]*aria-invalid="true"', html)


def test_an_empty_form_asks_for_each_field_by_name() -> None:
    html = str(PenaltyForm({}))
    assert "请填写罚款金额" in html
    assert "请选择相对人类别" in html


def test_the_summary_links_to_the_first_control_of_each_field_in_error() -> None:
    html = str(PenaltyForm({}))
    summary = html[: html.index("</ul>")]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["id_amount", "id_decided_on", "id_kind_0", "id_declared"]
    assert set(targets) <= ids(html)


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in str(PenaltyForm())


def test_errors_of_the_whole_form_stand_in_the_summary() -> None:
    form = PenaltyForm({"amount": "1", "decided_on": "2026-01-02", "kind": "a", "declared": "on"})
    form.add_error(None, "该决定书已经报送过")
    assert "该决定书已经报送过" in str(form)


def test_required_is_written_only_where_some_fields_are_optional() -> None:
    class AllRequired(forms.Form):
        name = forms.CharField(label="名称")

    assert "必填" not in str(AllRequired())
    mixed = str(PenaltyForm())
    assert mixed.count("必填") == 4


def test_choices_are_grouped_under_a_legend() -> None:
    html = str(PenaltyForm())
    assert re.search(r"<legend[^>]*>相对人类别", html)


def test_a_date_control_shows_iso_dates() -> None:
    html = str(PenaltyForm({"decided_on": "2026-09-03"}))
    assert re.search(r'type="date"[^>]*value="2026-09-03"', html)


def test_an_upload_says_its_limits_to_the_browser() -> None:
    class Upload(forms.Form):
        file = forms.FileField(label="文件", widget=UploadInput(accept=".csv", max_bytes=1024))

    html = str(Upload({}))
    assert 'data-max-bytes="1024"' in html
    assert "请选择文件" in html


def test_labels_and_messages_are_escaped() -> None:
    class Hostile(forms.Form):
        name = forms.CharField(label="<script>", required=False)

    form = Hostile({})
    form.add_error("name", "<img>")
    html = str(form)
    assert "<script>" not in html
    assert "<img>" not in html
