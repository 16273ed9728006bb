"""What this room keeps sealed."""

from typing import Final

from django.db.models import Q

from blacklist.imports.rows import entry_context, refused_context
from blacklist.models import CaseStep, DeliveredRow, HonourEntry, ListDelivery, ListEntry, RefusedRow
from blacklist.services.cases import context_of
from common.resealing import Sealed, SealedFiles
from records.contents import subject_context
from records.intake.storage import AREA

SEALED: Final = (
    Sealed(ListEntry, "secret", lambda row: f"list-entry:{row.source}"),
    Sealed(HonourEntry, "secret", lambda row: f"list-entry:{row.source}"),
    Sealed(CaseStep, "secret", lambda row: context_of(row.case), related=("case",)),
    Sealed(CaseStep, "document", lambda row: context_of(row.case), related=("case",)),
    Sealed(
        DeliveredRow, "secret", lambda row: entry_context(row.delivery.source.code, bytes(row.fingerprint)),
        related=("delivery__source",),
    ),
    Sealed(DeliveredRow, "subject_line", lambda row: subject_context(row.subject_key), form="line"),
    Sealed(RefusedRow, "cells", lambda row: refused_context(row.delivery_id, row.line)),
)  # fmt: skip
SEALED_FILES: Final = (SealedFiles(AREA, ListDelivery, "stored_as", Q()),)
