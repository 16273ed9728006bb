"""What this room keeps sealed."""

from typing import Final

from common.resealing import Sealed
from province.digests import BARE, leaf_context
from province.inbox import incoming_context
from province.models import Incoming, ObjectDigest, PushTarget
from province.notices import callback_context

SEALED: Final = (
    Sealed(PushTarget, "sealed_secret", lambda row: callback_context(row.code)),
    Sealed(Incoming, "sealed", incoming_context),
    Sealed(ObjectDigest, "leaf", lambda row: leaf_context(row.object_id), bare=BARE),
)
