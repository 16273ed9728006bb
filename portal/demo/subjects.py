"""Invented credit subjects: companies, a rural collective, self-employed businesses and persons, with valid codes.

The names are meant to be seen through: an animal beside a word for the north. The body of every code starts with XN (虚拟).
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from catalog.choices import SubjectKind
from common.identifiers import USCC_PLACEHOLDER, make_id_number, make_uscc

_PLACES: Final = (
    ("230402", "鹤岗市向阳区"),
    ("230403", "鹤岗市工农区"),
    ("230404", "鹤岗市南山区"),
    ("230405", "鹤岗市兴安区"),
    ("230406", "鹤岗市东山区"),
    ("230407", "鹤岗市兴山区"),
    ("230421", "萝北县"),
    ("230422", "绥滨县"),
)
_WORDS: Final = (
    "松果",
    "冰凌",
    "白桦",
    "晴雪",
    "暖阳",
    "界江",
    "黑土",
    "矿灯",
    "云杉",
    "霜叶",
    "雾凇",
    "北斗",
)
_ANIMALS: Final = ("熊", "鹿", "狐", "雁", "獾", "松鼠", "猞猁", "雪鸮", "野兔", "飞龙", "马驹", "喜鹊")
_TRADES: Final = (
    "商贸",
    "农机销售",
    "粮食加工",
    "煤业",
    "物流",
    "餐饮管理",
    "建筑安装",
    "石墨新材料",
    "热力服务",
    "山产品",
)
_SHOPS: Final = ("食杂店", "烧烤店", "汽车修理部", "理发店", "五金商店", "粮油店", "早餐铺")
_SURNAMES: Final = "林佟关那舒傅金白云江"
_GIVEN: Final = (
    "有田",
    "小河",
    "北雁",
    "春雪",
    "大山",
    "松青",
    "映江",
    "禾丰",
    "冬梅",
    "远航",
    "石磊",
    "夏至",
)


@dataclass(frozen=True)
class DemoSubject:
    """One invented subject; `document` is set for persons only."""

    kind: SubjectKind
    name: str
    uscc: str
    registration: str
    representative: str
    document: str


def subjects(count: int, chance: random.Random) -> list[DemoSubject]:
    """`count` subjects: mostly companies; every sixth self-employed, every twelfth a person; two special ones first."""
    return [*_special(), *(_subject(number, chance) for number in range(2, count))]


def _special() -> list[DemoSubject]:
    collective = DemoSubject(
        SubjectKind.ORGANISATION,
        "萝北县松果镇飞龙村股份经济合作社",
        make_uscc("N2", "230421", "XN000001"),
        "",
        "佟有田",
        "",
    )
    without_code = DemoSubject(
        SubjectKind.SELF_EMPLOYED, "绥滨县雾凇野兔豆腐坊", USCC_PLACEHOLDER, "230422600000017", "关春雪", ""
    )
    return [collective, without_code]


def _subject(number: int, chance: random.Random) -> DemoSubject:
    region, place = chance.choice(_PLACES)
    if number % 12 == 7:
        return DemoSubject(SubjectKind.PERSON, _person(chance), "", "", "", _id_number(number, region))
    name = chance.choice(_WORDS) + chance.choice(_ANIMALS)
    body = f"XN{number:06d}"
    if number % 6 == 3:
        shop = f"{place}{name}{chance.choice(_SHOPS)}"
        return DemoSubject(
            SubjectKind.SELF_EMPLOYED, shop, make_uscc("92", region, body), "", _person(chance), ""
        )
    company = f"{place}{name}{chance.choice(_TRADES)}有限公司"
    return DemoSubject(
        SubjectKind.ORGANISATION, company, make_uscc("91", region, body), "", _person(chance), ""
    )


def _person(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + chance.choice(_GIVEN)


def _id_number(number: int, region: str) -> str:
    born = date(1961, 1, 1) + timedelta(days=number * 37 % 14_000)
    return make_id_number(region, born, number % 1000)
