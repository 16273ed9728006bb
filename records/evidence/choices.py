"""Coded values of evidence and correction."""

from typing import Final

from django.db.models import TextChoices


class ProceedingKind(TextChoices):
    """In which way the document a record rests on is looked at again."""

    REVIEW = "review", "行政复议"
    LITIGATION = "litigation", "行政诉讼"
    SUPERVISION = "supervision", "自行纠正或者监督纠正"


class Outcome(TextChoices):
    """How a proceeding ended for the document."""

    UPHELD = "upheld", "维持"
    DISMISSED = "dismissed", "驳回申请或者诉讼请求"
    DROPPED = "dropped", "撤回申请或者起诉，程序终止"
    CHANGED = "changed", "变更（含部分撤销）"
    REVOKED = "revoked", "撤销"
    UNLAWFUL = "unlawful", "确认违法"
    VOID = "void", "确认无效"
    CANCELLED = "cancelled", "登记有误，取消标注"


# The document no longer carries the record, wholly or as it was handed in.
OVERTURNING: Final = frozenset({Outcome.REVOKED, Outcome.UNLAWFUL, Outcome.VOID})
DEMANDING: Final = OVERTURNING | {Outcome.CHANGED}


class ChangeKind(TextChoices):
    """What made a version."""

    CORRECTION = "correction", "更正"
    WITHDRAWAL = "withdrawal", "撤回"
    PROCEEDING = "proceeding", "登记复议或者诉讼"
    OUTCOME = "outcome", "登记处理结果"


# With these an agency has drawn the consequence of a changed document.
SETTLING: Final = (ChangeKind.CORRECTION, ChangeKind.WITHDRAWAL)


class CorrectionGround(TextChoices):
    """Why an agency corrects what it handed in."""

    MISTYPED = "mistyped", "录入有误，与原文书不一致"
    INCOMPLETE = "incomplete", "内容不完整"
    DOCUMENT_CORRECTED = "document_corrected", "原文书已补正或者更正"
    DOCUMENT_CHANGED = "document_changed", "原文书经复议、诉讼或者纠正后变更"
    OBJECTION = "objection", "异议核实后更正"
