"""Lists decided elsewhere as files: invented bodies and persons on a court's list, in the platform's own columns."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.choices import Role
from agencies.models import Officer
from blacklist.imports import services
from blacklist.models import ListDelivery
from common.identifiers import make_id_number
from tests import people
from tests.factories import invented_uscc

SOURCE = "zy-sxbzxr"
COURT = "hg-zhongyuan"
HEADER = (
    "主体名称", "主体类别", "统一社会信用代码", "证件类型", "证件号码", "认定单位", "决定文书号", "决定日期",
    "列入事由", "列入日期", "列入期限至", "履行情况",
)  # fmt: skip
Row = dict[str, str]


def row(number: int, **other: str) -> Row:
    """The defaulter `number`; a company unless `other` says otherwise."""
    return {
        "主体名称": f"鹤岗市松涛{number}号商贸有限公司",
        "主体类别": "单位",
        "统一社会信用代码": invented_uscc(50_000 + number),
        "认定单位": "鹤岗市中级人民法院",
        "决定文书号": f"（2026）黑04执{number}号",
        "决定日期": "2026-03-02",
        "列入事由": "有履行能力而拒不履行",
        "列入日期": "2026-04-08",
        "履行情况": "全部未履行",
    } | other


def person(number: int, name: str = "林有田", **other: str) -> Row:
    """A natural person, known by an identity card."""
    return row(number) | {
        "主体名称": name,
        "主体类别": "自然人",
        "统一社会信用代码": "",
        "证件类型": "身份证",
        "证件号码": make_id_number("230402", date(1980, 1, 1 + number % 28), number % 1000),
    } | other  # fmt: skip


def rows(count: int, first: int = 1) -> list[Row]:
    return [row(number) for number in range(first, first + count)]


def as_csv(lines: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def upload(content: bytes, name: str = "失信被执行人.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def clerk(code: str = COURT) -> Officer:
    found = Officer.objects.filter(username=f"submitter-{code}").first()
    return found or people.officer(Role.SUBMITTER, code=code)


def authority() -> Officer:
    found = Officer.objects.filter(username="authority-hg-yingshang").first()
    return found or people.officer(Role.AUTHORITY)


def deliver(lines: Iterable[Mapping[str, str]], *, source: str = SOURCE, code: str = COURT) -> ListDelivery:
    """Hand a list in and let it be worked through."""
    officer = clerk(code)
    delivery = services.receive(
        source_code=source, agency=people.agency(code), officer=officer, upload=upload(as_csv(lines))
    )
    services.process(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def approve(delivery: ListDelivery) -> ListDelivery:
    services.decide(officer=authority(), delivery_id=delivery.pk, approve=True, reason="已与法院电话核对")
    services.process(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def standing(count: int, **options: str) -> ListDelivery:
    """A first list of `count` companies, approved and applied."""
    return approve(deliver(rows(count), **options))


@pytest.fixture(autouse=True)
def private_root(settings: LazySettings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"
