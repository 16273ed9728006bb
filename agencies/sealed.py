"""What this room keeps sealed: the secrets of one-time codes."""

from typing import Final

from allauth.mfa.models import Authenticator

from agencies.sign_in import CONTEXT
from common.resealing import Sealed

SEALED: Final = tuple(
    Sealed(Authenticator, "data", lambda _: CONTEXT, form="base64", inside=member)
    for member in ("secret", "seed")
)
