"""Invented records, and short ways to change them the way services do: inside a named action, then sealed."""

import hashlib
from datetime import timedelta
from itertools import count

from agencies.models import Agency
from catalog.models import CatalogItem, ProviderRoute, PublicationTier
from catalog.selectors import in_force
from common.clock import today
from ledger.services import acting, seal_all
from records.contents import seal_record
from records.models import CreditRecord, Subject

_numbers = count(1)
_AGO = timedelta(days=60)
_NAMES = ("兴山煤业", "萝北米业", "绥滨粮贸", "东山建材", "工农商贸")


def agency(offset: int = 0) -> Agency:
    """An agency that may hand in penalties and licences."""
    routes = ProviderRoute.objects.filter(in_force(today()), item_code="xzcf").order_by("agency")
    return routes.select_related("agency")[offset].agency


def _subject(number: int) -> Subject:
    name = f"鹤岗市{_NAMES[number % len(_NAMES)]}有限公司（样本{number}）"
    return Subject(
        key=f"reg:23040000{number:07d}", kind="organisation", name=name, shown_name=name, normal_name=name
    )


def _record(
    number: int,
    subject: Subject,
    item: CatalogItem,
    tier: PublicationTier | None,
    provider: Agency,
    secret: bool,
) -> CreditRecord:
    prefix = "CF" if item.code == "xzcf" else "XK"
    digest = hashlib.sha256(f"样本{number}".encode()).digest()[:16]
    decided = today() - _AGO
    return CreditRecord(
        item=item,
        item_code=item.code,
        subject=subject,
        provider=provider,
        channel="file",
        fingerprint=digest,
        content_digest=digest,
        document_kind="行政处罚决定书" if prefix == "CF" else "行政许可决定书",
        document_number=f"鹤市监{'罚' if prefix == 'CF' else '许'}字〔2026〕{number}号",
        decision_date=decided,
        effective_date=decided,
        authority_name=provider.name,
        data={
            f"{prefix}_XDR_MC": subject.name,
            f"{prefix}_WSH": f"鹤市监字〔2026〕{number}号",
            f"{prefix}_NR": "含“引号”、<尖括号>、\\反斜杠\t和\n换行",
            **({"XK_YXQZI": (today() + timedelta(days=400)).isoformat()} if prefix == "XK" else {}),
        },
        secret=seal_record({f"{prefix}_FRDB_ZJHM": f"23040119800101{number % 10000:04d}"}, digest)
        if secret
        else None,
        regime=tier.regime if tier else None,
        tier=tier,
        shared_until=today() + timedelta(days=400),
        published_until=today() + timedelta(days=300),
    )


def add_records(
    amount: int, *, item: str = "xzcf", provider: Agency | None = None, secret: bool = False
) -> list[CreditRecord]:
    """`amount` new shared records, as one action; not yet sealed."""
    row = CatalogItem.objects.get(in_force(today() - _AGO), code=item)
    tier = PublicationTier.objects.filter(max_months=36)[0] if item == "xzcf" else None
    unit = provider or agency()
    numbers = [next(_numbers) for _ in range(amount)]
    with acting(actor=None, action="测试报送"):
        subjects = Subject.objects.bulk_create([_subject(number) for number in numbers])
        return CreditRecord.objects.bulk_create(
            [
                _record(n, subject, row, tier, unit, secret)
                for n, subject in zip(numbers, subjects, strict=True)
            ]
        )


def change(*records: CreditRecord, **values: object) -> None:
    """Update records in one action; with `note=` a field of the contents."""
    with acting(actor=None, action="测试更正"):
        note = values.pop("note", None)
        for record in CreditRecord.objects.filter(pk__in=[record.pk for record in records]).order_by("pk"):
            if note is not None:
                record.data["CF_NR"] = str(note)
            for name, value in values.items():
                setattr(record, name, value)
            record.save()


def end(*records: CreditRecord) -> None:
    """Repair or revocation: over from today."""
    change(*records, ended_on=today(), end_reason="repaired")


def seal() -> None:
    seal_all(using="default")
