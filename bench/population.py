"""A town's worth of subjects and records straight into the tables, for measurements of what is read.

Names are drawn from words of very uneven frequency, so that two-character fragments of every rarity exist. Subjects go
in by COPY, records by one INSERT over a series of numbers with triggers off (what is measured later is reading); the same
numbers give the same rows.
"""

import io
import json
import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import accumulate, islice
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from agencies.models import Agency
from bench import samples
from bench.databases import database, use, without_triggers
from bench.measure import say
from catalog.choices import SubjectKind
from catalog.models import ProviderRoute, PublicationTier
from common.clock import today
from common.identifiers import make_id_number, make_uscc
from ledger.services import seal_all
from records.intake.good_rows import SubjectSeed
from records.intake.subject_lines import SUBJECT_COLUMNS, subject_line
from records.rules.subjects import person_key

_CHARACTERS: Final = (
    "鑫恒瑞永金宏长德百雪松龙源泰丰顺穗达盛信川原鹤泉兴隆华美佳嘉福康宁安平和顺利发旺茂昌荣盛富贵吉祥如意鸿运通亨东"
    "南西北中天地山河江海湖林森木火土石玉珠宝银铜铁钢煤电光明亮星月日春夏秋冬风云雨露霜冰清正大小新老古今文武智勇仁义礼"
    "诚善真爱心家人民国邦城乡村镇街路桥门楼阁园庄岭峰岗谷源洲岛港湾禾麦稻豆果蔬花草茶酒米面油盐酱醋糖牛羊马鸡鸭鱼"
)
_TRADES: Final = (
    "煤业", "食品", "农机销售", "运输", "建材", "餐饮管理", "物业服务", "药房", "粮油", "木业", "石墨", "商贸", "科技", "建筑工程", "电子商务",
    "农业专业合作", "种植", "养殖", "汽车维修", "广告传媒", "劳务", "机械设备", "化工", "家具", "服装", "百货", "酒店", "旅游", "教育咨询", "环保",
)  # fmt: skip
_ENDS: Final = ("有限公司", "有限责任公司", "合作社", "商店", "经营部")
_AREAS: Final = ("230402", "230403", "230404", "230405", "230406", "230407", "230421", "230422")
_FORMS: Final = 400  # different contents that the records share
_WORDS: Final = 4_000
_BLOCK: Final = 10_000


def fill(*, subjects: int, records: int, seed: int = 1) -> None:
    """Into the database of the default connection; leaves statistics as autovacuum would."""
    say(f"{subjects:,} 个主体、{records:,} 条记录")
    with connection.cursor() as cursor:
        first = _subjects(cursor, subjects, seed)
        _records(cursor, first, subjects, records, seed)
        cursor.execute("analyze records_subject, records_creditrecord")


# --- subjects ------------------------------------------------------------------------------------------


def names(count: int, seed: int) -> Iterator[str]:
    """Names of organisations; word n is about n times rarer than the first."""
    draw = random.Random(seed)
    words = ["".join(draw.sample(_CHARACTERS, 2)) for _ in range(_WORDS)]
    words_up_to = list(accumulate(1 / (number + 10) for number in range(_WORDS)))
    trades_up_to = list(accumulate(1 / (number + 2) for number in range(len(_TRADES))))

    def pick(options: Sequence[str], up_to: list[float]) -> str:
        return options[bisect(up_to, draw.random() * up_to[-1])]

    for _ in range(count):
        place = draw.choice(("鹤岗市", "鹤岗市", "鹤岗", "萝北县", "绥滨县", "黑龙江省", ""))
        middle = pick(words, words_up_to) + (pick(words, words_up_to) if draw.random() < 0.4 else "")
        yield f"{place}{middle}{pick(_TRADES, trades_up_to)}{draw.choice(_ENDS)}"


def _subjects(cursor: CursorWrapper, count: int, seed: int) -> int:
    """Subjects by COPY; returns the id before the first. Eight in a hundred are natural persons."""
    cursor.execute("select coalesce(max(id), 0) from records_subject")
    before = int(cursor.fetchone()[0])
    draw = random.Random(seed + 1)
    lines = (
        f"{before + number}\t{_subject(draw, before + number, name)}\n"
        for number, name in enumerate(names(count, seed), 1)
    )
    sql = f"copy records_subject ({SUBJECT_COLUMNS}) from stdin"
    with without_triggers(cursor, "records_subject"):
        while block := "".join(islice(lines, _BLOCK)):
            cursor.copy_expert(sql, io.BytesIO(block.encode()))
    cursor.execute("select setval(pg_get_serial_sequence('records_subject', 'id'), %s)", [before + count])
    return before


def _subject(draw: random.Random, number: int, name: str) -> str:
    area = draw.choice(_AREAS)
    if draw.random() < 0.08:
        born = date(1960, 1, 1) + timedelta(days=draw.randrange(15_000))
        document = make_id_number(area, born, number % 1000)
        # the running number keeps keys apart where invented identity numbers meet
        key = person_key("身份证", f"{document}/{number}")
        return subject_line(key, SubjectSeed(SubjectKind.PERSON, "林有田", "", {}, "身份证", document))
    kind, authority = (
        (SubjectKind.SELF_EMPLOYED, "92") if name.endswith(("店", "部")) else (SubjectKind.ORGANISATION, "91")
    )
    uscc = make_uscc(authority, area, f"{number:08d}")
    return subject_line(f"uscc:{uscc}", SubjectSeed(kind, name, uscc, {}, "", ""))


# --- records -------------------------------------------------------------------------------------------

