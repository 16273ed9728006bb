"""The person's own full report: everything held about them, shown or not, who looked them up, what they consented to.

Free, at the window, on proof of identity (个人信息保护法第四十五条). Names and numbers of other persons stay masked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.utils import timezone

from catalog.choices import Exposure, FieldType
from common.documents import Block, Fields, Grid, Heading, Items, OfficialDocument, Paragraph
from common.gates import PLAN
from common.masking import mask_identifier, mask_name
from common.templatetags.credit import cdate, cdatetime
from records.contents import all_values
from records.models import CreditRecord
from records.persons.choices import Allowed
from records.persons.models import Consent
from records.selectors import State
from records.sharing.models import LookUp

RIGHTS: Final = (
    "有权查询、复制本平台保存的本人信息，查询不收费。",
    "认为信息有错误、遗漏、超过期限或者不应归集的，有权提出异议，核实期间作出标注，有误的更正或者删除。",
    "对以同意为依据的信息，有权随时撤回同意；撤回后即时停止归集、共享、公开和使用，不影响撤回前的合法处理。",
    "目的已经实现、保存期满、撤回同意或者违法处理的，有权要求删除；法律还要求保存的，停止处理，只保存到期满。",
    "对失信信息，在最短公示期届满、纠正失信行为、履行义务后，有权申请信用修复，不收费。",
    "认为个人信息权益受到侵害的，有权向社会信用主管部门投诉，也可以依法申请行政复议或者提起诉讼。",
)
_EMPTY: Final = "查询期内无相关信息。"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the platform holds about one person."""

    name: str
    document_kind: str
    document: str
    records: Sequence[tuple[CreditRecord, State]]
    lookups: Sequence[LookUp]
    consents: Sequence[tuple[Consent, str]]


def document_of(found: Findings, *, number: str, on: date, verification_url: str) -> OfficialDocument:
    """The report as a document, without layout."""
    return OfficialDocument(
        title="个人公共信用信息报告（本人查询）",
        number=number,
        recipient=found.name,
        blocks=[
            Heading("一、本人"),
            Fields([("姓名", found.name), (found.document_kind, mask_identifier(found.document))]),
            Heading("二、信用记录"),
            *_records(found.records),
            Heading("三、谁查询过本人的信息"),
            *_lookups(found.lookups),
            Heading("四、本人作出的同意"),
            *_consents(found.consents),
            Heading("五、本人的权利"),
            Items(RIGHTS),
            Paragraph(f"依据：{PLAN} 第12条、第13条；个人信息保护法第四十四条至第四十七条。"),
        ],
        signatory=settings.CREDIT_AUTHORITY_NAME,
        signed_on=on,
        verification_url=verification_url,
        notes=("本报告含个人信息，由本人保管；任何单位不得强制索取。",),
    )


def _records(records: Sequence[tuple[CreditRecord, State]]) -> list[Block]:
    if not records:
        return [Paragraph(_EMPTY)]
    blocks: list[Block] = [Paragraph(f"共 {len(records)} 条，含不向社会公示的。")]
    for record, state in records:
        blocks.append(Fields([*_about(record, state), *_contents(record)]))
    return blocks


def _about(record: CreditRecord, state: State) -> list[tuple[str, str]]:
    item = record.item
    ground = (
        f"{item.person_basis}{item.person_basis_clause}" if item.person_basis else "本人同意（见第四部分）"
    )
    rows = [
        ("事项", item.name),
        ("依据的文书", f"{record.document_kind} {record.document_number}"),
        ("决定机关", record.authority_name),
        ("决定日期", cdate(record.decision_date)),
        ("报送单位", record.provider.name),
        ("归集依据", ground),
        ("现状", state.label),
    ]
    for label, until in (
        ("共享至", record.shared_until),
        ("公示至", record.published_until),
        ("使用至", record.used_until),
    ):
        rows.append((label, cdate(until) if until else "否"))
    if record.ended_on:
        rows.append(("提前终止", cdate(record.ended_on)))
    return rows


def _contents(record: CreditRecord) -> list[tuple[str, str]]:
    values = all_values(record)
    rows = []
    for definition in record.item.fields.all():
        value = str(values.get(definition.code) or "")
        if not value or definition.role.startswith(
            ("subject_", "authority_", "source_", "document_", "decision_")
        ):
            continue
        if definition.type == FieldType.ID_DOCUMENT:
            value = mask_identifier(value)
        elif definition.exposure == Exposure.MASKED_NAME:
            value = mask_name(value)
        rows.append((definition.label, str(definition.value_labels.get(value, value))))
    return rows


def _lookups(lookups: Sequence[LookUp]) -> list[Block]:
    if not lookups:
        return [Paragraph(_EMPTY)]
    return [
        Grid(
            ("时间", "查询单位", "目的", "凭据", "结果"),
            [
                (
                    cdatetime(row.at),
                    row.agency.name,
                    row.purpose.name if row.purpose else row.get_kind_display(),
                    row.document_number,
                    row.get_outcome_display(),
                )
                for row in lookups
            ],
        )
    ]


def _consents(consents: Sequence[tuple[Consent, str]]) -> list[Block]:
    if not consents:
        return [Paragraph(_EMPTY)]
    return [
        Fields(
            [
                ("同意书编号", consent.document_number),
                ("种类", consent.get_kind_display()),
                ("取得单位", consent.agency.name),
                ("目的", consent.purpose),
                ("内容", items),
                ("方式", consent.method),
                ("用途和范围", consent.scope),
                ("同意的处理", "、".join(str(Allowed(one).label) for one in consent.allows) or "无"),
                ("由谁同意", f"{consent.get_given_by_display()}{consent.relation}"),
                ("有效期", f"{cdate(consent.valid_from)} 至 {cdate(consent.valid_until)}"),
                ("状态", str(consent.state(timezone.localdate()).label)),
            ]
        )
        for consent, items in consents
    ]
