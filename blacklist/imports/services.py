"""State changes of lists decided elsewhere: a delivery received, worked through, looked at by a person; a source changed."""

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import BinaryIO, Final, cast

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from agencies.models import Agency, ApiClient, Officer
from blacklist.choices import DeliveryStatus, Polarity
from blacklist.clauses import refuse
from blacklist.imports import apply as engine
from blacklist.imports import selectors
from blacklist.imports.rows import (
    DELIVERED_COLUMNS,
    REFUSED_COLUMNS,
    Scheme,
    Staged,
    Stager,
    frame_of,
    layout_of,
)
from blacklist.models import HonourScheme, ImportSource, ListDelivery, ListScheme
from blacklist.rules.deliveries import reasons_to_hold
from catalog.selectors import in_force as dated
from common.clock import today
from common.files.errors import FileRefused
from common.gates import PLAN, Refused
from common.ids import public_id
from common.locks import advisory_lock
from common.problems import Problem
from ledger.services import acting
from records.intake import storage
from records.intake.retry import again_on_collision
from records.intake.source import Table, chunks, locate, open_table
from records.services.common import actor_number

logger = logging.getLogger(__name__)
BASIS: Final = f"{PLAN} 第3条（4）、第8条"
CHUNK_ROWS: Final = 5_000
MAX_ATTEMPTS: Final = 5
_LOCK: Final = "blacklist.source"
_OPEN: Final = (DeliveryStatus.QUEUED, DeliveryStatus.READING, DeliveryStatus.APPROVED)


def receive(
    *,
    source_code: str,
    agency: Agency,
    upload: "File[bytes]",
    officer: Officer | None = None,
    client: ApiClient | None = None,
) -> ListDelivery:
    """Look at a file as a whole, keep it encrypted and queue it.

    Raises FileRefused (nothing is kept), Refused: provider_not_authorised, source_not_active, scheme_not_in_force.
    """
    source = _source_of(source_code, agency)
    scheme = scheme_of(source, today())
    file, size = cast(BinaryIO, upload), upload.size or 0
    format_name = storage.sniff(file, size, upload.name or "")
    table = locate(open_table(file, format_name), layout_of(source, scheme))
    name = public_id()
    delivery = ListDelivery(
        public_id=name,
        source=source,
        officer=officer,
        client=client,
        filename=(upload.name or "")[-255:],
        format=format_name,
        size=size,
        stored_as=name,
        columns=list(table.header.titles),
    )
    try:
        delivery.sha256 = storage.keep(file, name)
        with acting(actor=actor_number(officer, client), action="blacklist.receive_list", basis=BASIS):
            delivery.save(force_insert=True)
            transaction.on_commit(lambda: _wake(delivery.pk))
    except BaseException:
        storage.discard(name)
        raise
    return delivery


def _source_of(code: str, agency: Agency) -> ImportSource:
    source = ImportSource.objects.select_related("provider").filter(code=code).first()
    if source is None or source.provider_id != agency.pk:
        detail = "本单位不是这份名单的提供单位，请由提供单位报送"
        raise Refused(refuse("provider_not_authorised", detail, pointer="/source", basis=BASIS))
    if not source.active:
        raise Refused(refuse("source_not_active", pointer="/source"))
    return source


def scheme_of(source: ImportSource, on: date) -> Scheme:
    """The list a source feeds, as set up on a day; without one nothing is taken in (G8)."""
    schemes = HonourScheme.objects if source.polarity == Polarity.HONOUR else ListScheme.objects
    scheme: Scheme | None = schemes.filter(dated(on), code=source.scheme_code).select_related("basis").first()
    if scheme is None:
        raise Refused(refuse("scheme_not_in_force", pointer="/source"))
    return scheme


def _wake(delivery_id: int) -> None:
    """Tell a worker. A broker that is away costs nothing: the delivery is found by `resume_deliveries`."""
    try:
        current_app.send_task("blacklist.tasks.process_delivery", args=(delivery_id,))
    except Exception:
        logger.warning("no broker to announce a delivery to; it will be found", exc_info=True)


# --- working through -----------------------------------------------------------------------------------