# Hash functions instead of random(): the same row for the same number, whatever the plan.
_INSERT: Final = """
insert into records_creditrecord (
    subject_id, item_id, item_code, provider_id, channel, fingerprint, document_kind, document_number,
    decision_date, effective_date, authority_name, authority_uscc, procedure, minor, end_reason, ended_noted, ended_on,
    data, regime_id, tier_id, minimum_until, shared_until, published_until, used_until, received_at)
select n.subject_id, i.id, f.item_code, u.id, 'file', decode(md5(%(seed)s || '/' || n.n), 'hex'),
    f.document_kind, f.word || '〔' || extract(year from n.day) || '〕' || n.n || '号',
    n.day, n.day, u.name, u.uscc, 'ordinary', 'none', case when n.ended then 'repaired' else '' end, false,
    case when n.ended then n.day + 200 end, f.data, f.regime_id, f.tier_id,
    (n.day + make_interval(months => f.min_months))::date, until.day,
    case when f.shown and s.kind <> 'person' then until.day end, until.day, n.day + interval '5 days'
from (
    select n, %(first)s + 1 + abs(hashint8(n + %(seed)s) %% %(subjects)s) as subject_id,
        date %(from)s + abs(hashint8(n * 7919 + %(seed)s)) %% (date %(today)s - date %(from)s) as day,
        abs(hashint8(n * 31 + 5)) %% %(forms)s as form,
        -- half of what is handed in comes from one agency
        (power(abs(hashint8(n * 17 + 3)) %% 10000 / 10000.0, 3) * %(units)s)::int as unit,
        abs(hashint8(n * 13 + 1)) %% 50 = 0 as ended
    from generate_series(%(low)s::bigint, %(high)s::bigint) n
) n
join bench_forms f on f.n = n.form
join bench_units u on u.n = n.unit
join records_subject s on s.id = n.subject_id
cross join lateral (select (n.day + make_interval(months => f.max_months))::date as day) until
join catalog_catalogitem i on i.code = f.item_code and n.day between i.effective_from and coalesce(i.effective_until, 'infinity')
"""


def _records(cursor: CursorWrapper, first: int, subjects: int, records: int, seed: int) -> None:
    """By blocks, so that a failure is early and memory small."""
    forms, units = _forms(cursor, seed), _units(cursor)
    with without_triggers(cursor, "records_creditrecord"):
        for low in range(1, records + 1, _BLOCK * 10):
            cursor.execute(
                _INSERT,
                {
                    "seed": seed, "first": first, "subjects": subjects, "from": samples.FIRST_DAY, "today": today(),
                    "forms": forms, "units": units - 1, "low": low, "high": min(records, low + _BLOCK * 10 - 1),
                },
            )  # fmt: skip
    cursor.execute("drop table bench_forms, bench_units")


def _units(cursor: CursorWrapper) -> int:
    """The agencies that hand in penalties, numbered; returns how many."""
    cursor.execute("create temp table bench_units (n int, id bigint, name text, uscc text)")
    handing_in = ProviderRoute.objects.filter(item_code="xzcf").values("agency")
    units = list(Agency.objects.filter(pk__in=handing_in).order_by("pk"))
    rows = [(number, unit.pk, unit.name, unit.uscc) for number, unit in enumerate(units)]
    cursor.executemany("insert into bench_units values (%s, %s, %s, %s)", rows)
    return len(rows)


def _forms(cursor: CursorWrapper, seed: int) -> int:
    """Contents that records share: three penalties to two licences."""
    cursor.execute(
        "create temp table bench_forms (n int, item_code text, document_kind text, word text, data jsonb, shown bool,"
        " regime_id bigint, tier_id bigint, min_months int, max_months int)"
    )
    tiers = list(PublicationTier.objects.filter(regime__sector="").order_by("regime__effective_from", "rank"))
    rows = []
    for number, row in enumerate(
        samples.penalties(_FORMS, samples.Unit("某局", "11"), today=today(), seed=seed)
    ):
        if number % 5 < 3:
            types = set(row["CF_CFLB"].split(";"))
            tier = [one for one in tiers if types & set(one.penalty_types) and not one.sectors][-1]
            rows.append(
                (
                    number,
                    "xzcf",
                    "行政处罚决定书",
                    "鹤罚",
                    _json(row, "CF_"),
                    tier.shown,
                    tier.regime_id,
                    tier.pk,
                    tier.min_months,
                    max(1, tier.max_months),
                )
            )
        else:
            kind = ("普通", "特许", "认可", "核准", "登记", "其他")[min(5, number % 17)]
            data = {
                f"XK_{name[3:]}": text
                for name, text in row.items()
                if name.startswith(("CF_XDR", "CF_SY", "CF_YJ"))
            }
            rows.append(
                (
                    number,
                    "xzxk",
                    "行政许可决定书",
                    "鹤许",
                    _json(data | {"XK_XKLB": kind}, "XK_"),
                    True,
                    None,
                    None,
                    0,
                    60,
                )
            )
    cursor.executemany("insert into bench_forms values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", rows)
    return len(rows)


def _json(row: samples.Row, prefix: str) -> str:
    return json.dumps(
        {name: text for name, text in row.items() if text and name.startswith(prefix)}, ensure_ascii=False
    )


@contextmanager
def town(template: str, *, subjects: int, records: int) -> Iterator[str]:
    """A database like `template` with a town in it, in use and tidied as autovacuum would have."""
    with database(template) as name:
        use(name)
        seal_all(using="default")  # as always but in the moments of an import: pages then carry their tags
        fill(subjects=subjects, records=records)
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze records_subject, records_creditrecord")
        yield name
