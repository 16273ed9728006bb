"""Drafts are saved, gone on with, handed in and dropped, each by its own officer."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import orjson
from django.db import transaction
from django.db.models import QuerySet

from agencies.models import Agency, Officer
from catalog.deadlines import rule_on
from catalog.models import CatalogItem
from catalog.rules.deadlines import reckoned
from common.clock import today
from common.privacy import decrypt, encrypt
from common.selectors import load_calendar
from records.choices import Channel
from records.drafts.models import RecordDraft
from records.drafts.rules import Known, copyable
from records.forms import RecordForm
from records.models import CreditRecord
from records.services import accept_record, check_record

KEPT: Final = "form-draft"  # how long without being touched
Typed = dict[str, str | list[str]]


def drafts_of(officer: Officer) -> QuerySet[RecordDraft]:
    """The officer's own drafts; nobody else reads them."""
    return RecordDraft.objects.filter(officer=officer)


def save_draft(
    *,
    officer: Officer,
    agency: Agency,
    item_code: str,
    typed: Mapping[str, str | list[str]],
    public_id: str = "",
) -> RecordDraft:
    """Put aside what was typed, as a new draft or over the officer's own of that id. RecordDraft.DoesNotExist."""
    with transaction.atomic():
        draft = (
            drafts_of(officer).select_for_update().get(public_id=public_id, item_code=item_code)
            if public_id
            else RecordDraft(officer=officer, item_code=item_code)
        )
        draft.agency = agency
        draft.sealed = encrypt(orjson.dumps(dict(typed)).decode(), context=draft_context(draft))
        draft.save()
    return draft


def opened(draft: RecordDraft) -> Typed:
    """What was typed, by form field."""
    found: Typed = orjson.loads(decrypt(bytes(draft.sealed), context=draft_context(draft)))
    return found


def draft_context(draft: RecordDraft) -> str:
    return f"draft:{draft.public_id}"


def discard_draft(*, officer: Officer, public_id: str) -> None:
    drafts_of(officer).filter(public_id=public_id).delete()


def check(*, agency: Agency, item_code: str, form: RecordForm, on: date) -> None:
    """Judge what was typed by the intake's rules without storing anything. Raises as `accept_record`."""
    check_record(agency=agency, item_code=item_code, on=on, channel=Channel.FORM, **form.record())


def hand_in(*, officer: Officer, draft: RecordDraft, form: RecordForm, on: date) -> CreditRecord:
    """Take the record in and drop the draft. Raises as `accept_record`; the draft then stays."""
    with transaction.atomic():
        record = accept_record(
            agency=draft.agency,
            officer=officer,
            item_code=draft.item_code,
            channel=Channel.FORM,
            on=on,
            **form.record(),
        )
        draft.delete()
    return record


def from_last(*, agency: Agency, item: CatalogItem) -> dict[str, str]:
    """What a new form may take over from the agency's own last record of the item."""
    last = (
        CreditRecord.objects.filter(provider=agency, item_code=item.code).order_by("-id").only("data").first()
    )
    if last is None:
        return {}
    fields = [Known(one.code, one.type, one.role, one.exposure) for one in item.fields.all()]
    return copyable(fields, last.data)


def clear_drafts() -> int:
    """Drop drafts nobody has touched for as long as the rule of today keeps them; returns how many."""
    rule, calendar = rule_on(KEPT, today()), load_calendar()
    days = RecordDraft.objects.values_list("updated_at__date", flat=True).distinct()
    over = [day for day in days if reckoned(day, rule.amount, rule.unit, calendar) < today()]
    deleted, _ = RecordDraft.objects.filter(updated_at__date__in=over).delete()
    return deleted
