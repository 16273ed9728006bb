"""What this room keeps sealed."""

from typing import Final

from common.resealing import Sealed
from repair.contents import case_context
from repair.models import Case

SEALED: Final = (Sealed(Case, "secret", lambda row: case_context(row.number)),)
