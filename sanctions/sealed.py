"""What this room keeps sealed."""

from typing import Final

from django.db.models import Q

from common.resealing import Sealed, SealedFiles
from sanctions.models import Screening, ScreeningFile
from sanctions.screening.files import AREA

SEALED: Final = (Sealed(Screening, "keys", lambda row: f"screening:{row.public_id}"),)
SEALED_FILES: Final = (
    SealedFiles(AREA, ScreeningFile, "stored_as", Q()),
    SealedFiles(AREA, ScreeningFile, "result_as", Q()),
)
