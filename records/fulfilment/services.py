"""Reporting a later state: by the agency that handed the record in, by form or interface."""

from datetime import date

from agencies.models import ApiClient, Officer
from catalog.choices import FieldRole, FieldType
from catalog.clauses import basis_of, form_basis
from catalog.models import FieldDefinition
from common.clock import today
from common.gates import Refused, refusing
from ledger.services import acting
from records.fulfilment.models import StatusReport
from records.fulfilment.rules import status_refusals
from records.models import CreditRecord
from records.services.common import actor_number


def status_field(record: CreditRecord) -> FieldDefinition | None:
    """The field whose value may be reported later: coded, with the role “status”."""
    return next(
        (
            field
            for field in record.item.fields.all()
            if field.role == FieldRole.STATUS and field.type == FieldType.CODE
        ),
        None,
    )


def report_status(
    *,
    record_id: int,
    status: str,
    on: date,
    document_number: str = "",
    note: str = "",
    officer: Officer | None = None,
    client: ApiClient | None = None,
) -> StatusReport:
    """Report the state from `on` on; the caller has checked that the record is the agency's own.

    Raises Refused (code_unknown, duplicate, date_in_future, date_order, document_not_effective), CreditRecord.DoesNotExist.
    """
    with acting(actor=actor_number(officer, client), action="records.report_status", basis=_basis(record_id)):
        record = (
            CreditRecord.objects.select_for_update(of=("self",))
            .select_related("item__basis")
            .get(pk=record_id)
        )
        field = status_field(record)
        before = str(record.data.get(field.code, "")) if field else ""
        last = record.status_reports.order_by("-on").values_list("on", flat=True).first()
        if refusals := status_refusals(
            nature=record.item.nature,
            values=list(field.values) if field else [],
            before=before,
            status=status,
            on=on,
            decided=record.decision_date,
            last=last,
            ended=record.ended_on is not None and record.ended_on <= today(),
            today=today(),
            refuse=refusing(form_basis(record.item)),
        ):
            raise Refused(*refusals)
        assert field is not None, "an item without such a field is refused"
        record.data = record.data | {field.code: status}
        record.save(update_fields=["data"])
        return StatusReport.objects.create(
            record=record,
            status=status,
            before=before,
            on=on,
            document_number=document_number.strip()[:128],
            note=note.strip()[:300],
            officer=officer,
            client=client,
        )


def _basis(record_id: int) -> str:
    return basis_of(CreditRecord.objects.select_related("item__basis").get(pk=record_id).item)
