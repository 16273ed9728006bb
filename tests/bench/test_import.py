"""The measurement runs from end to end and says what it promises to say; figures themselves are not judged here."""

import pytest
from import_export.exceptions import ImportError as ImportError_

from agencies.models import Agency
from bench import samples
from bench.import_export import import_csv, import_xlsx
from common.clock import today
from common.identifiers import uscc_problem
from records.models import CreditRecord
from tests.bench.conftest import Bench


@pytest.fixture
def unit() -> samples.Unit:
    return samples.Unit("某局", samples.organisation_code(1, "11"))


def test_the_same_seed_gives_the_same_rows(unit: samples.Unit) -> None:
    first = list(samples.penalties(50, unit, today=today(), seed=3))
    assert first == list(samples.penalties(50, unit, today=today(), seed=3))
    assert first != list(samples.penalties(50, unit, today=today(), seed=4))
    assert len({row["CF_WSH"] for row in first}) == 50
    assert uscc_problem(unit.uscc) is None


@pytest.mark.long
def test_the_import_measurement_reports_ratios(django_db_setup: str, bench: Bench) -> None:
    sizes = ["--rows", "400", "--repeats", "1", "--peer-rows", "20", "--holding", "300"]
    printed = bench("import", *sizes, "--template", django_db_setup)
    for line in (
        "极限：COPY 入同一张表",
        "本系统 CSV",
        "本系统 XLSX",
        "| P1 |",
        "| P2 |",
        "| P3 |",
        "| P4 |",
        "| 内存 |",
    ):
        assert line in printed
    assert "总数 400 = 收下 388 + 退回 10 + 重复 2" in printed
    assert "结果不正确" not in printed


def test_the_peer_takes_the_same_rows_and_refuses_what_we_refuse(db: None) -> None:
    agency = Agency.objects.get(code="hg-shijian")
    rows = list(samples.penalties(30, samples.Unit(agency.name, agency.uscc), today=today()))
    csv = samples.as_csv(rows, samples.COLUMNS, encoding="utf-8").decode()
    assert import_csv(csv, agency) == CreditRecord.objects.count() == 30
    assert {record.document_number for record in CreditRecord.objects.all()} == {
        row["CF_WSH"] for row in rows
    }
    samples.as_organisation(rows[0])
    rows[0]["CF_XDR_SHXYM"] = "912304021234567890"
    with pytest.raises(ImportError_):
        import_csv(samples.as_csv(rows[:1], samples.COLUMNS, encoding="utf-8").decode(), agency)
    assert import_xlsx(samples.as_xlsx([rows[1] | {"CF_WSH": "鹤〔2026〕1号"}], samples.COLUMNS), agency) == 1
