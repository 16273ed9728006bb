"""The refusals of the platform: stable codes, the gate each belongs to, the clause it rests on.

A rule returns a `Refusal` (or a list of them) and never raises; services raise `Refused`, which the web and API layers
turn into a message or a problem document. One table keeps code, clause and sentence together, so that form, file, API
and page say the same thing. Citations: 【方案】 = 鹤信用发〔2022〕1号.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Clause(NamedTuple):
    """What one refusal code stands for."""

    gate: str
    sentence: str
    basis: str


PLAN = "鹤信用发〔2022〕1号"
# What a wrong form is sent back by unless an item or a room says more.
FORM = f"{PLAN} 第3条：按照目录如实采集信息"

CLAUSES: dict[str, Clause] = {
    "item_unknown": Clause("G1", "公共信用信息目录中没有这个事项", f"{PLAN} 第1条：实行目录制管理"),
    "item_not_in_force": Clause("G1", "该事项在决定日期不在有效目录内", f"{PLAN} 第1条：实行目录制管理"),
    "edition_level_not_allowed": Clause(
        "G1", "目录只有全国基础目录、省目录和省补充目录，市级不得设立目录或者增加事项", f"{PLAN} 第1条"
    ),
    "edition_date_taken": Clause("G1", "施行日期与同级目录的其他版本冲突", f"{PLAN} 第1条：实行目录制管理"),
    "item_code_taken": Clause("G1", "事项代码已经用于其他层级的目录", f"{PLAN} 第1条：实行目录制管理"),
    "item_basis_too_low": Clause(
        "G1", "事项的依据层级不够或者已经失效", f"{PLAN} 第1条：以法律、法规或者党中央、国务院政策文件为依据"
    ),
    "item_definition_invalid": Clause(
        "G1", "事项的属性或者字段不完整、前后不一致", f"{PLAN} 第1条；黑政办规〔2021〕31号 一（二）"
    ),
    "excluded_summary_procedure": Clause("G2", "适用简易程序的行政处罚不纳入公共信用信息", f"{PLAN} 第1条"),
    "excluded_minor_corrected": Clause(
        "G2", "违法行为轻微并主动消除或者减轻危害后果的行政处罚不纳入公共信用信息", f"{PLAN} 第1条"
    ),
    "excluded_first_minor": Clause(
        "G2", "初次违法且危害后果轻微并主动消除或者减轻危害后果的行政处罚不纳入公共信用信息", f"{PLAN} 第1条"
    ),
    "article_own_review": Clause(
        "G7", "不能审核自己写的文章，请另一名工作人员审核", f"{PLAN} 第12条：审查制度"
    ),
    "article_names_person": Clause(
        "G7", "这个栏目不得出现自然人的姓名和能认出本人的信息，请确认", f"{PLAN} 第4条（2）、第13条"
    ),
    "article_needs_end": Clause(
        "G7",
        "写到具体事例的文章要有展示的最后一天，不得超过所涉信息的公示期",
        f"{PLAN} 第5条：与认定部门公开的内容、期限保持一致",
    ),
    "document_missing": Clause("G3", "认定失信行为必须有具有法律效力的文书", f"{PLAN} 第2条"),
    "document_kind_not_allowed": Clause("G3", "这类文书不能作为认定失信行为的依据", f"{PLAN} 第2条"),
    "document_not_effective": Clause("G3", "文书尚未生效或已失去效力", f"{PLAN} 第2条"),
    "proceeding_closed": Clause("G3", "这一程序已经登记过结果，不能再登记", f"{PLAN} 第2条"),
    "provider_not_authorised": Clause(
        "G4", "本单位不是该事项的提供单位，请由提供单位按规定渠道报送", f"{PLAN} 第3条、第4条"
    ),
    "route_not_fitting": Clause("G4", "这条渠道不适用于该单位或者该事项", f"{PLAN} 第3条"),
    "agreement_missing": Clause("G4", "公用企事业单位按约定报送，须填写约定文号", f"{PLAN} 第3条（5）"),
    "field_required": Clause("G5", "必填项为空", FORM),
    "field_too_long": Clause("G5", "内容超过规定长度", FORM),
    "code_unknown": Clause("G5", "取值不在规定范围内", FORM),
    "identifier_invalid": Clause("G5", "代码或证件号码不正确", "GB 32100-2015、GB 11643-1999、GB 11714-1997"),
    "date_invalid": Clause("G5", "日期格式不正确", FORM),
    "date_in_future": Clause("G5", "日期晚于报送当日", FORM),
    "date_order": Clause("G5", "截止日期早于起始日期", FORM),
    "amount_invalid": Clause("G5", "金额不正确（单位：万元）", FORM),
    "duplicate": Clause("G5", "该信息已经报送过", f"{PLAN} 第4条：一口采集"),
    "identity_evidence_missing": Clause(
        "G5",
        "须有相同的代码，或者同时写明两个主体的文书；名称相同不能作为依据",
        f"{PLAN} 第4条；GB 32100-2015",
    ),
    "identity_codes_differ": Clause(
        "G5", "两个主体的统一社会信用代码不同，须有同时写明两个代码的文书", "GB 32100-2015：一个主体一个代码"
    ),
    "identity_kind_not_allowed": Clause(
        "G5", "自然人以及不同类别的主体不能合并", f"{PLAN} 第4条、第13条；GB 32100-2015"
    ),
    "identity_already_merged": Clause("G5", "主体已经合并，请先撤销原来的合并", f"{PLAN} 第4条：一口采集"),
    "reason_missing": Clause("G5", "请写明理由", "行政处罚法 第四十八条第二款：公开说明理由"),
    "nothing_changed": Clause("G5", "没有任何改动", f"{PLAN} 第4条"),
    "subject_changed": Clause(
        "G5",
        "更正不能把信息转到另一主体名下：请先撤回本条（理由选“主体有误”），再按正确的主体重新报送",
        f"{PLAN} 第4条：谁产生、谁负责",
    ),
    "consent_missing": Clause("G6", "归集自然人信息须有法律依据或者本人同意", f"{PLAN} 第13条"),
    "consent_expired": Clause("G6", "本人同意已到期或已撤回", f"{PLAN} 第13条"),
    "consent_for_life": Clause("G6", "不得一次授权终身收集使用", f"{PLAN} 第13条"),
    "publication_not_allowed": Clause("G7", "该信息不得向社会公开", f"{PLAN} 第4条（2）"),
    "regime_date_taken": Clause(
        "G7", "公示期限规定的施行日期已经过去，或者与同一领域的规定冲突", f"{PLAN} 第5条；信用修复管理办法"
    ),
    "regime_definition_invalid": Clause(
        "G7", "公示期限规定的档次不完整或者前后不一致", f"{PLAN} 第5条；信用修复管理办法"
    ),
    "publication_too_long": Clause("G7", "公示期限超过规定的最长期限", f"{PLAN} 第5条；信用修复管理办法"),
    "window_lengthened": Clause(
        "G7", "更正会使期限延长，须写明所依据的原决定文书或者补正文书的文书号和日期", f"{PLAN} 第5条"
    ),
    "record_over": Clause("G13", "该信息已经终止或者期限届满", f"{PLAN} 第5条、第14条"),
    "scheme_field_not_allowed": Clause("G8", "严重失信主体名单只能设在规定的四类领域", f"{PLAN} 第6条"),
    "scheme_basis_too_low": Clause("G8", "名单认定标准的依据层级不够", f"{PLAN} 第7条"),
    "authority_not_competent": Clause("G8", "认定单位没有认定权限", f"{PLAN} 第8条"),
    "source_not_active": Clause("G4", "这个名单来源已经停用，或者名单没有依法设列", f"{PLAN} 第6条、第7条"),
    "scheme_not_in_force": Clause("G8", "该名单在这一天没有设列或者已经停止", f"{PLAN} 第6条、第7条"),
    "notice_not_served": Clause("G9", "尚未告知当事人事由、依据和权利", f"{PLAN} 第8条"),
    "objection_window_open": Clause("G9", "当事人的异议期尚未届满", f"{PLAN} 第8条"),
    "objection_unanswered": Clause("G9", "当事人的异议尚未核实答复", f"{PLAN} 第8条"),
    "decision_incomplete": Clause("G9", "决定文书缺少法定内容", f"{PLAN} 第8条"),
    "service_proof_missing": Clause(
        "G9", "送达须有凭据：送达回证、邮寄回执、电子送达记录或者公告", f"{PLAN} 第8条：应当告知当事人"
    ),
    "party_code_unknown": Clause("G9", "案件查询码不正确，请按告知书上的查询码填写", f"{PLAN} 第8条"),
    "objection_too_late": Clause("G9", "异议期已经届满", f"{PLAN} 第8条"),
    "objection_not_verified": Clause(
        "G9", "答复前应当核实当事人的异议", f"{PLAN} 第8条：当事人提出异议的，应当予以核实"
    ),
    "objection_upheld": Clause("G9", "当事人的异议成立，不得列入，请办理结案", f"{PLAN} 第8条"),
    "hearing_not_held": Clause("G9", "当事人依法要求听证，尚未举行", f"{PLAN} 第8条：当事人依法享有的权利"),
    "review_missing": Clause("G9", "尚未经集体审议同意列入", f"{PLAN} 第8条：依法依规按照认定标准认定"),
    "listing_too_long": Clause("G9", "列入期限超过该名单规定的期限", f"{PLAN} 第7条、第8条"),
    "case_suspended": Clause("G9", "案件中止期间不得继续办理", f"{PLAN} 第8条"),
    "case_already_open": Clause(
        "G9", "同一主体在同一名单上已有未办结的认定案件", f"{PLAN} 第8条：严格履行认定程序"
    ),
    "case_over": Clause("G9", "案件已经办结", f"{PLAN} 第8条"),
    "step_not_possible": Clause("G9", "按照认定程序，现在不能办理这一步", f"{PLAN} 第8条：严格履行认定程序"),
    "listing_over": Clause("G9", "列入期限已经届满，不再接收", f"{PLAN} 第8条、第15条"),
    "entry_not_longer": Clause("G9", "列入期限只能缩短；延长须另行作出决定", f"{PLAN} 第8条"),
    "measure_not_listed": Clause("G10", "惩戒措施不在清单内", f"{PLAN} 第9条"),
    "measure_not_for_conduct": Clause("G10", "惩戒措施与失信行为没有关联", f"{PLAN} 第10条"),
    "measure_not_for_subject": Clause("G10", "惩戒措施不适用于这类主体", f"{PLAN} 第10条"),
    "measure_not_competent": Clause("G10", "本单位不是该措施的实施主体", f"{PLAN} 第10条"),
    "measure_exceeds_limit": Clause("G10", "惩戒超过法定标准或者期限", f"{PLAN} 第10条"),
    "measure_cannot_be_ordered": Clause(
        "G10", "不得强制金融机构、信用服务机构、行业协会商会、新闻媒体实施惩戒", f"{PLAN} 第10条"
    ),
    "measure_basis_too_low": Clause(
        "G10",
        "惩戒措施的依据层级不够或者已经失效",
        f"{PLAN} 第9条：直接援引法律、法规或者党中央、国务院政策文件",
    ),
    "measure_edition_date_taken": Clause("G10", "施行日期与同级清单的其他版本冲突", f"{PLAN} 第9条"),
    "measure_definition_invalid": Clause("G10", "措施的内容不完整或者前后不一致", f"{PLAN} 第9条"),
    "purpose_missing": Clause("G11", "查询非公开信息必须说明履职目的", f"{PLAN} 第4条（1）、第12条"),
    "purpose_not_registered": Clause("G11", "履职目的尚未登记或者已经失效", f"{PLAN} 第12条"),
    "scope_exceeded": Clause("G11", "超出该履职目的的必要范围", f"{PLAN} 第4条（1）"),
    "purpose_too_long": Clause("G11", "履职目的的有效期过长", f"{PLAN} 第12条、第13条：不得一次授权终身使用"),
    "second_person_required": Clause(
        "G11", "提出的人不能自己审批，请由另一位工作人员办理", f"{PLAN} 第12条：建立查询使用登记和审查制度"
    ),
    "omission_not_dishonest": Clause(
        "G12",
        "失信信息由认定单位依法报送，不因他人提出而增加；这里只受理本单位、本人应当归集而没有归集的许可、守信等信息",
        f"{PLAN} 第2条、第14条",
    ),
    "minimum_period_not_reached": Clause("G12", "最短公示期限尚未届满", f"{PLAN} 第14条"),
    "not_repairable": Clause("G12", "该失信信息依法不可修复", f"{PLAN} 第14条"),
    "not_determining_unit": Clause("G12", "信用修复由认定单位决定（谁认定、谁修复）", f"{PLAN} 第15条"),
    "materials_missing": Clause("G12", "申请材料不齐", f"{PLAN} 第14条"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not happen: stable code, an officer's sentence, the clause, and the field it concerns."""

    code: str
    detail: str
    basis: str
    pointer: str = ""


