"""Forms of the sign-in pages: the library's, named in the words of the platform and without the label repeated in the field."""

from typing import Any, Final

from allauth.account.forms import LoginForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.cache import cache

from common.privacy import lookup_digest

_SPENT: Final = "one-time-code"


class _InOurWords:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        if "code" in self.fields:
            self.fields["code"].label = "动态验证码"


class PlainLoginForm(_InOurWords, LoginForm):  # type: ignore[misc]
    """User name and password."""


class _Once(_InOurWords):
    """A code opens once for as long as it holds. The library remembers it for one step, and with steps of tolerance it holds for
    longer (RFC 6238, 5.2)."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        steps = 2 * app_settings.TOTP_TOLERANCE + 1
        digest = lookup_digest(f"{self.user.pk}:{normalize_user_code(code)}", purpose=_SPENT).hex()
        if not cache.add(f"{_SPENT}:{digest}", "y", timeout=steps * app_settings.TOTP_PERIOD):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """The one-time code at sign-in."""


class CodeAgainForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """The one-time code once more, before something grave."""
