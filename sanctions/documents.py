"""The document of an applied measure: what was decided against whom, on which fact and clause, until when, and what one
can do against it. Composed from the row, which never changes; so the same row gives the same file."""

from common.documents import Block, Fields, Heading, Items, OfficialDocument, Paragraph
from common.templatetags.credit import cdate
from records.contents import secret_of_subject
from sanctions import grounds
from sanctions.choices import MeasureClass
from sanctions.models import AppliedMeasure

_REMEDIES = (
    "不服本决定的，可以自收到之日起六十日内依法申请行政复议，或者自知道之日起六个月内依法提起行政诉讼。",
    "认为所依据的信息有误的，可以向信用信息平台或者认定单位提出异议，不收取任何费用。",
    "失信信息满最短公示期、已纠正失信行为的，可以免费申请信用修复；修复后本措施即行停止，由本单位解除。",
)
_TITLES = {MeasureClass.INCENTIVE: "守信激励措施通知书", MeasureClass.C: "失信信息告知函"}


def decision(row: AppliedMeasure) -> OfficialDocument:
    """The document as it is served on the party, or on the organisation that is told (class C)."""
    measure, ground = row.measure, row.entry or row.record
    assert ground is not None, "an applied measure has a ground"
    fact = grounds.of(ground, row.decided_on)
    party = secret_of_subject(row.subject).get("name") or row.subject.name
    identity = [("统一社会信用代码", row.subject.uscc)] if row.subject.uscc else []
    company = [("身份", f"{row.company.name}的法定代表人、主要负责人")] if row.company else []
    until = cdate(row.ends_on) if row.ends_on else measure.period_text
    blocks: list[Block] = [
        Fields([("当事人", party), *identity, *company]),
        Heading("一、事由"),
        Paragraph(f"{fact.authority}{cdate(fact.decided_on)}作出{fact.number}，{fact.title}。"),
        *(Paragraph(line) for line in row.reason.splitlines() if line.strip()),
        Heading("二、依据"),
        Paragraph(f"{measure.basis}{measure.basis_clause}；{measure.edition}所列“{measure.name}”。"),
    ]
    if row.ordered:
        blocks += [
            Heading("三、措施和期限"),
            Paragraph(f"{measure.name}：{measure.content}。自{cdate(row.starts_on)}起，至{until}。"),
            Paragraph("所依据的记录、名单条目被修复、移出或者撤销的，本措施自当日起停止，不需另行申请。"),
        ]
    else:
        blocks += [
            Heading("三、告知事项"),
            Paragraph("上述信息依法公开。是否采用、如何采用，由贵单位依法自主决定，本单位不作要求。"),
        ]
    if row.ordered and measure.measure_class != MeasureClass.INCENTIVE:
        blocks += [Heading("四、救济途径"), Items(_REMEDIES)]
    return OfficialDocument(
        title=_TITLES.get(MeasureClass(measure.measure_class), "实施失信惩戒措施决定书"),
        number=row.document_number,
        recipient=row.informed_body or party,
        blocks=blocks,
        signatory=row.agency.name,
        signed_on=row.decided_on,
    )