def process(delivery_id: int) -> bool:
    """Go on with a delivery from where it stands; returns whether it was this call that worked on it.

    One delivery of a source at a time: two lists applied at once would each end what the other added.
    """
    source_id = ListDelivery.objects.filter(pk=delivery_id).values_list("source_id", flat=True).first()
    if source_id is None:
        return False
    with advisory_lock(_LOCK, source_id, wait=False) as obtained:
        if not obtained:
            return False
        delivery = (
            ListDelivery.objects.select_related("source", "officer", "client")
            .filter(pk=delivery_id, status__in=_OPEN)
            .first()
        )
        if delivery is None:
            return False
        _process(delivery)
    return True


def _process(delivery: ListDelivery) -> None:
    if delivery.attempts >= MAX_ATTEMPTS:
        _close(
            delivery, DeliveryStatus.FAILED, "internal_error", "多次处理未能完成，请联系系统管理员后重新报送"
        )
        return
    ListDelivery.objects.filter(pk=delivery.pk).update(attempts=F("attempts") + 1)
    try:
        if delivery.status != DeliveryStatus.APPROVED:
            _read(delivery)
            _weigh(delivery)
        if delivery.status == DeliveryStatus.APPROVED:
            again_on_collision(lambda: _apply(delivery))
    except FileRefused as refused:
        _close(delivery, DeliveryStatus.FAILED, refused.code, refused.detail)
    except Refused as refused:
        _close(delivery, DeliveryStatus.FAILED, refused.refusals[0].code, refused.refusals[0].detail)


def _read(delivery: ListDelivery) -> None:
    """All chunks behind `next_row`, each committed with its counters."""
    on = timezone.localdate(delivery.created_at)
    scheme = scheme_of(delivery.source, on)
    agencies = dict(Agency.objects.values_list("name", "pk"))
    with storage.opened(delivery.stored_as) as file:
        table: Table = locate(open_table(file, delivery.format), layout_of(delivery.source, scheme))
        stager = Stager(delivery, scheme, frame_of(delivery.source, scheme, on), table, agencies)
        for chunk in chunks(table, delivery.next_row, CHUNK_ROWS):
            _commit(delivery, stager.stage(chunk))


def _commit(delivery: ListDelivery, staged: Staged) -> None:
    with _acting(delivery, "blacklist.read_list"):
        _copy("blacklist_deliveredrow", DELIVERED_COLUMNS, staged.delivered)
        _copy("blacklist_refusedrow", REFUSED_COLUMNS, staged.refused)
        ListDelivery.objects.filter(pk=delivery.pk).update(
            status=DeliveryStatus.READING,
            next_row=staged.last_line,
            total=F("total") + len(staged.delivered) + len(staged.refused),
            rejected=F("rejected") + len(staged.refused),
            attempts=0,
        )


def _copy(table: str, columns: str, lines: object) -> None:
    text = "\n".join(cast(list[str], lines))
    if text:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f"copy {table} ({columns}) from stdin", BytesIO(text.encode()))


def _weigh(delivery: ListDelivery) -> None:
    """Compare with what stands and decide: let it through, hold it for a person, or refuse an empty list."""
    delivery.refresh_from_db()
    if selectors.newer_settled(delivery):
        _close(delivery, DeliveryStatus.OVERTAKEN, "", "")
        return
    counts = engine.compare(delivery)
    source = delivery.source
    values: dict[str, object] = {
        "standing": counts.standing,
        "added": counts.added,
        "changed": counts.changed,
        "removed": counts.removed,
        "same": counts.same,
    }
    if counts.delivered == 0:
        detail = "来数中没有一行可用；空名单不予采用，原有条目不变。确需移出的，请逐条办理"
        _close(delivery, DeliveryStatus.EMPTY, "delivery_empty", detail, values)
        return
    reasons = reasons_to_hold(counts, percent=source.hold_percent, floor=source.hold_floor)
    status = DeliveryStatus.HELD if reasons else DeliveryStatus.APPROVED
    with _acting(delivery, "blacklist.weigh_list"):
        ListDelivery.objects.filter(pk=delivery.pk).update(
            **values, status=status, hold_reason="；".join(reasons)[:300]
        )
    delivery.status = status


def _apply(delivery: ListDelivery) -> None:
    on = today()
    scheme = scheme_of(delivery.source, on)
    with _acting(delivery, "blacklist.apply_list"):
        done = engine.apply(delivery, scheme_id=scheme.pk, on=on)
        ListDelivery.objects.filter(pk=delivery.pk).update(
            status=DeliveryStatus.APPLIED,
            finished_at=timezone.now(),
            added=done.added,
            removed=done.removed,
            kept_off=done.kept_off,
            stored_as="",
        )
        engine.clear(delivery.pk)
        _overtake(delivery)
        transaction.on_commit(lambda: storage.discard(delivery.stored_as))
    delivery.status = DeliveryStatus.APPLIED


