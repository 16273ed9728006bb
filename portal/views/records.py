"""A subject and a single record, in plain words first. Whatever is over answers 404, as if it had never been."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from agencies.areas import area_name
from catalog.choices import FieldRole, Nature, SourceMark
from common.clock import today
from common.components import Cell, Column, Table
from common.pagination import cursor_behind
from common.presentation import address_of
from portal import selectors
from portal.freshness import public_page
from portal.listed import ENTRIES_SHOWN, listed_subjects, moved_to
from portal.paging import PAGE_SIZE, Page, page_of
from portal.views.honours import honour_table, honours_of
from portal.views.lists import entry_table
from portal.wording import (
    document_number,
    kind_words,
    record_lead,
    record_title,
    repair_outlook,
    subject_name,
    window_of,
    without_end_of_its_own,
)
from records.disclosure import FOREVER, ShownField, display_date, marks, public_fields, public_name
from records.evidence.selectors import open_proceedings
from records.explanation import explain
from records.identity.groups import head_of
from records.models import CreditRecord, Subject
from records.provenance import COPY
from repair.selectors.rules import Rulebook, barred_until, clock_words

# The head of the page says these already.
_IN_THE_HEAD = frozenset(
    {
        FieldRole.SUBJECT_NAME,
        FieldRole.SUBJECT_KIND,
        FieldRole.DOCUMENT_NUMBER,
        FieldRole.DECISION_DATE,
        FieldRole.AUTHORITY_NAME,
    }
)
# Who sent it, and the codes of offices: folded away, few readers ask.
_CODES = frozenset(
    {
        FieldRole.SUBJECT_USCC,
        FieldRole.SUBJECT_CODE,
        FieldRole.SUBJECT_REGISTRATION,
        FieldRole.AUTHORITY_USCC,
        FieldRole.SOURCE_USCC,
    }
)
_ORIGIN = frozenset({FieldRole.AUTHORITY_USCC, FieldRole.SOURCE_NAME, FieldRole.SOURCE_USCC})


@public_page(indexed=False)
def subject(request: HttpRequest, public_id: str) -> HttpResponse:
    """Summary of a subject and its published records, grouped by item."""
    at = today()
    known = selectors.SUBJECT_SHOWN.rows(public_id=public_id, at=at)
    found = known[0] if known else listed_subjects(at).filter(public_id=public_id).first()
    if found is None:
        if moved := moved_to(public_id, at):
            return HttpResponsePermanentRedirect(reverse("portal:subject", args=[moved.public_id]))
        raise Http404
    on_lists, honoured = ENTRIES_SHOWN.rows(subject=found.pk, at=at), honours_of(found)
    page = _records_page(request, found, at)
    whole = page.next_cursor is None and not request.GET.get("cursor")
    book = Rulebook.load(at) if any(one.item.nature == Nature.DISHONEST for one in page.rows) else None
    groups = [(name, _records(name, rows, book)) for name, rows in selectors.grouped(page.rows)]
    context = {
        "subject": found,
        "name": public_name(found),
        "kind": kind_words(found),
        "region": area_name(found.region),
        "summary": selectors.summary_of(page.rows, at) if whole else selectors.subject_summary(found, at),
        "groups": groups,
        "page": page,
        "on_lists": on_lists,
        "honours_table": honour_table(honoured) if honoured else None,
        "lists_table": entry_table(on_lists, with_subject=False) if on_lists else None,
    }
    return render(request, "portal/subject.html", context)


def _records_page(request: HttpRequest, found: Subject, at: date) -> Page[CreditRecord]:
    """The page that `?cursor=` asks for; the first one, which nearly everybody reads, by its prepared statement."""
    order, size = selectors.SUBJECT_ORDER, PAGE_SIZE
    if request.GET.get("cursor"):
        return page_of(request, selectors.subject_records(found, at), order=order)
    rows = selectors.FIRST_RECORDS.rows(subject=found.pk, at=at)
    return Page(rows[:size], cursor_behind(rows, order, size))


def _records(name: str, records: list[CreditRecord], book: Rulebook | None) -> Table:
    at = today()
    repairable = any(record.item.nature == Nature.DISHONEST for record in records)
    columns = [
        Column("文书号", tight=True),
        Column("决定机关"),
        Column("决定日期", tight=True),
        Column("公示至", tight=True),
    ]
    rows: list[list[Cell | str]] = []
    for record in records:
        window = window_of(record.published_until, at)
        row: list[Cell | str] = [
            Cell(
                document_number(record),
                url=address_of("portal:record", record.pk),
                note=marks(record),
            ),
            record.authority_name,
            display_date(record.decision_date),
            Cell(window.until, note=window.left),
        ]
        if book and repairable:
            outlook = repair_outlook(book.answer(record))
            row.append(Cell(chip=outlook.chip) if outlook.chip else outlook.words)
        rows.append(row)
    if repairable:
        columns.append(Column("信用修复"))
    return Table(name, columns, rows, caption_hidden=True)


def _fields(record: CreditRecord) -> list[ShownField]:
    """What there is to read below the head of the page."""
    return [
        field
        for field in public_fields(record)
        if field.role not in _IN_THE_HEAD and not _idle(field, record)
    ]


def _idle(field: ShownField, record: CreditRecord) -> bool:
    """The standard writes 长期 where a fine has no validity; there is nothing in it for a reader."""
    return (
        field.role == FieldRole.VALID_UNTIL
        and field.display == display_date(FOREVER)
        and without_end_of_its_own(record)
    )


@public_page(indexed=False)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: what, why shown, until when, how to have it ended early, and its place in the ledger."""
    at = today()
    found = selectors.record_shown(pk, at)
    if found is None:
        raise Http404
    is_dishonest = found.item.nature == Nature.DISHONEST
    book = Rulebook.load(at) if is_dishonest else Rulebook([], {}, at)
    rule = book.rule_of(found)
    answer = book.answer(found, barred_until(found.subject, at) if is_dishonest else None)
    fields = _fields(found)
    context = {
        "record": found,
        "subject_id": head_of(found.subject).public_id,
        "proceedings": open_proceedings(found) if found.contested else (),
        "subject_name": subject_name(found),
        "subject_kind": kind_words(found.subject),
        "number": document_number(found),
        "title": record_title(found),
        "codes": _CODES,
        "received_as": COPY if getattr(found, "is_copy", False) else "",
        "lead": record_lead(found, answer, at),
        "fields": [field for field in fields if field.role not in _ORIGIN],
        "origin": [field for field in fields if field.role in _ORIGIN],
        "window": window_of(found.published_until, at),
        "outlook": repair_outlook(answer),
        "answer": answer,
        "clock": clock_words("repair", at) if is_dishonest else "",
        "rule": rule,
        "rule_unverified": rule is not None and rule.mark == SourceMark.UNVERIFIED,
        "explanation": explain(found),
        "proof": selectors.record_proof(found),
        "is_dishonest": is_dishonest,
    }
    return render(request, "portal/record.html", context)
