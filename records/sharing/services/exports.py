"""Bulk exports: one officer asks, another decides, and what was granted is taken once, registered with its count.

Natural persons are never exported: each of them needs the number of an authorisation of their own.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from agencies.models import Officer
from catalog.choices import SubjectKind
from common.clock import today
from common.gates import PLAN, Refused
from common.problems import Problem
from ledger.services import acting
from records import selectors as records
from records.disclosure import marks, public_fields
from records.intake.rejections import safe
from records.models import CreditRecord
from records.sharing import rules, selectors
from records.sharing.choices import Detail, ExportState, LookUpKind
from records.sharing.clauses import refuse
from records.sharing.models import DutyPurpose, ExportRequest
from records.sharing.services.lookups import Asker, LookUpRefused, duty_of, register

BASIS: Final = f"{PLAN} 第4条（1）、第12条"
HEADINGS: Final = ("主体名称", "统一社会信用代码", "事项", "文书号", "决定机关", "决定日期", "共享至", "标注")
_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class Taken:
    """A downloaded export: UTF-8 CSV with byte order mark, the number of records, and the receipt."""

    content: bytes
    count: int
    receipt: str


def request_export(*, officer: Officer, purpose_id: int, reason: str) -> ExportRequest:
    """Ask for every record of a purpose in force. PermissionDenied unless the officer may use it; Refused field_required."""
    if not reason.strip():
        raise Refused(refuse("field_required", "请写明导出的用途", pointer="/reason"))
    with acting(actor=officer.pk, action="sharing.request_export", basis=BASIS):
        purpose = DutyPurpose.objects.get(pk=purpose_id)
        if not selectors.may_use(officer, purpose):
            raise PermissionDenied("由有权使用该履职目的的工作人员申请")
        return ExportRequest.objects.create(
            purpose=purpose, reason=reason.strip()[:200], requested_by=officer
        )


def decide_export(*, officer: Officer, export_id: int, grant: bool, on: date | None = None) -> ExportRequest:
    """Grant or refuse a request. PermissionDenied; Refused second_person_required; a 409 problem when decided already."""
    on = on or today()
    with acting(actor=officer.pk, action="sharing.decide_export", basis=BASIS):
        export = _locked(export_id)
        if not selectors.may_decide_export(officer, export):
            raise PermissionDenied("由本单位审核人员或者社会信用主管部门审批")
        if refusal := rules.second_person(export.requested_by_id, officer.pk):
            raise Refused(refusal)
        if export.granted is not None:
            raise Problem(409, "state_changed", "该申请已经审批，请刷新页面查看")
        export.decided_by, export.decided_at, export.granted = officer, timezone.now(), grant
        if grant:
            export.usable_until = on + timedelta(days=selectors.rule_on(on).export_days)
        export.save(update_fields=["decided_by", "decided_at", "granted", "usable_until"])
    return export


def take_export(*, officer: Officer, export_id: int, on: date | None = None) -> Taken:
    """Download a granted export, once, by whoever asked for it.

    PermissionDenied; a 409 problem when it is not granted, lapsed or taken; LookUpRefused when the purpose has ended
    since (registered). The register row and the mark "taken" are committed before the file is handed out.
    """
    on = on or today()
    with (
        transaction.atomic(durable=True),
        acting(actor=officer.pk, action="sharing.take_export", basis=BASIS),
    ):
        export = _locked(export_id)
        purpose = export.purpose
        if export.requested_by_id != officer.pk or officer.agency_id != purpose.agency_id:
            raise PermissionDenied("由申请人本人下载")
        if export.state(on) != ExportState.APPROVED:
            raise Problem(409, "state_changed", "该申请未经同意、已经下载或者已经逾期，需要的请重新申请")
        refusal = rules.judge(rules.Question(purpose.agency_id, purpose.code), duty_of(purpose, on))
        content, count = (b"", 0) if refusal else _file(purpose, on)
        lookup = register(
            Asker(purpose.agency, officer, None),
            kind=LookUpKind.EXPORT,
            purpose=purpose,
            item_codes=list(purpose.items),
            record_count=count,
            refusal_code=refusal.code if refusal else "",
            on=on,
        )
        if refusal is None:
            export.lookup = lookup
            export.save(update_fields=["lookup"])
    if refusal is not None:
        raise LookUpRefused(refusal, receipt=lookup.receipt)
    return Taken(content, count, lookup.receipt)


def _locked(export_id: int) -> ExportRequest:
    rows = ExportRequest.objects.select_for_update(of=("self",)).select_related("purpose__agency")
    return rows.get(pk=export_id)


def _file(purpose: DutyPurpose, on: date) -> tuple[bytes, int]:
    text = io.StringIO()
    writer = csv.writer(text)
    with_contents = purpose.detail == Detail.CONTENTS
    writer.writerow([*HEADINGS, "内容"] if with_contents else HEADINGS)
    rows = records.shared_with(purpose.agency, purpose, on).exclude(subject__kind=SubjectKind.PERSON)
    if with_contents:
        rows = rows.prefetch_related("item__fields")
    count = 0
    for record in rows.order_by("pk").iterator(chunk_size=_CHUNK):
        writer.writerow(map(safe, _cells(record, with_contents)))
        count += 1
    return text.getvalue().encode("utf-8-sig"), count


def _cells(record: CreditRecord, with_contents: bool) -> list[str]:
    until = record.shared_until
    cells = [
        record.subject.shown_name, record.subject.uscc, record.item.name, record.document_number,
        record.authority_name, f"{record.decision_date:%Y-%m-%d}", f"{until:%Y-%m-%d}" if until else "",
        marks(record),
    ]  # fmt: skip
    if with_contents:
        cells.append("；".join(f"{shown.label}：{shown.display}" for shown in public_fields(record)))
    return cells
