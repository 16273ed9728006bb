"""Subscribing to changes of subjects screened for a running matter, closing a subscription, and noting changes.

Data flow: registered look-up → subscription with one watch a subject → every minute the very statement that answers look-ups says
what stands today (`survey.sql`) → where that differs from what was last seen, a notice → ledger → the exchange delivers it.
Because what stands is compared and not what happened, an expiry by date alone, a late correction and a merged body are noticed like
any decision, and a list that cannot answer changes nothing.

Rejected: *listening to the events of the ledger* (a date passing writes none); *telling what changed* (it would be an answer without
a registered look-up, and personal data on the wire); *one subscription for ever* (G11: bounded by matter and period).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

import structlog
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from agencies.models import ApiClient, Officer
from catalog.deadlines import due
from common.clock import today
from common.gates import PLAN, Refusal, Refused
from common.locks import advisory_lock
from common.problems import Problem
from ledger.services import acting
from records.models import Subject
from records.services.common import actor_number
from records.sharing.models import DutyPurpose, LookUp
from sanctions import selectors
from sanctions.clauses import refuse
from sanctions.models import Matter, Screening, Subscription, SubscriptionNotice, Watch
from sanctions.rules import subscriptions as rules
from sanctions.screening.service import ANSWERS, unavailable
from sanctions.screening.statements import SURVEY
from sanctions.services.feedback import keys_of

BASIS: Final = f"{PLAN} 第4条（1）、第11条"
LONGEST: Final = "subscription-longest"
MOST: Final = 1000
_LOCK: Final = "sanctions.subscriptions"
_BLOCK: Final = 200  # subscriptions a statement surveys
log = structlog.get_logger(__name__)


def subscribe(
    *,
    client: ApiClient,
    screening_id: str,
    keys: Sequence[str] | None = None,
    until: date | None = None,
    on: date | None = None,
) -> Subscription:
    """Watch subjects of a screening of the client's agency, all unless `keys` are named, to `until` or as long as may be.

    Screening.DoesNotExist; Refused scope_exceeded, date_order, code_unknown, identifier_invalid; a 409 problem when the
    screening has a subscription already; the 503 problem when the list cannot answer.
    """
    on = on or today()
    screening = Screening.objects.select_related("matter").get(public_id=screening_id, agency=client.agency)
    purpose = LookUp.objects.select_related("purpose").get(receipt=screening.receipt).purpose
    assert purpose is not None, "a screening is registered under a purpose"
    limit = due(LONGEST, timezone.localdate(screening.at)).day
    latest = rules.latest_day(limit=limit, purpose_until=purpose.valid_until)
    until = until or latest
    if problems := rules.refusals(until=until, on=on, latest=latest):
        raise Refused(*problems)
    watched = _watched(screening, keys)
    basis = f"{BASIS}；{purpose.basis}{purpose.basis_clause}"
    try:
        with acting(actor=actor_number(None, client), action="sanctions.subscribe", basis=basis):
            row = Subscription.objects.create(
                screening=screening, agency=client.agency, client=client, matter=screening.matter, purpose=purpose,
                starts_on=on, ends_on=until,
            )  # fmt: skip
            Watch.objects.bulk_create(
                Watch(subscription=row, ordinal=ordinal, subject_key=key) for ordinal, key in watched.items()
            )
            _begin(row, screening, on)
    except IntegrityError as error:
        if "subscription_once" not in str(error):
            raise
        raise Problem(409, "state_changed", "这次比对已经订阅；订阅结束后请重新比对") from error
    return row


def _watched(screening: Screening, keys: Sequence[str] | None) -> dict[int, str]:
    """Subject keys by place. Refused for keys that were not asked and for persons whose name did not fit."""
    places = {key: place for place, key in enumerate(keys_of(screening), start=1)}
    wanted = list(places) if keys is None else list(dict.fromkeys(keys))
    if not 0 < len(wanted) <= MOST:
        raise Refused(refuse("field_too_long", f"一次订阅1至{MOST}个主体", pointer="/keys"))
    found = _subject_keys(screening)
    problems: list[Refusal] = []
    watched = {}
    for number, key in enumerate(wanted):
        pointer = f"/keys/{number}"
        if key not in places:
            problems.append(refuse("code_unknown", "这次比对没有这个键", pointer=pointer))
        elif subject := found[places[key]]:
            watched[places[key]] = subject
        else:
            detail = "姓名与证件号码不符，平台不知道是谁，不能订阅"
            problems.append(refuse("identifier_invalid", detail, pointer=pointer))
    if problems:
        raise Refused(*problems)
    return watched


def _subject_keys(screening: Screening) -> dict[int, str | None]:
    """The key of each subject by place; None for a person whose name did not fit."""
    unknown: dict[str, str | None] = screening.unknown or {}
    if len(screening.subjects) + len(unknown) != screening.asked:
        raise Problem(409, "state_changed", "这次比对的回执不支持订阅，请重新比对")
    known = Subject.objects.in_bulk(screening.subjects)
    rest = iter(screening.subjects)
    return {
        place: unknown[str(place)] if str(place) in unknown else known[next(rest)].key
        for place in range(1, screening.asked + 1)
    }


def _begin(row: Subscription, screening: Screening, on: date) -> None:
    """Take down what stands today. What changed since the screening is left to be noticed by the next round."""
    answered = {hit.ordinal: rules.burdens(hit.grounds) for hit in screening.hit_rows.all()}
    watches = {watch.pk: watch for watch in row.watches.all()}
    seen = _survey(row.matter, row.purpose, [row.pk], on)
    if len(seen) != len(watches):
        raise unavailable()
    for pk, state, burdens in seen:
        watches[pk].state = state if burdens == answered.get(watches[pk].ordinal, "") else "changed"
    Watch.objects.bulk_update(watches.values(), ["state"], batch_size=500)


def _survey(matter: Matter, purpose: DutyPurpose, ids: list[int], on: date) -> list[tuple[int, str, str]]:
    """(watch, state, burdens) of every watch whose state is not what it was; nothing when the list cannot answer."""
    return SURVEY.rows([on, matter.pk, purpose.pk, purpose.agency_id, ANSWERS, ids])  # type: ignore[return-value]


def close_subscription(
    *, subscription_id: str, client: ApiClient | None = None, officer: Officer | None = None
) -> Subscription:
    """The matter is closed: nothing is watched any more. Closing again changes nothing.

    Subscription.DoesNotExist for those of other agencies; PermissionDenied.
    """
    if officer is not None and not officer.has_perm("sanctions.screen"):
        raise PermissionDenied("由订阅单位结束")
    agency = client.agency if client is not None else officer.agency if officer is not None else None
    with acting(actor=actor_number(officer, client), action="sanctions.close_subscription", basis=BASIS):
        rows = Subscription.objects.select_for_update()
        row = rows.get(public_id=subscription_id, agency=agency)
        if row.closed_at is None:
            row.closed_at, row.closed_by = timezone.now(), officer
            row.save(update_fields=["closed_at", "closed_by"])
    return row


def note_changes(*, on: date | None = None) -> int:
    """Compare what stands with what was last seen, for every subscription that runs; returns the number of notices.

    One worker at a time; what fails for one matter is tried again in the next round and holds up no other.
    """
    on = on or today()
    noted = 0
    with advisory_lock(_LOCK, wait=False) as mine:
        for matter, purpose, ids in _groups(on) if mine else ():
            try:
                noted += _note(matter, purpose, ids, on)
            except DatabaseError as error:
                log.warning("subscriptions_not_surveyed", matter=matter.code, error=type(error).__name__)
    return noted


def _groups(on: date) -> list[tuple[Matter, DutyPurpose, list[int]]]:
    """Subscriptions that run, by matter (as its code stands today) and purpose."""
    matters = {one.code: one for one in selectors.matters(on)}
    purposes = {}
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in selectors.subscriptions_live(on).select_related("matter", "purpose"):
        purposes[row.purpose_id] = row.purpose
        found[row.matter.code, row.purpose_id].append(row.pk)
    return [
        (matters[code], purposes[purpose], ids[start : start + _BLOCK])
        for (code, purpose), ids in found.items()
        if code in matters
        for start in range(0, len(ids), _BLOCK)
    ]


def _note(matter: Matter, purpose: DutyPurpose, ids: list[int], on: date) -> int:
    with (
        transaction.atomic(),
        acting(actor=None, action="sanctions.note_change", basis=BASIS),
    ):
        seen = {pk: state for pk, state, _ in _survey(matter, purpose, ids, on)}
        if not seen:
            return 0
        changed = list(Watch.objects.filter(pk__in=seen))
        now = timezone.now()
        for watch in changed:
            watch.state, watch.changed_at = seen[watch.pk], now
        Watch.objects.bulk_update(changed, ["state", "changed_at"], batch_size=500)
        SubscriptionNotice.objects.bulk_create(SubscriptionNotice(watch=watch) for watch in changed)
    return len(changed)
