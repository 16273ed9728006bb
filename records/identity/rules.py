"""Whether two rows may be treated as one body, or records of one row as another's. Pure.

Names are compared nowhere but in one place: a body without any code can only be named by a document by its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.choices import SubjectKind
from common.gates import Refusal
from common.text import normalise_name
from records.identity.choices import CodeKind, Ground
from records.identity.clauses import refuse
from records.identity.codes import Code, canonical, label


@dataclass(frozen=True, slots=True)
class Body:
    """A subject as these rules see it. `merged` = it points to another row, `absorbs` = other rows point to it."""

    kind: str
    name: str
    codes: frozenset[Code]
    merged: bool = False
    absorbs: bool = False

    @property
    def uscc(self) -> str:
        return next((code for kind, code in self.codes if kind == CodeKind.USCC), "")

    def is_named(self, text: str) -> bool:
        """Whether a document that says `text` means this body: one of its codes, or the name where it has no code."""
        if self.codes:
            return canonical(text) in {code for _, code in self.codes}
        return bool(text.strip()) and normalise_name(text) == normalise_name(self.name)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What somebody offers as the ground of a change. `kept_as` and `other_as` are what the document calls the two."""

    ground: str
    reason: str
    basis: str
    document_kind: str = ""
    document_number: str = ""
    document_issuer: str = ""
    document_date: date | None = None
    kept_as: str = ""
    other_as: str = ""


def shared_codes(one: Body, two: Body) -> list[Code]:
    """Codes both have, in a fixed order."""
    return sorted(one.codes & two.codes)


def merge_refusals(kept: Body, other: Body, evidence: Evidence, on: date) -> list[Refusal]:
    """Everything that stands against treating `other` as `kept`; empty when nothing does."""
    return [*mergeable_refusals(kept, other), *evidence_refusals(kept, other, evidence, on)]


def mergeable_refusals(kept: Body, other: Body) -> list[Refusal]:
    """What stands against it in the two rows themselves; asked again when the decision is made."""
    if SubjectKind.PERSON in (kept.kind, other.kind):
        detail = "自然人以证件号码识别，不作合并；证件号码有误的，请由报送单位更正"
        return [refuse("identity_kind_not_allowed", detail, pointer="/other")]
    if kept.kind != other.kind:
        detail = "两个主体的类别不同；个体工商户转为企业的，是两个主体，不能合并"
        return [refuse("identity_kind_not_allowed", detail, pointer="/other")]
    if kept.merged or other.merged:
        return [refuse("identity_already_merged", "其中一个主体已经并入别的主体，请先撤销", pointer="/other")]
    if other.absorbs:
        detail = "另一主体名下已经并入别的主体，请把它作为保留的主体，或者先撤销"
        return [refuse("identity_already_merged", detail, pointer="/other")]
    return []


def evidence_refusals(kept: Body, other: Body, evidence: Evidence, on: date) -> list[Refusal]:
    """What is missing from the evidence that the two are (merge) or are not (split) told apart rightly."""
    found = _words_missing(evidence)
    if evidence.ground == Ground.DOCUMENT:
        return found + _document_refusals(kept, other, evidence, on)
    if not shared_codes(kept, other):
        return [*found, refuse("identity_evidence_missing", pointer="/ground")]
    if kept.uscc and other.uscc and kept.uscc != other.uscc:
        return [*found, refuse("identity_codes_differ", pointer="/ground")]
    return found


def _words_missing(evidence: Evidence) -> list[Refusal]:
    required = (("reason", evidence.reason, "请写明原因"), ("basis", evidence.basis, "请写明依据"))
    return [
        refuse("field_required", text, pointer=f"/{name}")
        for name, value, text in required
        if not value.strip()
    ]


def _document_refusals(kept: Body, other: Body, evidence: Evidence, on: date) -> list[Refusal]:
    required = (
        ("document_kind", evidence.document_kind, "请填写文书种类，例如：变更登记通知书"),
        ("document_number", evidence.document_number, "请填写文书号"),
        ("document_issuer", evidence.document_issuer, "请填写出具文书的机关"),
    )
    found = [
        refuse("field_required", text, pointer=f"/{name}")
        for name, value, text in required
        if not value.strip()
    ]
    if evidence.document_date is None:
        found.append(refuse("field_required", "请填写文书日期", pointer="/document_date"))
    elif evidence.document_date > on:
        found.append(refuse("date_in_future", "文书日期晚于今天", pointer="/document_date"))
    for name, body, text in (
        ("kept_as", kept, evidence.kept_as),
        ("other_as", other, evidence.other_as),
    ):
        if not body.is_named(text):
            known = "、".join(label(code) for code in sorted(body.codes)) or body.name
            detail = f"请照录文书中写明的代码，应为：{known}。名称相同不能作为依据"
            found.append(refuse("identity_evidence_missing", detail, pointer=f"/{name}"))
    return found


def split_refusals(
    source: Body, target: Body, evidence: Evidence, stated: Sequence[frozenset[Code]], on: date
) -> list[Refusal]:
    """Everything that stands against handing records of `source` to `target`; `stated` are the codes each record states.

    By identifier: every record states a code that is the target's and not the source's. By document: it names both.
    """
    found = _words_missing(evidence)
    if SubjectKind.PERSON in (source.kind, target.kind):
        detail = "自然人的记录不作拆分；证件号码有误的，请由报送单位更正"
        found.append(refuse("identity_kind_not_allowed", detail, pointer="/code"))
    if not stated:
        found.append(refuse("field_required", "请选择要拆出的记录", pointer="/records"))
    own = target.codes - source.codes
    if not own:
        detail = "拆出的主体须有自己的代码，并且不是原主体的代码"
        return [*found, refuse("identity_evidence_missing", detail, pointer="/code")]
    if evidence.ground == Ground.DOCUMENT:
        return found + _document_refusals(source, target, evidence, on)
    if not all(codes & own for codes in stated):
        detail = "所选记录没有全部写明拆出主体的代码，请改以文书为依据"
        found.append(refuse("identity_evidence_missing", detail, pointer="/records"))
    return found
