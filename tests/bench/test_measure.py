"""The small tools of the measurements: turns, medians, goals, and the file the results go to."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from bench import population, results
from bench.databases import without_triggers
from bench.measure import Report, interleaved, medians, spent
from records.models import CreditRecord, Subject


def test_kinds_take_turns_and_the_warm_up_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr("bench.measure.gc", SimpleNamespace(collect=lambda: order.clear()))
    found = interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3, calls=2)
    assert {name: len(runs) for name, runs in found.items()} == {"a": 3, "b": 3}
    assert order == ["a"] * 2 + ["b"] * 4 + ["a"] * 4 + ["b"] * 4 + ["a"] * 2
    assert medians({"x": [1.0, 9.0, 2.0], "none": []}) == {"x": 2.0}


def test_a_missed_goal_is_said_and_a_wrong_result_makes_it_fail() -> None:
    report = Report("样例")
    report.row("本系统", 0.0042)
    report.at_most("P1", "与极限之比", 2.5, 2)
    report.at_least("P2", "快于同类（倍）", 31.2, 20)
    assert [ratio.met for ratio in report.ratios] == [False, True] and report.wrong == []
    text = report.markdown()
    assert "| 本系统 | 4.20 ms |" in text
    assert "| P1 | 与极限之比 | 2.5 | ≤ 2 | 未达到 |" in text and "| ≥ 20 | 达到 |" in text
    report.check(1 + 1 == 3, "一加一")
    assert report.wrong == ["一加一"] and "**结果不正确**：一加一" in report.markdown()
    assert spent(1234.5) == "1,234.50 s"


def test_a_section_replaces_its_own_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "measurements.md"
    for name, text in (("lists", "甲"), ("import", "乙"), ("lists", "丙")):
        results.write(name, f"## {name}\n\n{text}\n", path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# 性能测量结果")
    assert text.index("## import\n\n乙") < text.index("## lists\n\n丙") and "甲" not in text
    results.write("lists", "## lists\n\n丁\n", path)
    assert path.read_text(encoding="utf-8") == text.replace("丙", "丁")


@pytest.mark.django_db
def test_a_town_is_filled_in_as_intake_would_leave_it() -> None:
    population.fill(subjects=300, records=900)
    assert Subject.objects.count() == 300 and CreditRecord.objects.count() == 900
    persons = Subject.objects.filter(kind="person")
    assert 0 < persons.count() < 60 and not persons.exclude(name="").exists()
    assert not CreditRecord.objects.filter(subject__kind="person", published_until__isnull=False).exists()
    items = set(CreditRecord.objects.values_list("item_code", "item__code"))
    assert items == {("xzcf", "xzcf"), ("xzxk", "xzxk")}
    assert 0 < CreditRecord.objects.filter(ended_on__isnull=False).count() < 60
    row = CreditRecord.objects.filter(item_code="xzcf")[0]
    assert row.item.effective_from <= row.decision_date and row.data["CF_WFXW"] and row.regime and row.tier


@pytest.mark.django_db
def test_triggers_come_back_as_they_were() -> None:
    def modes() -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select tgname, tgenabled from pg_trigger where tgrelid = 'records_creditrecord'::regclass order by 1"
            )
            return cursor.fetchall()

    before = modes()
    assert {mode for _, mode in before} == {"A", "O"}
    with connection.cursor() as cursor, without_triggers(cursor, "records_creditrecord"):
        assert {mode for _, mode in modes()} == {"D"}
    assert modes() == before
