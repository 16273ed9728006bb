"""A penalty handed in by form, and short ways to correct, withdraw and mark it."""

from collections.abc import Mapping
from datetime import date, timedelta

from agencies.models import Agency, Officer
from bench import samples
from common.clock import today
from records.choices import Channel
from records.evidence.choices import CorrectionGround, Outcome
from records.evidence.models import Proceeding
from records.evidence.services import (
    Author,
    Case,
    Decision,
    Why,
    correct_record,
    mark_proceeding,
    note_outcome,
)
from records.models import CreditRecord
from records.services import accept_record

BASIS = "中华人民共和国行政复议法第三十条"
WHY = Why(CorrectionGround.MISTYPED, "处罚金额录入有误，与决定书不一致")


def decided(ago: int = 30) -> date:
    return today() - timedelta(days=ago)


def penalty_row(agency: Agency, *, seed: int = 5, **changes: str) -> dict[str, str]:
    """A good row about an organisation, fined a month ago."""
    row = next(samples.penalties(1, samples.Unit(agency.name, agency.uscc), today=today(), seed=seed))
    samples.as_organisation(row)
    day = decided().isoformat()
    row |= {"CF_CFLB": "罚款", "CF_NR": "罚款2000元", "CF_NR_FK": "0.2", "CF_NR_WFFF": "", "CF_NR_ZKDX": ""}
    row |= {"CF_JDRQ": day, "CF_YXQ": "", "CF_GSJZQ": "", "CF_FRDB": "宋玉兰"}
    return row | changes


def hand_in(agency: Agency, officer: Officer | None = None, *, seed: int = 5, **changes: str) -> CreditRecord:
    fields = {name: value for name, value in penalty_row(agency, seed=seed, **changes).items() if value}
    return accept_record(
        agency=agency, officer=officer, item_code="xzcf", fields=fields, channel=Channel.FORM, on=today()
    )


def by(agency: Agency | None, officer: Officer | None = None) -> Author:
    return Author(agency, officer)


def correct(
    record: CreditRecord, fields: Mapping[str, str], *, why: Why = WHY, **more: object
) -> CreditRecord:
    record = CreditRecord.objects.get(pk=record.pk)
    return correct_record(
        author=by(record.provider),
        record_id=record.pk,
        version=record.version,
        why=why,
        fields=fields,
        **more,
    )  # type: ignore[arg-type]


def case(number: str = "鹤政复〔2026〕7号", kind: str = "review", *, ago: int = 10) -> Case:
    return Case(kind, "鹤岗市人民政府", number, today() - timedelta(days=ago), BASIS)


def mark(record: CreditRecord, number: str = "鹤政复〔2026〕7号", kind: str = "review") -> Proceeding:
    record = CreditRecord.objects.get(pk=record.pk)
    author = by(record.provider)
    return mark_proceeding(
        author=author, record_id=record.pk, version=record.version, case=case(number, kind), on=today()
    )


def decide(proceeding: Proceeding, outcome: Outcome, *, ago: int = 0) -> Proceeding:
    record = CreditRecord.objects.get(pk=proceeding.record_id)
    decision = Decision(outcome, "鹤政复决〔2026〕7号", today() - timedelta(days=ago))
    return note_outcome(
        author=by(record.provider),
        proceeding_id=proceeding.pk,
        version=record.version,
        decision=decision,
        on=today(),
    )
