"""Sample content of the living style guide. Names and numbers are invented; nothing here is read from the database."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from common.components import (
    Bar,
    BarChart,
    Cell,
    Chip,
    Column,
    Figure,
    Progress,
    Step,
    SummaryRow,
    Table,
    TimelineEvent,
)
from common.gates import refuse
from common.widgets import DayInput, UnitNumberInput, UploadInput

MEGABYTE = 1024 * 1024


class SampleFilterForm(forms.Form):
    """Filters of a record list."""

    q = forms.CharField(label="名称或代码", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("published", "公示中"), ("ended", "已届满")]
    )
    since = forms.DateField(label="决定日期不早于", required=False, widget=DayInput())


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="行政相对人名称", max_length=200, help_text="与营业执照上的名称一致")
    amount = forms.DecimalField(
        label="罚款金额",
        required=False,
        widget=UnitNumberInput("万元"),
        help_text="按决定书填写，2,000 元写作 0.2",
    )
    decided_on = forms.DateField(label="处罚决定日期", widget=DayInput())
    category = forms.ChoiceField(
        label="相对人类别",
        choices=[("org", "法人及非法人组织"), ("person", "自然人"), ("sole", "个体工商户")],
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label="处罚种类",
        required=False,
        choices=[("fine", "罚款"), ("confiscate", "没收违法所得"), ("suspend", "责令停产停业")],
        widget=forms.CheckboxSelectMultiple,
        help_text="可以多选",
    )
    reason = forms.CharField(label="违法事实", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    declared = forms.BooleanField(
        label="本批次全部适用普通程序", help_text="适用简易程序的不纳入公共信用信息"
    )


class SampleUploadForm(forms.Form):
    """A batch file."""

    file = forms.FileField(
        label="报送文件",
        widget=UploadInput(accept=".csv,.xlsx", max_bytes=200 * MEGABYTE),
        help_text="CSV（UTF-8 或 GB18030）或 Excel，不超过 200 MB；表头可以用名称，也可以用代码",
    )


def _table(sort: str) -> Table:
    return Table(
        caption="行政处罚",
        columns=[
            Column("行政相对人", sort="name"),
            Column("决定书文号", tight=True),
            Column("决定日期", sort="decided", tight=True),
            Column("罚款（万元）", sort="amount", numeric=True),
            Column("状态", tight=True),
        ],
        rows=[
            [
                Cell("鹤岗市北山选煤有限公司", url="#table", note="91230400MA1ABCDE2X"),
                "鹤应急罚〔2026〕15号",
                "2026年9月3日",
                "3.5",
                Cell(chip=Chip("公示中", "info")),
            ],
            [
                Cell("兴山区顺达便民超市", url="#table", note="92230407MA1FGHJK34"),
                "鹤市监罚〔2026〕102号",
                "2026年7月21日",
                "0.2",
                Cell(chip=Chip("修复办理中", "warning")),
            ],
            [
                Cell("萝北县绿源米业有限责任公司", url="#table", note="91230421MA1LMNPQ56"),
                "鹤环罚〔2026〕8号",
                "2026年5月12日",
                "12",
                Cell(chip=Chip("已移出", "good")),
            ],
        ],
        sort=sort,
    )


def _timeline(now: datetime) -> list[TimelineEvent]:
    return [
        TimelineEvent(
            now - timedelta(days=4),
            "申请人提交信用修复申请",
            who="鹤岗市北山选煤有限公司",
            document="信用修复承诺书",
            document_url="#timeline",
        ),
        TimelineEvent(now - timedelta(days=2), "已受理", who="市应急管理局 王某", chip=Chip("按期", "good")),
        TimelineEvent(
            now,
            "请补充材料",
            who="市应急管理局 王某",
            document="补正通知书",
            note="缺少履行法定义务的证明，请在 10 个工作日内补充。",
        ),
    ]


STEPS = [
    Step("核实违法事实", "done", "依据 鹤应急罚〔2026〕15号", url="#steps"),
    Step(
        "告知当事人",
        "current",
        "告知事由、依据和依法享有的权利",
        missing=["送达回证", "告知书编号"],
        url="#steps",
    ),
    Step("听取异议", "blocked", "告知书送达后才开始计算异议期"),
    Step("作出决定并公布", "todo"),
]

SUMMARY = [
    SummaryRow("统一社会信用代码", "91230400MA1ABCDE2X"),
    SummaryRow("公示期限", "2026年9月3日 至 2027年9月2日", note="最短公示期 3 个月，届满后可以申请修复"),
    SummaryRow("状态", "可以申请信用修复", chip=Chip("公示中", "info")),
    SummaryRow("联系电话", "0468-300****", url="#summary"),
]

FIGURES = [
    Figure("公示中的行政处罚", "1,284", "条", "截至今天"),
    Figure("公示中的行政许可", "9,630", "条", "截至今天"),
    Figure("办结信用修复", 57, "件", "本月，平均 3.2 个工作日"),
    Figure("列入严重失信主体名单", 12, "户", "现行有效"),
]

BY_AGENCY = BarChart(
    title="本月各单位报送量",
    unit="条",
    label_heading="单位",
    bars=[
        Bar("市市场监督管理局", 412),
        Bar("市交通运输局", 268),
        Bar("市应急管理局", 97),
        Bar("市生态环境局", 41),
    ],
    note="按报送成功的条数统计，退回的不计入。",
    chart_id="by-agency",
)

BY_MONTH = BarChart(
    title="2026年每月办结的信用修复",
    unit="件",
    label_heading="月份",
    bars=[
        Bar(f"{month}月", count)
        for month, count in enumerate([31, 22, 40, 38, 45, 52, 49, 61, 58, 57, 44], start=1)
    ],
    layout="columns",
    chart_id="by-month",
)


def styleguide_context(request: HttpRequest) -> dict[str, object]:
    """Everything the style guide page shows; `?sort=` and the filters work on the address like on a real list."""
    now = timezone.now()
    invalid = SampleForm({"amount": "两千元", "decided_on": "2026-13-01"})
    return {
        "filter_form": SampleFilterForm(request.GET or None),
        "sample_form": SampleForm(auto_id="plain_%s"),
        "invalid_form": invalid,
        "upload_form": SampleUploadForm(auto_id="upload_%s"),
        "table": _table(request.GET.get("sort", "-decided")),
        "events": _timeline(now),
        "steps": STEPS,
        "summary_rows": SUMMARY,
        "figure_items": FIGURES,
        "by_agency": BY_AGENCY,
        "by_month": BY_MONTH,
        "running": Progress("检查报送文件", 3200, 10000, detail="发现 12 行需要更正"),
        "tones": [
            ("期限已满", "neutral"),
            ("公示中", "info"),
            ("已办结", "good"),
            ("快到期", "warning"),
            ("已超期", "serious"),
        ],
        "start": date(2026, 1, 1),
        "end": timezone.localdate() + timedelta(days=12),
        "amount": Decimal("0.2"),
        "refusals": [refuse("notice_not_served"), refuse("objection_window_open")],
    }
