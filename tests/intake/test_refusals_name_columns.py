"""What comes back says which column is wrong, in the words of the officer's own table."""

import csv
import io

import pytest
from django.test import Client

from agencies.choices import Role
from agencies.models import Agency
from bench import samples
from common.list_files import csv_blocks
from records.intake import rejections
from records.models import CreditRecord, IntakeBatch
from tests import people
from tests.intake.conftest import HandIn

LABELS = {"CF_JDRQ": "处罚决定日期", "CF_YXQ": "处罚有效期", "CF_NR_FK": "罚款金额（万元）"}


def sentences(batch: IntakeBatch) -> list[str]:
    table = list(
        csv.DictReader(io.StringIO(b"".join(csv_blocks(rejections.table(batch))).decode("utf-8-sig")))
    )
    return [row["错误说明"] for row in table]


@pytest.mark.parametrize("labels", [False, True])
def test_the_file_of_rejected_rows_names_the_column(
    hand_in: HandIn, company: samples.Row, labels: bool
) -> None:
    header = [LABELS.get(one, one) if labels else one for one in samples.COLUMNS]
    rows = [
        company | {"CF_JDRQ": "昨天"},
        company | {"CF_YXQ": "昨天"},
        company | {"CF_NR_FK": "-1"},
        company | {samples.PROCEDURE: "听证程序"},
        company | {"CF_SY": ""},
    ]
    batch = hand_in(samples.as_csv(rows, header, samples.COLUMNS))
    name = LABELS if labels else {code: code for code in LABELS}
    assert sentences(batch) == [
        f"{name['CF_JDRQ']}：“昨天”不是可识别的日期，请按YYYY-MM-DD填写",
        f"{name['CF_YXQ']}：“昨天”不是可识别的日期，请按YYYY-MM-DD填写",
        f"{name['CF_NR_FK']}：金额不得为负数",
        "适用程序：“听证程序”不在规定取值内，应为：普通程序、简易程序",
        "违法事实必填",
    ]


def test_what_a_table_does_not_have_is_called_as_in_the_catalog(
    hand_in: HandIn, company: samples.Row
) -> None:
    header = [one for one in samples.COLUMNS if one != "CF_NR_FK"]
    row = company | {"CF_CFLB": "罚款"}
    batch = hand_in(samples.as_csv([row], header, header))
    assert sentences(batch) == ["处罚类别含罚款时，罚款金额（万元）必填"]


def test_the_page_of_the_batch_counts_by_column(hand_in: HandIn, company: samples.Row) -> None:
    rows = [
        company | {"CF_JDRQ": "昨天"},
        company | {"CF_JDRQ": "前天"},
        company | {"CF_YXQ": "昨天"},
        company,
        company,
    ]
    batch = hand_in(samples.as_csv(rows, samples.COLUMNS))
    browser = Client()
    browser.force_login(people.officer(Role.SUBMITTER))
    page = browser.get(f"/workbench/batches/{batch.public_id}/").content.decode()
    words = " ".join(page.split())
    for column, rows_of in (("CF_JDRQ", 2), ("CF_YXQ", 1), ("整行", 1)):
        assert column in words, rows_of
    assert page.count("date_invalid") == 2 and "duplicate" in page


def test_a_file_with_another_units_name_comes_back_row_by_row(
    hand_in: HandIn, company: samples.Row, agency: Agency
) -> None:
    """An officer of 市监局 wrote 应急管理局 into two of three rows."""
    rows = [company | {"CF_WSH": f"鹤市监罚〔2026〕{number}号", "CF_CFJG": name} for number, name in enumerate(
        ("鹤岗市应急管理局", agency.name, "应急管理局"), 1)]  # fmt: skip
    batch = hand_in(samples.as_csv(rows, samples.COLUMNS))
    assert (batch.accepted, batch.rejected) == (1, 2)
    told = sentences(batch)
    assert [
        f"处罚机关“{name}”" in one for name, one in zip(("鹤岗市应急管理局", "应急管理局"), told, strict=True)
    ] == [True, True]
    assert all(f"该代码登记的单位是“{agency.name}”" in one for one in told)
    assert {record.authority_name for record in CreditRecord.objects.all()} == {agency.name}
