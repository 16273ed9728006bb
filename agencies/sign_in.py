"""Sign-in: no self-registration, second factor by one-time code, its secret encrypted at rest."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from agencies.models import Officer
from common.privacy import decrypt, encrypt

_CONTEXT = "mfa"


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Officers are entered by an administrator of their agency; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class EncryptedMFAAdapter(DefaultMFAAdapter):
    """Keeps one-time-code secrets as SM4-GCM."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(encrypt(text, context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(base64.b64decode(encrypted_text), context=_CONTEXT)


def officer_of(request: HttpRequest) -> Officer:
    """The signed-in officer of a request that passed `login_required`."""
    if not isinstance(request.user, Officer):
        raise PermissionDenied
    return request.user
