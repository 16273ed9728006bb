"""State changes of the comparison: a list compared, a difference settled."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO, Final, cast

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from agencies.models import Agency, Officer
from catalog.choices import Exposure, FieldRole, FieldType
from common.clock import today
from common.files.store import blocks_of
from common.gates import PLAN, Refused, refusing
from common.problems import Problem
from common.workbooks.cells import Cell
from ledger.services import acting
from records import selectors as records
from records.agreement import rules, selectors
from records.agreement.choices import Verdict
from records.agreement.models import Comparison, PublicationDifference
from records.agreement.rules import Shown
from records.intake import storage
from records.intake.reference import item_on, load_facts
from records.intake.source import chunks, locate, open_table
from records.models import CreditRecord
from records.rules.columns import Checked, ColumnChecker, Problems
from records.rules.facts import Facts, FieldFacts, Layout
from records.rules.subjects import compared_numbers

BASIS: Final = f"{PLAN} 第5条"
refuse: Final = refusing(BASIS)
UNTIL: Final = "公示截止期"
_ROWS: Final = 5_000
_TEXT: Final = 500
# Who a decision is about and when it ends are compared as such; the other columns as contents.
_APART: Final = frozenset(
    {FieldRole.DOCUMENT_NUMBER, FieldRole.SUBJECT_USCC, FieldRole.PUBLISH_UNTIL, FieldRole.SUBJECT_KIND}
)


@dataclass(frozen=True, slots=True)
class Stated:
    """The other side's list: its rows, its digest, its name."""

    rows: Sequence[Shown]
    sha256: str
    filename: str