def refuse(code: str, detail: str = "", *, pointer: str = "", basis: str = "") -> Refusal:
    """Build the refusal for `code`; `detail` replaces the standard sentence where more can be said."""
    clause = CLAUSES[code]
    return Refusal(code, detail or clause.sentence, basis or clause.basis, pointer)


class Refuse(Protocol):
    """What `refuse` is, and what a room binds for itself."""

    def __call__(self, code: str, detail: str = "", *, pointer: str = "", basis: str = "") -> Refusal: ...


def refusing(clause: str) -> Refuse:
    """`refuse` of an item, or of a room: what is wrong with a form is sent back by its own clause. Codes that rest on a
    clause of their own keep it."""

    def refuse_by(code: str, detail: str = "", *, pointer: str = "", basis: str = "") -> Refusal:
        own = clause if CLAUSES[code].basis == FORM else ""
        return refuse(code, detail, pointer=pointer, basis=basis or own)

    return refuse_by


def with_clause(refusal: Refusal) -> str:
    """What a page says of a refusal that is not about data handed in: the clause for those has no say there."""
    return refusal.detail if refusal.basis == FORM else f"{refusal.detail}（依据：{refusal.basis}）"


def in_gate_order(refusals: Iterable[Refusal]) -> list[Refusal]:
    """What may not be collected at all before what is wrong with its form; within a gate as found."""
    return sorted(refusals, key=lambda one: int(CLAUSES[one.code].gate[1:]))


class Refused(Exception):
    """Raised by services when rules refuse; carries every refusal found, never only the first."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals
