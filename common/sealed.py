"""What this room keeps sealed."""

from typing import Final

from django.db.models import Q

from common.files.keeping import AREA
from common.models import StoredFile
from common.resealing import Sealed, SealedFiles

SEALED: Final = (Sealed(StoredFile, "secret_name", lambda _: StoredFile.NAME_CONTEXT),)
SEALED_FILES: Final = (SealedFiles(AREA, StoredFile, "public_id", Q(erased_at__isnull=True)),)
