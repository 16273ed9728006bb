"""The papers of repair, as data for `common.documents`: notice, commitment, receipt, list of what is missing, decision, certificate.

Each is worked out from the case and the rules on demand; nothing is stored, and the same case gives the same bytes.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.conf import settings

from blacklist.models import ListEntry
from common.documents import Block, Fields, Heading, Items, OfficialDocument, Paragraph
from repair import targets
from repair.choices import Kind, Remedy, State
from repair.contents import statement_of
from repair.models import Case, RepairRule
from repair.selectors.rules import Rulebook, clock_words
from repair.targets import Target

FREE: Final = "办理信用修复不收取任何费用，不需要委托他人代办。"
REMEDIES: Final = (
    "对本决定不服的，可以自收到本决定之日起六十日内依法申请行政复议，或者在六个月内依法提起行政诉讼；"
    "对异议处理结果不服的，可以先申请复核。"
)
COMMITMENT: Final = (
    "已经纠正失信行为，全部履行法定义务，不良影响已经消除。",
    "提交的材料真实、合法、有效，不隐瞒情况，不提供虚假材料。",
    "严格遵守法律法规，依法诚信经营、诚信履约，主动接受监督。",
    "如违背承诺，自愿承担相应责任，并同意依法记录承诺不实的情况。",
    "同意将本承诺依法向社会公开。",
)
_TITLES: Final = {
    (Kind.REPAIR, State.GRANTED): "准予信用修复决定书",
    (Kind.REPAIR, State.REFUSED): "不予信用修复决定书",
    (Kind.OBJECTION, State.GRANTED): "异议处理决定书（异议成立）",
    (Kind.OBJECTION, State.REFUSED): "异议处理决定书（异议不成立）",
    (Kind.REVIEW, State.GRANTED): "异议复核决定书（异议成立）",
    (Kind.REVIEW, State.REFUSED): "异议复核决定书（维持原处理）",
    (Kind.REORGANISATION, State.GRANTED): "临时屏蔽决定书",
    (Kind.REORGANISATION, State.REFUSED): "不予临时屏蔽决定书",
}


def _words(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "未载明"


def _about(target: Target) -> Fields:
    return Fields(
        [
            ("当事人", target.subject_name),
            ("信用信息", target.title),
            ("认定单位", target.authority or "见正文"),
            ("决定日期", _words(target.decided_on)),
        ]
    )


def notice_blocks(target: Target, rule: RepairRule, on: date) -> Sequence[Block]:
    """What a party is told together with the decision (两书同达): whether, when, where, with what, how fast, and that it is free."""
    book = Rulebook.load(on)
    minimum = targets.minimum(target, book)
    answer = targets.answer_of(target, book, None)
    since = f"{_words(answer.since)}起可以申请" if answer.since else "期限届满后自动停止公示，不用申请"
    blocks: list[Block] = [
        Heading("一、什么时候可以修复"),
        Paragraph(
            f"{'最短公示期' if target.record else '列入的最短期限'}至{_words(minimum)}；{since}。"
            if minimum
            else f"纠正失信行为、履行义务后，{since}。"
        ),
        Heading("二、应当符合的条件"),
        Items(rule.conditions),
        Heading("三、需要的材料"),
        Items(rule.materials),
        Heading("四、向谁申请、多久办结"),
        Paragraph(
            f"受理渠道：{rule.apply_at}。决定单位：{rule.decided_by}。办理期限：{clock_words('repair', on)}。"
        ),
        Paragraph(FREE),
        Heading("五、修复以后"),
        Paragraph(f"{rule.effect}。"),
    ]
    if rule.irreparable:
        blocks += [Heading("六、不可修复的情形"), Items(rule.irreparable)]
    return blocks


def notice_with_listing(entry: ListEntry, on: date) -> Sequence[Block]:
    """What a listing decision says of the way out (`blacklist.repair_notice`), for an entry that is about to stand."""
    target = Target(entry.subject, entry=entry)
    rule = targets.rule_of(target, Rulebook.load(on))
    if rule is None:
        return [Paragraph("符合移出条件的，向作出本决定的单位申请移出。" + FREE)]
    return [*notice_blocks(target, rule, on), Paragraph(f"依据：{rule.basis}{rule.basis_clause}。")]


def repair_notice(target: Target, rule: RepairRule, on: date) -> OfficialDocument:
    """信用修复告知书."""
    number = target.title.rsplit(" ", 1)[-1]
    return OfficialDocument(
        title="信用修复告知书",
        number=f"随{number}一并送达",
        recipient=target.subject_name,
        blocks=[
            Paragraph("现将你（单位）依法享有的信用修复权利和办理办法告知如下。"),
            _about(target),
            *notice_blocks(target, rule, on),
        ],
        signatory=target.authority,
        signed_on=on,
        notes=[f"依据：{rule.basis}{rule.basis_clause}；鹤信用发〔2022〕1号第14条、第15条。"],
    )


def commitment(target: Target, on: date) -> OfficialDocument:
    """信用修复承诺书, filled as far as the platform knows; name and seal are the party's."""
    return OfficialDocument(
        title="信用修复承诺书",
        number="",
        recipient=target.authority,
        blocks=[
            _about(target),
            Paragraph("本单位（本人）现就上述失信信息申请信用修复，郑重承诺："),
            Items(COMMITMENT),
            Paragraph("承诺人（签字或者盖章）：                    "),
        ],
        signatory=target.subject_name,
        signed_on=on,
    )


