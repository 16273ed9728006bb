"""Forms of the workbench; whether something may be is decided by the services."""

from datetime import date

from django import forms

from catalog.forms import RefusableForm
from common.widgets import DayInput
from portal.news.models import Article, NewsColumn
from portal.news.selectors import columns
from portal.news.services import Words


class ArticleForm(forms.Form):
    """What an article says."""

    column = forms.ModelChoiceField(
        NewsColumn.objects.none(), label="栏目", to_field_name="code", empty_label="请选择"
    )
    title = forms.CharField(label="标题", max_length=80, help_text="一句话说清是什么事，搜索引擎也显示它")
    summary = forms.CharField(
        label="摘要", max_length=200, widget=forms.Textarea({"rows": 3}), help_text="列表里显示"
    )
    body = forms.CharField(
        label="正文",
        max_length=20_000,
        widget=forms.Textarea({"rows": 18}),
        help_text="每行一段。小标题的一行以“# ”开头，列表的每一行以“- ”开头，其他符号照原样显示",
    )
    source = forms.CharField(label="来源", max_length=100, help_text="转载的写原文出处，自己写的写本单位")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def offer(self, on: date) -> None:
        """The columns of a day."""
        field = self.fields["column"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = columns(on)

    def words(self) -> Words:
        return Words(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


def initial_of(article: Article) -> dict[str, object]:
    """The form as the article stands."""
    names = ("title", "summary", "body", "source", "version")
    return {"column": article.column.code, **{name: getattr(article, name) for name in names}}


class ApproveForm(RefusableForm):
    """The second officer's word."""

    publish_from = forms.DateField(label="发布日期", widget=DayInput())
    publish_until = forms.DateField(
        label="展示至", required=False, widget=DayInput(), help_text="当天还展示；不填为一直展示"
    )
    names_nobody = forms.BooleanField(
        label="我看过全文：没有自然人的姓名，也没有能认出本人的信息",
        required=False,
        help_text="典型案例必须确认，这一确认记入留痕账本",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class WhyForm(RefusableForm):
    """Why an article is sent back, or taken off."""

    why = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 3}))
