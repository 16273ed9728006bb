"""Lists decided elsewhere of the demo: a court's list and a tax honour list, handed in and looked at as in real life.

Of the court's list the first delivery is let through by another person, the second (a few changes) passes by itself, and a third,
which would let most of them go, is left held, so that the page has something to decide.
"""

import csv
import io
import random
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Officer
from blacklist.choices import DeliveryStatus
from blacklist.imports import services
from blacklist.models import ListDelivery
from common.clock import today
from common.identifiers import make_id_number, make_uscc

_COURT_SOURCE: Final = "zy-sxbzxr"
_TAX_SOURCE: Final = "sw-najsnsr"
_APPROVER: Final = "yingshang-zhuguan"
_COURTS: Final = ("鹤岗市中级人民法院", "鹤岗市兴山区人民法院", "萝北县人民法院", "绥滨县人民法院")
_GROUNDS: Final = (
    "有履行能力而拒不履行",
    "违反财产报告制度",
    "违反限制消费令",
    "无正当理由拒不履行执行和解协议",
)
_WORDS: Final = ("松涛", "白桦", "青山", "红松", "晨露", "云杉", "北雁", "金穗")
_TRADES: Final = ("商贸有限公司", "建筑安装有限公司", "煤炭销售有限公司", "物流有限公司", "农机有限公司")
_SURNAMES: Final = "佟舒傅金关那云白江林"
_SIZE: Final = 48
_PATIENCE: Final = 600
_UNSETTLED: Final = (DeliveryStatus.QUEUED, DeliveryStatus.READING, DeliveryStatus.APPROVED)
Row = Mapping[str, str]


def load_lists(officers: Mapping[str, Officer]) -> int:
    """Deliver what is not there yet; returns how many deliveries there are. A second call adds nothing."""
    if not ListDelivery.objects.exists():
        court, tax = officers["zhongyuan-luru"], officers["shuiwu-luru"]
        rows = _defaulters(today())
        _let_through(_deliver(_COURT_SOURCE, court, rows), officers[_APPROVER])
        _deliver(_COURT_SOURCE, court, [*rows[2:], *_defaulters(today(), first=_SIZE, count=2)])
        _let_through(_deliver(_TAX_SOURCE, tax, _taxpayers(today())), officers[_APPROVER])
        _deliver(_COURT_SOURCE, court, rows[2:18])
    return ListDelivery.objects.count()


def _defaulters(on: date, *, first: int = 0, count: int = _SIZE) -> list[Row]:
    return [_defaulter(number, on) for number in range(first, first + count)]


def _defaulter(number: int, on: date) -> Row:
    chance = random.Random(number)  # noqa: S311 - invented data
    decided = on - timedelta(days=60 + chance.randrange(300))
    person = number % 4 == 3
    name = f"鹤岗市{_WORDS[number % len(_WORDS)]}{_TRADES[number % len(_TRADES)]}"
    who = (
        {
            "被执行人姓名/名称": f"{chance.choice(_SURNAMES)}{chance.choice(_WORDS)}",
            "身份证号码": _identity(number),
        }
        if person
        else {"被执行人姓名/名称": name, "统一社会信用代码": make_uscc("91", "230402", f"MA8{number:05d}")}
    )
    return who | {
        "执行法院": chance.choice(_COURTS),
        "案号": f"（{decided.year}）黑04执{100 + number}号",
        "立案时间": decided.isoformat(),
        "发布时间": (decided + timedelta(days=20)).isoformat(),
        "失信被执行人行为具体情形": chance.choice(_GROUNDS),
        "履行情况": chance.choice(("全部未履行", "部分未履行")),
    }


def _identity(number: int) -> str:
    return make_id_number("230402", date(1970 + number % 30, 1 + number % 12, 1 + number % 28), number % 1000)


def _taxpayers(on: date) -> list[Row]:
    return [
        {
            "纳税人名称": f"鹤岗市{_WORDS[number % len(_WORDS)]}{number}号科技有限公司",
            "纳税人识别号": make_uscc("91", "230402", f"MA9{number:05d}"),
            "评定机关": "国家税务总局鹤岗市税务局",
            "决定文书号": f"{on.year - 1}年度纳税信用评价结果",
            "评价日期": (on - timedelta(days=150)).isoformat(),
            "评价结果": f"{on.year - 1}年度纳税信用A级",
            "评价年度": str(on.year - 1),
        }
        for number in range(1, 37)
    ]


def _deliver(source: str, officer: Officer, rows: Sequence[Row]) -> ListDelivery:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    agency = officer.agency
    assert agency is not None, "a demo officer belongs to an agency"
    upload = SimpleUploadedFile(f"演示_{source}.csv", out.getvalue().encode("utf-8-sig"))
    delivery = services.receive(source_code=source, agency=agency, upload=upload, officer=officer)
    _settle(delivery)
    return delivery


def _settle(delivery: ListDelivery) -> None:
    """Work through it here, or wait for the worker that was quicker."""
    for _ in range(_PATIENCE):
        services.process(delivery.pk)
        delivery.refresh_from_db()
        if delivery.status not in _UNSETTLED:
            return
        time.sleep(0.1)


def _let_through(delivery: ListDelivery, officer: Officer) -> None:
    if delivery.status == DeliveryStatus.HELD:
        services.decide(
            officer=officer,
            delivery_id=delivery.pk,
            approve=True,
            reason="首次来数，已与提供单位核对总数和抽样",
        )
        services.process(delivery.pk)
