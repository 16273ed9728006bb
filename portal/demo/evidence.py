"""Four penalties of the demo that something became of: corrected, under review, changed and waiting for its correction,
withdrawn. All through the real services; a second call adds nothing."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from agencies.models import Agency, Officer
from common.clock import today
from common.identifiers import make_uscc
from records.choices import Channel, EndReason
from records.evidence.choices import CorrectionGround, Outcome, ProceedingKind
from records.evidence.services import (
    Author,
    Case,
    Decision,
    Why,
    correct_record,
    mark_proceeding,
    note_outcome,
    withdraw_record,
)
from records.models import CreditRecord
from records.services import accept_record

_OFFICER: Final = "shijian-luru"
_REVIEW: Final = "《中华人民共和国行政复议法》第三十条"
_ORGAN: Final = "鹤岗市人民政府"
# what becomes of it, subject, facts
_PENALTIES: Final = (
    ("corrected", "鹤岗市云岭豆制品有限公司", "经营的豆腐干标签未标明生产日期，货值金额360元。"),
    ("contested", "鹤岗市北麓冷饮食品有限公司", "在产品宣传册中使用“国家级”等用语，印制宣传册200份。"),
    ("changed", "鹤岗市松涛粮油商贸有限公司", "销售的大米净含量低于标注，货值金额1150元。"),
    ("withdrawn", "鹤岗市兴安台日用品有限公司", "未按规定公示年度报告，经责令后改正。"),
)


def load_evidence(officers: Mapping[str, Officer]) -> int:
    """Hand in what is missing and let its story happen; returns how many were new."""
    officer = officers[_OFFICER]
    return sum(_load(number, officer) for number in range(len(_PENALTIES)))


def _load(number: int, officer: Officer) -> bool:
    story, name, facts = _PENALTIES[number]
    agency = officer.agency
    if agency is None:
        raise LookupError(f"{officer.username} belongs to no agency")
    document = f"鹤市监处罚〔2026〕复{number + 1}号"
    if CreditRecord.objects.filter(document_number=document, provider=agency).exists():
        return False
    day = today() - timedelta(days=45 + number)
    record = accept_record(
        agency=agency,
        officer=officer,
        item_code="xzcf",
        fields=_fields(number, name, facts, document, day, agency),
        channel=Channel.FORM,
        procedure="普通程序",
    )
    _tell(story, record, Author(agency, officer), day)
    return True


def _fields(number: int, name: str, facts: str, document: str, day: date, agency: Agency) -> dict[str, str]:
    return {
        "CF_XDR_MC": name,
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": make_uscc("91", "230402", f"MAEW{number:04d}"),
        "CF_FRDB": "高海峰",
        "CF_WSH": document,
        "CF_WFXW": "违反市场监督管理规定",
        "CF_SY": f"经查，当事人{facts}以上事实有现场笔录和照片为证。",
        "CF_YJ": "《中华人民共和国食品安全法》第一百二十五条第一款第（二）项",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款5000元",
        "CF_NR_FK": "0.5",
        "CF_JDRQ": day.isoformat(),
        "CF_CFJG": agency.name,
        "CF_CFJGDM": agency.uscc,
        "CF_SJLY": agency.name,
        "CF_SJLYDM": agency.uscc,
    }


def _tell(story: str, record: CreditRecord, author: Author, day: date) -> None:
    pk = record.pk
    if story == "corrected":
        why = Why(
            CorrectionGround.MISTYPED, "罚款金额多录入一位，与决定书不一致", record.document_number, day
        )
        fields = {"CF_NR": "罚款500元", "CF_NR_FK": "0.05"}
        correct_record(author=author, record_id=pk, version=1, why=why, fields=fields)
    elif story == "withdrawn":
        why = Why(EndReason.ENTERED_WRONGLY, "同一决定以两个文号重复录入")
        withdraw_record(author=author, record_id=pk, version=1, why=why)
    else:
        since = day + timedelta(days=20)
        case = Case(ProceedingKind.REVIEW, _ORGAN, f"鹤政复〔2026〕{pk}号", since, _REVIEW)
        one = mark_proceeding(author=author, record_id=pk, version=1, case=case)
        if story == "changed":
            decision = Decision(Outcome.CHANGED, f"鹤政复决〔2026〕{pk}号", today())
            note_outcome(author=author, proceeding_id=one.pk, version=2, decision=decision)
