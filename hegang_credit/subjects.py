"""The page of one subject in the workbench: everything this officer may see of it, as one timeline. It looks across rooms."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.areas import area_name
from agencies.models import Officer
from agencies.sign_in import officer_of
from blacklist import selectors as lists
from catalog.choices import SubjectKind
from common.clock import today
from common.components import Cell, Chip, Column, SummaryRow, Table, TimelineEvent
from common.templatetags.credit import cdate
from records import selectors
from records.identity import selectors as identity
from records.identity.choices import ChangeState
from records.identity.groups import about, head_of, members
from records.identity.models import SubjectName
from records.identity.views.changes import state_chip, title
from records.identity.views.subjects import code_labels, period_of
from records.models import CreditRecord, Subject
from repair.selectors import cases as repair
from sanctions import selectors as measures

SHOWN: Final = 100
_CODES_OF_PERSON: Final = "按证件号码识别，号码加密保存"


@login_required
@require_safe
def subject(request: HttpRequest, public_id: str) -> HttpResponse:
    """Names, codes and what happened, newest first. A merged row leads to its head; a natural person is shown masked, to
    those alone who may see a record of it."""
    officer, at = officer_of(request), today()
    row = get_object_or_404(Subject.objects.select_related("merged_into"), public_id=public_id)
    if row.merged_into is not None:
        return redirect("workbench:subject", head_of(row).public_id)
    rows = list(members(row.pk).order_by("pk"))
    ids = [one.pk for one in rows]
    records = list(selectors.visible_to(officer).filter(about(row)).order_by("-decision_date", "-id")[:SHOWN])
    is_person = row.kind == SubjectKind.PERSON
    if is_person and not records:
        return redirect("workbench:subject-list")
    names = [] if is_person else list(identity.names_of(ids))
    events = [
        *_records(records, at),
        *_lists(officer, row, at),
        *_measures(officer, row),
        *_cases(officer, row),
    ]
    if not is_person:
        events += [*_names(names), *_changes(ids)]
    context = {
        "subject": row,
        "is_person": is_person,
        "facts": _facts(row, rows, is_person),
        "names": _name_table(names, rows, row) if names or len(rows) > 1 else None,
        "events": sorted(events, key=_moment, reverse=True),
        "more": len(records) == SHOWN,
        "may_propose": identity.may_propose(officer) and not is_person,
        "may_decide": identity.may_decide(officer) and not is_person,
        "may_look_up": officer.has_perm("records.look_up"),
    }
    return render(request, "workbench/subject.html", context)


def _facts(row: Subject, rows: Sequence[Subject], is_person: bool) -> list[SummaryRow]:
    facts = [SummaryRow("类别", SubjectKind(row.kind).label)]
    if is_person:
        return [*facts, SummaryRow("识别方式", _CODES_OF_PERSON)]
    facts.append(SummaryRow("地区", area_name(row.region) or "未载明", note=row.region))
    for label, code in code_labels(row):
        further = [
            value
            for one in rows
            for name, value in code_labels(one)
            if name == label and value and value != code
        ]
        shown = [code, *further] if code else further
        if shown:
            facts.append(SummaryRow(label, "、".join(dict.fromkeys(shown))))
    return facts


def _name_table(names: Iterable[SubjectName], rows: Sequence[Subject], head: Subject) -> Table:
    lines: list[list[Cell | str]] = [[head.shown_name, "现用名称", ""]]
    merged = [one for one in rows if one.pk != head.pk and one.name != head.name]
    days = identity.days_of(one.pk for one in merged) if merged else {}
    for one in merged:
        seen = days.get(one.pk)
        period = f"见于 {cdate(seen[0])} 至 {cdate(seen[1])} 的文书" if seen else ""
        lines.append([one.shown_name, period, "并入前的名称"])
    lines += [[name.name, period_of(name), name.document or str(name.get_source_display())] for name in names]
    return Table("名称", [Column("名称"), Column("使用时间"), Column("来源")], lines, caption_hidden=True)


def _records(records: Iterable[CreditRecord], at: date) -> list[TimelineEvent]:
    events = []
    for record in records:
        url = reverse("workbench:record", args=[record.pk])
        state = selectors.state(record, at)
        chip = Chip(state.label, "good" if state.published else "info" if state.shared else "neutral")
        event = TimelineEvent(
            when=record.decision_date,
            what=record.item.name,
            who=record.authority_name,
            document=record.document_number,
            document_url=url,
            note=f"由 {record.provider.name} 报送",
            chip=chip,
        )
        events.append(event)
        if record.ended_on is not None:
            events.append(replace(event, when=record.ended_on, what=f"{record.item.name}提前终止", chip=None))
    return events


def _lists(officer: Officer, row: Subject, at: date) -> list[TimelineEvent]:
    """Entries on a list: what is published, and for those who see all records whatever is listed."""
    see_all = officer.has_perm("records.view_all_records")
    entries = (
        (lists.listed(at) if see_all else lists.published(at)).filter(about(row)).select_related("scheme")
    )
    return [
        TimelineEvent(
            when=entry.effective_from,
            what=f"列入{entry.scheme.name}",
            who=entry.authority_name,
            note=f"至 {cdate(entry.ends_on)}" if entry.ends_on else "",
            chip=Chip("名单", "serious"),
        )
        for entry in entries.order_by("-effective_from")[:SHOWN]
    ]


def _measures(officer: Officer, row: Subject) -> list[TimelineEvent]:
    """Measures applied, as far as this officer sees them."""
    applied = measures.applied_visible_to(officer).filter(about(row)).select_related("measure", "agency")
    return [
        TimelineEvent(
            when=one.starts_on,
            what=f"实施措施：{one.measure.name}",
            who=one.agency.name,
            document=one.document_number,
            note=f"至 {cdate(one.ends_on)}" if one.ends_on else "",
        )
        for one in applied.order_by("-starts_on", "-pk")[:SHOWN]
    ]


def _cases(officer: Officer, row: Subject) -> list[TimelineEvent]:
    """Repairs and objections, as far as this officer sees them."""
    cases = repair.cases_visible_to(officer).filter(about(row)).select_related("agency")
    return [
        TimelineEvent(
            when=one.filed_on,
            what=f"申请{one.get_kind_display()}",
            who=one.agency.name,
            document=one.number,
            chip=Chip(str(one.get_state_display())),
        )
        for one in cases.order_by("-filed_on", "-pk")[:SHOWN]
    ]


def _names(names: Iterable[SubjectName]) -> list[TimelineEvent]:
    return [
        TimelineEvent(when=name.used_until, what=f"停用名称：{name.name}", document=name.document)
        for name in names
        if name.used_until
    ]


def _changes(ids: Sequence[int]) -> list[TimelineEvent]:
    events = []
    for change in identity.changes_of(ids)[:SHOWN]:
        if change.state not in (ChangeState.IN_EFFECT, ChangeState.UNDONE) or change.decided_at is None:
            continue
        events.append(
            TimelineEvent(
                when=change.undone_at or change.decided_at,
                what=title(change) + ("（已撤销）" if change.undone_at else ""),
                who=str(change.undone_by or change.decided_by),
                document=change.document_number or change.shared_code,
                document_url=reverse("workbench:identity-change", args=[change.public_id]),
                note=change.undo_reason or change.reason,
                chip=state_chip(change),
            )
        )
    return events


def _moment(event: TimelineEvent) -> datetime:
    when = event.when
    return when if isinstance(when, datetime) else timezone.make_aware(datetime.combine(when, time.min))
