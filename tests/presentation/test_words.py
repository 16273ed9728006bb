"""Dates, periods, money and clauses as the pages write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.template import Context, Template

from common.templatetags import credit


def rendered(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def test_a_moment_is_shown_on_its_local_day() -> None:
    late = datetime(2026, 11, 21, 17, 5, tzinfo=UTC)  # 01:05 on the 22nd in Hegang
    assert credit.cdate(late) == "2026年11月22日"
    assert credit.cdatetime(late) == "2026年11月22日 01:05"


def test_a_missing_date_is_said_to_be_missing() -> None:
    assert rendered("{{ day|cdate }}", day=None) == "未载明"


def test_a_date_in_running_text_is_kept_on_one_line() -> None:
    drawn = rendered("{{ text|whole_dates }}", text="<b>公示到2027年5月11日，还有 169 天")
    whole = '<span class="whole">{}</span>'.format
    assert drawn == f"&lt;b&gt;公示到{whole('2027年5月11日')}，还有 {whole('169 天')}"
    inside = rendered('{% notice %}<a title="2027年5月11日">看</a>{% endnotice %}')
    assert 'title="2027年5月11日"' in inside


def test_pages_write_dates_as_people_do() -> None:
    """ISO dates belong into addresses, files and interfaces."""
    root = Path(settings.BASE_DIR)
    sources = [
        path
        for pattern in (
            "*/views/*.py",
            "*/*/views/*.py",
            "*/views*.py",
            "*/*/views*.py",
            "*/forms*.py",
            "*/*/forms*.py",
        )
        for path in root.glob(pattern)
        if path.relative_to(root).parts[0] not in {"tests", ".venv"}
    ]
    assert len(sources) > 50
    shown = [
        f"{path.name}: {line.strip()}"
        for path in sources
        for line in path.read_text().splitlines()
        if ":%Y-%m-%d}" in line and "?on=" not in line
    ]
    assert not shown, shown


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-11-10", "2026年1月1日 至 2026年11月22日（还有 12 天）"),
        ("2026-11-22", "2026年1月1日 至 2026年11月22日（今天到期）"),
        ("2026-11-23", "2026年1月1日 至 2026年11月22日（已届满）"),
    ],
)
def test_a_period_shows_both_ends_and_the_days_left(today: str, words: str) -> None:
    with time_machine.travel(f"{today}T09:00:00+08:00", tick=False):
        assert credit.cperiod(date(2026, 1, 1), date(2026, 11, 22)) == words


def test_a_period_without_end() -> None:
    assert credit.cperiod(date(2026, 1, 1), None) == "2026年1月1日 至 长期"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Decimal("0.2"), "0.2 万元（2,000 元）"),
        (Decimal("12"), "12 万元（120,000 元）"),
        (Decimal("0.000050"), "0.00005 万元（0.5 元）"),
        ("1234.500000", "1,234.5 万元（12,345,000 元）"),
        (Decimal("1E+2"), "100 万元（1,000,000 元）"),
        (0, "0 万元（0 元）"),
        (None, "未载明"),
        ("不计", "不计"),
    ],
)
def test_money_in_ten_thousands_and_in_yuan(amount: Decimal | str | int | None, words: str) -> None:
    assert credit.wan_yuan(amount) == words


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (3, "还有 3 个工作日", "neutral"),
        (2, "还有 2 个工作日", "warning"),
        (0, "今天到期", "warning"),
        (-3, "已超 3 个工作日", "serious"),
    ],
)
def test_a_deadline_changes_tone_with_its_words(left: int, words: str, tone: str) -> None:
    drawn = rendered("{% deadline left due %}", left=left, due=date(2026, 12, 1))
    assert words in drawn
    assert f"chip--{tone}" in drawn
    assert "2026年12月1日 前" in drawn


def test_a_chip_escapes_what_it_shows() -> None:
    assert "&lt;b&gt;" in rendered("{% chip words 'good' %}", words="<b>")


def test_the_clause_of_a_refusal() -> None:
    assert "第8条" in rendered("{{ 'notice_not_served'|clause }}")


def test_an_unverified_basis_says_so() -> None:
    assert "来源待核" in rendered("{% basis '某通知' unverified=True %}")
    assert "来源待核" not in rendered("{% basis '某通知' %}")