def _overtake(delivery: ListDelivery) -> None:
    """Older deliveries that still waited for a person say less than what now stands."""
    older = ListDelivery.objects.filter(
        source=delivery.source_id, pk__lt=delivery.pk, status=DeliveryStatus.HELD
    )
    for row in older:
        _close(row, DeliveryStatus.OVERTAKEN, "", "")


def _close(
    delivery: ListDelivery,
    status: DeliveryStatus,
    code: str,
    detail: str,
    values: Mapping[str, object] | None = None,
) -> None:
    with _acting(delivery, "blacklist.close_delivery"):
        ListDelivery.objects.filter(pk=delivery.pk).update(
            **(values or {}),
            status=status,
            error_code=code,
            error_detail=detail[:300],
            finished_at=timezone.now(),
            stored_as="",
        )
        engine.clear(delivery.pk)
        transaction.on_commit(lambda: storage.discard(delivery.stored_as))
    delivery.status = status


def _acting(delivery: ListDelivery, action: str) -> AbstractContextManager[None]:
    return acting(actor=actor_number(delivery.officer, delivery.client), action=action, basis=BASIS)


def unfinished() -> list[int]:
    """Deliveries nobody has settled, oldest first."""
    return list(
        ListDelivery.objects.filter(status__in=_OPEN).order_by("pk").values_list("pk", flat=True)[:100]
    )


# --- a person looks ------------------------------------------------------------------------------------


def decide(*, officer: Officer, delivery_id: int, approve: bool, reason: str) -> ListDelivery:
    """Let a held delivery through or refuse it, for a reason.

    PermissionDenied; Refused: field_required, second_person_required; a 409 problem when it is no longer held or a newer
    one has come.
    """
    if not officer.has_perm("blacklist.decide_delivery"):
        raise PermissionDenied("由社会信用主管部门核对")
    if not reason.strip():
        raise Refused(refuse("field_required", "请写明核对意见", pointer="/reason"))
    with acting(actor=officer.pk, action="blacklist.decide_delivery", basis=BASIS):
        delivery = (
            ListDelivery.objects.select_for_update(of=("self",)).select_related("source").get(pk=delivery_id)
        )
        if delivery.officer_id == officer.pk:
            raise Refused(refuse("second_person_required"))
        if delivery.status != DeliveryStatus.HELD or selectors.newer_settled(delivery):
            raise Problem(409, "state_changed", "这次来数已经处理，或者已有更新的来数，请刷新页面查看")
        delivery.status = DeliveryStatus.APPROVED if approve else DeliveryStatus.REFUSED
        delivery.decided_by, delivery.decided_at = officer, timezone.now()
        delivery.decision_reason = reason.strip()[:300]
        changed = ["status", "decided_by", "decided_at", "decision_reason"]
        if not approve:
            delivery.finished_at, stored, delivery.stored_as = timezone.now(), delivery.stored_as, ""
            changed += ["finished_at", "stored_as"]
            engine.clear(delivery.pk)
            transaction.on_commit(lambda: storage.discard(stored))
        delivery.save(update_fields=changed)
        if approve:
            transaction.on_commit(lambda: _wake(delivery.pk))
    return delivery


def change_source(
    *,
    officer: Officer,
    code: str,
    rhythm_days: int,
    hold_percent: int,
    hold_floor: int,
    active: bool,
    reason: str,
) -> ImportSource:
    """Change how a source is watched. PermissionDenied; Refused field_required without a reason."""
    if not officer.has_perm("blacklist.decide_delivery"):
        raise PermissionDenied("由社会信用主管部门办理")
    if not reason.strip():
        raise Refused(refuse("field_required", "请写明办理依据", pointer="/reason"))
    with acting(actor=officer.pk, action="blacklist.change_source", basis=reason.strip()[:300]):
        source = ImportSource.objects.select_for_update().get(code=code)
        source.rhythm_days, source.hold_percent, source.hold_floor = rhythm_days, hold_percent, hold_floor
        source.active = active
        source.full_clean()
        source.save(update_fields=["rhythm_days", "hold_percent", "hold_floor", "active"])
    return source
