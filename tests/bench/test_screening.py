"""The measurement of screening runs from end to end and says what it promises to say; figures are not judged here."""

import pytest

from tests.bench.conftest import Bench


@pytest.mark.long
def test_the_screening_measurement_reports_ratios(django_db_setup: str, bench: Bench) -> None:
    sizes = [
        "--subjects", "100", "--records", "200", "--small-records", "100", "--entries", "30", "--file-rows", "80",
        "--seconds", "0.05", "--repeats", "1",
    ]  # fmt: skip
    printed = bench("screening", *sizes, "--template", django_db_setup)
    for line in ("空视图，8 个并发", "本系统单个，8 个并发", "| P6 |", "| P8 |", "| P9 |", "| 规模 |"):
        assert line in printed
