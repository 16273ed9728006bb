"""The documents of a case: what each says, how its content is kept, and how it is rendered again.

Content is composed once, when the step is taken, and sealed into the step; PDF and Word are rendered from it whenever
somebody asks. Equal content gives equal files, so nothing can drift between what was decided and what is printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from common.documents import Block, Fields, Heading, Items, OfficialDocument, Paragraph, as_pdf, as_word
from common.privacy import decrypt, encrypt


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What every document of a case names."""

    agency: str
    party: str
    identity: tuple[str, str]
    scheme: str
    scheme_basis: str
    underlying: str
    facts: str
    clause: str


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def _head(
    case: CaseFacts, *, number: str, kind: str, signed_on: date, blocks: Sequence[Block]
) -> OfficialDocument:
    return OfficialDocument(
        title=kind,
        number=number,
        recipient=case.party,
        blocks=[Fields([("当事人", case.party), case.identity, ("名单", case.scheme)]), *blocks],
        signatory=case.agency,
        signed_on=signed_on,
    )


def notice(
    case: CaseFacts, *, number: str, on: date, window: str, hearing: bool, code: str, where: str
) -> OfficialDocument:
    """列入事先告知书: 事由、依据、权利 (plan, item 8), and how the party can speak."""
    rights = [
        f"自本告知书送达之日起{window}内，可以进行陈述、申辩，提出异议；提出异议的，本单位予以核实并书面答复，说明理由。",
        *(["可以在上述期限内要求举行听证。"] if hearing else []),
        "可以查阅、复制与本案有关的材料，可以委托代理人办理；办理上述事项不收取任何费用。",
        "期限届满未提出的，不影响本单位依法作出决定，也不影响您以后依法申请行政复议、提起行政诉讼。",
    ]
    ways = [
        f"上网办理：{where}，填写查询码 {code}，不需要注册账号。",
        f"到{case.agency}服务窗口当面提出或者书面提交。",
        f"邮寄至{case.agency}，以交邮日期为准。",
    ]
    blocks: list[Block] = [
        Paragraph("本单位拟将您（单位）列入严重失信主体名单。作出决定前，依法告知如下事项。"),
        Heading("一、事由"),
        Paragraph(case.facts),
        Paragraph(f"认定上述事实的文书：{case.underlying}。"),
        Heading("二、依据"),
        Paragraph(f"{case.scheme_basis}；{case.clause}。"),
        Heading("三、您依法享有的权利"),
        Items(rights),
        Heading("四、怎样提出"),
        Items(ways),
    ]
    return _head(case, number=number, kind="拟列入严重失信主体名单事先告知书", signed_on=on, blocks=blocks)


def answer(
    case: CaseFacts, *, number: str, on: date, raised_on: date, outcome: str, reasons: str
) -> OfficialDocument:
    """异议答复书: what came of the objection and why."""
    blocks: list[Block] = [
        Paragraph(
            f"您（单位）于{day(raised_on)}对拟列入“{case.scheme}”提出的异议，本单位已经核实，现答复如下。"
        ),
        Heading("一、答复意见"),
        Paragraph(f"{outcome}。"),
        Heading("二、核实情况和理由"),
        Paragraph(reasons),
        Heading("三、后续事项"),
        Paragraph("本答复不是最终决定。本单位将依法继续办理，并把结果书面告知您（单位）。"),
    ]
    return _head(case, number=number, kind="异议答复书", signed_on=on, blocks=blocks)


@dataclass(frozen=True, slots=True)
class Contents:
    """The five contents of a decision (plan, item 8)."""

    reason: str
    basis_text: str
    sanction_hints: Sequence[str]
    removal_text: str
    remedies: str

    def plain(self) -> dict[str, str]:
        return {
            "reason": self.reason,
            "basis_text": self.basis_text,
            "sanction_hints": "\n".join(self.sanction_hints),
            "removal_text": self.removal_text,
            "remedies": self.remedies,
        }


