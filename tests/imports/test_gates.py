"""What the database holds by itself, under the role the application really has: no list by import but a delivered one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import Error, connection, transaction

from blacklist.imports import services
from blacklist.models import HonourScheme, ImportSource, ListDelivery, ListEntry
from blacklist.selectors import in_force
from catalog.models import LegalBasis
from common.clock import today
from tests.factories import make_entry, make_subject
from tests.imports.samples import authority, deliver, row, rows

pytestmark = pytest.mark.django_db


@contextmanager
def as_application() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("set local role credit_app")
        try:
            yield
        finally:
            cursor.execute("reset role")


def refused(write: Callable[[], object]) -> str:
    with pytest.raises(Error) as error, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local role credit_app")  # undone with the savepoint
        write()
    return str(error.value)


def test_a_whole_delivery_passes_under_the_role_of_the_application() -> None:
    with as_application():
        delivery = deliver(rows(30))
        services.decide(officer=authority(), delivery_id=delivery.pk, approve=True, reason="已核对")
        services.process(delivery.pk)
        deliver([row(1, 履行情况="部分未履行"), *rows(28, first=2), row(31)])
    assert in_force(today()).count() == 30
    assert ListDelivery.objects.filter(status="applied").count() == 2


def test_nobody_is_listed_by_an_import_that_was_not_delivered() -> None:
    subject = make_subject()
    assert "import_not_delivered" in refused(lambda: make_entry(subject))
    deliver(rows(30))  # held: delivered, but nobody let it through
    held = ListDelivery.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "select 'zy-sxbzxr:' || encode(fingerprint, 'hex') from blacklist_deliveredrow where delivery_id = %s limit 1",
            [held.pk],
        )
        (source,) = cursor.fetchone()

    def claim() -> None:
        made = ListEntry(
            **{
                field.attname: getattr(template, field.attname)
                for field in ListEntry._meta.concrete_fields
                if field.attname not in ("id", "public_id", "salt", "created_at", "source")
            },
            source=source,
        )
        made.save(force_insert=True)

    template = make_entry(subject)
    assert "import_not_delivered" in refused(claim)


@pytest.mark.parametrize("status", ["approved", "applied"])
def test_a_held_delivery_is_not_let_through_by_writing_its_status(status: str) -> None:
    delivery = deliver(rows(30))
    message = refused(
        lambda: ListDelivery.objects.filter(pk=delivery.pk).update(status=status, hold_reason="")
    )
    assert "delivery_held" in message or "delivery_not_checked" in message


def test_a_delivery_begins_unread_and_is_never_rewritten() -> None:
    delivery = deliver(rows(30))
    fields = {
        "source": delivery.source, "officer": delivery.officer, "filename": "x", "format": "csv-utf-8", "size": 1,
        "sha256": "0" * 64,
    }  # fmt: skip
    assert "delivery_not_checked" in refused(lambda: ListDelivery.objects.create(**fields, status="approved"))
    assert "delivery_not_checked" in refused(
        lambda: ListDelivery.objects.filter(pk=delivery.pk).update(sha256="1" * 64)
    )
    services.decide(officer=authority(), delivery_id=delivery.pk, approve=False, reason="退回")
    assert "delivery_not_checked" in refused(
        lambda: ListDelivery.objects.filter(pk=delivery.pk).update(status="held")
    )
    assert "permission denied" in refused(lambda: ListDelivery.objects.all()._raw_delete("default"))


def test_an_empty_delivery_is_let_through_by_nobody() -> None:
    delivery = deliver(rows(30))
    with connection.cursor() as cursor:
        cursor.execute("delete from blacklist_deliveredrow")
    with pytest.raises(Error, match="delivery_empty"), transaction.atomic():
        services.decide(officer=authority(), delivery_id=delivery.pk, approve=True, reason="清空")


def test_a_source_never_lets_everything_pass() -> None:
    assert "import_source_holds" in refused(lambda: ImportSource.objects.update(hold_percent=100))


def test_an_honour_stands_on_a_sufficient_basis() -> None:
    low = LegalBasis.objects.filter(level="other").first()
    assert low is not None
    message = refused(
        lambda: HonourScheme.objects.create(
            code="x", name="x", basis=low, authority="x", grounds="x", listing_text="x", removal_text="x",
            effective_from=date(2026, 1, 1), mark="unverified",
        )
    )  # fmt: skip
    assert "scheme_basis_too_low" in message
