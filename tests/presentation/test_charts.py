"""Charts keep their proportions and always carry their numbers."""

import re

import pytest
from django.template import Context, Template

from common.components import Bar, BarChart, Progress


def drawn(chart: BarChart) -> str:
    return Template("{% bar_chart chart %}").render(Context({"chart": chart}))


def test_bars_are_in_proportion_to_the_largest() -> None:
    chart = BarChart(title="报送量", bars=[Bar("甲局", 400), Bar("乙局", 100), Bar("丙局", 0)])
    assert [bar.share for bar in chart.drawn] == ["100.00%", "25.00%", "0.00%"]


@pytest.mark.parametrize(
    ("largest", "ceiling"), [(61, 80), (100, 100), (101, 120), (0.3, 0.3), (0, 1), (1284, 1600)]
)
def test_the_scale_ends_at_a_round_number_above_the_largest(largest: float, ceiling: float) -> None:
    assert BarChart(title="", bars=[Bar("甲", largest)]).ceiling == pytest.approx(ceiling)


def test_columns_stay_inside_the_drawing() -> None:
    chart = BarChart(title="办结", bars=[Bar(f"{m}月", m * 7) for m in range(1, 13)], layout="columns")
    for bar in chart.drawn:
        assert float(bar.x.rstrip("%")) + float(bar.width.rstrip("%")) <= 100
        assert float(bar.y) >= chart.TOP
        assert float(bar.y) + float(bar.height) == pytest.approx(chart.baseline, abs=0.2)


@pytest.mark.parametrize("layout", ["bars", "columns"])
def test_every_number_stands_in_a_table(layout: str) -> None:
    html = drawn(BarChart(title="办结", unit="件", bars=[Bar("一月", 31), Bar("二月", 1022)], layout=layout))
    tables = "".join(re.findall(r"<table.*?</table>", html, flags=re.S))
    assert "31" in tables
    assert "1,022" in tables


def test_an_empty_chart_is_drawn_without_bars() -> None:
    assert "chart__row" not in drawn(BarChart(title="办结", bars=[]))


def test_progress_is_spoken_by_tenths_and_polls_only_while_running() -> None:
    running = Progress("检查文件", 3299, 10_000, poll_url="/p/")
    assert running.announcement == "检查文件：已完成约 30%"
    html = Template("{% progress p %}").render(Context({"p": running}))
    assert 'hx-get="/p/"' in html
    over = Template("{% progress p %}").render(Context({"p": Progress("检查文件", 10_000, 10_000)}))
    assert "hx-get" not in over
    assert "已完成" in over


def test_a_failed_task_is_not_called_complete() -> None:
    failed = Progress("检查文件", 10, 10, failed=True)
    assert not failed.finished
    assert failed.announcement == "检查文件：未完成"


def test_of_what_nobody_has_counted_no_total_is_told() -> None:
    def shown(done: int) -> str:
        return Template("{% progress p %}").render(Context({"p": Progress("排队等待", done, None)}))

    assert "等待处理" in shown(0) and "已处理 1,200 行" in shown(1200)
    for html in (shown(0), shown(1200)):
        assert "%" not in html and "value=" not in html and "已完成" not in html
    assert Progress("排队等待", 3, None).announcement == "排队等待"
