"""What this room keeps sealed."""

from typing import Final

from django.db.models import Q

from common.resealing import Sealed, SealedFiles
from records.contents import record_context, subject_context
from records.drafts.models import RecordDraft
from records.drafts.services import draft_context
from records.erasure.models import Erasure
from records.erasure.services import erasure_context
from records.evidence.models import RecordVersion
from records.evidence.selectors import as_it_stood
from records.intake.rejections import seal_context
from records.intake.storage import AREA
from records.models import CreditRecord, IntakeBatch, RejectedRow, Subject
from records.persons.asking import request_context
from records.persons.models import Consent, ConsentRequest
from records.persons.services import consent_context

SEALED: Final = (
    Sealed(Subject, "secret", lambda row: subject_context(row.key)),
    Sealed(CreditRecord, "secret", lambda row: record_context(bytes(row.fingerprint))),
    Sealed(
        RecordVersion, "body", lambda row: record_context(bytes(as_it_stood(row).fingerprint)), form="hex", inside="secret"
    ),
    Sealed(RejectedRow, "cells", lambda row: f"{seal_context(row.batch_id)}:{row.line}"),
    Sealed(RecordDraft, "sealed", draft_context),
    Sealed(Consent, "secret", consent_context),
    Sealed(ConsentRequest, "secret", lambda row: request_context(row.number)),
    Sealed(Erasure, "secret", lambda row: erasure_context(row.number)),
)  # fmt: skip
SEALED_FILES: Final = (SealedFiles(AREA, IntakeBatch, "stored_as", Q()),)
