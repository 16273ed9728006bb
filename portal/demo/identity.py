"""Three companies that came in twice, under the registration number of before 2015 and under the unified code: one pair merged,
one proposed, one merged and undone; a registered change of name; a draft put aside; a commitment fulfilled."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from agencies.models import Agency, Officer
from catalog import selectors as catalog
from catalog.choices import FieldRole, FieldType, Required
from catalog.models import FieldDefinition
from common.clock import today
from common.identifiers import make_uscc
from records.choices import Channel
from records.drafts.models import RecordDraft
from records.drafts.services import save_draft
from records.fulfilment.services import report_status
from records.identity import services
from records.identity.choices import Ground
from records.identity.models import IdentityChange
from records.identity.rules import Evidence
from records.models import CreditRecord, Subject
from records.services import accept_record

_BASIS: Final = "《市场主体登记管理条例》第二十四条"
_PAIRS: Final = (
    ("230402100000101", "XN900001", "鹤岗市向阳区暖阳獾粮食加工厂", "鹤岗市向阳区暖阳獾粮食加工有限公司"),
    ("230402100000102", "XN900002", "鹤岗市工农区霜叶雁商贸中心", "鹤岗市工农区霜叶雁商贸有限公司"),
    ("230402100000103", "XN900003", "鹤岗市南山区雾凇鹿物流处", "鹤岗市南山区雾凇鹿物流有限公司"),
)


def load_identity(officers: Mapping[str, Officer]) -> None:
    """Play what is missing; a second call adds nothing."""
    if IdentityChange.objects.exists():
        return
    submitter, reviewer, chief = (
        officers[name] for name in ("shijian-luru", "shijian-shenhe", "yingshang-zhuguan")
    )
    made = [_pair(number, submitter, pair) for number, pair in enumerate(_PAIRS, start=1)]
    evidence = Evidence(Ground.IDENTIFIER, "换发加载统一社会信用代码的营业执照前后为同一单位", _BASIS)
    changes = [
        services.propose_merge(officer=reviewer, kept_id=new.pk, other_id=old.pk, evidence=evidence)
        for old, new in made
    ]
    for change in (changes[0], changes[2]):
        services.decide_change(officer=chief, change_id=change.pk, grant=True, note="代码已与登记机关核对")
    services.undo_change(
        officer=chief, change_id=changes[2].pk, reason="经登记机关复核，原注册号属于另一单位", basis=_BASIS
    )
    services.rename_subject(
        officer=chief,
        subject_id=made[0][1].pk,
        name="鹤岗市向阳区暖阳獾米业有限公司",
        since=today() - timedelta(days=40),
        document="准予变更登记通知书（鹤）登字〔2026〕第17号",
        basis=_BASIS,
    )
    _draft(submitter)
    _fulfilled(submitter)


def _pair(number: int, submitter: Officer, pair: tuple[str, str, str, str]) -> tuple[Subject, Subject]:
    """An honour under the old number, and one under the unified code that states the old number too."""
    registration, body, old_name, new_name = pair
    uscc = make_uscc("91", "230402", body)
    old = _hand_in("cxry", submitter, number, {"name": old_name, "registration": registration, "uscc": ""})
    stated = {"name": new_name, "registration": registration, "uscc": uscc}
    new = _hand_in("cxry", submitter, number + 10, stated)
    return old.subject, new.subject


def _hand_in(item_code: str, submitter: Officer, number: int, subject: Mapping[str, str]) -> CreditRecord:
    assert submitter.agency is not None, "demo officers belong to an agency"
    item = catalog.items(today()).get(code=item_code)
    fields = {one.code: _value(one, submitter.agency, number, subject) for one in item.fields.all()}
    return accept_record(
        agency=submitter.agency,
        officer=submitter,
        item_code=item_code,
        fields={code: value for code, value in fields.items() if value},
        channel=Channel.FORM,
    )


def _value(field: FieldDefinition, agency: Agency, number: int, subject: Mapping[str, str]) -> str:
    day = today() - timedelta(days=5 + number)
    by_role = {
        FieldRole.SUBJECT_NAME: subject["name"],
        FieldRole.SUBJECT_KIND: "法人及非法人组织",
        FieldRole.SUBJECT_USCC: subject["uscc"] or "0" * 17 + "X",
        FieldRole.SUBJECT_REGISTRATION: subject["registration"],
        FieldRole.REPRESENTATIVE: "佟有田",
        FieldRole.DOCUMENT_NUMBER: f"鹤市监信〔{day.year}〕{700 + number}号",
        FieldRole.DECISION_DATE: day.isoformat(),
        FieldRole.VALID_UNTIL: day.replace(year=day.year + 2, day=1).isoformat(),
        FieldRole.AUTHORITY_NAME: agency.name,
        FieldRole.AUTHORITY_USCC: agency.uscc,
        FieldRole.SOURCE_NAME: agency.name,
        FieldRole.SOURCE_USCC: agency.uscc,
    }
    if field.role in by_role:
        return by_role[FieldRole(field.role)]
    if field.required != Required.YES:
        return ""
    if field.type in (FieldType.CODE, FieldType.CODES):
        return str(field.values[0])
    return day.isoformat() if field.type == FieldType.DATE else field.example or "守合同重信用"


def _draft(submitter: Officer) -> None:
    if submitter.agency is not None and not RecordDraft.objects.filter(officer=submitter).exists():
        typed = {"CF_XDR_MC": "鹤岗市兴安区云杉狐餐饮管理有限公司", "CF_WFXW": "经营超过保质期的食品"}
        save_draft(officer=submitter, agency=submitter.agency, item_code="xzcf", typed=typed)


def _fulfilled(submitter: Officer) -> None:
    uscc = make_uscc("91", "230402", "XN900004")
    who = {"name": "鹤岗市东山区晴雪马驹建筑安装有限公司", "registration": "", "uscc": uscc}
    record = _hand_in("xycn", submitter, 30, who)
    report_status(
        record_id=record.pk,
        status="全部履行",
        on=today(),
        document_number="鹤市监验〔2026〕5号",
        officer=submitter,
    )
