"""Subjects and records put straight into the tables, as intake would leave them, on top of the reference data.

For tests of what is read. Names are invented; dates default to a penalty and a licence that are published in autumn 2026.
"""

import itertools
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from agencies.models import Agency
from blacklist.models import ListEntry, ListScheme
from catalog.models import CatalogItem, ProviderRoute, PublicationRegime, PublicationTier
from catalog.publication import add_months
from catalog.selectors import in_force
from common.clock import today
from common.identifiers import make_id_number, make_uscc
from common.masking import mask_name
from common.text import bigrams, normalise_name, pinyin_key
from records.contents import seal_record, seal_subject
from records.models import CreditRecord, Subject
from records.rules.subjects import person_key

_numbers = itertools.count(1)
FOREVER = date(2099, 12, 31)


def invented_uscc(number: int, *, authority: str = "91", region: str = "230402") -> str:
    """A valid code; the same number gives the same code."""
    return make_uscc(authority, region, f"MA1{number:05d}")


def make_subject(
    name: str = "", *, kind: str = "organisation", uscc: str | None = None, region: str = "230402"
) -> Subject:
    """An organisation or self-employed business."""
    number = next(_numbers)
    name = name or f"鹤岗市青松岭{number}号农机销售有限公司"
    code = invented_uscc(number, region=region) if uscc is None else uscc
    return Subject.objects.create(
        key=f"uscc:{code}" if code else f"reg:2304026{number:08d}",
        kind=kind,
        name=name,
        shown_name=name,
        uscc=code,
        region=region,
        normal_name=normalise_name(name),
        grams=bigrams(name),
        pinyin=pinyin_key(name),
    )


def make_person(name: str = "林有田", *, id_number: str = "") -> Subject:
    """A natural person, whose name and number stand only encrypted."""
    id_number = id_number or make_id_number("230402", date(1986, 3, 5), next(_numbers) % 1000)
    key = person_key("身份证", id_number)
    secret = {"name": name, "document_kind": "身份证", "document": id_number}
    return Subject.objects.create(
        key=key,
        kind="person",
        shown_name=mask_name(name),
        region="230402",
        secret=seal_subject(secret, key),
        birth_year=int(id_number[6:10]),
    )


def make_penalty(
    subject: Subject | None = None,
    *,
    decision_date: date = date(2026, 5, 11),
    number: str = "",
    types: str = "罚款",
    facts: str = "当事人经营的袋装糕点超过保质期，货值金额126元。",
    representative: str = "王守仁",
    authority: str = "鹤岗市市场监督管理局",
    published_until: date | None = None,
    minimum_until: date | None = None,
    ended_on: date | None = None,
    data: Mapping[str, str] | None = None,
    secret: Mapping[str, str] | None = None,
) -> CreditRecord:
    """An administrative penalty (xzcf); its window follows the general regime unless dates are given."""
    subject = subject or make_subject()
    number = number or f"鹤市监处罚〔2026〕{next(_numbers)}号"
    tier = _tier(decision_date, types)
    contents = {
        "CF_XDR_MC": subject.name,
        "CF_XDR_LB": subject.get_kind_display(),
        "CF_XDR_SHXYM": subject.uscc,
        "CF_FRDB": representative,
        "CF_WSH": number,
        "CF_WFXW": "经营超过保质期的食品",
        "CF_SY": facts,
        "CF_YJ": "《中华人民共和国食品安全法》第一百二十四条第一款第（五）项",
        "CF_CFLB": types,
        "CF_NR": "罚款2000元",
        "CF_NR_FK": "0.2",
        "CF_JDRQ": decision_date.isoformat(),
        "CF_CFJG": authority,
        "CF_SJLY": authority,
    }
    return _record(
        "xzcf",
        subject,
        number=number,
        decision_date=decision_date,
        kind="行政处罚决定书",
        authority=authority,
        contents={**contents, **(data or {})},
        secret=secret or {},
        published_until=published_until or add_months(decision_date, tier.max_months),
        minimum_until=minimum_until or add_months(decision_date, tier.min_months),
        tier=tier,
        ended_on=ended_on,
    )