def compare_list(
    *,
    officer: Officer,
    agency: Agency,
    item_code: str,
    as_of: date,
    complete: bool = False,
    upload: "UploadedFile[bytes] | None" = None,
    row: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare a file, or one row (`number`, `uscc`, `until`), with what is published here of the agency on `as_of`.

    PermissionDenied; Refused item_unknown, date_in_future, field_required, date_invalid and so on; FileRefused.
    """
    if not selectors.may_compare(officer, agency.pk):
        raise PermissionDenied("由认定单位的审核人员或者社会信用主管部门比对")
    if as_of > today():
        raise Refused(refuse("date_in_future", "截至日期晚于今天", pointer="/as_of"))
    facts = _facts(agency, item_code, as_of)
    stated = _from_file(upload, facts) if upload is not None else _from_row(row or {}, facts)
    held = list(_published(agency, item_code, as_of, facts.layout))
    found = rules.differences(stated.rows, held, complete=complete and upload is not None)
    with acting(actor=officer.pk, action="agreement.compare", basis=BASIS):
        comparison = Comparison.objects.create(
            agency=agency, item_code=item_code, as_of=as_of, complete=complete and upload is not None,
            filename=stated.filename, sha256=stated.sha256, stated=len(stated.rows), held=len(held), compared_by=officer,
        )  # fmt: skip
        PublicationDifference.objects.bulk_create(
            PublicationDifference(
                comparison=comparison, kind=one.kind, number=one.number[:128], uscc=one.uscc[:18],
                record_id=one.record_id, field=one.field[:100], theirs=one.theirs[:_TEXT], ours=one.ours[:_TEXT],
            )
            for one in found
        )  # fmt: skip
    return comparison


def _facts(agency: Agency, item_code: str, on: date) -> Facts:
    """The item's columns, none of them demanded but the number of the document; nothing personal is compared."""
    item = item_on(item_code, on)
    facts = load_facts(agency=agency, item=item, on=on, declared_ordinary=True)
    personal = set(
        item.fields.filter(exposure__in=[Exposure.SECRET, Exposure.MASKED_NAME, Exposure.HIDDEN]).values_list(
            "code", flat=True
        )
    )
    fields = [
        replace(one, conditions=(), required=one.role == FieldRole.DOCUMENT_NUMBER)
        for one in facts.layout.fields
        if one.code not in personal and one.role not in (FieldRole.SUBJECT_NAME, FieldRole.SUBJECT_DOCUMENT)
    ]
    if not any(one.role == FieldRole.PUBLISH_UNTIL for one in fields):
        fields.append(_until_field())
    layout = Layout.of(item.code, item.name, tuple(fields), asks_procedure=False)
    return replace(facts, layout=layout)


def _until_field() -> FieldFacts:
    return FieldFacts(
        "GSJZQ", UNTIL, FieldType.DATE, None, None, None, False, {}, (), FieldRole.PUBLISH_UNTIL, False
    )


def _from_file(upload: "UploadedFile[bytes]", facts: Facts) -> Stated:
    file = cast(BinaryIO, upload)
    format_name = storage.sniff(file, upload.size or 0, upload.name or "")
    table = locate(open_table(file, format_name), facts.layout)
    checker, rows = ColumnChecker(facts), list[Shown]()
    for chunk in chunks(table, 0, _ROWS):
        problems = Problems(refuse=refuse)
        rows += _rows(checker.check(chunk.columns, len(chunk.lines), problems), chunk.columns, facts.layout)
        if problems.rows:
            row, refusals = next(iter(problems.rows.items()))
            one = refusals[0]
            raise Refused(refuse(one.code, f"第{chunk.lines[row]}行：{one.detail}", pointer="/file"))
    digest = hashlib.sha256(b"".join(blocks_of(file))).hexdigest()
    return Stated(rows, digest, (upload.name or "")[-255:])


def _from_row(row: Mapping[str, str], facts: Facts) -> Stated:
    roles = facts.layout.roles
    columns: dict[str, Sequence[Cell]] = {
        roles[role]: [row.get(name, "")]
        for name, role in (("number", FieldRole.DOCUMENT_NUMBER), ("uscc", FieldRole.SUBJECT_USCC), ("until", FieldRole.PUBLISH_UNTIL))
        if role in roles
    }  # fmt: skip
    problems = Problems(refuse=refuse)
    checked = ColumnChecker(facts).check(columns, 1, problems)
    if problems.rows:
        names = {roles.get(FieldRole.DOCUMENT_NUMBER): "number", roles.get(FieldRole.SUBJECT_USCC): "uscc"}
        raise Refused(
            *(replace(one, pointer=f"/{names.get(one.pointer, 'until')}") for one in problems.rows[0])
        )
    text = "\x1f".join(row.get(name, "") for name in ("number", "uscc", "until"))
    return Stated(list(_rows(checked, columns, facts.layout)), hashlib.sha256(text.encode()).hexdigest(), "")


def _rows(
    checked: Mapping[str, Checked], given: Mapping[str, Sequence[Cell]], layout: Layout
) -> Iterator[Shown]:
    """Rows of checked columns; of the contents only columns that were handed in."""
    roles = layout.roles
    numbers = [value or "" for value in checked[roles[FieldRole.DOCUMENT_NUMBER]]]
    contents = [one for one in layout.fields if one.role not in _APART and one.code in given]
    empty = [""] * len(numbers)
    usccs = checked.get(roles.get(FieldRole.SUBJECT_USCC, ""), empty)
    untils = checked.get(roles[FieldRole.PUBLISH_UNTIL], empty)
    for row, (written, compared) in enumerate(
        zip(numbers, compared_numbers(numbers) if numbers else [], strict=True)
    ):
        yield Shown(
            number=compared,
            uscc=usccs[row] or "",
            written=written,
            until=_day(untils[row]),
            contents={one.label: _text(checked[one.code][row]) for one in contents},
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(value: str | None) -> str:
    """Compared form of a content: spaces do not make a difference."""
    return "".join((value or "").split())


def _published(agency: Agency, item_code: str, on: date, layout: Layout) -> Iterator[Shown]:
    """What is published here of the agency's decisions; natural persons are compared by the number alone."""
    contents = [one for one in layout.fields if one.role not in _APART]
    rows = records.published(on).filter(provider=agency, item_code=item_code).select_related("subject")
    held: list[CreditRecord] = list(rows.defer("secret").iterator(chunk_size=_ROWS))
    numbers = compared_numbers([record.document_number for record in held]) if held else []
    for record, number in zip(held, numbers, strict=True):
        yield Shown(
            number=number,
            uscc=record.subject.uscc,
            written=record.document_number,
            until=record.published_until,
            contents={
                one.label: _text(str(record.data.get(one.code) or ""))
                for one in contents
                if one.code in record.data
            },
            record_id=record.pk,
        )


def settle_difference(
    *, officer: Officer, difference: PublicationDifference, verdict: str, explanation: str
) -> PublicationDifference:
    """Say what a difference was and what was done. PermissionDenied; Refused field_required, code_unknown; Problem 409 when
    somebody settled it already."""
    if not selectors.may_compare(officer, difference.comparison.agency_id):
        raise PermissionDenied("由认定单位的审核人员或者社会信用主管部门处理")
    found = []
    if verdict not in Verdict.values:
        found.append(refuse("code_unknown", "请选择处理结果", pointer="/verdict"))
    if not explanation.strip():
        found.append(refuse("field_required", "请写明情况和处理办法", pointer="/explanation"))
    if found:
        raise Refused(*found)
    with acting(actor=officer.pk, action="agreement.settle", basis=BASIS):
        row = PublicationDifference.objects.select_for_update().get(pk=difference.pk)
        if row.verdict:
            raise Problem(409, "state_changed", "这条差异已经处理，请刷新页面查看")
        row.verdict, row.explanation = verdict, explanation.strip()[:500]
        row.explained_by, row.explained_at = officer, timezone.now()
        row.save(update_fields=["verdict", "explanation", "explained_by", "explained_at"])
    return row
