"""The measurements of what is read, at a small scale: they run, say what they promise, and find nothing wrong."""

import pytest

from bench.portal import chosen
from tests.bench.conftest import Bench

SMALL = {
    "portal": (
        ["--subjects", "400", "--records", "1500", "--seconds", "0.1", "--repeats", "1"],
        ("P10", "P11", "P12"),
    ),
    "lists": (["--records", "1000", "--small", "400", "--large", "800", "--repeats", "1"], ("P18", "P19")),
    "province": (["--records", "1200", "--events", "0", "--repeats", "1"], ("P13", "P14", "P15")),
}


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(SMALL))
def test_what_is_read_is_measured_and_right(name: str, django_db_setup: str, bench: Bench) -> None:
    sizes, goals = SMALL[name]
    printed = bench(name, *sizes, "--template", django_db_setup)
    assert f"\n## {name}\n" in printed
    for goal in goals:
        assert f"| {goal} |" in printed
    assert "结果不正确" not in printed


def test_fragments_are_as_frequent_as_asked_for() -> None:
    names = [f"鹤岗市{'甲乙丙丁'[number % 4]}{'子丑寅卯辰巳午未'[number % 8]}商店" for number in range(800)]
    for fragment, hits in chosen(names, 0.25).items():
        assert hits == sum(fragment in name for name in names)
        assert len(fragment) == 3 or 140 <= hits <= 280
