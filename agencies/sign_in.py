"""Sign-in: no self-registration, second factor by one-time code, its secret encrypted at rest."""

import base64
from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from agencies.models import Officer
from common.privacy import decrypt, encrypt

CONTEXT = "mfa"


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Officers are entered by an administrator of their agency; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Officer, **details: Any) -> HttpResponse | None:
        """An account without a second factor opens nothing, however it was made."""
        if user.is_active and not Authenticator.objects.filter(user=user).exists():
            clear_login(request)
            return cast(HttpResponse, self.respond_user_inactive(request, user))
        return cast("HttpResponse | None", super().pre_login(request, user, **details))


class EncryptedMFAAdapter(DefaultMFAAdapter):
    """Keeps one-time-code secrets as SM4-GCM."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "验证码不正确、已过期或者已经用过，请输入应用中新显示的一个",
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(encrypt(text, context=CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(base64.b64decode(encrypted_text), context=CONTEXT)


def officer_of(request: HttpRequest) -> Officer:
    """The signed-in officer of a request that passed `login_required`."""
    if not isinstance(request.user, Officer):
        raise PermissionDenied
    return request.user