def decision(
    case: CaseFacts,
    contents: Contents,
    *,
    number: str,
    on: date,
    period: tuple[date, date | None],
    underlying: str = "",
    repair_notice: Sequence[Block] = (),
) -> OfficialDocument:
    """列入决定书 with its five contents and the repair notice (两书同达); with `underlying`, the part that this other
    decision document contains."""
    since, until = period
    term = f"自{day(since)}起至{day(until)}止" if until else f"自{day(since)}起，至移出条件成就时止"
    opening = f"本单位决定将您（单位）列入“{case.scheme}”，列入期限{term}。"
    if underlying:
        opening += f"本内容载明于{underlying}，与该决定一并送达。"
    blocks: list[Block] = [
        Paragraph(opening),
        Heading("一、列入事由"),
        Paragraph(contents.reason),
        Heading("二、列入依据"),
        Paragraph(contents.basis_text),
        Heading("三、失信惩戒措施提示"),
        Items(list(contents.sanction_hints)),
        Heading("四、移出条件和程序"),
        Paragraph(contents.removal_text),
        Heading("五、救济措施"),
        Paragraph(contents.remedies),
        Heading("附：信用修复告知书"),
        Paragraph("您（单位）依法享有的信用修复权利和办理办法，随本决定一并告知如下。"),
        *repair_notice,
    ]
    return _head(case, number=number, kind="列入严重失信主体名单决定书", signed_on=on, blocks=blocks)


def closure(case: CaseFacts, *, number: str, on: date, reasons: str) -> OfficialDocument:
    """不予列入通知书."""
    blocks: list[Block] = [
        Paragraph(f"本单位对您（单位）涉及“{case.scheme}”的案件已经审查完毕，决定不予列入。"),
        Heading("理由"),
        Paragraph(reasons),
    ]
    return _head(case, number=number, kind="不予列入严重失信主体名单通知书", signed_on=on, blocks=blocks)


# --- kept and rendered -------------------------------------------------------------------------------------------------


def seal(document: OfficialDocument, *, context: str) -> bytes:
    """The content as encrypted JSON; `context` ties it to its case."""
    plain = {
        "title": document.title,
        "number": document.number,
        "recipient": document.recipient,
        "blocks": [_as_json(block) for block in document.blocks],
        "signatory": document.signatory,
        "signed_on": document.signed_on.isoformat(),
        "notes": list(document.notes),
    }
    return encrypt(orjson.dumps(plain).decode(), context=context)


def unseal(blob: bytes | memoryview, *, context: str) -> OfficialDocument:
    plain = orjson.loads(decrypt(blob, context=context))
    return OfficialDocument(
        title=plain["title"],
        number=plain["number"],
        recipient=plain["recipient"],
        blocks=[_as_block(*pair) for pair in plain["blocks"]],
        signatory=plain["signatory"],
        signed_on=date.fromisoformat(plain["signed_on"]),
        notes=plain.get("notes", ()),
    )


def render(document: OfficialDocument, ending: str) -> bytes:
    """The file with this ending: pdf or docx."""
    return as_pdf(document) if ending == "pdf" else as_word(document)


def _as_json(block: Block) -> tuple[str, object]:
    match block:
        case Heading(text):
            return "heading", text
        case Paragraph(text):
            return "paragraph", text
        case Fields(rows):
            return "fields", [list(row) for row in rows]
        case Items(lines):
            return "items", list(lines)
    raise TypeError(f"no document of a case has a {type(block).__name__}")


def _as_block(kind: str, value: object) -> Block:
    if kind == "items":
        return Items([str(line) for line in value])  # type: ignore[attr-defined]
    if kind == "fields":
        return Fields([(str(label), str(text)) for label, text in value])  # type: ignore[attr-defined]
    return Heading(str(value)) if kind == "heading" else Paragraph(str(value))
