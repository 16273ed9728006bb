"""What the record's page and the pages of this package draw alike."""

from collections.abc import Callable, Iterable
from datetime import date

from django.forms import Form
from django.urls import reverse

from agencies.models import Officer
from catalog.forms import RefusableForm
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table
from common.gates import Refused
from common.masking import mask_long_digits
from common.templatetags.credit import cdate, cdatetime
from records.choices import end_reason_label
from records.evidence import selectors
from records.evidence.choices import DEMANDING
from records.evidence.models import Proceeding, RecordChange
from records.evidence.selectors import Standing
from records.evidence.services import RecordChanged
from records.forms import RecordForm
from records.models import CreditRecord
from records.selectors import State


def changed_words(current: int) -> str:
    return f"另一位工作人员刚刚改过这条信息（现为第{current}版），您的改动没有保存。请重新打开后核对"


def tried(form: Form, action: Callable[[], object]) -> bool:
    """Whether the action went through; if not, the form says why."""
    try:
        action()
    except RecordChanged as changed:
        form.add_error(None, changed_words(changed.current))
    except Refused as refused:
        if isinstance(form, RefusableForm | RecordForm):
            form.show(refused.refusals)
    else:
        return True
    return False


def on_record(officer: Officer, record: CreditRecord) -> dict[str, object]:
    """What the record's page shows of this package: the mark, proceedings, and what this officer may do."""
    proceedings = list(selectors.proceedings_of(record))
    may = selectors.may(officer, record)
    return {
        "proceedings": proceedings_table(record, proceedings, link=may.mark),
        "contested_now": [one for one in proceedings if not one.outcome],
        "may_correct": may.correct,
        "may_mark": may.mark,
        "ended": record.ended_on is not None and record.ended_on <= today(),
        "end_reason": end_reason_label(record.end_reason),
    }


def proceedings_table(record: CreditRecord, rows: Iterable[Proceeding], *, link: bool) -> Table:
    lines: list[list[Cell | str]] = [
        [
            Cell(
                one.case_number,
                note=one.organ,
                url=reverse("workbench:record-proceeding", args=[record.pk, one.pk])
                if link and not one.outcome
                else "",
            ),
            one.get_kind_display(),
            cdate(one.since),
            Cell(chip=_outcome_chip(one), note=_outcome_note(one)),
        ]
        for one in rows
    ]
    heads = [Column("案号"), Column("程序"), Column("受理日期", tight=True), Column("结果")]
    return Table("复议、诉讼和纠正", heads, lines, caption_hidden=True)


def _outcome_chip(one: Proceeding) -> Chip:
    if not one.outcome:
        return Chip("办理中", "warning")
    return Chip(one.get_outcome_display(), "info" if one.outcome in DEMANDING else "neutral")


def _outcome_note(one: Proceeding) -> str:
    parts = [one.outcome_document, cdate(one.decided_on) if one.decided_on else ""]
    parts.append(f"应在{cdate(one.due)}前撤回或者更正（{one.due_basis}）" if one.due else "")
    return "；".join(part for part in parts if part)


def waiting_table(officer: Officer, on: date, *, limit: int) -> Table:
    """Records that wait for a correction because their document was changed, nearest deadline first."""
    lines: list[list[Cell | str]] = [
        [
            Cell(one.record.document_number, url=reverse("workbench:record", args=[one.record_id])),
            one.record.item.name,
            Cell(one.get_outcome_display(), note=f"{one.organ} {one.outcome_document}"),
            Cell(cdate(one.due), note="过期未办的，自动停止公示、共享和使用"),
            one.record.provider.name,
        ]
        for one in selectors.waiting_for_correction(officer, on)[:limit]
    ]
    heads = [
        Column("文书号", tight=True),
        Column("事项", tight=True),
        Column("结果"),
        Column("办理期限"),
        Column("报送单位"),
    ]
    return Table("待更正的信息", heads, lines, caption_hidden=True)


def versions_table(
    record: CreditRecord, standings: Iterable[Standing], changes: dict[int, RecordChange]
) -> Table:
    """Every version with its span and why it was made."""
    labels = {one.code: one.label for one in record.item.fields.all()}
    lines: list[list[Cell | str]] = [
        [
            Cell(f"第{one.number}版", url=f"?version={one.number}"),
            Cell(cdatetime(one.since), note=f"至 {cdatetime(one.until)}" if one.until else "现行"),
            _why(changes.get(one.number), one.number, labels),
        ]
        for one in standings
    ]
    heads = [Column("版本", tight=True), Column("在用时间"), Column("怎样形成的")]
    return Table("历史版本", heads, lines, caption_hidden=True)


def _why(change: RecordChange | None, number: int, labels: dict[str, str]) -> Cell:
    if change is None:
        return Cell("首次报送" if number == 1 else "由系统其他办理环节形成，见留痕")
    who = (
        change.officer.full_name if change.officer else change.client.agency.name if change.client else "系统"
    )
    fields = "、".join(labels.get(code, code) for code in change.fields)
    basis = f"依据{change.document_number}" if change.document_number else ""
    note = "；".join(part for part in (f"改动：{fields}" if fields else "", basis, who) if part)
    return Cell(f"{change.get_kind_display()}：{mask_long_digits(change.explanation)}", note=note)


def states_rows(record: CreditRecord, state: State) -> list[SummaryRow]:
    """The three channels on the day asked about, with the end that governed then."""
    lines = (
        ("共享", state.shared, record.shared_until),
        ("公示", state.published, record.published_until),
        ("使用", state.used, record.used_until),
    )
    return [
        SummaryRow(
            name,
            "是" if holds else "否",
            note=f"当时确定的截止日期：{cdate(until)}" if until else "当时确定为不" + name,
        )
        for name, holds, until in lines
    ]