def make_licence(
    subject: Subject | None = None,
    *,
    decision_date: date = date(2026, 3, 2),
    valid_until: date = date(2031, 3, 1),
    number: str = "",
    kind: str = "普通",
    authority: str = "鹤岗市市场监督管理局",
    content: str = "预包装食品销售；散装食品销售",
    ended_on: date | None = None,
) -> CreditRecord:
    """An administrative licence (xzxk), published for as long as it is valid; of a person every text is encrypted."""
    subject = subject or make_subject()
    number = number or f"鹤市监许〔2026〕{next(_numbers)}号"
    texts = {
        "XK_XDR_MC": subject.name,
        "XK_FRDB": "王守仁",
        "XK_XKWS": "食品经营许可决定书",
        "XK_WSH": number,
        "XK_NR": content,
        "XK_XKJG": authority,
        "XK_LYDW": authority,
    }
    coded = {
        "XK_XDR_LB": subject.get_kind_display(),
        "XK_XDR_SHXYM": subject.uscc,
        "XK_XKLB": kind,
        "XK_JDRQ": decision_date.isoformat(),
        "XK_YXQZ": decision_date.isoformat(),
        "XK_YXQZI": valid_until.isoformat(),
        "XK_ZT": "1",
    }
    person = subject.kind == "person"
    return _record(
        "xzxk",
        subject,
        number=number,
        decision_date=decision_date,
        kind="行政许可决定书",
        authority=authority,
        contents=coded if person else {**texts, **coded},
        secret=texts if person else {},
        published_until=valid_until,
        minimum_until=None,
        tier=None,
        ended_on=ended_on,
    )


def _tier(decision_date: date, types: str) -> PublicationTier:
    regime = PublicationRegime.objects.filter(sector="", effective_from__lte=decision_date).latest(
        "effective_from"
    )
    rows = [tier for tier in regime.tiers.all() if set(tier.penalty_types) & set(types.split(";"))]
    return max((tier for tier in rows if not tier.sectors), key=lambda tier: tier.max_months)


def _provider(item_code: str, authority: str) -> Agency:
    """The deciding agency where it may hand this in, else any that may."""
    routes = ProviderRoute.objects.filter(in_force(today()), item_code=item_code).select_related("agency")
    named = routes.filter(agency__name=authority).first()
    return (named or routes.order_by("id")[0]).agency


def _record(
    item_code: str,
    subject: Subject,
    *,
    number: str,
    decision_date: date,
    kind: str,
    authority: str,
    contents: Mapping[str, str],
    secret: Mapping[str, str],
    published_until: date,
    minimum_until: date | None,
    tier: PublicationTier | None,
    ended_on: date | None,
) -> CreditRecord:
    item = CatalogItem.objects.get(in_force(decision_date), code=item_code)
    provider = _provider(item_code, authority)
    fingerprint = sha256(f"{item_code}{number}{subject.key}{authority}".encode()).digest()[:16]
    return CreditRecord.objects.create(
        item=item,
        item_code=item_code,
        subject=subject,
        provider=provider,
        channel="form",
        fingerprint=fingerprint,
        document_kind=kind,
        document_number=number,
        decision_date=decision_date,
        effective_date=decision_date,
        authority_name=authority,
        authority_uscc=provider.uscc if provider.name == authority else "",
        data={code: value for code, value in contents.items() if value},
        secret=seal_record(dict(secret), fingerprint) if secret else None,
        regime=tier.regime if tier else None,
        tier=tier,
        minimum_until=minimum_until,
        shared_until=published_until,
        published_until=published_until,
        used_until=published_until if tier else None,
        ended_on=ended_on,
        end_reason="repaired" if ended_on else "",
    )


def make_entry(
    subject: Subject | None = None,
    *,
    scheme: str = "sxbzxr",
    authority: str = "鹤岗市中级人民法院",
    number: str = "",
    reason: str = "有履行能力而拒不履行",
    effective_from: date = date(2026, 4, 8),
    ends_on: date | None = date(2028, 4, 7),
    ended_on: date | None = None,
    suspended_from: date | None = None,
    data: Mapping[str, str] | None = None,
) -> ListEntry:
    """An entry of a list that was decided elsewhere."""
    number = number or f"（2026）黑04执{next(_numbers)}号"
    return ListEntry.objects.create(
        scheme=ListScheme.objects.get(in_force(today()), code=scheme),
        subject=subject or make_subject(),
        authority_name=authority,
        origin="imported",
        decision_number=number,
        decided_on=effective_from,
        reason=reason,
        basis_text="《中华人民共和国民事诉讼法》第二百六十六条",
        source=f"test:{next(_numbers)}",
        data=dict(data or {}),
        effective_from=effective_from,
        ends_on=ends_on,
        ended_on=ended_on,
        end_reason="repair" if ended_on else "",
        suspended_from=suspended_from,
    )