def commitment_text(target: Target) -> str:
    """What is kept of a commitment confirmed on line."""
    return f"就“{target.title}”申请信用修复，承诺：" + "".join(
        f"{number}．{line}" for number, line in enumerate(COMMITMENT, 1)
    )


def receipt(case: Case, code: str, progress_url: str) -> OfficialDocument:
    """受理回执, printed at the window; the only paper that carries the query code."""
    return OfficialDocument(
        title="申请回执",
        number=case.number,
        recipient=statement_of(case).applicant.name,
        blocks=[
            Paragraph(f"收到你（单位）提出的{case.get_kind_display()}申请。"),
            Fields(
                [
                    ("受理编号", case.number),
                    ("查询码", code or "申请时已经告知"),
                    ("申请日期", _words(case.filed_on)),
                    ("办理单位", case.agency.name),
                    ("决定是否受理的期限", _words(case.due)),
                ]
            ),
            Items(
                [f"{one.get_kind_display()}（{one.get_origin_display()}）" for one in case.materials.all()]
            ),
            Paragraph("凭受理编号和查询码可以查询进度、补正材料、撤回申请、下载决定和证明。" + FREE),
        ],
        signatory=case.agency.name,
        signed_on=case.filed_on,
        verification_url=progress_url,
    )


def missing_list(case: Case) -> OfficialDocument:
    """补正告知书: once, and everything."""
    return OfficialDocument(
        title="补正材料告知书",
        number=case.number,
        recipient=statement_of(case).applicant.name,
        blocks=[
            _about(targets.target_of(case)),
            Paragraph("你（单位）提交的申请材料需要补正，现一次性告知如下："),
            Items(case.missing),
            Paragraph("补正期间不计入办理期限。" + FREE),
        ],
        signatory=case.agency.name,
        signed_on=case.returned_on or case.filed_on,
    )


def decision(case: Case) -> OfficialDocument:
    """The decision with its reasons, effect and remedies, for every kind of case."""
    assert case.decided_on is not None, "only a decided case has a decision"
    blocks: list[Block] = [
        _about(targets.target_of(case)),
        Heading("一、决定"),
        Paragraph(outcome_words(case)),
        Heading("二、理由"),
        Paragraph(case.reasons),
        Heading("三、救济"),
        Paragraph(REMEDIES),
    ]
    return OfficialDocument(
        title=_TITLES[Kind(case.kind), State(case.state)],
        number=case.number,
        recipient=statement_of(case).applicant.name,
        blocks=blocks,
        signatory=case.agency.name,
        signed_on=case.decided_on,
    )


def outcome_words(case: Case) -> str:
    """What a decision brings, in one sentence."""
    if case.state != State.GRANTED:
        return f"对你（单位）{_words(case.filed_on)}提出的{case.get_kind_display()}申请，不予同意。"
    day = _words(case.decided_on)
    if case.kind == Kind.REORGANISATION:
        return f"同意自{day}起至{_words(case.masked_until)}临时屏蔽，期间不公示、不作为限制的依据。"
    if case.kind == Kind.REPAIR or case.remedy == Remedy.ENDED:
        return f"同意。自{day}起停止公示、共享和使用，以该信息为依据的惩戒措施同时终止。"
    if case.remedy == Remedy.SUPPLIED:
        return "异议成立，遗漏的信息已经由提供单位报送，按照规定归集、共享和公示。"
    return "异议成立，信息已经更正，更正后的内容同时送达各使用渠道。"


def certificate(case: Case, check_url: str) -> OfficialDocument:
    """信用修复证明, which anybody can check by its QR code."""
    assert case.decided_on is not None, "only a granted repair has a certificate"
    target = targets.target_of(case)
    return OfficialDocument(
        title="信用修复证明",
        number=case.number,
        recipient="",
        blocks=[
            Paragraph(
                f"{target.subject_name}的以下失信信息，经{case.agency}于{_words(case.decided_on)}决定准予信用修复，"
                "自当日起停止公示、共享和使用，以其为依据的惩戒措施同时终止。"
            ),
            _about(target),
        ],
        signatory=case.agency.name,
        signed_on=case.decided_on,
        verification_url=check_url,
        notes=[f"本证明由{settings.CREDIT_PLATFORM_NAME}出具，不收取任何费用。"],
    )
